import { Button, Group, Select, SimpleGrid, Table, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type CSSProperties, useState } from 'react';
import { api, query, type Schema } from '../../../api/client';
import { count } from '../../../parts/format';
import { Panel } from '../../../parts/panel';
import { Fetched, Loading, Trouble } from '../../../parts/states';
import { Rows, type Which } from './rows';

type Quality = Schema<'quality_view'>;
const share = (value: number) => value.toFixed(2).replace(/^0/, '');

function Confusion({ campaign, quality, label }: { campaign: string; quality: Quality; label: string }) {
  const [which, setWhich] = useState<Which>();
  const [rater, setRater] = useState('');
  const cells = useQuery({ queryKey: ['confusion', campaign, rater], queryFn: () => api.get<Schema<'cell_list'>>(`/v1/campaigns/${campaign}/quality/confusion` + query({ rater_id: rater })) });
  const raters = quality.raters.filter((one) => one.label === label && one.domain === '');
  return (
    <Panel title="What is said for what" hint="Rows: the inferred answer; columns: what was said, with count and 95 % interval. Press a cell for its answers." rows={cells.data?.items.filter((one) => one.label === label) ?? []} name="confusion">
      <Select label="Whose answers" size="xs" w={220} mb="sm" allowDeselect={false} value={rater} onChange={(value) => setRater(value ?? '')} data={[{ value: '', label: 'All experts' }, ...raters.map((one) => ({ value: one.rater_id, label: one.rater_name }))]} />
      <Fetched of={cells}>
        {(data) => {
          const own = data.items.filter((one) => one.label === label);
          const values = [...new Set(own.map((one) => one.value))];
          const said = [...new Set(own.map((one) => one.said))];
          return own.length === 0 ? <Text size="sm" c="dimmed">Nothing yet.</Text> : (
            <Table.ScrollContainer minWidth={120 + 90 * said.length}>
              <Table verticalSpacing={2} horizontalSpacing={4}>
                <Table.Thead><Table.Tr><Table.Th>Inferred</Table.Th>{said.map((one) => <Table.Th key={one} ta="center">{one}</Table.Th>)}<Table.Th ta="right">n</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>{values.map((value) => (
                  <Table.Tr key={value}><Table.Th>{value}</Table.Th>
                    {said.map((one) => {
                      const cell = own.find((each) => each.value === value && each.said === one);
                      return <Table.Td key={one}>{cell !== undefined && (
                        <button type="button" className="cell" data-empty={cell.vote_count === 0} disabled={cell.vote_count === 0} style={{ '--shade': `${Math.round(cell.share * 34)}%` } as CSSProperties}
                          aria-label={`${share(cell.share)} (${cell.vote_count}) [${share(cell.low)}–${share(cell.high)}] ${value} said as ${one}: ${cell.vote_count} of ${cell.value_count}`}
                          onClick={() => setWhich({ title: `${value}, said as ${one}`, label, value, said: one, rater_id: rater === '' ? undefined : rater })}>{share(cell.share)} <Text component="span" size="xs">({cell.vote_count})</Text><Text span display="block" size="xs" className="figures">[{share(cell.low)}–{share(cell.high)}]</Text></button>)}</Table.Td>;
                    })}
                    <Table.Td ta="right" className="figures">{count(own.find((one) => one.value === value)?.value_count ?? 0)}</Table.Td>
                  </Table.Tr>
                ))}</Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          );
        }}
      </Fetched>
      {which !== undefined && <Rows campaign={campaign} which={which} close={() => setWhich(undefined)} />}
    </Panel>
  );
}

function Hard({ campaign, label }: { campaign: string; label: string }) {
  const pages = useInfiniteQuery({
    queryKey: ['hard', campaign, label],
    queryFn: ({ pageParam }) => api.get<Schema<'truth_list'>>(`/v1/campaigns/${campaign}/quality/hard` + query({ label, after: pageParam, limit: 12 })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title="Hard tasks" hint="Those whose answer is least certain, given all answers and how good their authors are." rows={rows} name="hard-tasks">
      {pages.isPending && <Loading />}
      {pages.isError && <Trouble error={pages.error} retry={() => void pages.refetch()} />}
      {rows.length > 0 && (
        <Table.ScrollContainer minWidth={420}>
          <Table verticalSpacing={4}>
            <Table.Thead><Table.Tr><Table.Th>Task</Table.Th><Table.Th>Inferred</Table.Th><Table.Th>Most said</Table.Th><Table.Th>Domain</Table.Th><Table.Th ta="right">Probability</Table.Th><Table.Th ta="right">n</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{rows.map((one) => (
              <Table.Tr key={one.task_id}><Table.Td><Link to="/tasks/$task" params={{ task: one.task_id }}>{one.task_id.slice(-6)}</Link></Table.Td><Table.Td>{one.value}{one.is_gold === 1 && ' (gold)'}</Table.Td><Table.Td>{one.majority}</Table.Td><Table.Td>{one.stratum}</Table.Td><Table.Td ta="right" className="figures">{share(one.probability)}</Table.Td><Table.Td ta="right" className="figures">{one.label_count}</Table.Td></Table.Tr>
            ))}</Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {pages.hasNextPage && <Group justify="center" mt="xs"><Button size="xs" variant="default" onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>More</Button></Group>}
    </Panel>
  );
}

export function Items({ campaign, quality, label }: { campaign: string; quality: Quality; label: string }) {
  return <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: 'start' }}><Confusion campaign={campaign} quality={quality} label={label} /><Hard campaign={campaign} label={label} /></SimpleGrid>;
}
