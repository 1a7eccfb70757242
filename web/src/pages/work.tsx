import { Anchor, Button, Card, Group, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, query, type Schema } from '../api/client';
import { moment, money } from '../parts/format';
import { Empty, Heading, Loading, State, Trouble } from '../parts/states';

const NEXT: Record<string, string> = { returned: 'Revise', rejected: 'See why' };

/** Each unit with its state. */
export default function MyWork() {
  const pages = useInfiniteQuery({
    queryKey: ['own'],
    queryFn: ({ pageParam }) => api.get<Schema<'own_list'>>('/v1/submissions' + query({ after: pageParam, limit: 50 })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Heading title="My work"><Button component={Link} to="/skill" variant="default" size="xs">My skill</Button></Heading>
      {pages.isPending && <Loading />}
      {pages.isError && <Trouble error={pages.error} retry={() => void pages.refetch()} />}
      {pages.isSuccess && rows.length === 0 && <Empty title="No answers yet">What you submit is listed here with its state, the reviewer's words and the pay.</Empty>}
      {rows.length > 0 && (
        <Card withBorder radius="md" padding={0}>
          <Table.ScrollContainer minWidth={320}>
            <Table verticalSpacing="sm" highlightOnHover>
              <Table.Thead><Table.Tr><Table.Th>Answer to</Table.Th><Table.Th visibleFrom="xs">Submitted</Table.Th><Table.Th>State</Table.Th><Table.Th ta="right">Pay</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={row.id}>
                    <Table.Td><Anchor size="sm" lineClamp={2} c="inherit" renderRoot={(props) => <Link to="/work/$submission" params={{ submission: row.id }} {...props} />}>{row.lead || row.task_id}</Anchor><Text size="xs" c="dimmed">{row.campaign_name}{row.revision > 1 && ` · revision ${row.revision}`}</Text></Table.Td>
                    <Table.Td visibleFrom="xs" className="figures">{moment(row.submitted_at)}</Table.Td>
                    <Table.Td><State of={row.state} />{NEXT[row.state] !== undefined && <div><Anchor size="xs" renderRoot={(props) => <Link to="/work/$submission" params={{ submission: row.id }} {...props} />}>{NEXT[row.state]}</Anchor></div>}</Table.Td>
                    <Table.Td ta="right" className="figures">{row.state === 'accepted' ? money(row.price_minor, row.currency) : '–'}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Card>
      )}
      {pages.hasNextPage && <Group justify="center" mt="md"><Button variant="default" onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>Older</Button></Group>}
    </>
  );
}
