import { appears, checkPage } from './browser.mjs';
import { ok } from './tap.mjs';

const TASK = JSON.stringify({ name: 'sum', instruction: 'What is 40 plus 2?', verifier: { check: 'numeric' }, reference: '42' });

/** The operator adds an environment, imports a task, and sees what the gate found. */
export async function environments(person) {
  const { page } = person;
  await page.goto('/environments');
  await page.getByText('No environment yet').waitFor();
  await checkPage(person, 'Environments, empty');
  await page.getByRole('button', { name: 'New environment' }).click();
  const dialog = page.getByRole('dialog', { name: 'New environment' });
  await dialog.getByLabel('Name').fill('Sums');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('heading', { level: 1, name: 'Sums' }).waitFor();
  await page.getByRole('tab', { name: 'Import' }).click();
  await page.locator('input[type=file]').setInputFiles({ name: 'sums.jsonl', mimeType: 'application/json', buffer: Buffer.from(`${TASK}\n`) });
  await page.getByText('1 new, 0 changed, 0 as before').waitFor();
  await checkPage(person, 'Import of an environment');
  await page.getByRole('tab', { name: 'Tasks' }).click();
  await page.getByText('1 passed the gate, 0 refused, 0 not tried yet').waitFor({ timeout: 30000 });
  await checkPage(person, 'Tasks of an environment');
  await page.getByRole('link', { name: 'sum', exact: true }).click();
  await page.getByText('passes 3 times of 3').waitFor();
  ok(await appears(page.getByText('every run of the reference is judged alike')), 'the gate tries an imported task and says what it found');
  await checkPage(person, 'Task of an environment');
  await page.goBack();
  await page.getByRole('tab', { name: 'Use it' }).click();
  await page.getByText('OpenEnv: address of the environment').waitFor();
  await checkPage(person, 'How to use an environment');
  await page.getByRole('tab', { name: 'Reports' }).click();
  await page.getByText('Nobody has reported an answer').waitFor();
  await checkPage(person, 'Reports of an environment');
}
