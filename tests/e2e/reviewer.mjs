import { checkPage, choose, signIn } from './browser.mjs';
import { ok } from './tap.mjs';

async function begin(reviewer, who) {
  const { page } = reviewer;
  await signIn(reviewer, who.email, who.password);
  await page.getByRole('button', { name: 'Take the next' }).waitFor();
  await checkPage(reviewer, 'Review');
  await page.locator('body').press('Enter');
  await page.waitForURL('**/review/*');
}

async function onward(page, act) {
  const before = page.url();
  await act();
  await page.waitForURL((url) => url.href !== before);
}

/** Return or reject: the button stays shut until clause, reason and text are there. */
async function adverse(reviewer, key, title, button, message) {
  const { page } = reviewer;
  await page.getByRole('button', { name: 'Accept (A)' }).waitFor();
  await page.keyboard.press(key);
  const dialog = page.getByRole('dialog', { name: title });
  const decide = dialog.getByRole('button', { name: button, exact: true });
  await dialog.waitFor();
  const shut = [await decide.isDisabled()];
  await choose(page, 'Clause of the guideline', /^1 /);
  shut.push(await decide.isDisabled());
  await choose(page, 'Reason', 'Incorrect');
  shut.push(await decide.isDisabled());
  await dialog.getByLabel('What was wrong, and what would be right').fill(message);
  ok(shut.every(Boolean) && await decide.isEnabled(), `${button.toLowerCase()} needs clause, reason and text`);
  await checkPage(reviewer, title);
  await onward(page, () => decide.click());
}

/** One is accepted, one returned, one rejected. */
export async function review(reviewer, who) {
  const { page } = reviewer;
  await begin(reviewer, who);
  await page.getByRole('button', { name: 'Accept (A)' }).waitFor();
  ok(!(await page.locator('main').textContent()).includes('Ada'), 'a reviewer does not see who answered');
  await checkPage(reviewer, 'A review');
  await onward(page, () => page.keyboard.press('a'));
  await adverse(reviewer, 'b', 'Return it for revision', 'Return', 'Say which court.');
  await adverse(reviewer, 'r', 'Reject the answer', 'Reject', 'The first one is right: no landlord may do this alone.');
  ok(true, 'one answer is accepted, one returned, one rejected');
}

/** A second reviewer takes the appeal and overturns the rejection. */
export async function overturn(reviewer, who) {
  const { page } = reviewer;
  await begin(reviewer, who);
  for (let taken = 0; taken < 4; taken += 1) {
    await page.getByRole('button', { name: /Accept \(A\)|It deserves acceptance/ }).waitFor();
    if (await page.getByRole('button', { name: 'It deserves acceptance' }).isVisible()) {
      break;
    }
    await onward(page, () => page.keyboard.press('a'));
  }
  await page.getByLabel('Why, for the author').fill('The answer names the court, as the guideline asks.');
  await checkPage(reviewer, 'An appeal');
  await onward(page, () => page.getByRole('button', { name: 'It deserves acceptance' }).click());
  ok(true, 'a second reviewer overturns the rejection');
}
