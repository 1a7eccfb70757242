import { Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, query } from '../../../api/client';
import { Export } from '../../../parts/export';
import { Loading, Trouble } from '../../../parts/states';

/** The rows behind a number, page by page: `path` is asked with `filter`; `children` draws the body of the table. */
export function PagedRows<Row extends object>({ title, name, path, filter, head, minWidth, close, children }: {
  title: string; name: string; path: string; filter: Record<string, string | undefined>; head: string[]; minWidth: number; close: () => void; children: (rows: Row[]) => ReactNode;
}) {
  const pages = useInfiniteQuery({
    queryKey: [path, filter],
    queryFn: ({ pageParam }) => api.get<{ items: Row[]; next?: string }>(path + query({ ...filter, after: pageParam, limit: 50 })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Modal opened onClose={close} title={title} size="xl">
      <Stack>
        {pages.isPending && <Loading />}
        {pages.isError && <Trouble error={pages.error} retry={() => void pages.refetch()} />}
        {pages.isSuccess && rows.length === 0 && <Text size="sm" c="dimmed">No {name}.</Text>}
        {rows.length > 0 && (
          <>
            <Group justify="flex-end"><Export rows={rows} name={name} /></Group>
            <Table.ScrollContainer minWidth={minWidth}>
              <Table verticalSpacing={4}>
                <Table.Thead><Table.Tr>{head.map((word) => <Table.Th key={word}>{word}</Table.Th>)}</Table.Tr></Table.Thead>
                <Table.Tbody>{children(rows)}</Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </>
        )}
        {pages.hasNextPage && <Group justify="center"><Button variant="default" onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>More</Button></Group>}
      </Stack>
    </Modal>
  );
}
