import { alive, ATTACK } from './attack.mjs';
import { appears, checkPage, choose, signIn } from './browser.mjs';
import { ok } from './tap.mjs';

async function addOrganisation(page, name) {
  await page.getByRole('button', { name: 'New organisation' }).click();
  const dialog = page.getByRole('dialog', { name: 'New organisation' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Add' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

async function addPerson(page, name, role) {
  const email = `${name.toLowerCase().replace(' ', '.')}@example.org`;
  await page.getByRole('button', { name: 'New person' }).click();
  const dialog = page.getByRole('dialog', { name: 'New person' });
  await dialog.getByLabel('Full name').fill(name);
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByRole('textbox', { name: 'Role' }).click();
  await page.getByRole('option', { name: role, exact: true }).click();
  await dialog.getByRole('button', { name: 'Add' }).click();
  const password = (await dialog.locator('pre').textContent()).trim();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'hidden' });
  return { name, email, password };
}

/** The operator signs in and adds two clients and a team. */
export async function addPeople(operator, server) {
  const { page } = operator;
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').waitFor();
  await checkPage(operator, 'Sign in');
  await signIn(operator, server.operator.email, server.operator.password);
  ok(new URL(page.url()).pathname === '/campaigns', 'the operator begins at the campaigns');
  await checkPage(operator, 'Campaigns, empty');
  await page.getByRole('link', { name: 'People' }).click();
  const people = {
    ada: await addPerson(page, 'Ada Expert', 'expert'),
    bo: await addPerson(page, 'Bo Expert', 'expert'),
    rita: await addPerson(page, 'Rita Reviewer', 'reviewer'),
    rolf: await addPerson(page, 'Rolf Reviewer', 'reviewer'),
  };
  await checkPage(operator, 'People');
  await addOrganisation(page, 'Clear Labs');
  await addOrganisation(page, 'Other Labs');
  await choose(page, 'Organisation', 'Clear Labs');
  people.clara = await addPerson(page, 'Clara Client', 'client');
  await choose(page, 'Organisation', 'Other Labs');
  people.oscar = await addPerson(page, 'Oscar Client', 'client');
  ok(await appears(page.getByRole('cell', { name: people.oscar.email })), 'clients and a team are added, each with a password');
  await closeAndReopen(operator, 'Oscar Client');
  return people;
}

/** An account is closed and opened again, each time with a reason. */
async function closeAndReopen(operator, name) {
  const { page } = operator;
  await page.getByRole('button', { name }).click();
  const dialog = page.getByRole('dialog', { name });
  await dialog.getByLabel('Why').fill('The laptop was stolen.');
  await checkPage(operator, 'Person');
  await dialog.getByRole('button', { name: 'Close the account' }).click();
  await dialog.getByText('The laptop was stolen.').waitFor();
  await dialog.getByLabel('Why').fill('There is a new one.');
  await dialog.getByRole('button', { name: 'Open the account again' }).click();
  await dialog.getByRole('button', { name: 'Close the account' }).waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  ok(true, 'an account is closed at once, and opened again');
}

/** A preference campaign of one answer a task; gives its id. */
export async function newCampaign(operator) {
  const { page } = operator;
  await page.goto('/campaigns/new');
  await choose(page, 'Client', 'Clear Labs');
  await page.getByLabel('Name').fill('Which advice is better?');
  await page.getByLabel('Field of expertise').fill('law');
  await choose(page, 'Task type', 'Preference between two answers');
  await page.getByLabel('Answers for each task').fill('1');
  await checkPage(operator, 'New campaign');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.waitForURL('**/import');
  ok(true, 'a campaign is made, and its import opens');
  return /campaigns\/([^/]+)/.exec(page.url())[1];
}

function tasks() {
  const plain = [1, 2, 3, 4].map((number) => ({
    id: `task-${number}`, prompt: `Question ${number}: may the landlord change the locks?`,
    answer_a: `No, not without a court (${number}).`, answer_b: `Yes, at any time (${number}).`, domain: 'law',
  }));
  const rows = [ATTACK, ...plain].map((row) => JSON.stringify(row));
  rows.splice(2, 0, JSON.stringify({ id: 'bad-1', answer_a: 'An answer', answer_b: 'to no question' }));
  return Buffer.from(rows.join('\n') + '\n');
}

/** Five good rows and a bad one: preview, mapping, report. */
export async function importTasks(operator) {
  const { page } = operator;
  await page.locator('input[type=file]').setInputFiles({ name: 'tasks.jsonl', mimeType: 'application/jsonl', buffer: tasks() });
  await page.getByText('6 records').waitFor();
  ok(await appears(page.getByText('1 bad').first()), 'the preview counts the bad row');
  ok(await page.getByRole('textbox', { name: 'Prompt' }).inputValue() === 'prompt', 'the columns are mapped by their names');
  await choose(page, 'Your identifier (optional)', 'id');
  await page.waitForLoadState('networkidle');
  await checkPage(operator, 'Import, preview');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('Imported', { exact: true }).waitFor();
  const report = await page.getByRole('status').filter({ hasText: 'Imported' }).textContent().catch(() => page.locator('main').textContent());
  ok(/5 tasks added/.test(report) && /1 bad/.test(report) && /prompt/.test(report), 'the report says what was added and which line was bad', report);
  await checkPage(operator, 'Import, report');
}

/** The team is added and the campaign opened. */
export async function openCampaign(operator, people) {
  const { page } = operator;
  await page.getByRole('tab', { name: 'Team and walls' }).click();
  for (const one of [people.ada, people.bo, people.rita, people.rolf]) {
    await choose(page, 'Add to the team', new RegExp(one.name));
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('cell', { name: new RegExp(one.name) }).waitFor();
  }
  await checkPage(operator, 'Team and walls');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByRole('button', { name: 'Pause' }).first().waitFor();
  await page.getByRole('button', { name: 'Close', exact: true }).waitFor();
  ok(true, 'the team is complete and the campaign open');
}

/** Every part of the quality page; the stop rule is turned on and off. */
async function quality(operator, campaign) {
  const { page } = operator;
  for (const [part, heading] of [['experts', 'Experts, and models beside them'], ['tasks', 'Hard tasks'], ['clauses', 'Clauses in doubt'], ['habits', 'Habits'],
    ['alerts', 'To look at'], ['reviewers', 'Reviewers'], ['next', 'The next hundred judgements'], ['gold', 'Known answers'], ['decisions', 'Decisions']]) {
    await page.goto(`/campaigns/${campaign}/quality?part=${part}`);
    await page.getByRole('heading', { name: heading, exact: true }).waitFor();
    await checkPage(operator, `Quality, ${part}`);
  }
  await page.getByRole('tab', { name: 'Classes and tasks' }).click();
  await page.getByRole('button', { name: /\([1-9]\d*\) .* said as/ }).first().click();
  const rows = page.getByRole('dialog');
  await rows.getByRole('cell').first().waitFor();
  ok(true, 'a number opens to its answers');
  await page.keyboard.press('Escape');
  await page.goto(`/campaigns/${campaign}/quality`);
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.getByText(/^Sure from 0.95/).waitFor();
  await page.getByRole('button', { name: 'Turn off' }).click();
  await page.getByText(/^Off: every task/).waitFor();
  ok(true, 'answers stop when they are sure, and do not any more');
}

/** Every tab of the campaign, a task that attacks, and the palette. */
export async function tours(operator, campaign) {
  const { page } = operator;
  for (const tab of ['board', 'tasks', 'guideline', 'quality', 'deliveries', 'ledger']) {
    await page.goto(`/campaigns/${campaign}/${tab}`);
    await page.getByRole('tabpanel').first().waitFor();
    await checkPage(operator, `Campaign, ${tab}`);
  }
  await quality(operator, campaign);
  await page.goto(`/campaigns/${campaign}/tasks`);
  await page.getByRole('row', { name: /attack-1/ }).getByRole('link').click();
  await page.locator('.katex').first().waitFor();
  ok((await alive(page)).length === 0, 'the operator reads a task that attacks, and nothing runs', (await alive(page)).join('\n'));
  await checkPage(operator, 'Task with its answers');
  await page.goto(`/campaigns/${campaign}/nowhere`);
  await page.getByRole('tab', { name: 'Board', selected: true }).waitFor();
  ok(true, 'a part that does not exist falls back to the board');
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Go to…').fill('peop');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/people');
  ok(true, 'the palette goes anywhere by keyboard');
  await page.goto('/keys');
  await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
  await checkPage(operator, 'API keys and password');
}
