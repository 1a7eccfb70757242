import { checkPage, choose, signIn } from './browser.mjs';
import { ok } from './tap.mjs';

/** The operator adds somebody in finance, who may reach the client; and gives a bonus. */
export async function addFinance(operator, campaign) {
  const { page } = operator;
  await page.goto(`/campaigns/${campaign}/bonus`);
  await choose(page, 'Whose', /Ada Expert/);
  await page.getByLabel('Amount in').fill('12.50');
  await page.getByRole('textbox', { name: 'Reason' }).fill('Found a fault in the guideline.');
  await page.getByRole('button', { name: 'Give it' }).click();
  await page.getByText('Found a fault in the guideline.').waitFor();
  ok(true, 'a bonus is given with its reason, and seen at once');
  await checkPage(operator, 'Campaign, bonuses');
  await page.goto(`/campaigns/${campaign}/minutes`);
  await page.getByText('Waits for a decision').waitFor();
  await page.getByRole('button', { name: 'Take minutes away' }).waitFor();
  await checkPage(operator, 'Campaign, minutes');
  const made = await page.evaluate(async (id) => {
    const ask = async (method, path, body) => (await fetch(path, { method, headers: { 'Content-Type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body) })).json();
    const { organisation_id: home } = await ask('GET', '/v1/session');
    const person = await ask('POST', '/v1/people', { organisation_id: home, email: 'fay.finance@example.org', name: 'Fay Finance', role: 'finance' });
    const { organisation_id: client } = await ask('GET', `/v1/campaigns/${id}`);
    await ask('POST', `/v1/organisations/${client}/grants`, { person_id: person.id, granted: true });
    return person;
  }, campaign);
  return { email: 'fay.finance@example.org', password: made.password };
}

/** What the client is charged from now on. */
async function charge(person, campaign) {
  const { page } = person;
  await page.goto(`/campaigns/${campaign}/spend`);
  await page.getByText('For an accepted answer').waitFor();
  const card = page.getByRole('region', { name: 'What the client is charged' });
  await card.getByText('What the work costs; nobody said otherwise.').waitFor();
  await card.getByRole('button', { name: 'Change the charge' }).click();
  await card.getByLabel('Markup on the cost, percent').fill('25');
  await checkPage(person, 'Campaign, spend');
  await card.getByRole('button', { name: 'Charge so from now on' }).click();
  await card.getByText('The cost and 25 % for everything').waitFor();
  ok(true, 'finance says what the client is charged from now on');
}

/** Somebody's payouts wait, for a reason and until a day; and go on. */
async function hold(person) {
  const { page } = person;
  await page.goto('/payouts');
  await page.getByRole('button', { name: 'Hold payouts of Ada Expert' }).first().click();
  await page.getByLabel('Why the payouts wait').fill('The account is in another name.');
  await checkPage(person, 'Payouts, a hold');
  await page.getByRole('button', { name: 'Hold', exact: true }).click();
  const holds = page.getByRole('region', { name: 'Holds' });
  await holds.getByText('The account is in another name.').waitFor();
  await page.getByRole('region', { name: 'Who is owed' }).getByText('on hold').first().waitFor();
  await checkPage(person, 'Payouts, held');
  await holds.getByRole('button', { name: 'Lift the hold of Ada Expert' }).click();
  await holds.getByText(/^lifted/).waitFor();
  ok(true, 'a payout is held with its reason and end, and the hold is lifted');
}

/** A run that one person approved waits for another. */
async function approve(person) {
  const { page } = person;
  await page.getByRole('button', { name: 'Accept' }).first().click();
  await page.getByRole('region', { name: 'Who is owed' }).getByText('ready').first().waitFor();
  await choose(page, 'Pay from', /Example GmbH/);
  const early = page.getByLabel(/^Also what was earned after/);
  if (await early.count() > 0) {
    await early.check();
  }
  await page.getByRole('button', { name: 'Gather what is due' }).click();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('another person has to approve it too').waitFor();
  ok(await page.getByRole('button', { name: 'Approve' }).count() === 0, 'whoever approved a run sees that another person has to, and cannot again');
  await checkPage(person, 'Payouts, approved once');
}

/** Exchange rates, a closed period, the proof. */
async function books(person) {
  const { page } = person;
  await page.goto('/books');
  await page.getByText('It holds:').waitFor();
  await page.getByRole('button', { name: 'New rate' }).click();
  await page.getByLabel('One unit of').fill('eur');
  await page.getByLabel('is worth').fill('1.0834');
  await page.getByLabel('units of').fill('usd');
  await page.getByLabel('Who says so').fill('European Central Bank, reference rate');
  await page.getByLabel('Quoted at').fill('2026-03-02T16:00');
  await page.getByRole('button', { name: 'Record the rate' }).click();
  await page.getByText('EUR in USD').waitFor();
  ok(true, 'a rate is recorded with its source and time');
  await page.getByRole('button', { name: 'Close a period' }).click();
  await page.getByLabel('Last day of the period').fill('2026-01-31');
  await page.getByText('Nothing of the time before is unfinished.').waitFor();
  await page.getByLabel('Last day of the period').fill(new Date(Date.now() - 86400000).toISOString().slice(0, 10));
  await page.getByLabel('Last day of the period').press('Enter');
  await page.getByText('For good').waitFor();
  await checkPage(person, 'The book, closing');
  await page.getByRole('button', { name: 'Yes, close it' }).click();
  await page.getByRole('table', { name: 'Closed periods' }).getByText('Fay Finance').waitFor();
  ok(true, 'a period is closed after one more question');
  await checkPage(person, 'The book');
}

/** An account to pay from, an invoice with its lines and a payment, and the money of the house. */
export async function finance(person, sign, campaign) {
  const { page } = person;
  await signIn(person, sign.email, sign.password);
  await page.goto('/payouts');
  await page.getByText('First say which account').waitFor();
  await checkPage(person, 'Payouts, empty');
  await page.getByLabel('Holder').fill('Example GmbH');
  await page.getByLabel('IBAN').fill('DE89 3704 0044 0532 0130 00');
  await page.getByLabel('BIC').fill('COBADEFFXXX');
  await page.getByLabel("Payer's code").fill('EXAMPLE');
  await page.getByRole('button', { name: 'Add the account' }).click();
  await choose(page, 'Pay from', /Example GmbH/);
  ok(true, 'finance names the account to pay from');
  await page.getByRole('button', { name: 'Change' }).click();
  await page.getByRole('textbox', { name: 'Time zone' }).fill('Europe/Berlin');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Pay on these days' }).click();
  await page.getByText('(Europe/Berlin)').waitFor();
  ok(true, 'finance says when payouts are made, and on whose clock');
  await checkPage(person, 'Payouts');
  await page.goto(`/campaigns/${campaign}/invoices`);
  person.expected.push(/status of 409/);
  await page.getByRole('button', { name: 'Invoice until now' }).click();
  await page.getByText('say first who sells').waitFor();
  ok(true, 'an invoice says what it lacks');
  const seller = page.getByRole('region', { name: 'Seller' });
  await seller.getByLabel('Legal name').fill('Example Works GmbH');
  await seller.getByLabel('Address').fill('Lindenweg 3, 10117 Berlin');
  await seller.getByLabel('Tax number').fill('DE811569869');
  await seller.getByLabel('Country').fill('de');
  await seller.getByLabel('Clients pay to').fill('DE89 3704 0044 0532 0130 00');
  await checkPage(person, 'Campaign, invoices, nobody named');
  await seller.getByRole('button', { name: 'Save' }).click();
  await seller.getByText('Lindenweg 3, 10117 Berlin, DE').waitFor();
  const buyer = page.getByRole('region', { name: 'Billed to' });
  await buyer.getByLabel('Legal name').fill('Clear Labs Inc.');
  await buyer.getByLabel('Address').fill('1 Main Street, Springfield');
  await buyer.getByLabel('Country').fill('US');
  await choose(page, /^Tax$/, 'Outside of VAT');
  await buyer.getByRole('button', { name: 'Save' }).click();
  await page.getByText('no tax: Outside of VAT').waitFor();
  ok(true, 'seller and buyer are named beside the invoices');
  await page.getByRole('button', { name: 'Invoice until now' }).click();
  await page.getByRole('button', { name: /^Open INV-\d{4}-0001/ }).click();
  await page.getByRole('button', { name: 'Entries and rows' }).click();
  await page.getByRole('link', { name: 'Open the row' }).first().waitFor();
  ok(true, 'an invoice opens to its lines, entries and rows');
  await page.getByRole('button', { name: 'Record a payment' }).click();
  await page.getByLabel('Amount in').fill('0.01');
  await page.getByLabel("The bank's reference").fill('E2E-1');
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  await page.getByText('E2E-1').waitFor();
  ok(true, 'a payment is recorded and stands on the invoice');
  await checkPage(person, 'Campaign, invoices');
  await charge(person, campaign);
  await hold(person);
  await approve(person);
  await books(person);
  await page.goto('/money');
  await page.getByText('Margin by campaign').waitFor();
  await page.getByRole('link', { name: /-0001/ }).waitFor();
  await checkPage(person, 'Money');
}
