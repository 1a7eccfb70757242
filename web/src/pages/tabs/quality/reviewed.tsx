import { Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, query, type Schema } from '../../../api/client';
import { Export } from '../../../parts/export';
import { moment, words } from '../../../parts/format';
import { Loading, State, Trouble } from '../../../parts/states';

/** Which reviews stand behind a number. */
export interface Reviewed {
  title: string;
  clause_code?: string;
  engagement_id?: string;
  among?: 'all' | 'adverse' | 'appealed' | 'overturned' | 'planted';
}

export function ReviewedRows({ campaign, which, close }: { campaign: string; which: Reviewed; close: () => void }) {
  const { title, ...filter } = which;
  const pages = useInfiniteQuery({
    queryKey: ['quality-reviews', campaign, filter],
    queryFn: ({ pageParam }) => api.get<Schema<'reviewed_list'>>(`/v1/campaigns/${campaign}/quality/reviews` + query({ ...filter, after: pageParam, limit: 50 })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const planted = which.among === 'planted';
  return (
    <Modal opened onClose={close} title={title} size="xl">
      <Stack>
        {pages.isPending && <Loading />}
        {pages.isError && <Trouble error={pages.error} retry={() => void pages.refetch()} />}
        {pages.isSuccess && rows.length === 0 && <Text size="sm" c="dimmed">No reviews.</Text>}
        {rows.length > 0 && (
          <>
            <Group justify="flex-end"><Export rows={rows} name="reviews" /></Group>
            <Table.ScrollContainer minWidth={620}>
              <Table verticalSpacing={4}>
                <Table.Thead><Table.Tr><Table.Th>Task</Table.Th><Table.Th>Reviewer</Table.Th><Table.Th>Verdict</Table.Th>{planted && <Table.Th>Deserves</Table.Th>}<Table.Th>Clause</Table.Th><Table.Th>In words</Table.Th><Table.Th>When</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>{rows.map((one) => (
                  <Table.Tr key={one.id}>
                    <Table.Td><Link to="/tasks/$task" params={{ task: one.task_id }}>{one.task_id.slice(-6)}</Link></Table.Td>
                    <Table.Td className="name">{one.reviewer ?? '–'}</Table.Td>
                    <Table.Td><Group gap={6} wrap="nowrap">{words(one.verdict)}{one.appeal_state !== undefined && <State of={one.appeal_state} />}</Group></Table.Td>
                    {planted && <Table.Td>{one.expected === 'pass' ? 'Acceptance' : 'An objection'}</Table.Td>}
                    <Table.Td>{one.clause_code ?? '–'}</Table.Td>
                    <Table.Td><Text size="sm" maw={260}>{one.message ?? '–'}</Text></Table.Td>
                    <Table.Td className="figures">{moment(one.decided_at)}</Table.Td>
                  </Table.Tr>
                ))}</Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </>
        )}
        {pages.hasNextPage && <Group justify="center"><Button variant="default" onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>More</Button></Group>}
      </Stack>
    </Modal>
  );
}
