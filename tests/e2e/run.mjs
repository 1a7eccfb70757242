/* The whole main job in a browser. Usage: run.mjs BINARY. Prints TAP. */
import { resolve } from 'node:path';
import { newPerson, startBrowser } from './browser.mjs';
import { appeal, earnings, feedback, work } from './expert.mjs';
import { client, stranger } from './client.mjs';
import { environments } from './environment.mjs';
import { addFinance, finance } from './finance.mjs';
import { inquire } from './inquiry.mjs';
import { benchmarks, rubrics } from './rubric.mjs';
import { addPeople, newCampaign, openCampaign, importTasks, tours } from './operator.mjs';
import { overturn, review } from './reviewer.mjs';
import { startServer } from './server.mjs';
import { speak } from './speech.mjs';
import { staff } from './staffing.mjs';
import { finish, ok } from './tap.mjs';
import { apply, gradeAndAppeal, looksAlike, openListing, resumeAndFairness } from './vetting.mjs';

if (process.argv.length !== 3) {
  console.error('usage: run.mjs BINARY');
  process.exit(2);
}
const binary = resolve(process.argv[2]);
const server = await startServer(binary);
const browser = await startBrowser();
const everybody = [];
const person = async (name) => {
  const made = await newPerson(browser, server, name);
  everybody.push(made);
  return made;
};
try {
  const operator = await person('operator');
  const people = await addPeople(operator, server);
  const campaign = await newCampaign(operator);
  await importTasks(operator);
  await openCampaign(operator, people);
  const expert = await person('expert');
  await work(expert, people.ada);
  const first = await person('first reviewer');
  await review(first, people.rita);
  await earnings(expert);
  await feedback(expert);
  await appeal(expert);
  const second = await person('second reviewer');
  await overturn(second, people.rolf);
  await tours(operator, campaign);
  const fay = await addFinance(operator, campaign);
  await finance(await person('finance'), fay, campaign);
  await environments(operator);
  await rubrics(operator);
  await benchmarks(operator);
  await staff(operator, await person('fresh expert'));
  const role = await openListing(operator);
  const candidate = await person('candidate');
  await apply(candidate, role);
  await gradeAndAppeal(first, candidate);
  await resumeAndFairness(operator, candidate);
  await looksAlike(operator, candidate, 'nia@example.org');
  await inquire(browser, binary, everybody);
  await speak(browser, binary, everybody);
  await client(await person('client'), people.clara, campaign, binary);
  await stranger(await person('another client'), people.oscar, campaign);
} catch (error) {
  ok(false, 'the story is played to its end', error.stack);
  for (const one of everybody) {
    console.log(`# ${one.name} is at ${one.page.url()}`);
  }
  const last = everybody.at(-1);
  if (process.env.PERITI_E2E_SCREENSHOT !== undefined && last !== undefined) {
    await last.page.screenshot({ path: process.env.PERITI_E2E_SCREENSHOT });
  }
}
for (const one of everybody) {
  ok(one.troubles.length === 0, `the console of the ${one.name} is clean`, one.troubles.join('\n'));
}
await browser.close();
await server.stop();
process.exit(finish());
