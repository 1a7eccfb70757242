import { appears, checkPage, newPerson, signIn } from './browser.mjs';
import { startPeer, startServer } from './server.mjs';
import { ok } from './tap.mjs';

const file = (name, rows) => ({ name, mimeType: 'application/json', buffer: Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n') + '\n') });

/** Drafts where a task is given, finds every criterion met, and answers all else with what stands behind "say ". */
function spoken(prompt) {
  if (prompt.includes('the task\n')) {
    return JSON.stringify({ criteria: [{ criterion: 'Names the pull of the moon', points: 4, kind: 'factual' }, { criterion: 'Claims that the wind does it', points: -2, kind: 'factual' }] });
  }
  const answer = /the answer to grade\n([^\n]*)/.exec(prompt)?.[1];
  return answer === undefined ? prompt.split('say ').at(-1) : JSON.stringify({ reason: 'It says so.', quote: answer.slice(0, 12), verdict: 'met', sure: true });
}

const complete = (body) => ({
  choices: [{ message: { role: 'assistant', content: spoken(JSON.parse(body).messages.at(-1).content) }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 90, completion_tokens: 9 },
});

async function judge(person) {
  const { page } = person;
  const made = await (await page.request.post('/v1/rubrics', { data: { name: 'Tides' } })).json();
  const send = (path, rows) => page.request.post(`/v1/rubrics/${made.id}/${path}`, { data: file('rows.jsonl', rows).buffer, headers: { 'Content-Type': 'application/octet-stream' } });
  await send('versions', [{ id: 'tides', prompt: 'What makes the tides?', rubrics: [{ id: 'moon', criterion: 'Names the moon', points: 3 }] }]);
  await send('responses', Array.from({ length: 6 }, (_, i) => ({ id: `answer ${i}`, answer: `The moon pulls at the water, ${i}.` })));
  await page.goto(`/rubrics/${made.id}`);
  await page.getByRole('tab', { name: 'Versions' }).click();
  await page.getByLabel('Name of the task').fill('ebb');
  await page.getByLabel('What is asked').fill('Why does the water fall?');
  await page.getByRole('button', { name: 'Draft', exact: true }).click();
  await page.getByRole('button', { name: 'Confirm version 2' }).waitFor();
  ok(await appears(page.getByText('draft', { exact: true })), 'what a model drafted waits for a person');
  await checkPage(person, 'A draft of a model');
  await page.getByRole('tab', { name: 'Models' }).click();
  await page.getByRole('button', { name: 'Judge', exact: true }).click();
  await page.getByText('6 of 6 done').waitFor();
  await checkPage(person, 'A judging by a model');
}

async function tryModel(person) {
  const { page } = person;
  const made = await (await page.request.post('/v1/suites', { data: { name: 'Echo' } })).json();
  await page.request.post(`/v1/suites/${made.id}/tasks`, {
    data: file('tasks.jsonl', [1, 2, 3, 4].map((i) => ({ id: `t${i}`, prompt: `Please say ${i}`, reference: String(i === 4 ? 5 : i) }))).buffer,
    headers: { 'Content-Type': 'application/octet-stream' },
  });
  await page.goto(`/benchmarks/${made.id}`);
  await page.getByRole('tab', { name: 'Releases and answers' }).click();
  await page.getByLabel('Answers to each task').fill('2');
  await page.getByRole('button', { name: 'Try', exact: true }).click();
  await page.getByText('8 of 8 done').waitFor();
  await page.getByText('8 answers, asked here').waitFor();
  await checkPage(person, 'A trial of a model');
  await page.getByRole('tab', { name: 'Leaderboard' }).click();
  await page.getByText('8 answers to tasks that count').waitFor();
}

/** With a model server, the operator has a rubric drafted and answers judged, and puts a suite to a model. */
export async function inquire(browser, binary, everybody) {
  const model = await startPeer(complete);
  const server = await startServer(binary, { PERITI_MODEL_URL: model.url, PERITI_MODEL_NAME: 'tide-1' });
  const person = await newPerson(browser, server, 'operator with a model');
  everybody.push(person);
  await signIn(person, server.operator.email, server.operator.password);
  await judge(person);
  await tryModel(person);
  await person.page.close();
  await server.stop();
  model.stop();
}
