import { Accordion, Alert, Badge, Button, Card, Group, Modal, SimpleGrid, Stack, Text, Textarea, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { date, plural } from '../parts/format';
import { has, useSession } from '../parts/session';
import { Fetched, Heading, State, Trouble } from '../parts/states';

type Result = Schema<'result_view'>;
type Dimension = Schema<'dimension'>;
type Step = Schema<'result_step'>;

const OUTCOMES = {
  passed: { colour: 'teal', title: 'Passed' },
  waiting: { colour: 'blue', title: 'A person looks at it before anything is decided' },
  below: { colour: 'yellow', title: 'Below what the role asks for' },
};
const MARKS: Record<string, string> = { met: 'teal', partly: 'yellow', 'not met': 'gray' };

/** 20 to 80 is where nearly everybody stands. */
function Scale({ of, cut }: { of: Dimension; cut: number }) {
  const place = (x: number) => `${(100 * (Math.min(80, Math.max(20, x)) - 20)) / 60}%`;
  const low = of.low ?? 0;
  const high = of.high ?? 0;
  return (
    <div className="scale" role="img" aria-label={`${of.name}: ${of.estimate?.toFixed(0)}, between ${low.toFixed(0)} and ${high.toFixed(0)}; asked for: ${cut.toFixed(0)}`}>
      <span className="scale-axis" />
      <span className="scale-range" style={{ left: place(low), width: `calc(${place(high)} - ${place(low)})` }} />
      <span className="scale-cut" style={{ left: place(cut) }} />
      <span className="scale-dot" style={{ left: place(of.estimate ?? 50) }} />
    </div>
  );
}

function Measured({ of, cut }: { of: Dimension; cut?: number }) {
  const digits = of.name === 'Domain expertise' ? 0 : of.name === 'Communication' ? 1 : 2;
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={3} size="h6">{of.name}</Title>
      {of.estimate === undefined ? <Text size="sm" c="dimmed" mt={4}>{of.missing}</Text> : (
        <>
          <Text fw={600} size="xl" className="figures">{of.estimate.toFixed(digits)} <Text component="span" size="sm" c="dimmed">[{of.low?.toFixed(digits)} – {of.high?.toFixed(digits)}], n {of.count}</Text></Text>
          {cut !== undefined && <><Scale of={of} cut={cut} /><Text size="xs" c="dimmed">The mark stands at {cut.toFixed(0)}.{of.reliability !== undefined && ` Reliability ${of.reliability.toFixed(2)}.`}</Text></>}
        </>
      )}
      <Text size="xs" c="dimmed" mt={4}>{of.meaning}</Text>
    </Card>
  );
}

const BY = { scorer: 'scored by the program', person: 'graded by a person', rule: 'marked by rule' };

function Answer({ step }: { step: Step }) {
  return (
    <Card withBorder radius="md" padding="lg">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <Title order={3} size="h6" style={{ whiteSpace: 'pre-wrap' }}>{step.step_number}. {step.prompt}</Title>
          <Badge variant="light" color="gray" tt="none" style={{ flex: 'none' }}>{Number(step.points.toFixed(2))} of {step.points_max}</Badge>
        </Group>
        <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>{step.answer === undefined || step.answer === '' ? <Text component="span" c="dimmed">No answer.</Text> : step.answer}</Text>
        {step.follow_up !== undefined && <Text size="sm"><Text component="span" c="dimmed">{step.follow_up}</Text><br />{step.follow_up_answer === undefined || step.follow_up_answer === '' ? 'Nothing was added.' : step.follow_up_answer}</Text>}
        {step.criteria.map((one, at) => (
          <div key={at}>
            <Group gap="xs" wrap="nowrap" align="flex-start">
              <Badge color={MARKS[one.mark]} variant="light" tt="none" miw={64} style={{ flex: 'none' }}>{one.mark}</Badge>
              <Text size="sm">{one.text} <Text component="span" size="xs" c="dimmed">{plural(one.points, 'point')}{one.chance !== undefined && `, ${Math.round(100 * one.chance)} % sure`}</Text></Text>
            </Group>
            {one.quote !== undefined && <Text size="sm" className="quote" ml={76} mt={4}>{one.quote}</Text>}
          </div>
        ))}
        {step.model_criteria.length > 0 && (
          <Accordion variant="contained"><Accordion.Item value="model"><Accordion.Control><Text size="sm">What the model server found</Text></Accordion.Control><Accordion.Panel>
            <Stack gap="sm">
              <Text size="xs" c="dimmed">It counts as much as people have agreed with it, and decides nothing.</Text>
              {step.model_criteria.map((one, at) => (
                <div key={at}>
                  <Group gap="xs" wrap="nowrap" align="flex-start"><Badge color={MARKS[one.mark]} variant="light" tt="none" miw={64} style={{ flex: 'none' }}>{one.mark}</Badge><Text size="sm">{one.text}{one.reason !== undefined && <><br /><Text component="span" size="sm" c="dimmed">{one.reason}</Text></>}</Text></Group>
                  {one.quote !== undefined && <Text size="sm" className="quote" ml={76} mt={4}>{one.quote}</Text>}
                </div>
              ))}
            </Stack>
          </Accordion.Panel></Accordion.Item></Accordion>
        )}
        {step.model_note !== undefined && <Text size="xs" c="dimmed">The model server was not heard on this: {step.model_note}.</Text>}
        {step.right_answer !== undefined && step.points < step.points_max && <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}><Text component="span" c="dimmed">Right: </Text>{step.right_answer}</Text>}
        {step.solution !== undefined && <Text size="sm" c="dimmed">{step.solution}</Text>}
        <Text size="xs" c="dimmed">{BY[step.by]}{!step.is_counted && '; a question on trial, it counts for nothing'}</Text>
      </Stack>
    </Card>
  );
}

function Note({ note, interview, mine }: { note: Schema<'integrity_row'>; interview: string; mine: boolean }) {
  const client = useQueryClient();
  const [reply, setReply] = useState('');
  const send = useMutation({
    mutationFn: () => api.write('POST', `/v1/interviews/${interview}/replies`, { note_id: note.id, reply }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['result', interview] }),
  });
  return (
    <Card withBorder radius="md" padding="md">
      <Text size="sm">{note.detail}</Text>
      {note.reply !== undefined && <Text size="sm" mt={4}><Text component="span" c="dimmed">Reply: </Text>{note.reply}</Text>}
      {mine && note.reply === undefined && (
        <Group mt="xs" align="flex-end"><Textarea label="What you say to it" flex={1} autosize value={reply} onChange={(event) => setReply(event.currentTarget.value)} /><Button variant="default" disabled={reply === ''} loading={send.isPending} onClick={() => send.mutate()}>Reply</Button></Group>
      )}
      {send.isError && <Trouble error={send.error} />}
    </Card>
  );
}

function Appeal({ interview }: { interview: string }) {
  const client = useQueryClient();
  const [message, setMessage] = useState('');
  const appeal = useMutation({
    mutationFn: () => api.write('POST', `/v1/interviews/${interview}/appeals`, { message }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['result', interview] }),
  });
  return (
    <Card withBorder radius="md" padding="lg">
      <Stack>
        <Title order={2} size="h5">Appeal</Title>
        <Text size="sm">Two people who have not seen it grade your answers anew, without the earlier grades. What they find stands.</Text>
        <Textarea label="What is wrong with the result?" autosize minRows={3} value={message} onChange={(event) => setMessage(event.currentTarget.value)} />
        {appeal.isError && <Trouble error={appeal.error} />}
        <Group><Button disabled={message.length < 10} loading={appeal.isPending} onClick={() => appeal.mutate()}>Appeal</Button></Group>
      </Stack>
    </Card>
  );
}

function Erase({ interview }: { interview: string }) {
  const [open, shown] = useDisclosure(false);
  const navigate = useNavigate();
  const client = useQueryClient();
  const erase = useMutation({
    mutationFn: () => api.write('DELETE', `/v1/interviews/${interview}`),
    onSuccess: async () => {
      await client.invalidateQueries();
      await navigate({ to: '/applications' });
    },
  });
  return (
    <>
      <Button variant="subtle" color="gray" onClick={shown.open}>Erase my answers</Button>
      <Modal opened={open} onClose={shown.close} title="Erase my answers">
        <Stack>
          <Text size="sm">Your words go for good, and a qualification that rests on them ends. What was learnt about the questions stays, without your name.</Text>
          {erase.isError && <Trouble error={erase.error} />}
          <Group justify="flex-end"><Button variant="default" onClick={shown.close}>Keep them</Button><Button color="red" loading={erase.isPending} onClick={() => erase.mutate()}>Erase</Button></Group>
        </Stack>
      </Modal>
    </>
  );
}

function Shown({ result, mine }: { result: Result; mine: boolean }) {
  const outcome = result.outcome === undefined || result.is_practice ? undefined : OUTCOMES[result.outcome];
  return (
    <Stack maw={900}>
      <Heading title={result.is_practice ? `Practice: ${result.domain}` : `Result: ${result.domain}`} trail={[mine ? { label: 'Applications', to: '/applications' } : { label: 'Vetting', to: '/vetting' }]}><Text size="sm" c="dimmed">{date(result.ended_at)}</Text></Heading>
      <Alert color={outcome?.colour ?? 'gray'} title={outcome?.title ?? 'Practice'}>{result.advice}</Alert>
      <SimpleGrid cols={{ base: 1, sm: result.dimensions.length > 1 ? 3 : 1 }}>{result.dimensions.map((one, at) => <Measured key={one.name} of={one} cut={at === 0 && !result.is_practice ? result.cut : undefined} />)}</SimpleGrid>
      <Title order={2} size="h5" mt="sm">Your answers, criterion by criterion</Title>
      {result.steps.map((step) => <Answer key={step.id} step={step} />)}
      {result.notes.length > 0 && <><Title order={2} size="h5" mt="sm">What was noticed</Title><Text size="sm" c="dimmed">Evidence for a person to look at. It decides nothing.</Text>{result.notes.map((note) => <Note key={note.id} note={note} interview={result.interview_id} mine={mine} />)}</>}
      {result.appeals.map((one) => <Card key={one.id} withBorder radius="md" padding="lg"><Group justify="space-between"><Title order={2} size="h6">Appeal</Title><State of={one.appeal_state} /></Group><Text size="sm" mt={4}>{one.message}</Text><Text size="xs" c="dimmed">{one.decided_at === undefined ? `Decided by ${date(one.due_at)} at the latest.` : `Decided ${date(one.decided_at)}.`}</Text></Card>)}
      {result.can_appeal && <Appeal interview={result.interview_id} />}
      {result.scored_with !== undefined && <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>Scored with {result.scored_with}. What is learnt later changes no result.</Text>}
      {mine && <Group><Erase interview={result.interview_id} /></Group>}
    </Stack>
  );
}

export default function ResultPage() {
  const { interview } = useParams({ strict: false }) as { interview: string };
  const session = useSession();
  const result = useQuery({ queryKey: ['result', interview], queryFn: () => api.get<Result>(`/v1/interviews/${interview}/result`) });
  return <Fetched of={result}>{(data) => <Shown result={data} mine={has(session, 'expert')} />}</Fetched>;
}
