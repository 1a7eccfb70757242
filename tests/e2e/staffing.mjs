import { appears, checkPage, signIn } from './browser.mjs';
import { ok } from './tap.mjs';

/** Ask the API as whoever is signed in on the page. */
function ask(page, method, path, body) {
  return page.evaluate(async ([how, where, what]) => {
    const answer = await fetch(where, { method: how, headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() }, body: what === undefined ? undefined : JSON.stringify(what) });
    return answer.json();
  }, [method, path, body]);
}

async function writeProfile(person) {
  const { page } = person;
  await page.getByRole('link', { name: 'Profile' }).click();
  await page.getByText('No match has been made').waitFor();
  await checkPage(person, 'Profile, empty');
  await page.getByLabel('One line about you').fill('Reads advice for a living');
  await page.getByRole('button', { name: 'Add a skill' }).click();
  await page.getByRole('textbox', { name: 'Skill 1', exact: true }).fill('contracts');
  await page.getByLabel('Level of skill 1').fill('8');
  await page.getByLabel('One line about you').click();
  await page.getByRole('textbox', { name: 'Languages' }).fill('en');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('you wrote “contracts”').waitFor();
  ok(await page.getByRole('textbox', { name: 'Skill 1', exact: true }).inputValue() === 'contract law', 'the name of a skill is normalised, and says so');
  await checkPage(person, 'Profile');
}

async function askAndMatch(operator) {
  const { page } = operator;
  await page.getByRole('button', { name: 'Ask for experts' }).click();
  const dialog = page.getByRole('dialog', { name: 'Ask for experts' });
  await dialog.getByLabel('Name').fill('Readers');
  await dialog.getByLabel('Seats', { exact: true }).fill('2');
  await dialog.getByRole('textbox', { name: 'Skills' }).fill('contract law: 5');
  await page.keyboard.press('Enter');
  await dialog.getByLabel('Rate ceiling').fill('60');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Run the match' }).click();
  await page.getByText('1 seat cannot be filled').waitFor();
  ok(await appears(page.getByText('1 of 2 seats filled').first()), 'the match fills what it can, and says what is missing');
  await page.getByRole('slider', { name: 'Seats' }).focus();
  await page.keyboard.press('ArrowLeft');
  await page.getByText('1 of 1 seats filled').first().waitFor();
  ok(true, 'a question is answered from the run, by keyboard');
  await checkPage(operator, 'Staffing');
}

async function offer(operator) {
  const { page } = operator;
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('An hour of work').fill('50');
  await dialog.getByRole('button', { name: 'Send the offer' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('open', { exact: true }).last().waitFor();
}

async function takeIt(person, name) {
  const { page } = person;
  await page.getByRole('link', { name: 'Offers' }).click();
  await page.getByRole('button', { name: 'Accept' }).waitFor();
  await checkPage(person, 'Offers');
  await page.getByRole('button', { name: 'Accept' }).click();
  for (let step = 0; step < 4; step++) {
    await page.getByRole('checkbox').check();
    await page.getByLabel('Sign with your name').fill(name);
    if (step === 0) {
      await checkPage(person, 'Offer, agreement');
    }
    const done = page.waitForResponse((answer) => answer.url().endsWith('/steps'));
    await page.getByRole('button', { name: 'Sign' }).click();
    await done;
    await page.waitForTimeout(150);
  }
  await page.getByRole('link', { name: 'Go to the calibration' }).click();
  await page.getByText('2 of 2 tasks have to be right').waitFor();
  await checkPage(person, 'Calibration');
  for (const choice of ['a', 'b']) {
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press(choice === 'a' ? '1' : '2');
    await page.keyboard.press('Enter');
    await page.getByText('That is the known answer').waitFor();
    if (choice === 'a') {
      await checkPage(person, 'Calibration, feedback');
    }
    await page.keyboard.press('Enter');
  }
  await page.getByText('Passed', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Offers' }).click();
  await page.getByText('Its queue is open to you').waitFor();
  ok(true, 'four signatures and the calibration open the queue');
}

/** Two tasks whose answer is known, and the rule, by the page. */
async function askForCalibration(operator, campaign) {
  const { page } = operator;
  const upload = await page.evaluate(async (id) => (await fetch(`/v1/campaigns/${id}/imports?name=c.jsonl`, { method: 'POST', headers: { 'Content-Type': 'application/octet-stream', 'Idempotency-Key': crypto.randomUUID() }, body: '{"id": "k1", "text": "First."}\n{"id": "k2", "text": "Second."}\n' })).json(), campaign);
  for (let wait = 0; wait < 100 && (await ask(page, 'GET', `/v1/batches/${upload.batch_id}`)).state === 'importing'; wait++) {
    await page.waitForTimeout(100);
  }
  await page.reload();
  for (const [text, choice] of [['First.', 'a'], ['Second.', 'b']]) {
    await page.getByRole('button', { name: 'Add a task' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Task' }).click();
    await page.getByRole('option', { name: new RegExp(text) }).click();
    await dialog.getByRole('radio', { name: choice, exact: true }).click();
    await dialog.getByRole('textbox', { name: 'Clause that settles it' }).click();
    await page.getByRole('option', { name: /Read/ }).click();
    await dialog.getByLabel('Why it is the answer').fill('Because it says so.');
    if (choice === 'a') {
      await checkPage(operator, 'Calibration, a task');
    }
    await dialog.getByRole('button', { name: 'Add' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }
  await page.getByLabel('Tasks of an attempt').fill('2');
  await page.getByLabel('That must be right').fill('2');
  await page.getByRole('button', { name: 'Ask for it' }).click();
  await page.getByRole('button', { name: 'Change' }).waitFor();
}

/** A wall by rule, on the campaign's page. */
async function setWall(operator, campaign) {
  const { page } = operator;
  await page.goto(`/campaigns/${campaign}/team`);
  await page.getByText('Nobody is kept away.').waitFor();
  await page.getByRole('textbox', { name: 'Keep away' }).click();
  await page.getByRole('option', { name: /company/ }).click();
  await page.getByLabel('Company').fill('Initech');
  await page.getByLabel('Reason', { exact: true }).fill('They sell the same.');
  await page.getByText('all of the client').click();
  await page.getByRole('button', { name: 'Set the wall' }).click();
  await page.getByRole('button', { name: 'Lift the wall: Initech' }).waitFor();
  ok(await appears(page.getByText(/Set by .* until it is lifted, from all of Clear Labs/)), 'a wall says who set it, since when, until when and where');
  await checkPage(operator, 'Walls');
}

const TAX = ['Tess Tax', 'Tim Tariff', 'Tove Toll', 'Theo Levy'].map((name, at) => JSON.stringify({
  email: `t${at}@example.org`, name, skills: [{ name: 'tax law', level: 9 - at }], languages: ['en'], rate_minor: 5000 - 500 * at, currency: 'USD', weekly_hours: 20, country: at < 2 ? 'FR' : 'DE',
})).join('\n');

/** Limits of a team, a seat given by hand with the pointer, and a wall that comes up later. */
export async function steer(operator, client) {
  const { page } = operator;
  const begun = await page.evaluate(async (lines) => (await fetch('/v1/expert-imports', { method: 'POST', headers: { 'Content-Type': 'application/octet-stream', 'Idempotency-Key': crypto.randomUUID() }, body: lines })).json(), TAX);
  for (let wait = 0; wait < 100 && (await ask(page, 'GET', `/v1/expert-imports/${begun.import_id}`)).state === 'importing'; wait++) {
    await page.waitForTimeout(100);
  }
  const made = await ask(page, 'POST', '/v1/campaigns', {
    organisation_id: client, name: 'Taxes', task_type: 'classification', price_minor: 100, parameters: { classes: ['a', 'b'] }, guideline: '# 1 Read\nTwice.',
  });
  await page.goto(`/campaigns/${made.id}/staffing`);
  await page.getByRole('button', { name: 'Ask for experts' }).click();
  const dialog = page.getByRole('dialog', { name: 'Ask for experts' });
  await dialog.getByLabel('Name').fill('Assessors');
  await dialog.getByLabel('Seats', { exact: true }).fill('2');
  await dialog.getByRole('textbox', { name: 'Skills' }).fill('tax law: 3');
  await page.keyboard.press('Enter');
  await dialog.getByLabel('Hours a week').fill('10');
  await dialog.getByLabel('Rate ceiling').fill('60');
  await dialog.getByLabel('Done by').fill('2031-01-31');
  await dialog.getByRole('button', { name: 'Add a bound' }).click();
  await dialog.getByRole('textbox', { name: 'Country' }).last().fill('de');
  await dialog.getByLabel('At least').fill('1');
  await checkPage(operator, 'A requirement');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Run the match' }).click();
  await page.getByText('Here for a limit: at least 1 from DE').waitFor();
  ok(await appears(page.getByRole('cell', { name: 'at least 1 from DE' })), 'a seat and the board say which limit binds');
  await checkPage(operator, 'Staffing with a limit');
  await page.getByText('Tim Tariff', { exact: true }).dragTo(page.getByText('Tess Tax', { exact: true }));
  const drawer = page.getByRole('dialog', { name: 'Instead of Tess Tax' });
  await drawer.getByText(/would change hands/).waitFor();
  ok(await drawer.getByRole('button', { name: 'Give the seat to Tim Tariff' }).isDisabled(), 'a seat given by hand shows its effect, and needs a reason');
  await checkPage(operator, 'Somebody else');
  await drawer.getByLabel('Why').fill('Knows the client.');
  await drawer.getByRole('button', { name: 'Give the seat to Tim Tariff' }).click();
  await drawer.waitFor({ state: 'hidden' });
  await page.getByText('Instead of Tess Tax').waitFor();
  await page.getByRole('button', { name: 'Set a budget' }).click();
  const budget = page.getByRole('dialog');
  await budget.getByLabel('Amount').fill('900');
  await checkPage(operator, 'Team budget');
  await budget.getByRole('button', { name: 'Set', exact: true }).click();
  await page.getByText(/Budget .*900.* a week/).waitFor();
  const joined = (await ask(page, 'GET', '/v1/experts?country=DE')).items[0];
  await ask(page, 'POST', `/v1/campaigns/${made.id}/engagements`, { person_id: joined.id, duty: 'expert' });
  await ask(page, 'PUT', `/v1/experts/${joined.id}`, { ...joined.profile, hidden_from: ['Clear Labs'] });
  for (let wait = 0; wait < 100 && (await ask(page, 'GET', `/v1/campaigns/${made.id}/conflicts`)).items.length === 0; wait++) {
    await page.waitForTimeout(100);
  }
  await page.goto(`/campaigns/${made.id}/team`);
  await page.getByRole('button', { name: 'Decide' }).waitFor();
  await checkPage(operator, 'A conflict');
  await page.getByRole('button', { name: 'Decide' }).click();
  await page.getByRole('dialog').getByLabel('Why').fill('Agreed with the client.');
  await page.getByRole('button', { name: 'It goes on' }).click();
  await page.getByText('decided by').waitFor();
  ok(true, 'a wall that comes up later waits for a person');
}

/** From a profile to the queue: profile, requirement, match, offer, steps; and the search of experts. */
export async function staff(operator, expert) {
  const { page } = operator;
  const who = { name: 'Finn Fresh', email: 'finn@example.org' };
  const session = await ask(page, 'GET', '/v1/session');
  who.password = (await ask(page, 'POST', '/v1/people', { organisation_id: session.organisation_id, email: who.email, name: who.name, role: 'expert' })).password;
  await signIn(expert, who.email, who.password);
  await writeProfile(expert);
  const { items } = await ask(page, 'GET', '/v1/organisations?limit=50');
  const made = await ask(page, 'POST', '/v1/campaigns', {
    organisation_id: items.find((one) => one.name === 'Clear Labs').id, name: 'Clauses', task_type: 'classification', price_minor: 100,
    parameters: { classes: ['a', 'b'] }, guideline: '# 1 Read\nTwice.',
  });
  await page.goto(`/campaigns/${made.id}/staffing`);
  await page.getByText('Nothing is asked for yet').waitFor();
  await checkPage(operator, 'Staffing, empty');
  await askForCalibration(operator, made.id);
  await askAndMatch(operator);
  await offer(operator);
  await takeIt(expert, who.name);
  await setWall(operator, made.id);
  await page.getByRole('link', { name: 'Experts' }).click();
  await page.getByText('1 expert', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'contract law', exact: true }).click();
  await page.getByRole('button', { name: who.name }).waitFor();
  await checkPage(operator, 'Experts');
  ok(new URL(page.url()).searchParams.get('skill') === 'contract law', 'a search is a link');
  await page.getByRole('link', { name: 'Campaigns' }).first().click();
  await page.getByRole('link', { name: 'Scope a need' }).click();
  await page.getByText('1000 tasks × 2 answers = 2000 answers').waitFor();
  ok(true, 'a need is reckoned with its arithmetic');
  await checkPage(operator, 'Scope');
  await steer(operator, items.find((one) => one.name === 'Clear Labs').id);
}
