import { useEffect, useRef } from 'react';
import { api } from '../api/client';

/** What the time is for: a lease, or an engagement without one. */
type About = { lease_id: string } | { engagement_id: string; class: 'calibration' };

type Told = About & {
  kind: 'opened' | 'focus' | 'edit' | 'pause' | 'submit';
  at: string;
  tick_ms: number;
};

const KEPT = 'periti-work-events';
const EVERY = 20000;
const tab = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A clock that never jumps while a tab lives, and goes on over a reload. */
const tick = () => Math.round(performance.timeOrigin + performance.now());

const read = (): Told[] => {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? '[]') as Told[];
  } catch {
    return [];
  }
};

/** What was not sent stays in the tab until it is, so that offline minutes count, too. */
async function flush() {
  const events = read().sort((one, other) => one.tick_ms - other.tick_ms).slice(0, 500);
  if (events.length === 0) {
    return;
  }
  await api.write('POST', '/v1/work-events', { tab, sent_at: new Date().toISOString(), sent_tick_ms: tick(), events });
  const sent = new Set(events.map((one) => `${one.tick_ms} ${one.kind}`));
  sessionStorage.setItem(KEPT, JSON.stringify(read().filter((one) => !sent.has(`${one.tick_ms} ${one.kind}`))));
}

function tell(about: About, kind: Told['kind']) {
  sessionStorage.setItem(KEPT, JSON.stringify([...read(), { ...about, kind, at: new Date().toISOString(), tick_ms: tick() }]));
}

/**
 * Tell what happens while somebody works on a task: that it was opened, looked at, edited, left; never what was written. Returns
 * what to call when the task was submitted or skipped.
 */
export function useWorkLog(lease: string): () => void {
  return useLog({ lease_id: lease });
}

/** The same for minutes that no lease holds: they count for the engagement, by their class. */
export function useClassLog(engagement: string, minutes: 'calibration'): void {
  useLog({ engagement_id: engagement, class: minutes });
}

function useLog(what: About): () => void {
  const ended = useRef(false);
  const key = JSON.stringify(what);
  useEffect(() => {
    const about = JSON.parse(key) as About;
    const last = { focus: 0, edit: 0 };
    const note = (kind: 'focus' | 'edit') => {
      const now = performance.now();
      if (!ended.current && now - last[kind] > EVERY) {
        last[kind] = now;
        tell(about, kind);
      }
    };
    const edit = () => note('edit');
    const look = () => note('focus');
    const send = () => void flush().catch(() => undefined); // tried again; nothing is lost
    const turn = () => {
      if (!ended.current) {
        tell(about, document.visibilityState === 'visible' ? 'focus' : 'pause');
        send();
      }
    };
    tell(about, 'opened');
    const timer = setInterval(send, EVERY);
    window.addEventListener('keydown', edit, { passive: true });
    for (const kind of ['pointerdown', 'pointermove', 'scroll']) {
      window.addEventListener(kind, look, { passive: true });
    }
    document.addEventListener('visibilitychange', turn);
    return () => {
      clearInterval(timer);
      window.removeEventListener('keydown', edit);
      for (const kind of ['pointerdown', 'pointermove', 'scroll']) {
        window.removeEventListener(kind, look);
      }
      document.removeEventListener('visibilitychange', turn);
      if (!ended.current) {
        tell(about, 'pause');
      }
      send();
    };
  }, [key]);
  return () => {
    ended.current = true;
    tell(what, 'submit');
    void flush().catch(() => undefined);
  };
}
