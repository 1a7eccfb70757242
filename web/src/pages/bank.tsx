import { Anchor, Badge, Button, Card, Group, Select, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, query, type Schema } from '../api/client';
import { has, useSession } from '../parts/session';
import { Empty, Heading, Loading, Trouble } from '../parts/states';
import { LEVELS } from '../parts/vetting';

export const STATUS: Record<string, string> = { live: 'teal', pilot: 'blue', suspended: 'red', retired: 'gray' };

export default function Bank() {
  const session = useSession();
  const [domain, setDomain] = useState<string | null>(null);
  const [status, setStatus] = useState<string | null>(null);
  const summary = useQuery({ queryKey: ['bank'], queryFn: () => api.get<Schema<'bank_view'>>('/v1/bank') });
  const items = useInfiniteQuery({
    queryKey: ['items', domain, status],
    queryFn: ({ pageParam }) => api.get<Schema<'item_list'>>(`/v1/bank/items${query({ domain: domain ?? undefined, status: status ?? undefined, after: pageParam || undefined, limit: 50 })}`),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const rows = items.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack>
      <Heading title="Question bank" trail={[{ label: 'Vetting', to: '/vetting' }]}><Button variant="default" renderRoot={(props) => <Link to="/learning" {...props} />}>What was learnt</Button>{has(session, 'operator') && <Button renderRoot={(props) => <Link to="/bank/$item" params={{ item: 'new' }} {...props} />}>New item</Button>}</Heading>
      <Group>
        <Select label="Field" placeholder="all" clearable value={domain} onChange={setDomain} data={(summary.data?.domains ?? []).map((one) => ({ value: one.domain, label: `${one.domain} (${one.live_count} live)` }))} />
        <Select label="Status" placeholder="all" clearable value={status} onChange={setStatus} data={['pilot', 'live', 'suspended', 'retired']} />
      </Group>
      {items.isPending && <Loading />}
      {items.isError && <Trouble error={items.error} retry={() => void items.refetch()} />}
      {items.isSuccess && (rows.length === 0 ? <Empty title="No item fits">Clear a filter, or add an item.</Empty> : (
        <Card withBorder radius="md" padding={0}>
          <Table.ScrollContainer minWidth={620}>
            <Table verticalSpacing="xs" horizontalSpacing="lg">
              <Table.Thead><Table.Tr><Table.Th>Code</Table.Th><Table.Th>Field · block</Table.Th><Table.Th>Kind</Table.Th><Table.Th>Level</Table.Th><Table.Th>Status</Table.Th><Table.Th ta="right">Asked</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{rows.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td><Anchor size="sm" renderRoot={(props) => <Link to="/bank/$item" params={{ item: one.id }} {...props} />}>{one.code}</Anchor></Table.Td>
                  <Table.Td><Text size="sm">{one.domain} · {one.block}</Text></Table.Td>
                  <Table.Td><Text size="sm">{one.item_kind}</Text></Table.Td>
                  <Table.Td><Text size="sm">{LEVELS[one.difficulty]}</Text></Table.Td>
                  <Table.Td><Badge variant="light" color={STATUS[one.item_status]} tt="none" title={one.status_reason}>{one.item_status}</Badge></Table.Td>
                  <Table.Td ta="right"><Text size="sm">{one.shown_count}</Text></Table.Td>
                </Table.Tr>
              ))}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Card>
      ))}
      {items.hasNextPage && <Group><Button variant="default" loading={items.isFetchingNextPage} onClick={() => void items.fetchNextPage()}>More</Button></Group>}
    </Stack>
  );
}
