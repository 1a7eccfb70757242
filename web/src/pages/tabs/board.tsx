import { Alert, Card, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { api, type Schema } from '../../api/client';
import { DayChart } from '../../parts/chart';
import { count, date, money, plural, zoneName } from '../../parts/format';
import { useDefinition } from '../../parts/lease';
import { Empty, Fetched } from '../../parts/states';
import { labelTitle } from '../../parts/type';
import { Whisker } from '../../parts/whisker';

type Board = Schema<'board'>;
type Campaign = Schema<'campaign_row'>;

function Fact({ label, value, under, share }: { label: string; value: string; under?: string; share?: number }) {
  return (
    <Card withBorder radius="md" padding="md">
      <Text size="xs" c="dimmed">{label}</Text>
      <Text size="xl" fw={650} className="figures">{value}</Text>
      {share !== undefined && <div className="bar" role="img" aria-label={`${Math.round(share * 100)} %`}><span style={{ width: `${Math.min(100, share * 100)}%` }} /></div>}
      {under !== undefined && <Text size="xs" c="dimmed" mt={4}>{under}</Text>}
    </Card>
  );
}

function forecastOf(board: Board): { value: string; under: string } {
  if (board.wanted === 0) {
    return { value: 'Not known yet', under: 'there are no tasks yet' };
  }
  if (board.accepted >= board.wanted) {
    return { value: 'Done', under: 'as many answers accepted as were wanted' };
  }
  if (board.middle_at === undefined) {
    return { value: 'Not known yet', under: 'needs five answers within the last seven days' };
  }
  const range = date(board.early_at) === date(board.late_at) ? 'that day' : `${date(board.early_at)} – ${date(board.late_at)}`;
  return { value: date(board.middle_at), under: `four in five: ${range}` };
}

function risks(board: Board, titleOf: (label: string) => string): string[] {
  const found: string[] = [];
  if (board.budget_minor !== undefined && board.spend_minor + board.committed_minor > board.budget_minor) {
    found.push(`The answers still wanted would cost ${money(board.spend_minor + board.committed_minor - board.budget_minor, board.currency)} more than the budget.`);
  }
  if (board.deadline_at !== undefined && board.middle_at !== undefined && board.middle_at > board.deadline_at) {
    found.push(`At the present pace the campaign ends after its deadline of ${date(board.deadline_at)}.`);
  }
  if (board.pending > 20 && board.pending > board.accepted) {
    found.push(`${plural(board.pending, 'answer')} wait for a review: more than were accepted so far.`);
  }
  const alpha = board.agreement.find((one) => one.high !== undefined && one.high < 0.667);
  if (alpha !== undefined) {
    found.push(`Experts agree little on “${titleOf(alpha.label)}”: read the clauses that they see differently.`);
  }
  return found;
}

function Progress({ board }: { board: Board }) {
  const data = useMemo(() => {
    const days = [...new Set(board.days.map((one) => one.day))].sort();
    const of = (counter: string) => {
      let sum = board[counter === 'given' ? 'given' : 'accepted'] - board.days.filter((one) => one.counter === counter).reduce((total, one) => total + one.amount, 0);
      return days.map((day) => {
        sum += board.days.filter((one) => one.day === day && one.counter === counter).reduce((total, one) => total + one.amount, 0);
        return sum;
      });
    };
    return { days, given: of('given'), accepted: of('accepted') };
  }, [board]);
  const times = useMemo(() => data.days.map((day) => Date.parse(day) / 1000), [data]);
  const lines = useMemo(() => [{ name: 'Answers given', values: data.given }, { name: 'Accepted', values: data.accepted }], [data]);
  if (data.days.length === 0) {
    return <Empty title="No answers yet">The curve begins with the first one.</Empty>;
  }
  return (
    <Card withBorder radius="md" padding="md">
      <Title order={2} size="h6" mb="xs">Answers, summed up</Title>
      {data.days.length > 1
        ? <DayChart times={times} lines={lines} />
        : <Text size="sm">{plural(data.given[0], 'answer')} given and {count(data.accepted[0])} accepted, all on {date(new Date(times[0] * 1000).toISOString())}. A curve needs a second day.</Text>}
      <details>
        <summary><Text component="span" size="xs" c="dimmed">As a table (days in UTC; you are in {zoneName})</Text></summary>
        <Table mt="xs"><Table.Thead><Table.Tr><Table.Th>Day</Table.Th><Table.Th ta="right">Given</Table.Th><Table.Th ta="right">Accepted</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>{data.days.map((day, index) => (
            <Table.Tr key={day}><Table.Td>{day}</Table.Td><Table.Td ta="right">{count(data.given[index])}</Table.Td><Table.Td ta="right">{count(data.accepted[index])}</Table.Td></Table.Tr>
          ))}</Table.Tbody></Table>
      </details>
    </Card>
  );
}

/** What stopping early has saved, where that is on. */
function Saved({ campaign }: { campaign: Campaign }) {
  const saving = useQuery({ queryKey: ['saving', campaign.id], queryFn: () => api.get<Schema<'saving'>>(`/v1/campaigns/${campaign.id}/stop-rule`), refetchInterval: 15000 });
  const data = saving.data;
  if (data === undefined || (data.target_certainty === undefined && data.task_count === 0)) {
    return null;
  }
  return (
    <Text size="sm">Answers stop when they are sure: <strong>{plural(Math.abs(data.saved_count), 'answer')} {data.saved_count >= 0 ? 'saved' : 'more than planned'}</strong>, {money(Math.abs(data.saved_minor), data.currency)}, on {plural(data.task_count, 'settled task')}. <Link to="/campaigns/$campaign/$tab" params={{ campaign: campaign.id, tab: 'quality' }}>How</Link></Text>
  );
}

export function BoardTab({ campaign }: { campaign: Campaign }) {
  const definition = useDefinition(campaign.id);
  const board = useQuery({ queryKey: ['board', campaign.id], queryFn: () => api.get<Board>(`/v1/campaigns/${campaign.id}/board`), refetchInterval: 15000 });
  return (
    <Fetched of={board}>
      {(data) => (
        <Stack>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
            <Fact label="Progress" value={`${count(data.accepted)} of ${count(data.wanted)}`} under={`answers accepted · ${count(data.done)} of ${plural(data.tasks, 'task')} done`} share={data.wanted === 0 ? 0 : data.accepted / data.wanted} />
            <Fact label="Spend" value={money(data.spend_minor, data.currency)} under={data.budget_minor === undefined ? 'no budget set' : `of ${money(data.budget_minor, data.currency)}`} share={data.budget_minor === undefined ? undefined : data.spend_minor / data.budget_minor} />
            <Fact label="Forecast" {...forecastOf(data)} />
            <Fact label="Waiting for review" value={count(data.pending)} under={`${count(data.returned)} returned · ${count(data.rejected)} rejected · ${plural(data.appeals, 'appeal')}, ${count(data.overturned)} overturned`} />
          </SimpleGrid>
          <Saved campaign={campaign} />
          {risks(data, (label) => labelTitle(definition.data, label)).map((risk) => <Alert key={risk} color="yellow" variant="light">{risk}</Alert>)}
          <Card withBorder radius="md" padding="md">
            <Title order={2} size="h6" mb="xs">Agreement between experts (Krippendorff’s α, 95 %)</Title>
            {data.agreement.length === 0
              ? <Text size="sm" c="dimmed">Not known yet: it needs tasks with two answers.</Text>
              : data.agreement.map((one) => (
                <Group key={one.label} justify="space-between">
                  <Text size="sm">{labelTitle(definition.data, one.label)}</Text>
                  <Group gap="xs"><Whisker value={one.estimate} low={one.low} high={one.high} label={labelTitle(definition.data, one.label)} /><Text size="xs" c="dimmed" className="figures">n {count(one.unit_count)}</Text></Group>
                </Group>
              ))}
          </Card>
          <Progress board={data} />
        </Stack>
      )}
    </Fetched>
  );
}
