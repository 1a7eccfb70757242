import { appears, checkPage, choose } from './browser.mjs';
import { ok } from './tap.mjs';

/** The operator drafts a listing, opens it, looks at the question bank; gives the listing's address. */
export async function openListing(operator) {
  const { page } = operator;
  await page.getByRole('link', { name: 'Vetting' }).click();
  await page.getByRole('button', { name: 'New listing' }).click();
  const dialog = page.getByRole('dialog', { name: 'New listing' });
  await dialog.getByLabel('Title').fill('Statistician');
  await dialog.getByLabel('What the work is').fill('Judge answers of models to questions of statistics.');
  await choose(page, 'Field', /^statistics/);
  await dialog.getByLabel('Questions at most').fill('4');
  await dialog.getByRole('button', { name: 'Make a draft' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await checkPage(operator, 'Vetting');
  await page.getByRole('link', { name: 'Statistician' }).click();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByRole('button', { name: 'Close' }).waitFor();
  await checkPage(operator, 'Listing');
  const listing = /vetting\/(\w+)/.exec(page.url())[1];
  await page.goto('/bank');
  await page.getByRole('link', { name: 'fin-audit-conflict' }).click();
  await page.getByRole('button', { name: 'Remove criterion a' }).waitFor();
  await checkPage(operator, 'Form of an item');
  await page.getByLabel('Question').fill('?');
  await page.getByText('JSON', { exact: true }).click();
  ok((await page.getByLabel('The item').inputValue()).includes('"prompt": "?"'), 'form and text of an item are one');
  await page.getByLabel('The item').fill('{"code": "fin-audit-conflict", "kind": "free", "prompt": "?"}');
  await page.getByText('no criteria').waitFor();
  ok(true, 'the linter reads along in the editor of an item');
  await checkPage(operator, 'Item');
  return `/roles/${listing}`;
}

/** Answer whatever kind of question is asked. */
async function answerOne(page, text) {
  if (await page.getByRole('textbox').count() > 0) {
    const box = page.getByRole('textbox').first();
    await box.fill((await page.getByText('One number').count()) > 0 ? '7' : text);
  } else if (await page.getByRole('radio').count() > 0) {
    await page.getByRole('radio').first().check();
  }
  const settled = page.waitForResponse((answer) => answer.url().endsWith('/answers'));
  await page.getByRole('button', { name: 'Answer', exact: true }).click();
  await settled;
}

/** Somebody new signs up from the role's page, applies, practises by keyboard, is interviewed, and sees the result. */
export async function apply(candidate, role) {
  const { page } = candidate;
  await page.goto('/roles');
  await page.getByRole('link', { name: 'Statistician' }).waitFor();
  candidate.expected.push(/401/);
  await page.goto(role);
  await page.getByLabel('Full name').fill('Nia New');
  await checkPage(candidate, 'Role');
  await page.getByLabel('E-mail').fill('nia@example.org');
  await page.getByRole('textbox', { name: /^Password/ }).fill('nia-long-enough');
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('heading', { name: 'Before you begin' }).waitFor();
  await checkPage(candidate, 'Notice and consent');
  await page.getByLabel('I have read this and agree').check();
  await page.getByRole('button', { name: 'Begin the interview' }).click();
  await page.getByText('Question 1 of at most 4').waitFor();
  await checkPage(candidate, 'Interview');
  for (let number = 0; number < 9 && page.url().includes('/interviews/') && !page.url().endsWith('/result'); number++) {
    await answerOne(page, 'It has to do with chance, and one would need more data to say it.');
    if (number === 0) {
      await page.reload(); // a crash or another device: it goes on where it was
    }
    await page.waitForTimeout(150);
    await page.waitForLoadState('networkidle');
  }
  await page.getByRole('heading', { name: 'Result: statistics' }).waitFor();
  ok(await appears(page.getByText('A person looks at it before anything is decided')), 'a weak interview goes to a person');
  await checkPage(candidate, 'Result');
}

/** A reviewer grades blind; what was weak stays so, and the candidate appeals. */
export async function gradeAndAppeal(reviewer, candidate) {
  const { page } = reviewer;
  await page.getByRole('link', { name: 'Grading' }).click();
  await page.getByText('Interviews below the mark').waitFor();
  await checkPage(reviewer, 'Grading');
  await page.getByRole('button', { name: 'Take the next' }).click();
  await page.getByRole('heading', { name: 'Interview: statistics' }).waitFor();
  const none = page.getByText('not met', { exact: true });
  for (let at = 0; at < await none.count(); at++) {
    await none.nth(at).click();
  }
  await page.getByText('4', { exact: true }).last().click();
  await checkPage(reviewer, 'An interview to grade');
  await page.getByRole('button', { name: 'Finish' }).click();
  await page.getByText('Appeals that changed the result').waitFor();
  const own = candidate.page;
  await own.reload();
  await own.getByText('Below what the role asks for').waitFor();
  await own.getByLabel('What is wrong with the result?').fill('My answers are right in other words.');
  await own.getByRole('button', { name: 'Appeal' }).click();
  await own.getByText('Decided by').waitFor();
  ok(true, 'a person grades blind, and the candidate appeals');
  await checkPage(candidate, 'Result with an appeal');
}


/** The operator imports résumés of many from one CSV, and is told which rows were bad. */
export async function importResumes(operator) {
  const { page } = operator;
  await page.goto('/experts');
  await page.getByRole('button', { name: 'Import résumés' }).click();
  const chosen = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a CSV' }).click();
  await (await chosen).setFiles({
    name: 'people.csv', mimeType: 'text/csv',
    buffer: Buffer.from('email,name,skills,employers\nivy@example.org,Ivy,tax law,Acme | Clerk | 2019 | present\nnobody,No Body,,\n'),
  });
  await page.getByText('2 rows read: 1 résumé added').waitFor();
  await page.getByRole('cell', { name: 'email' }).waitFor();
  await checkPage(operator, 'Import of résumés');
  ok(true, 'good rows of a CSV of résumés are imported, bad ones are named');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Standard names' }).click();
  await choose(page, 'List', 'Our own list');
  const list = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a file' }).click();
  await (await list).setFiles({
    name: 'ours.csv', mimeType: 'text/csv',
    buffer: Buffer.from('kind,code,label,others\noccupation,o1,Legal annotator,contract tagger\n'),
  });
  await page.getByText('1 entry added').waitFor();
  await page.getByText('Imported so far: 1 occupation (Our own list)').waitFor();
  await checkPage(operator, 'Standard names');
  ok(true, 'a list of occupations is imported while the server runs');
  await page.keyboard.press('Escape');
}

/** The candidate uploads a résumé and confirms it; the operator looks at pool and fairness. */
export async function resumeAndFairness(operator, candidate) {
  const own = candidate.page;
  await own.goto('/resume');
  await own.getByText('No résumé yet').waitFor();
  const chosen = own.waitForEvent('filechooser');
  await own.getByRole('button', { name: /Upload a résumé|Choose a file/ }).click();
  await (await chosen).setFiles({
    name: 'cv.txt', mimeType: 'text/plain',
    buffer: Buffer.from('Nia New\n\nExperience\nAnalyst, Acme Ltd – Paris, France        May 2019 – June 2021\n\nSkills\nPython, contract law\n'),
  });
  await own.getByRole('button', { name: 'Read it' }).click();
  await own.getByText('Nothing of this counts yet').waitFor();
  await own.getByRole('button', { name: 'Standard names for contract law' }).click();
  await own.getByRole('group', { name: 'Standard names for contract law' }).getByRole('button', { name: /^contract law/ }).click();
  await checkPage(candidate, 'Résumé');
  await own.getByRole('button', { name: 'Confirm', exact: true }).click();
  await own.getByText('are in your profile').waitFor();
  ok(true, 'a résumé counts once it is confirmed');
  await importResumes(operator);
  const { page } = operator;
  await page.goto('/fairness');
  await page.getByText('Where this comes from').waitFor();
  await page.getByRole('heading', { name: 'The people who grade' }).waitFor();
  await checkPage(operator, 'Fairness');
  await page.goto('/grading');
  await page.getByRole('heading', { name: 'Second grades' }).waitFor();
  await page.getByLabel('Of 100 judgements').fill('20');
  await page.getByLabel('Why').fill('A new grader.');
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await page.getByText('Chance sends 20 %').waitFor();
  ok(true, 'the operator has more judgements graded twice');
  await checkPage(operator, 'Grading of an operator');
  await page.goto('/learning');
  await page.getByRole('button', { name: 'Learn now' }).click();
  await page.getByText('too few answers graded by people').waitFor({ timeout: 60000 });
  await checkPage(operator, 'What was learnt');
  await page.goto('/pool');
  await page.getByRole('heading', { name: 'Pool' }).waitFor();
  await checkPage(operator, 'Pool');
}

/** A second account with the candidate's mailbox: the candidate replies, the operator finds, the candidate reads it. */
export async function looksAlike(operator, candidate, email) {
  const own = candidate.page;
  const { page } = operator;
  await page.evaluate(async (address) => {
    const ask = (method, path, body) => fetch(path, { method, headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() }, body });
    const session = await (await ask('GET', '/v1/session')).json();
    await ask('POST', '/v1/people', JSON.stringify({ organisation_id: session.organisation_id, email: address, name: 'Somebody Else', role: 'expert', password: 'else-long-enough' }));
  }, email.replace('@', '+more@'));
  await own.goto('/resume');
  await own.getByRole('button', { name: /^Reply about/ }).click();
  await own.getByRole('radio', { name: 'It is not that simple' }).click();
  await own.getByRole('textbox', { name: 'In your words' }).fill('I had lost the password of my first account.');
  await checkPage(candidate, 'Reply about a second account');
  await own.getByRole('button', { name: 'Send' }).click();
  await own.getByText('I had lost the password').waitFor();
  await page.goto('/pool');
  await page.getByText('I had lost the password').waitFor();
  await page.getByRole('button', { name: /^Record a finding about/ }).click();
  await page.getByRole('radio', { name: 'One person' }).click();
  await page.getByRole('textbox', { name: 'Reason' }).fill('You say so yourself.');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('You say so yourself.').waitFor();
  await checkPage(operator, 'Pool with a pair of accounts');
  await own.reload();
  await own.getByText('You say so yourself.').waitFor();
  ok(true, 'a person replies to evidence of a second account and reads what was found');
  await checkPage(candidate, 'Résumé with a finding');
}
