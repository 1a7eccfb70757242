import type { components } from './schema';

type Schemas = components['schemas'];
export type Schema<Name extends keyof Schemas> = Schemas[Name];

/** What the server says when something did not go well (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly field: string | undefined,
    readonly requestId: string | undefined,
  ) {
    super(detail);
  }
}

function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function readProblem(answer: Response): Promise<Problem> {
  const requestId = answer.headers.get('X-Request-Id') ?? undefined;
  try {
    const body = await answer.json();
    return new Problem(answer.status, body.detail ?? body.title ?? answer.statusText, body.field, body.request_id ?? requestId);
  } catch {
    return new Problem(answer.status, answer.statusText || 'The server could not be understood.', undefined, requestId);
  }
}

async function send<Reply>(method: string, path: string, init: RequestInit): Promise<Reply> {
  let answer: Response;
  try {
    answer = await fetch(path, { method, credentials: 'same-origin', ...init });
  } catch {
    throw new Problem(0, 'The server cannot be reached. Nothing was lost; try again when the network is back.', undefined, undefined);
  }
  if (!answer.ok) {
    throw await readProblem(answer);
  }
  return answer.status === 204 ? (undefined as Reply) : ((await answer.json()) as Reply);
}

export const api = {
  get: <Reply>(path: string) => send<Reply>('GET', path, {}),
  /** A write carries a key of its own, so that a repeated request is done once. */
  write: <Reply>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown, headers: Record<string, string> = {}) =>
    send<Reply>(method, path, {
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), 'Idempotency-Key': newKey(), ...headers },
    }),
  upload: <Reply>(path: string, file: Blob) =>
    send<Reply>('POST', path, { body: file, headers: { 'Content-Type': 'application/octet-stream' } }),
};

export function query(values: Record<string, string | number | undefined>): string {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return pairs.length === 0 ? '' : '?' + pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&');
}
