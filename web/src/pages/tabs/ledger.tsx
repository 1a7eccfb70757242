import { Button, Card, Collapse, Group, Table, Text, UnstyledButton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import { api, query, type Schema } from '../../api/client';
import { moment, money, words } from '../../parts/format';
import { Empty, Loading, Trouble } from '../../parts/states';

type Entry = Schema<'entry_view'>;

/** The sides of an entry, as far as this window shows them. */
export function Postings({ entry }: { entry: Entry }) {
  return (
    <Table verticalSpacing={4} aria-label={`Postings of ${entry.id}`}>
      <Table.Thead><Table.Tr><Table.Th>Account</Table.Th><Table.Th ta="right">Debit</Table.Th><Table.Th ta="right">Credit</Table.Th></Table.Tr></Table.Thead>
      <Table.Tbody>{entry.postings.map((posting) => (
        <Table.Tr key={posting.account}>
          <Table.Td><Text size="xs" style={{ overflowWrap: 'anywhere' }}>{posting.account}</Text></Table.Td>
          <Table.Td ta="right" className="figures">{posting.amount_minor > 0 ? money(posting.amount_minor, entry.currency) : ''}</Table.Td>
          <Table.Td ta="right" className="figures">{posting.amount_minor < 0 ? money(-posting.amount_minor, entry.currency) : ''}</Table.Td>
        </Table.Tr>
      ))}</Table.Tbody>
    </Table>
  );
}

function Row({ entry }: { entry: Entry }) {
  const [open, setOpen] = useState(false);
  return (
    <Fragment>
      <Table.Tr>
        <Table.Td>{moment(entry.happened_at)}</Table.Td>
        <Table.Td>
          <UnstyledButton onClick={() => setOpen(!open)} aria-expanded={open}><Text size="sm" td="underline">{words(entry.kind)}{entry.corrects_id !== undefined && ', undone'}</Text></UnstyledButton>
          {entry.note !== undefined && <Text size="xs" c="dimmed">{entry.note}</Text>}
        </Table.Td>
        <Table.Td><Text size="xs" c="dimmed">{entry.pays_id}</Text></Table.Td>
        <Table.Td ta="right" className="figures">{money(entry.client_minor, entry.currency)}</Table.Td>
        <Table.Td ta="right" className="figures">{money(entry.person_minor, entry.currency)}</Table.Td>
      </Table.Tr>
      {open && <Table.Tr><Table.Td colSpan={5}><Collapse in={open}><Postings entry={entry} /></Collapse></Table.Td></Table.Tr>}
    </Fragment>
  );
}

/** The campaign's entries: what is owed by whom for which unit, and the accounts behind it. */
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
          <Table.ScrollContainer minWidth={640}>
            <Table verticalSpacing="xs">
              <Table.Thead><Table.Tr><Table.Th>When</Table.Th><Table.Th>What</Table.Th><Table.Th>For</Table.Th><Table.Th ta="right">Client owes</Table.Th><Table.Th ta="right">Person earns</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{rows.map((entry) => <Row key={entry.id} entry={entry} />)}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Card>
      )}
      {pages.hasNextPage && <Group justify="center" mt="md"><Button variant="default" onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>Older</Button></Group>}
    </>
  );
}
