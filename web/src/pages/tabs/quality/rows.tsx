import { Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, query, type Schema } from '../../../api/client';
import { Export } from '../../../parts/export';
import { Loading, Trouble } from '../../../parts/states';

/** Which answers stand behind a number. */
export interface Which {
  title: string;
  label: string;
  value?: string;
  said?: string;
  rater_id?: string;
  other_id?: string;
  other_name?: string;
  stratum?: string;
}

const share = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(2).replace(/^0\./, '.'));

export function Rows({ campaign, which, close }: { campaign: string; which: Which; close: () => void }) {
  const { title, other_name, ...filter } = which;
  const pages = useInfiniteQuery({
    queryKey: ['quality-answers', campaign, filter],
    queryFn: ({ pageParam }) => api.get<Schema<'answer_list'>>(`/v1/campaigns/${campaign}/quality/answers` + query({ ...filter, after: pageParam, limit: 50 })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Modal opened onClose={close} title={title} size="xl">
      <Stack>
        {pages.isPending && <Loading />}
        {pages.isError && <Trouble error={pages.error} retry={() => void pages.refetch()} />}
        {pages.isSuccess && rows.length === 0 && <Text size="sm" c="dimmed">No answers.</Text>}
        {rows.length > 0 && (
          <>
            <Group justify="flex-end"><Export rows={rows} name="answers" /></Group>
            <Table.ScrollContainer minWidth={560}>
              <Table verticalSpacing={4}>
                <Table.Thead><Table.Tr><Table.Th>Task</Table.Th><Table.Th>Who</Table.Th><Table.Th>Said</Table.Th>{other_name !== undefined && <Table.Th>{other_name} said</Table.Th>}<Table.Th>Inferred</Table.Th><Table.Th ta="right">Probability</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>{rows.map((one) => (
                  <Table.Tr key={one.task_id + one.rater_id}>
                    <Table.Td><Link to="/tasks/$task" params={{ task: one.task_id }}>{one.external_id ?? one.task_id.slice(-6)}</Link></Table.Td>
                    <Table.Td className="name">{one.rater_name ?? one.rater_id}</Table.Td>
                    <Table.Td fw={one.said === one.value ? undefined : 600}>{one.said}{one.final !== one.said && ` → ${one.final}`}</Table.Td>
                    {other_name !== undefined && <Table.Td fw={one.other_said === one.said ? undefined : 600}>{one.other_said ?? '–'}</Table.Td>}
                    <Table.Td>{one.value ?? '–'}</Table.Td>
                    <Table.Td ta="right" className="figures">{share(one.probability)}</Table.Td>
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
