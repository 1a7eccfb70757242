import { Alert, Badge, Button, Card, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schema } from '../api/client';
import { moment, plural } from '../parts/format';
import { has, useSession } from '../parts/session';
import { Empty, Fetched, Heading, Trouble } from '../parts/states';

type Learning = Schema<'learning_view'>;

const STATES: Record<string, string> = { used: 'teal', refused: 'yellow', replaced: 'gray' };
const short = (x: number) => x.toFixed(2).replace(/^(-?)0\./, '$1.').replace('-', '−');

/** The chance that each category is seen as what it is, from the matrix row by row. */
function rightOf(cells: unknown): string {
  const numbers = Array.isArray(cells) ? (cells as number[]) : [];
  return [0, 4, 8].map((at) => (numbers[at] === undefined ? '–' : short(numbers[at]))).join(' · ');
}

function Scorers({ of }: { of: Learning }) {
  return (
    <Card withBorder radius="md" padding="lg">
      <Stack gap="sm">
        <div><Title order={2} size="h6">The scorer</Title><Text size="sm" c="dimmed">{of.is_shipped ? 'The one that the program came with is in use.' : 'One that people here have taught is in use.'} A new one is used only if people agree with it no less, on answers that it has not seen.</Text></div>
        <Text size="xs" c="dimmed" ff="monospace" style={{ overflowWrap: 'anywhere' }}>SHA-256 {of.scorer_hash}</Text>
        {of.scorers.length === 0 ? <Text size="sm">None was taught yet: people must have graded {of.lessons_min} answers.</Text> : (
          <Table.ScrollContainer minWidth={620}>
            <Table verticalSpacing={6}>
              <Table.Thead><Table.Tr><Table.Th>Taught</Table.Th><Table.Th>State</Table.Th><Table.Th ta="right">Answers by people</Table.Th><Table.Th ta="right">Kappa, shipped</Table.Th><Table.Th ta="right">Kappa, this one</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{of.scorers.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td><Text size="sm" title={one.content_hash}>{moment(one.trained_at)}</Text></Table.Td>
                  <Table.Td><Badge variant="light" tt="none" color={STATES[one.scorer_state]}>{one.scorer_state}</Badge></Table.Td>
                  <Table.Td ta="right"><Text size="sm">{one.person_count}</Text></Table.Td>
                  <Table.Td ta="right"><Text size="sm" className="figures">{short(one.kappa_before)}</Text></Table.Td>
                  <Table.Td ta="right"><Text size="sm" className="figures">{short(one.kappa)}</Text></Table.Td>
                </Table.Tr>
              ))}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Stack>
    </Card>
  );
}

const NAMES: Record<string, string> = { scorer: 'the scorer', model: 'the model server' };

function Raters({ of }: { of: Learning }) {
  return (
    <Card withBorder radius="md" padding="lg">
      <Stack gap="sm">
        <div><Title order={2} size="h6">Raters</Title><Text size="sm" c="dimmed">How likely each gives an answer the category that it has: little, part, nearly all of the points. Who errs often counts for little.</Text></div>
        {of.raters.length === 0 ? <Text size="sm">Not known yet: nobody has graded an answer.</Text> : (
          <Table.ScrollContainer minWidth={520}>
            <Table verticalSpacing={6}>
              <Table.Thead><Table.Tr><Table.Th>Field</Table.Th><Table.Th>Rater</Table.Th><Table.Th>Right on little · part · all</Table.Th><Table.Th ta="right">Answers shared</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{of.raters.map((one) => (
                <Table.Tr key={`${one.domain} ${one.rater}`}>
                  <Table.Td><Text size="sm">{one.domain}</Text></Table.Td>
                  <Table.Td><Text size="sm">{NAMES[one.rater] ?? one.name ?? one.rater}</Text></Table.Td>
                  <Table.Td><Text size="sm" className="figures">{rightOf(one.cells)}</Text></Table.Td>
                  <Table.Td ta="right"><Text size="sm">{one.shared_count}</Text></Table.Td>
                </Table.Tr>
              ))}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Stack>
    </Card>
  );
}

function Calibrations({ of }: { of: Learning }) {
  return (
    <Card withBorder radius="md" padding="lg">
      <Stack gap="sm">
        <div><Title order={2} size="h6">Questions</Title><Text size="sm" c="dimmed">A question with {of.answers_min} answers is calibrated; interviews that began before keep what was believed of it. Levels keep their meaning, whoever applies.</Text></div>
        {of.calibrations.length === 0 ? <Text size="sm">None is calibrated yet: they count as their level says.</Text> : (
          <Table.ScrollContainer minWidth={620}>
            <Table verticalSpacing={6}>
              <Table.Thead><Table.Tr><Table.Th>Field</Table.Th><Table.Th>When</Table.Th><Table.Th ta="right">Interviews</Table.Th><Table.Th ta="right">Calibrated</Table.Th><Table.Th ta="right">Held back</Table.Th><Table.Th ta="right">Shift</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{of.calibrations.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td><Text size="sm" title={`${one.engine}, SHA-256 ${one.content_hash}`}>{one.domain}</Text></Table.Td>
                  <Table.Td><Text size="sm">{moment(one.computed_at)}</Text></Table.Td>
                  <Table.Td ta="right"><Text size="sm">{one.person_count}</Text></Table.Td>
                  <Table.Td ta="right"><Text size="sm">{one.item_count}</Text></Table.Td>
                  <Table.Td ta="right"><Text size="sm">{one.held_count}</Text></Table.Td>
                  <Table.Td ta="right"><Text size="sm" className="figures">{short(one.shift)}</Text></Table.Td>
                </Table.Tr>
              ))}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Stack>
    </Card>
  );
}

export default function LearningPage() {
  const session = useSession();
  const client = useQueryClient();
  const learning = useQuery({ queryKey: ['learning'], queryFn: () => api.get<Learning>('/v1/learning') });
  const run = useMutation({
    mutationFn: () => api.write<Schema<'learn_asked'>>('POST', '/v1/learning'),
    onSuccess: () => client.invalidateQueries({ queryKey: ['learning'] }),
  });
  const job = useQuery({
    queryKey: ['job', run.data?.job_id], enabled: run.data !== undefined,
    queryFn: async () => {
      const found = await api.get<Schema<'job'>>(`/v1/jobs/${run.data?.job_id ?? ''}`);
      if (found.ended_us !== undefined) {
        await client.invalidateQueries({ queryKey: ['learning'] });
      }
      return found;
    },
    refetchInterval: (one) => (one.state.data?.ended_us === undefined ? 1000 : false),
  });
  return (
    <Stack>
      <Heading title="What was learnt" trail={[{ label: 'Question bank', to: '/bank' }]}>{has(session, 'operator') && <Button variant="default" loading={run.isPending} onClick={() => run.mutate()}>Learn now</Button>}</Heading>
      {run.isError && <Trouble error={run.error} />}
      {job.data !== undefined && <Alert color={job.data.state === 'failed' ? 'red' : 'gray'} role="status">{job.data.ended_us === undefined ? `Learning: ${job.data.done_count} of ${plural(Math.max(1, job.data.total_count), 'step')}. You may leave this page.` : job.data.fault_text ?? `Done. The scorer: ${String((job.data.result as { scorer?: string } | undefined)?.scorer ?? 'as before')}.`}</Alert>}
      <Fetched of={learning}>
        {(data) => (
          <>
            {data.scorers.length === 0 && data.raters.length === 0 && data.calibrations.length === 0 && <Empty title="Nothing yet">What people grade and answer teaches the scorer and calibrates the questions, as soon as there is enough of it.</Empty>}
            <Scorers of={data} />
            <Raters of={data} />
            <Calibrations of={data} />
          </>
        )}
      </Fetched>
    </Stack>
  );
}
