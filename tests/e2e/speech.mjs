import { checkPage, newPerson, signIn } from './browser.mjs';
import { startPeer, startServer } from './server.mjs';
import { ok } from './tap.mjs';
import { openListing } from './vetting.mjs';

const HEARD = 'Chance alone gives such date rarely.';

/** Writes everything down as the same sentence, whose misheard word a person has to correct. */
async function startEars() {
  const calls = [];
  const ears = await startPeer((sound) => {
    calls.push(sound.length);
    return { text: HEARD };
  });
  return { calls, ...ears };
}

/** Up to the first question that may be spoken. */
async function reachWords(page) {
  for (let at = 0; at < 8 && (await page.getByRole('button', { name: 'Record' }).count()) === 0; at++) {
    const settled = page.waitForResponse((answer) => answer.url().endsWith('/answers'));
    await page.getByRole('button', { name: 'I do not know' }).click();
    await settled;
    await page.waitForTimeout(200);
  }
}

/** A candidate speaks an answer, loads the page again, goes on, corrects the words, and gives them. */
export async function speak(browser, binary, everybody) {
  const ears = await startEars();
  const server = await startServer(binary, { PERITI_TRANSCRIPTION_URL: ears.url });
  const operator = await newPerson(browser, server, 'operator beside the microphone');
  const candidate = await newPerson(browser, server, 'speaker');
  everybody.push(operator, candidate);
  await signIn(operator, server.operator.email, server.operator.password);
  const role = await openListing(operator);
  const { page } = candidate;
  candidate.expected.push(/401/, /404/);
  await page.goto(role);
  await page.getByLabel('Full name').fill('Sol Speaker');
  await page.getByLabel('E-mail').fill('sol@example.org');
  await page.getByRole('textbox', { name: /^Password/ }).fill('sol-long-enough');
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('You may speak').waitFor();
  await page.getByLabel('I have read this and agree').check();
  await page.getByRole('button', { name: 'Begin the interview' }).click();
  await page.getByText('Question 1 of at most 4').waitFor();
  await reachWords(page);
  await page.getByRole('button', { name: 'Record' }).click();
  await page.getByRole('timer', { name: 'Recording' }).waitFor();
  await page.waitForResponse((answer) => answer.url().includes('/pieces?segment=0&chunk=0'), { timeout: 15000 });
  await page.reload();
  await page.getByRole('button', { name: 'Go on recording' }).click();
  await page.waitForTimeout(1500);
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByLabel('Part 2 of your recording').waitFor();
  ok(true, 'what was spoken is there after a reload, and goes on in a second part');
  await checkPage(candidate, 'Spoken answer');
  await page.getByRole('button', { name: 'Write it down' }).click();
  await page.getByText('correct what was misheard').waitFor();
  const field = page.getByRole('textbox', { name: 'Your answer' });
  const heard = await field.inputValue();
  ok(heard === `${HEARD} ${HEARD}` && ears.calls.length === 2 && ears.calls.every((size) => size > 500), 'both parts are written down into the field', `${heard} ${ears.calls}`);
  await field.fill('Chance alone gives such data rarely.');
  await checkPage(candidate, 'Written down');
  const given = page.waitForResponse((answer) => answer.url().endsWith('/answers'));
  await page.getByRole('button', { name: 'Answer', exact: true }).click();
  ok((await given).status() === 200, 'the corrected words are the answer');
  await page.close();
  await operator.page.close();
  await server.stop();
  ears.stop();
}
