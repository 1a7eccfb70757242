import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { ok } from './tap.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

export function startBrowser() {
  return chromium.launch({ executablePath: process.env.PERITI_CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

/** Somebody with a browser of their own; everything that its console or network says is kept. */
export async function newPerson(browser, server, name) {
  const context = await browser.newContext({ viewport: DESKTOP, reducedMotion: 'reduce', acceptDownloads: true, baseURL: server.url });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  const person = { name, context, page, troubles: [], expected: [] };
  const note = (text) => person.expected.some((one) => one.test(text)) || person.troubles.push(text);
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && note(`${message.text()} ${message.location().url}`));
  page.on('pageerror', (error) => note(String(error)));
  page.on('dialog', (dialog) => {
    note(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !/^(blob|data|about):/.test(request.url())) {
      note(`a request to elsewhere: ${request.url()}`);
    }
  });
  return person;
}

export async function signIn(person, email, password) {
  const { page } = person;
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('textbox', { name: /^Password/ }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Places' }).waitFor();
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** Choose from one of the page's lists, as a person does with the pointer. */
export async function choose(page, label, option) {
  await page.getByRole('textbox', { name: label }).click();
  await page.getByRole('option', { name: option }).first().click();
}

async function violations(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations
    .filter((one) => one.impact === 'serious' || one.impact === 'critical')
    .flatMap((one) => one.nodes.slice(0, 3).map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`));
}

/** Whether it is there, at once or soon. */
export function appears(locator) {
  return locator.waitFor().then(() => true, () => false);
}

/** The page as it stands is readable by all: on a desk and a phone, in light and dark, and nothing sticks out. */
export async function checkPage(person, name) {
  const { page } = person;
  const faults = [];
  await page.waitForLoadState('networkidle');
  for (const [size, viewport] of [['desktop', DESKTOP], ['phone', PHONE]]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.waitForTimeout(60);
      if (process.env.PERITI_E2E_SHOTS !== undefined) {
        await page.screenshot({ path: `${process.env.PERITI_E2E_SHOTS}/${name.replaceAll(' ', '-')}-${size}-${colorScheme}.png`, fullPage: true });
      }
      faults.push(...(await violations(page)).map((one) => `${size}, ${colorScheme}: ${one}`));
    }
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (over > 0) {
      faults.push(`${size}: the page is ${over} pixels too wide`);
    }
  }
  await page.setViewportSize(DESKTOP);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  ok(faults.length === 0, `${name}: accessible and whole on desktop and phone, light and dark`, faults.join('\n'));
}
