import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appears, checkPage, signIn } from './browser.mjs';
import { ok } from './tap.mjs';

function verified(binary, archive, folder) {
  try {
    execFileSync('tar', ['xf', archive, '-C', folder]);
    const name = readdirSync(folder).find((one) => !one.endsWith('.tar'));
    return execFileSync(binary, ['delivery', 'verify', join(folder, name)], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    return `failed: ${error.stderr ?? error}`;
  }
}

/** The client sees the board, makes a delivery, downloads it and proves it. */
export async function client(person, who, campaign, binary) {
  const { page } = person;
  await signIn(person, who.email, who.password);
  await page.getByRole('link', { name: /Which advice is better/ }).waitFor();
  await checkPage(person, 'Campaigns of the client');
  await page.getByRole('link', { name: /Which advice is better/ }).click();
  await page.getByText(/\d of 5$/).first().waitFor();
  ok(await appears(page.getByText('1 overturned')), 'the client sees progress and the overturned appeal on the board');
  await checkPage(person, 'Board of the client');
  await page.getByRole('tab', { name: 'Deliveries' }).click();
  await page.getByRole('button', { name: 'Make a delivery' }).click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  await page.getByRole('button', { name: 'Files' }).click();
  await page.getByText('SHA-256').waitFor();
  await checkPage(person, 'Deliveries');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download' }).click()]);
  const folder = mkdtempSync(join(tmpdir(), 'periti-delivery-'));
  const archive = join(folder, 'delivery.tar');
  await download.saveAs(archive);
  const said = verified(binary, archive, folder);
  ok(!said.startsWith('failed'), 'the delivery is downloaded, and the binary proves it', said);
  rmSync(folder, { recursive: true, force: true });
}

/** Another client's person gets nothing of it. */
export async function stranger(person, who, campaign) {
  const { page } = person;
  await signIn(person, who.email, who.password);
  await page.getByText('No campaign yet').waitFor();
  person.expected.push(/status of 40[34]/);
  for (const tab of ['board', 'tasks', 'quality', 'deliveries', 'ledger']) {
    await page.goto(`/campaigns/${campaign}/${tab}`);
    await page.getByRole('alert').waitFor();
    const text = await page.locator('main').textContent();
    ok(text.includes('There is no such thing') && !text.includes('Which advice'), `another client gets nothing of ${tab}`, text);
  }
  const answers = await page.evaluate(async (id) => {
    const paths = ['', '/board', '/tasks', '/batches', '/deliveries', '/guideline', '/quality', '/type'];
    return Promise.all(paths.map(async (path) => `${(await fetch(`/v1/campaigns/${id}${path}`)).status} ${path}`));
  }, campaign);
  ok(answers.every((one) => one.startsWith('404')), 'nor from the API', answers.join('\n'));
}
