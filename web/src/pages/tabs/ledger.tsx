import { Button, Card, Group, Table } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { api, query, type Schema } from '../../api/client';
import { moment, money, words } from '../../parts/format';
import { Empty, Loading, Trouble } from '../../parts/states';

/** The campaign's entries: what left which account for which unit. */
export function LedgerTab({ campaign }: { campaign: Schema<'campaign_row'> }) {
  const pages = useInfiniteQuery({
    queryKey: ['entries', campaign.id],
    queryFn: ({ pageParam }) => api.get<Schema<'entry_list'>>(`/v1/campaigns/${campaign.id}/entries` + query({ after: pageParam, limit: 50 })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {pages.isPending && <Loading />}
      {pages.isError && <Trouble error={pages.error} retry={() => void pages.refetch()} />}
      {pages.isSuccess && rows.length === 0 && <Empty title="No entries yet">Each accepted answer posts one.</Empty>}
      {rows.length > 0 && (
        <Card withBorder radius="md" padding={0}>
          <Table.ScrollContainer minWidth={560}>
            <Table verticalSpacing="xs">
              <Table.Thead><Table.Tr><Table.Th>When</Table.Th><Table.Th>What</Table.Th><Table.Th>Unit</Table.Th><Table.Th ta="right">Amount</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{rows.map((row) => (
                <Table.Tr key={row.id}><Table.Td>{moment(row.happened_at)}</Table.Td><Table.Td>{words(row.pays_kind)}</Table.Td><Table.Td>{row.pays_id}</Table.Td><Table.Td ta="right" className="figures">{row.pays_kind === 'reversal' ? '−' : ''}{money(row.amount_minor, row.currency)}</Table.Td></Table.Tr>
              ))}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Card>
      )}
      {pages.hasNextPage && <Group justify="center" mt="md"><Button variant="default" onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>Older</Button></Group>}
    </>
  );
}
