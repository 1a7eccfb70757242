import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ok } from './tap.mjs';

/** Start the binary on a free port with an empty data folder; settings are variables of its environment. */
export async function startServer(binary, settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'periti-e2e-'));
  const child = spawn(binary, ['serve', '--data', folder, '--port', '0'], {
    env: { ...process.env, PERITI_RATE_PER_MINUTE: '0', ...settings }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let stopping = false;
  const url = await new Promise((resolve, reject) => {
    const listen = (bytes) => {
      said += bytes;
      const found = /http:\/\/[\w.:[\]]+/.exec(said);
      if (found !== null) {
        resolve(found[0]);
      }
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('exit', (code, signal) => {
      reject(new Error('the server did not start:\n' + said));
      if (!stopping) {
        ok(false, 'the server stays up', `it ended with ${signal ?? code}:\n${said.slice(-2000)}`);
      }
    });
  });
  const [email, password] = readFileSync(join(folder, 'operator.sign-in'), 'utf8').trim().split(/\s+/);
  return {
    url, folder, operator: { email, password },
    stop: async () => {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) {
        return;
      }
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A server of somebody else's that answers every request with JSON, made by `answer` of the request's body. */
export async function startPeer(answer) {
  const peer = createServer((request, response) => {
    const said = [];
    request.on('data', (bytes) => said.push(bytes));
    request.on('end', () => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(answer(Buffer.concat(said))));
    });
  });
  await new Promise((resolve) => peer.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${peer.address().port}/v1`, stop: () => peer.close() };
}
