import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, Problem, type Schema } from '../api/client';
import type { Answer, Definition } from './type';

export type Lease = Schema<'lease_view'>;

export function useLease(id: string) {
  return useQuery({ queryKey: ['lease', id], queryFn: () => api.get<Lease>(`/v1/leases/${id}`), staleTime: Infinity, refetchOnWindowFocus: false });
}

export function useDefinition(campaign: string | undefined) {
  return useQuery({
    queryKey: ['type', campaign],
    queryFn: async () => (await api.get<Schema<'type_view'>>(`/v1/campaigns/${campaign}/type`)).definition as Definition,
    enabled: campaign !== undefined,
    staleTime: Infinity,
  });
}

/** Tell the server every minute that somebody is at work, and whether the lease still holds. */
export function useHeartbeat(id: string, held: boolean): Problem | null {
  const [lost, setLost] = useState<Problem | null>(null);
  useEffect(() => {
    if (!held) {
      return;
    }
    const timer = setInterval(() => {
      api.write('POST', `/v1/leases/${id}/heartbeat`).then(() => setLost(null), (error) => setLost(error instanceof Problem && error.status === 409 ? error : null));
    }, 60000);
    return () => clearInterval(timer);
  }, [id, held]);
  return lost;
}

export type Saved = 'nothing' | 'saving' | 'saved' | 'failed';

/** Save a draft a moment after each change, and again when that failed. */
export function useDraft(id: string, answer: Answer, changed: boolean): Saved {
  const [saved, setSaved] = useState<Saved>('nothing');
  const text = JSON.stringify(answer);
  useEffect(() => {
    if (!changed) {
      return;
    }
    let retry: ReturnType<typeof setTimeout>;
    const save = () => {
      setSaved('saving');
      api.write('PUT', `/v1/leases/${id}/draft`, { answer: JSON.parse(text) }).then(
        () => setSaved('saved'),
        () => {
          setSaved('failed');
          retry = setTimeout(save, 5000);
        },
      );
    };
    const wait = setTimeout(save, 800);
    return () => {
      clearTimeout(wait);
      clearTimeout(retry);
    };
  }, [id, text, changed]);
  return saved;
}

/** Milliseconds in which the page was seen and something happened within the last two minutes. */
export function useActiveTime(): () => number {
  const spent = useRef(0);
  useEffect(() => {
    let last = Date.now();
    let touched = Date.now();
    const touch = () => {
      touched = Date.now();
    };
    const timer = setInterval(() => {
      const now = Date.now();
      if (document.visibilityState === 'visible' && now - touched < 120000) {
        spent.current += Math.min(now - last, 2000);
      }
      last = now;
    }, 1000);
    for (const kind of ['keydown', 'pointerdown', 'pointermove', 'scroll']) {
      window.addEventListener(kind, touch, { passive: true });
    }
    return () => {
      clearInterval(timer);
      for (const kind of ['keydown', 'pointerdown', 'pointermove', 'scroll']) {
        window.removeEventListener(kind, touch);
      }
    };
  }, []);
  return () => spent.current;
}
