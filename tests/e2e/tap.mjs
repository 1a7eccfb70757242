/** Results in the Test Anything Protocol. */
let number = 0;
let failures = 0;

export function ok(holds, name, detail = '') {
  number += 1;
  failures += holds ? 0 : 1;
  console.log(`${holds ? 'ok' : 'not ok'} ${number} - ${name}`);
  if (!holds && detail !== '') {
    console.log(String(detail).split('\n').map((line) => `# ${line}`).join('\n'));
  }
}

/** Print the plan and give the exit code. */
export function finish() {
  console.log(`1..${number}`);
  return failures === 0 && number > 0 ? 0 : 1;
}
