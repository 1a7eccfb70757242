import { Anchor, Button, Card, Group, SegmentedControl, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, query, type Schema } from '../../api/client';
import { count } from '../../parts/format';
import { useDefinition } from '../../parts/lease';
import { Empty, Loading, State, Trouble } from '../../parts/states';
import { leadOf } from '../../parts/type';

export function TasksTab({ campaign }: { campaign: Schema<'campaign_row'> }) {
  const [state, setState] = useState('');
  const pages = useInfiniteQuery({
    queryKey: ['tasks', campaign.id, state],
    queryFn: ({ pageParam }) => api.get<Schema<'task_list'>>(`/v1/campaigns/${campaign.id}/tasks` + query({ state, after: pageParam, limit: 50 })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const definition = useDefinition(campaign.id);
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <SegmentedControl size="xs" mb="md" aria-label="Which tasks" value={state} onChange={setState}
        data={[{ value: '', label: 'All' }, { value: 'open', label: 'Open' }, { value: 'full', label: 'Full' }, { value: 'done', label: 'Done' }]} />
      {pages.isPending && <Loading />}
      {pages.isError && <Trouble error={pages.error} retry={() => void pages.refetch()} />}
      {pages.isSuccess && rows.length === 0 && <Empty title="No tasks here">Import a file of tasks to begin.</Empty>}
      {rows.length > 0 && (
        <Card withBorder radius="md" padding={0}>
          <Table.ScrollContainer minWidth={320}>
            <Table verticalSpacing="xs" highlightOnHover>
              <Table.Thead><Table.Tr><Table.Th>Task</Table.Th><Table.Th>State</Table.Th><Table.Th ta="right">Accepted</Table.Th><Table.Th ta="right" visibleFrom="xs">Given</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={row.id}>
                    <Table.Td><Anchor size="sm" lineClamp={1} c="inherit" renderRoot={(props) => <Link to="/tasks/$task" params={{ task: row.id }} {...props} />}>{leadOf(definition.data, row.payload) || row.id}</Anchor><Text size="xs" c="dimmed">{row.external_id ?? row.id}</Text></Table.Td>
                    <Table.Td><State of={row.state} /></Table.Td>
                    <Table.Td ta="right" className="figures">{count(row.accepted)} of {count(row.wanted)}</Table.Td>
                    <Table.Td ta="right" visibleFrom="xs">{count(row.given)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Card>
      )}
      {pages.hasNextPage && <Group justify="center" mt="md"><Button variant="default" onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>More</Button></Group>}
    </>
  );
}
