import { Alert, Button, Card, Group, Modal, Progress, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Navigate, useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { api, Problem, type Schema } from '../api/client';
import { Speak } from '../parts/speak';
import { Fetched, Heading, Trouble } from '../parts/states';

type Question = Schema<'question_view'>;

/** The steps of an order, moved by buttons, so that keys and screen readers can do it too. */
function Order({ parts, value, change }: { parts: string[]; value: string; change: (next: string) => void }) {
  const places = value === '' ? parts.map((_, at) => at + 1) : value.split(' ').map(Number);
  const move = (at: number, by: number) => {
    const next = [...places];
    [next[at], next[at + by]] = [next[at + by], next[at]];
    change(next.join(' '));
  };
  return (
    <Stack component="ol" gap="xs" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Steps, first on top">
      {places.map((place, at) => (
        <Card component="li" key={place} withBorder padding="xs" radius="sm">
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm">{at + 1}. {parts[place - 1]}</Text>
            <Group gap={4} wrap="nowrap">
              <Button size="compact-sm" variant="default" disabled={at === 0} onClick={() => move(at, -1)} aria-label={`Move step ${at + 1} up`}>Up</Button>
              <Button size="compact-sm" variant="default" disabled={at === places.length - 1} onClick={() => move(at, 1)} aria-label={`Move step ${at + 1} down`}>Down</Button>
            </Group>
          </Group>
        </Card>
      ))}
    </Stack>
  );
}

function AnswerField({ question, value, change, pasted }: { question: Question; value: string; change: (next: string) => void; pasted: (count: number) => void }) {
  const isFree = question.kind === 'free' || question.follow_up !== undefined;
  if (isFree) {
    return (
      <Textarea label={question.follow_up === undefined ? 'Your answer' : 'What you want to add'} description="A few sentences are enough. Style and spelling are not scored." autosize minRows={6} maxLength={8000} value={value}
        onPaste={(event) => pasted(event.clipboardData.getData('text').length)} onChange={(event) => change(event.currentTarget.value)} />
    );
  }
  if (question.kind === 'numeric') {
    return <TextInput label="Your answer" description="One number, with its unit if you like" inputMode="decimal" maw={260} value={value} onChange={(event) => change(event.currentTarget.value)} />;
  }
  if (question.kind === 'order') {
    return <Order parts={question.parts} value={value} change={change} />;
  }
  return (
    <Radio.Group label={question.kind === 'find-error' ? 'Which line is wrong?' : 'Choose one'} value={value} onChange={change}>
      <Stack gap="xs" mt="xs">{question.parts.map((part, at) => <Radio key={at} value={String(at + 1)} label={question.kind === 'find-error' ? `${at + 1}. ${part}` : part} />)}</Stack>
    </Radio.Group>
  );
}

/** Keeps what is written on the server, soon after the last key. */
function useDraft(question: Question, value: string, touched: boolean) {
  const [state, setState] = useState<'none' | 'saving' | 'saved' | 'lost'>('none');
  useEffect(() => {
    if (!touched) {
      return;
    }
    setState('saving');
    const timer = setTimeout(() => {
      api.write('PUT', `/v1/interviews/${question.id}/draft`, { revision: question.revision, draft: value }).then(() => setState('saved'), () => setState('lost'));
    }, 700);
    return () => clearTimeout(timer);
  }, [question.id, question.revision, value, touched]);
  return state;
}

const SAVED = { none: '', saving: 'Saving…', saved: 'Draft saved.', lost: 'The draft could not be saved. Your text stays on this page.' };

function Failure({ interview }: { interview: string }) {
  const [open, shown] = useDisclosure(false);
  const [message, setMessage] = useState('');
  const navigate = useNavigate();
  const client = useQueryClient();
  const fail = useMutation({
    mutationFn: () => api.write('POST', `/v1/interviews/${interview}/failure`, { message }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['interviews'] });
      await navigate({ to: '/applications' });
    },
  });
  return (
    <>
      <Button variant="subtle" color="gray" size="compact-sm" onClick={shown.open}>Something technical went wrong</Button>
      <Modal opened={open} onClose={shown.close} title="Start over for free">
        <Stack>
          <Text size="sm">This interview will count for nothing, and you may begin a new one at once, with other questions. A page that hangs is often helped by loading it again: nothing is lost by that.</Text>
          <TextInput label="What went wrong?" value={message} onChange={(event) => setMessage(event.currentTarget.value)} data-autofocus />
          {fail.isError && <Trouble error={fail.error} />}
          <Group justify="flex-end"><Button disabled={message.length < 3} loading={fail.isPending} onClick={() => fail.mutate()}>Start over</Button></Group>
        </Stack>
      </Modal>
    </>
  );
}

function Asked({ question, wishes, put }: { question: Question; wishes?: Schema<'wishes'>; put: (next: Question) => void }) {
  const [value, setValue] = useState(question.draft ?? '');
  const [touched, setTouched] = useState(false);
  const [pasted, setPasted] = useState(0);
  const prompt = useRef<HTMLDivElement>(null);
  const draft = useDraft(question, value, touched);
  const send = useMutation({
    mutationFn: (answer: string) => api.write<Question>('POST', `/v1/interviews/${question.id}/answers`, { revision: question.revision, answer, pasted_count: pasted }),
    onSuccess: put,
  });
  useEffect(() => prompt.current?.focus(), []);
  const change = (next: string) => { setValue(next); setTouched(true); };
  const initial = question.kind === 'order' && question.follow_up === undefined && value === '' ? question.parts.map((_, at) => at + 1).join(' ') : value;
  const stale = send.error instanceof Problem && send.error.status === 409;
  const total = (question.pasted_count ?? 0) + pasted;
  return (
    <form onSubmit={(event) => { event.preventDefault(); send.mutate(initial); }} onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && initial !== '') { event.preventDefault(); send.mutate(initial); } }}>
      <Stack>
        <div className="prompt" ref={prompt} tabIndex={-1} style={{ whiteSpace: 'pre-wrap' }}>{question.prompt}</div>
        {question.answer !== undefined && <Card withBorder radius="sm" padding="sm"><Text size="xs" c="dimmed">Your answer</Text><Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>{question.answer}</Text></Card>}
        {question.follow_up !== undefined && <Alert title="One further question" color="blue">{question.follow_up}</Alert>}
        {question.may_speak && wishes?.text_only !== true && <Speak question={question} first={wishes?.spoken_only === true} write={change} />}
        <AnswerField question={question} value={value} change={change} pasted={(more) => setPasted(pasted + more)} />
        <Group gap="md" mih={20}><Text size="xs" c="dimmed" role="status">{SAVED[draft]}</Text>{total > 0 && <Text size="xs" c="dimmed">Pasted: {total} characters</Text>}</Group>
        {send.isError && <Trouble error={send.error} retry={stale ? () => window.location.reload() : undefined} />}
        <Group justify="space-between">
          <Group gap="xs">
            <Button type="submit" disabled={initial === ''} loading={send.isPending}>Answer</Button>
            <Button variant="default" loading={send.isPending} onClick={() => send.mutate('')}>{question.follow_up === undefined ? 'I do not know' : 'Nothing to add'}</Button>
          </Group>
          <Failure interview={question.id} />
        </Group>
        <Text size="xs" c="dimmed">Most people take about {question.minutes ?? 4} minutes. There is no clock: you may close this page and go on later. Ctrl Enter answers.</Text>
        {question.second_rater !== undefined && <Text size="xs" c="dimmed" role="status">{question.second_rater}</Text>}
      </Stack>
    </form>
  );
}

function Break({ go }: { go: () => void }) {
  return <Card withBorder radius="md" padding="lg"><Stack align="flex-start"><Text>Take the time you need. The next question comes when you ask for it.</Text><Button onClick={go} autoFocus>Next question</Button></Stack></Card>;
}

export default function Interview() {
  const { interview } = useParams({ strict: false }) as { interview: string };
  const client = useQueryClient();
  const key = ['interview', interview];
  const [resting, setResting] = useState(false);
  const question = useQuery({ queryKey: key, queryFn: () => api.get<Question>(`/v1/interviews/${interview}`), staleTime: Infinity, refetchOnWindowFocus: false });
  const wishes = useQuery({ queryKey: ['accommodations'], queryFn: () => api.get<Schema<'wishes'>>('/v1/accommodations') });
  const put = (next: Question) => {
    setResting(wishes.data?.breaks === true && next.state === 'open' && next.follow_up === undefined);
    client.setQueryData(key, next);
  };
  return (
    <Fetched of={question}>
      {(data) => {
        if (data.state === 'done') {
          return <Navigate to="/interviews/$interview/result" params={{ interview }} replace />;
        }
        if (data.state !== 'open') {
          return <Alert title={`This interview is ${data.state}`}><Button variant="default" renderRoot={(props) => <Link to="/applications" {...props} />}>To the applications</Button></Alert>;
        }
        const number = data.answered_count + 1;
        return (
          <Stack maw={760} className={wishes.data?.large_print === true ? 'large' : undefined}>
            <Heading title={data.is_practice ? `Practice: ${data.domain}` : `Interview: ${data.domain}`} trail={[{ label: 'Applications', to: '/applications' }]} />
            <div><Text size="sm" c="dimmed" mb={4} aria-live="polite">Question {number} of at most {data.item_max}</Text><Progress value={(100 * data.answered_count) / data.item_max} size="sm" aria-label="Progress" /></div>
            {resting ? <Break go={() => setResting(false)} /> : <Card withBorder radius="md" padding="lg"><Asked key={data.revision} question={data} wishes={wishes.data} put={put} /></Card>}
          </Stack>
        );
      }}
    </Fetched>
  );
}
