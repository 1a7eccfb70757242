import { Button, Card, Group, SegmentedControl, Stack, Text, Textarea, Title, Accordion } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { moment, plural } from '../parts/format';
import { Fetched, Heading, Trouble } from '../parts/states';

type Blind = Schema<'blind_answer'>;
type Marks = Record<string, (string | undefined)[]>;

const CHOICES = [{ value: 'm', label: 'met' }, { value: 'p', label: 'partly' }, { value: 'n', label: 'not met' }];

function Answer({ answer, marks, mark }: { answer: Blind; marks: (string | undefined)[]; mark: (at: number, letter: string) => void }) {
  return (
    <Card withBorder radius="md" padding="lg">
      <div className="work">
        <Stack gap="sm">
          <Title order={2} size="h6">{answer.step_number}. {answer.prompt}</Title>
          <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>{answer.answer === '' ? <Text component="span" c="dimmed">No answer was given.</Text> : answer.answer}</Text>
          {answer.follow_up !== undefined && <Text size="sm"><Text component="span" c="dimmed">{answer.follow_up}</Text><br />{answer.follow_up_answer ?? ''}</Text>}
          <Accordion variant="contained"><Accordion.Item value="models"><Accordion.Control><Text size="sm">Model answers</Text></Accordion.Control><Accordion.Panel>{answer.models.map((one, at) => <Text key={at} size="sm" mb="xs"><strong>{['Complete', 'Good', 'Bare'][at]}:</strong> {one.text}</Text>)}</Accordion.Panel></Accordion.Item></Accordion>
        </Stack>
        <Stack gap="sm">
          {answer.criteria.map((one, at) => (
            <div key={one.id}>
              <Text size="sm" id={`${answer.step_id}-${at}`}>{one.text} <Text component="span" size="xs" c="dimmed">{plural(one.points, 'point')}</Text></Text>
              <SegmentedControl size="xs" fullWidth data={CHOICES} value={marks[at] ?? ''} onChange={(letter) => mark(at, letter)} aria-labelledby={`${answer.step_id}-${at}`} />
            </div>
          ))}
        </Stack>
      </div>
    </Card>
  );
}

function Form({ view }: { view: Schema<'grading_view'> }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [marks, setMarks] = useState<Marks>({});
  const [clarity, setClarity] = useState('');
  const [remark, setRemark] = useState('');
  const mark = (step: string, at: number, letter: string) => setMarks((before) => {
    const row = [...(before[step] ?? [])];
    row[at] = letter;
    return { ...before, [step]: row };
  });
  const done = view.answers.every((one) => one.criteria.every((_, at) => marks[one.step_id]?.[at] !== undefined)) && clarity !== '';
  const finish = useMutation({
    mutationFn: () => api.write('POST', `/v1/gradings/${view.id}/grades`, {
      clarity: Number(clarity), remark,
      grades: view.answers.map((one) => ({ step_id: one.step_id, marks: one.criteria.map((_, at) => marks[one.step_id]?.[at]).join('') })),
    }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['gradings'] });
      await navigate({ to: '/grading' });
    },
  });
  return (
    <Stack>
      <Text size="sm" c="dimmed">You see neither who wrote this nor what the program or others found. Due {moment(view.due_at)}.</Text>
      {view.answers.map((one) => <Answer key={one.step_id} answer={one} marks={marks[one.step_id] ?? []} mark={(at, letter) => mark(one.step_id, at, letter)} />)}
      <Card withBorder radius="md" padding="lg">
        <Stack>
          <div><Text size="sm" id="clarity">How clearly is it written? Never how elegantly, or in what accent of English.</Text>
            <SegmentedControl data={['1', '2', '3', '4', '5']} value={clarity} onChange={setClarity} aria-labelledby="clarity" /><Text size="xs" c="dimmed">1 hardly to follow, 5 at first reading</Text></div>
          <Textarea label="Remark for whoever decides" description="Optional" autosize value={remark} onChange={(event) => setRemark(event.currentTarget.value)} />
          {finish.isError && <Trouble error={finish.error} />}
          <Group><Button disabled={!done || view.state !== 'held'} loading={finish.isPending} onClick={() => finish.mutate()}>Finish</Button>{!done && <Text size="sm" c="dimmed">Every criterion needs a mark.</Text>}</Group>
        </Stack>
      </Card>
    </Stack>
  );
}

export default function Grading() {
  const { grading } = useParams({ strict: false }) as { grading: string };
  const view = useQuery({ queryKey: ['grading', grading], queryFn: () => api.get<Schema<'grading_view'>>(`/v1/gradings/${grading}`) });
  return (
    <>
      <Heading title={view.data === undefined ? 'Grading' : view.data.purpose === 'appeal' ? `Appeal: ${view.data.domain}` : `Interview: ${view.data.domain}`} trail={[{ label: 'Grading', to: '/grading' }]} />
      <Fetched of={view}>{(data) => <Form view={data} />}</Fetched>
    </>
  );
}
