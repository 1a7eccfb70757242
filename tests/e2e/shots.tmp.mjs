import { startBrowser, newPerson, signIn } from './browser.mjs';
import { readFileSync } from 'node:fs';
const [a, b] = readFileSync('/tmp/money-e2e/ids', 'utf8').trim().split(' ');
const [email, password] = readFileSync('/tmp/money-e2e/data/operator.sign-in', 'utf8').trim().split(/\s+/);
const browser = await startBrowser();
const only = process.argv[2];
const people = { op: [email, password], fay: ['fay@example.org', 'long-enough'], amara: ['amara@example.org', 'long-enough'], cleo: ['cleo@example.org', 'long-enough'] };
const shots = [['op', `/campaigns/${a}/spend`, 'spend'], ['op', `/campaigns/${a}/bonus`, 'bonus'], ['fay', '/money', 'money'], ['fay', '/payouts', 'payouts', async (p) => { await p.getByRole('button', { name: 'Open' }).first().click(); }],
  ['fay', `/campaigns/${a}/invoices`, 'invoices', async (p) => { await p.getByRole('button', { name: /^Open / }).first().click(); await p.getByRole('button', { name: 'Record a payment' }).first().click().catch(() => {}); }], ['amara', '/earnings', 'earnings'], ['cleo', `/campaigns/${b}/spend`, 'client-spend']];
const signed = {};
for (const [who, path, name, act] of shots) {
  if (only !== undefined && !only.split(',').includes(name)) continue;
  if (!signed[who]) { signed[who] = await newPerson(browser, { url: 'http://127.0.0.1:18890' }, who); await signIn(signed[who], ...people[who]); }
  const { page } = signed[who];
  for (const [size, viewport] of [['1280', { width: 1280, height: 800 }], ['390', { width: 390, height: 844 }]]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(path); await page.waitForLoadState('networkidle');
      if (act) { await act(page); await page.waitForTimeout(400); }
      await page.waitForTimeout(150);
      await page.screenshot({ path: `/tmp/money-e2e/${name}-${size}-${colorScheme}.png`, fullPage: true });
    }
  }
  for (const t of signed[who].troubles.splice(0)) console.log(name, t);
}
await browser.close();
