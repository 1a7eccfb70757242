import { appears, checkPage } from './browser.mjs';
import { ok } from './tap.mjs';

const file = (name, rows) => ({ name, mimeType: 'application/json', buffer: Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n') + '\n') });
const rubric = (points) => ({
  id: 'sky', prompt: 'Why is the sky blue?', domain: 'physics',
  rubrics: [
    { id: 'cause', criterion: 'Names scattering of light by the molecules of air', points, kind: 'factual' },
    { id: 'sea', criterion: 'Claims that the sky mirrors the sea', points: -4, kind: 'factual' },
    { id: 'waves', criterion: 'Says that short waves scatter more than long ones', points: 2, kind: 'reasoning', needs: ['cause'] },
  ],
});
const graded = (grader, kind, shift) => Array.from({ length: 12 }, (_, i) => ({
  id: `answer ${i + 1}`, grader, kind,
  rubrics: [{ id: 'cause', criteria_met: i % 3 !== 0 }, { id: 'sea', criteria_met: (i + shift) % 6 === 0 }, { id: 'waves', criteria_met: i % 2 === 0 }],
}));

/** The operator adds a rubric, confirms a model's draft, sees what changed, how criteria measure and how a model stands. */
export async function rubrics(person) {
  const { page } = person;
  await page.goto('/rubrics');
  await page.getByText('No rubric yet').waitFor();
  await checkPage(person, 'Rubrics, empty');
  await page.getByRole('button', { name: 'New rubric' }).click();
  const dialog = page.getByRole('dialog', { name: 'New rubric' });
  await dialog.getByLabel('Name').fill('Physics');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('heading', { level: 1, name: 'Physics' }).waitFor();
  await page.locator('input[type=file]').setInputFiles(file('first.jsonl', [rubric(5)]));
  await page.getByText('Version 1: 3 criteria.').waitFor();
  await page.getByLabel('A model drafted it').check();
  await page.locator('input[type=file]').setInputFiles(file('draft.jsonl', [rubric(6)]));
  await page.getByRole('button', { name: 'Confirm version 2' }).waitFor();
  ok(await appears(page.getByText('draft', { exact: true })), 'a draft of a model waits for a person');
  await page.getByRole('button', { name: 'Confirm version 2' }).click();
  await page.getByText('model’s, confirmed').waitFor();
  await checkPage(person, 'Versions of a rubric');
  await page.getByRole('tab', { name: 'Criteria' }).click();
  await page.getByText('Claims that the sky mirrors the sea').waitFor();
  await checkPage(person, 'Criteria of a rubric');
  const id = page.url().split('/').at(-1);
  for (const rows of [graded('Ada', 'person', 0), graded('Ben', 'person', 0), graded('judge-1', 'model', 1)]) {
    await page.request.post(`/v1/rubrics/${id}/grades`, { data: file('grades.jsonl', rows).buffer, headers: { 'Content-Type': 'application/octet-stream' } });
  }
  await page.getByRole('tab', { name: 'Measures' }).click();
  await page.getByText('does not grade alone').waitFor();
  await checkPage(person, 'Measures of a rubric');
  await page.getByRole('tab', { name: 'Answers' }).click();
  await page.getByText('12 answers, 0 still open').waitFor();
  await checkPage(person, 'Answers by a rubric');
  await page.getByRole('tab', { name: 'Models' }).click();
  await page.getByLabel('Criteria that both judged, at least').fill('36');
  await page.getByRole('button', { name: 'Keep' }).click();
  await page.getByText('Kept. It counts').waitFor();
  await checkPage(person, 'Gate of a rubric');
}

const TASKS = [
  { id: 'sum', prompt: 'What is 2 + 2?', reference: '4', check: 'numeric', domain: 'sums' },
  { id: 'half', prompt: 'What is half of 9?', reference: '4.5', check: 'numeric', domain: 'sums' },
  { id: 'cow', prompt: 'Which animal says moo?', reference: 'cow', domain: 'animals' },
  { id: 'owl', prompt: 'Which bird hunts by night?', reference: 'owl', domain: 'animals', part: 'held_out' },
];

/** The operator adds a suite, releases it, imports answers of models and of people, and reads the table. */
export async function benchmarks(person) {
  const { page } = person;
  await page.goto('/benchmarks');
  await page.getByText('No suite yet').waitFor();
  await page.getByRole('button', { name: 'New suite' }).click();
  const dialog = page.getByRole('dialog', { name: 'New suite' });
  await dialog.getByLabel('Name').fill('First things');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('heading', { level: 1, name: 'First things' }).waitFor();
  await page.locator('input[type=file]').setInputFiles(file('tasks.jsonl', TASKS));
  await page.getByText('4 new, 0 changed, 0 as before.').waitFor();
  await checkPage(person, 'Tasks of a suite');
  await page.getByRole('tab', { name: 'Releases and answers' }).click();
  const made = page.waitForResponse((answer) => answer.url().endsWith('/releases') && answer.status() === 201);
  await page.getByRole('button', { name: 'Release all tasks' }).click();
  const suite = (await (await made).json()).content_hash;
  const answers = ['alpha', 'beta', 'three clerks'].flatMap((model, m) => TASKS.flatMap((task, t) => [1, 2, 3].map((run) => ({
    task: task.id, run, model, suite, kind: m === 2 ? 'person' : 'model', score: m === 2 || (t * 3 + run * 2 + m) % (3 + m) !== 0 ? 1 : 0,
    expert_score: m < 2 && run === 1 ? 1 : null, input_tokens: m === 2 ? 0 : 320, output_tokens: m === 2 ? 0 : 48, spend: m === 2 ? 0 : 1.5, took_ms: m === 2 ? 95000 : 1400,
  }))));
  await page.getByLabel('Where they come from').fill('own server, greedy');
  await page.locator('input[type=file]').last().setInputFiles(file('answers.jsonl', answers));
  await page.getByText('36 answers, 0 unscored.').waitFor();
  await checkPage(person, 'Releases and answers of a suite');
  await page.getByRole('tab', { name: 'Leaderboard' }).click();
  await page.getByText('36 answers to tasks that count').waitFor();
  ok(await appears(page.getByRole('img', { name: /^Mean score of alpha/ })), 'the leaderboard shows each mean with its interval');
  await checkPage(person, 'Leaderboard');
  await page.getByRole('tab', { name: 'Tasks' }).click();
  await page.getByRole('button', { name: 'Retire cow' }).click();
  await page.getByLabel('Why cow is retired').fill('Found on the web.');
  await page.getByRole('button', { name: 'Retire', exact: true }).click();
  await page.getByRole('button', { name: 'Retire cow' }).waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: 'Changelog' }).click();
  await page.getByText('Found on the web.').waitFor();
  await checkPage(person, 'Changelog of a suite');
}
