import { alive } from './attack.mjs';
import { appears, checkPage, signIn } from './browser.mjs';
import { ok } from './tap.mjs';

const lease = (page) => /task\/([^/?]+)/.exec(page.url())?.[1];

/** Wait until another task is on the page. */
async function another(page, before) {
  await page.waitForURL((url) => !url.pathname.endsWith(`/${before}`));
  if (lease(page) !== undefined) {
    await page.getByRole('radiogroup').first().waitFor();
  }
}

async function submit(page) {
  const before = lease(page);
  await page.keyboard.press('Enter');
  await another(page, before);
}

async function answerByKeys(expert, checks) {
  const { page } = expert;
  await page.keyboard.press('2');
  ok(await page.getByRole('radio', { name: 'Answer 2' }).getAttribute('aria-checked') === 'true', 'a number key chooses');
  await page.keyboard.press(']');
  await page.keyboard.press(']');
  ok(await page.getByRole('radio', { name: 'Clearly' }).isChecked(), 'the bracket moves the strength');
  await page.keyboard.press('n');
  await page.keyboard.type('The second names the court.');
  await page.keyboard.press('Escape');
  await page.getByText('Draft saved.').waitFor();
  if (checks) {
    await page.reload();
    await page.getByRole('radio', { name: 'Answer 2' }).waitFor();
    ok(await page.getByRole('radio', { name: 'Answer 2' }).getAttribute('aria-checked') === 'true'
      && await page.getByLabel('Why?').inputValue() === 'The second names the court.', 'a draft survives a reload');
    await checkPage(expert, 'Task');
    await page.keyboard.press('?');
    ok(await appears(page.getByRole('dialog', { name: 'Keys of this screen' })), 'a question mark shows the keys');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('g');
    await page.getByRole('dialog', { name: 'Guideline' }).getByText('1 What to look for').first().waitFor();
    await checkPage(expert, 'Guideline beside the task');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }
  await submit(page);
}

async function skip(expert) {
  const { page } = expert;
  const before = lease(page);
  await page.keyboard.press('s');
  const dialog = page.getByRole('dialog', { name: 'Skip this task' });
  await dialog.waitFor();
  ok(await dialog.getByRole('button', { name: 'Skip' }).isDisabled(), 'a skip needs its reason');
  await dialog.getByRole('textbox', { name: 'Why?' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  for (let presses = 0; presses < 3; presses += 1) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await another(page, before);
  ok(true, 'a task is skipped with a reason, by keyboard');
}

/** Four tasks are answered and one skipped, with the keyboard alone. */
export async function work(expert, who) {
  const { page } = expert;
  await signIn(expert, who.email, who.password);
  await page.getByRole('button', { name: 'Start' }).waitFor();
  await checkPage(expert, 'Today');
  await page.locator('body').press('Enter');
  await page.waitForURL('**/task/**');
  await page.getByRole('radiogroup').first().waitFor();
  let given = 0;
  let attacks = 0;
  let skipped = false;
  while (lease(page) !== undefined && given < 6) {
    if (await page.getByText('window.attacked').count() > 0) {
      await page.locator('.katex').first().waitFor();
      const found = await alive(page);
      ok(found.length === 0, 'a task that attacks is shown as text, and nothing runs', found.join('\n'));
      attacks += 1;
    } else if (!skipped) {
      await skip(expert);
      skipped = true;
      continue;
    }
    await answerByKeys(expert, given === 0);
    given += 1;
  }
  ok(given === 4 && attacks === 1 && skipped, 'the expert answers four tasks and skips one', `answered ${given}, skipped ${skipped}, attacks ${attacks}`);
}

/** What reviewers said is seen at once. */
export async function feedback(expert) {
  const { page } = expert;
  await page.goto('/today');
  await page.getByRole('heading', { name: 'Feedback' }).waitFor();
  await checkPage(expert, 'Today, with feedback');
  await page.goto('/work');
  await page.getByRole('link', { name: 'See why' }).waitFor();
  ok(await appears(page.getByRole('link', { name: 'Revise' })), 'the expert sees what was returned and what was rejected');
  await checkPage(expert, 'My work');
  await page.goto('/skill');
  await page.getByText('The chance that an answer of yours is right').waitFor();
  ok(await appears(page.getByText('The last judgements')), 'the expert sees the formula and the last judgements');
  await checkPage(expert, 'My skill');
  await page.goto('/work');
}

/** The rejection says clause, reason and words; the expert appeals. */
export async function appeal(expert) {
  const { page } = expert;
  await page.getByRole('link', { name: 'See why' }).click();
  await page.getByText('Clause 1').waitFor();
  ok(await appears(page.getByText('The first one is right')), 'the rejection says clause, reason and words');
  await checkPage(expert, 'A rejected answer');
  await page.keyboard.press('a');
  const dialog = page.getByRole('dialog', { name: 'Appeal' });
  await dialog.getByLabel('Why is the rejection wrong?').fill('The guideline asks for the court, and I named it.');
  await dialog.getByRole('button', { name: 'Appeal' }).click();
  await page.getByText('Your appeal').waitFor();
  ok(true, 'the expert appeals');
}

/** Minutes by class, what is owed, and where it goes; a wrong account is refused in words. */
export async function earnings(expert) {
  const { page } = expert;
  await page.goto('/earnings');
  await page.getByRole('region', { name: 'Minutes' }).getByText('Which advice is better').first().waitFor();
  expert.expected.push(/422/);
  await page.getByLabel('Holder').fill('Ada Example');
  await page.getByRole('textbox', { name: 'IBAN' }).fill('DE89 3704 0044 0532 0130 01');
  await page.getByLabel('BIC').fill('COBADEFFXXX');
  await page.getByRole('button', { name: 'Use this account' }).click();
  await page.getByText('this is no IBAN').waitFor();
  await page.getByRole('textbox', { name: 'IBAN' }).fill('DE89 3704 0044 0532 0130 00');
  await page.getByRole('button', { name: 'Use this account' }).click();
  await page.getByText('…3000').waitFor();
  ok(true, 'the expert sees minutes and pay, and names an account');
  await checkPage(expert, 'Earnings');
}
