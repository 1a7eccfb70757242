import { Alert, Button, Card, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { api, type Schema } from '../api/client';
import { plural } from '../parts/format';
import { useDefinition } from '../parts/lease';
import { Empty, Fetched, Heading, Trouble } from '../parts/states';
import { Keys } from '../parts/keys';
import { Asks, keysOf, Shows } from '../parts/task';
import { type Answer, type Definition, lacks, trimmed } from '../parts/type';
import { useClassLog } from '../parts/worklog';

type Calibration = Schema<'calibration_state'>;
type Told = Schema<'calibration_told'>;

const inWords = (answer: unknown) => Object.values(answer as Record<string, unknown>).map(String).join(', ');

/** What an answer was worth, at once: the known one, its clause and why. */
function Feedback({ told, go }: { told: Told; go: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <Alert color={told.is_right ? 'green' : 'orange'} role="status">
      <Stack gap="xs" align="flex-start">
        <Text size="sm" fw={600}>{told.is_right ? 'That is the known answer' : `The known answer is: ${inWords(told.known_answer)}`}</Text>
        <Text size="sm">Clause {told.clause_code}: {told.message}</Text>
        <Button ref={button} size="xs" onClick={go}>{told.now.next_id === undefined ? 'Go on' : 'Next task'}</Button>
      </Stack>
    </Alert>
  );
}

function Question({ door, now, definition }: { door: string; now: Calibration; definition: Definition }) {
  const client = useQueryClient();
  const [answer, setAnswer] = useState<Answer>({});
  const [told, setTold] = useState<Told>();
  const lack = lacks(definition, answer);
  const send = useMutation({
    mutationFn: () => api.write<Told>('POST', `/v1/${door}/calibration`, { calibration_task_id: now.next_id, answer: trimmed(definition, answer) }),
    onSuccess: setTold,
  });
  const go = async () => {
    setTold(undefined);
    setAnswer({});
    await client.invalidateQueries({ queryKey: ['calibration', door] });
    await client.invalidateQueries({ queryKey: ['offers'] });
  };
  return (
    <div className="work">
      {told === undefined && <Keys keys={[...keysOf(definition, undefined, answer, setAnswer), { key: 'Enter', what: 'Submit', run: () => lack === undefined && !send.isPending && send.mutate() }]} />}
      <Shows definition={definition} payload={now.next_payload} presentation={undefined} answer={answer} />
      <Stack className="work-answer">
        <Asks definition={definition} presentation={undefined} answer={answer} change={told === undefined ? setAnswer : () => undefined} />
        {send.isError && <Trouble error={send.error} />}
        {told === undefined
          ? <Group justify="space-between"><Text size="xs" c="dimmed">{lack === undefined ? '' : `Still open: ${lack.title}`}</Text><Button onClick={() => send.mutate()} disabled={lack !== undefined} loading={send.isPending}>Submit</Button></Group>
          : <Feedback told={told} go={() => void go()} />}
      </Stack>
    </div>
  );
}

/** What was answered in the last attempt, with what is known. */
function Answers({ now }: { now: Calibration }) {
  return now.answers.length === 0 ? null : (
    <Card withBorder radius="md" padding="md" component="section" aria-label="Your answers">
      <Title order={2} size="h6" mb="xs">Your answers, attempt {now.attempt}</Title>
      <Stack gap="xs">
        {now.answers.map((one) => (
          <div key={one.calibration_task_id}>
            <Text size="sm"><b>{one.is_right === 1 ? 'Right' : 'Otherwise'}</b>: {inWords(one.answer)}{one.is_right === 1 ? '' : `; known: ${inWords(one.known_answer)}`}</Text>
            <Text size="xs" c="dimmed">Clause {one.clause_code}: {one.message}</Text>
          </div>
        ))}
      </Stack>
    </Card>
  );
}

function Way({ door, now }: { door: string; now: Calibration }) {
  const definition = useDefinition(now.campaign_id);
  useClassLog(now.engagement_id, 'calibration');
  const running = now.state === 'running';
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <Text size="sm">{now.pass_count} of {plural(now.task_count, 'task')} have to be right. Attempt {Math.min(now.attempt + (now.state === 'waiting' ? 1 : 0), now.attempt_max)} of {now.attempt_max}{running && `, ${now.right_count} right so far`}.</Text>
        <Text size="sm" c="dimmed">Your minutes here are paid as calibration.</Text>
      </Group>
      <Progress value={100 * (now.state === 'waiting' ? 0 : now.answered) / Math.max(1, now.task_count)} aria-label="Tasks answered" />
      {now.state === 'passed' && <Alert color="green"><Text size="sm" fw={600}>Passed</Text><Group><Text size="sm">{now.right_count} of {now.task_count} were right. The queue is open to you.</Text><Button size="xs" component={Link} to="/today">Go to Today</Button></Group></Alert>}
      {now.state === 'failed' && <Alert color="orange"><Text size="sm" fw={600}>No attempt is left</Text><Text size="sm">{now.right_count} of {now.task_count} were right, {now.pass_count} were needed. Your operator was told and can grant another attempt; what you have worked is paid.</Text></Alert>}
      {now.state === 'waiting' && now.attempt > 0 && <Alert color="blue"><Text size="sm" fw={600}>Another attempt</Text><Text size="sm">{now.right_count} of {now.task_count} were right, {now.pass_count} were needed. Read below what the answers are, then begin again: first with tasks that you have not met.</Text></Alert>}
      {now.next_id !== undefined && (now.state === 'waiting' || running) && <Fetched of={definition}>{(data) => <Question key={now.next_id} door={door} now={now} definition={data} />}</Fetched>}
      {now.next_id === undefined && now.state === 'waiting' && <Empty title="There is no task">Your operator has been asked for tasks to calibrate by.</Empty>}
      <Answers now={now} />
    </Stack>
  );
}

/** By an offer, or by an engagement that is asked (again): the same way. */
export default function CalibrationPage() {
  const { offer, engagement } = useParams({ strict: false }) as { offer?: string; engagement?: string };
  const door = offer === undefined ? `engagements/${engagement}` : `offers/${offer}`;
  const now = useQuery({ queryKey: ['calibration', door], queryFn: () => api.get<Calibration>(`/v1/${door}/calibration`), refetchOnWindowFocus: false });
  return (
    <>
      <Heading title="Calibration" />
      <Fetched of={now}>{(state) => <Way door={door} now={state} />}</Fetched>
    </>
  );
}
