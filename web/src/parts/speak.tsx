import { Alert, Button, Card, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, Problem, type Schema } from '../api/client';
import { Trouble } from './states';

type Question = Schema<'question_view'>;
type Recording = Schema<'recording_view'>;

const PIECE_MS = 3000;
const TRIES = 5;
const TYPES = ['audio/webm;codecs=opus', 'audio/webm', 'audio/ogg;codecs=opus', 'audio/mp4'];

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Sends pieces in their order, again and again while the network is away. */
async function sendPiece(base: string, segment: number, chunk: number, piece: Blob): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await api.upload(`${base}/pieces?segment=${segment}&chunk=${chunk}`, piece);
      return;
    } catch (error) {
      if (attempt === TRIES || (error instanceof Problem && error.status >= 400 && error.status < 500)) {
        throw error;
      }
      await pause(500 * attempt);
    }
  }
}

/** A microphone that is on: it stops by itself when the page goes. */
class Microphone {
  private sending: Promise<void> = Promise.resolve();
  private chunk = 0;

  private constructor(private readonly recorder: MediaRecorder, private readonly stream: MediaStream) {}

  static async open(): Promise<{ stream: MediaStream; media: string }> {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    return { stream, media: TYPES.find((one) => MediaRecorder.isTypeSupported(one)) ?? 'audio/webm' };
  }

  static start(base: string, segment: number, stream: MediaStream, media: string, failed: (error: unknown) => void): Microphone {
    const microphone = new Microphone(new MediaRecorder(stream, { mimeType: media, audioBitsPerSecond: 32000 }), stream);
    microphone.recorder.ondataavailable = (event) => {
      if (event.data.size > 0) {
        const chunk = microphone.chunk++;
        microphone.sending = microphone.sending.then(() => sendPiece(base, segment, chunk, event.data));
        microphone.sending.catch(failed);
      }
    };
    microphone.recorder.start(PIECE_MS);
    return microphone;
  }

  /** Resolves when the last piece has arrived. */
  async stop(): Promise<void> {
    const ended = new Promise<void>((done) => { this.recorder.onstop = () => done(); });
    this.recorder.stop();
    await ended;
    this.stream.getTracks().forEach((track) => track.stop());
    await this.sending;
  }
}

const clock = (seconds: number) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** Speak an answer: record, listen, have it written down, and put the words into the answer's field to be corrected. */
export function Speak({ question, first, write }: { question: Question; first: boolean; write: (text: string) => void }) {
  const base = `/v1/interviews/${question.id}/recording`;
  const key = ['recording', question.id, question.revision];
  const client = useQueryClient();
  const [microphone, setMicrophone] = useState<Microphone | null>(null);
  const [busy, setBusy] = useState(false);
  const [seconds, setSeconds] = useState(0);
  const [trouble, setTrouble] = useState<unknown>(undefined);
  const written = useRef<string | undefined>(undefined);
  const recording = useQuery({
    queryKey: key,
    queryFn: () => api.get<Recording>(base).catch((error: unknown) => {
      if (error instanceof Problem && error.status === 404) {
        return null;
      }
      throw error;
    }),
    refetchInterval: (one) => (one.state.data?.state === 'waiting' ? 700 : false),
  });
  const there = recording.data ?? undefined;
  useEffect(() => {
    if (microphone === null) {
      return;
    }
    setSeconds(0);
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, [microphone]);
  useEffect(() => () => { void microphone?.stop().catch(() => undefined); }, [microphone]);
  useEffect(() => {
    if (there?.state === 'written' && there.transcript !== undefined && written.current !== undefined && written.current !== there.transcript) {
      written.current = there.transcript;
      write(there.transcript);
    }
  }, [there, write]);
  const attempt = async (what: () => Promise<void>) => {
    setBusy(true);
    setTrouble(undefined);
    try {
      await what();
    } catch (error) {
      setTrouble(error instanceof DOMException ? new Error('The microphone cannot be used. Allow it in the browser, or type your answer.') : error);
    }
    setBusy(false);
  };
  const record = (anew: boolean) => attempt(async () => {
    const { stream, media } = await Microphone.open();
    if (anew) {
      await api.write('POST', base, { revision: question.revision, media });
    }
    const segment = anew ? 0 : Math.max(-1, ...(there?.segments ?? []).map((one) => one.segment)) + 1;
    setMicrophone(Microphone.start(base, segment, stream, media, setTrouble));
  });
  const stop = () => attempt(async () => {
    await microphone?.stop();
    setMicrophone(null);
    await client.invalidateQueries({ queryKey: key });
  });
  const writeDown = () => attempt(async () => {
    written.current = '';
    await api.write('POST', `${base}/transcript`);
    await client.invalidateQueries({ queryKey: key });
  });
  const hasSound = there !== undefined && there.segments.length > 0;
  return (
    <Card withBorder radius="sm" padding="sm" role="group" aria-label="Speak your answer">
      <Stack gap="xs">
        <Text size="sm">{first ? 'Speak your answer; it is written down, and you correct the words below.' : 'You may speak your answer instead of typing it.'} Only the words that you give are scored, and nobody hears you.</Text>
        {microphone !== null ? (
          <Group gap="sm"><Button color="red" variant="light" loading={busy} onClick={() => void stop()}>Stop</Button><Text size="sm" className="figures" role="timer" aria-label="Recording">Recording, {clock(seconds)}</Text></Group>
        ) : (
          <Group gap="xs">
            {!hasSound && <Button variant={first ? 'filled' : 'default'} loading={busy} onClick={() => void record(true)}>Record</Button>}
            {hasSound && <Button variant={there.state === 'written' ? 'default' : 'filled'} loading={busy || there.state === 'waiting'} onClick={() => void writeDown()}>Write it down</Button>}
            {hasSound && <Button variant="default" loading={busy} disabled={there.state === 'waiting'} onClick={() => void record(false)}>Go on recording</Button>}
            {hasSound && <Button variant="subtle" color="gray" loading={busy} disabled={there.state === 'waiting'} onClick={() => void record(true)}>Record anew</Button>}
          </Group>
        )}
        {microphone === null && hasSound && there.segments.map((one) => <audio key={`${one.segment}-${one.byte_count}`} controls preload="metadata" src={`${base}/sound?segment=${one.segment}`} aria-label={`Part ${one.segment + 1} of your recording`} style={{ width: '100%', height: 40 }} />)}
        <Text size="sm" c="dimmed" role="status">{there?.state === 'waiting' ? 'It is being written down…' : there?.state === 'written' ? 'Written down. Read it below and correct what was misheard before you answer.' : ''}</Text>
        {there?.state === 'failed' && <Alert color="yellow" title="It could not be written down">{there.note}. Try again, or type your answer: nothing is lost by that.</Alert>}
        {trouble !== undefined && <Trouble error={trouble instanceof Error ? trouble : new Error(String(trouble))} />}
      </Stack>
    </Card>
  );
}
