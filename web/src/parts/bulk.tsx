import { Button, FileButton, Progress, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, type Schema } from '../api/client';
import { useEvents } from './events';
import { plural } from './format';
import { Trouble } from './states';

type Begun = Schema<'bulk_begun'>;
type Job = Schema<'job'>;

const SHOWN_MAX = 50;

function isOver(job: Job) {
  return job.state !== 'waiting' && job.state !== 'running';
}

function BadRows({ id, count }: { id: string; count: number }) {
  const errors = useQuery({
    queryKey: ['import-errors', id],
    queryFn: () => api.get<Schema<'bulk_error_list'>>(`/v1/imports/${id}/errors?limit=${SHOWN_MAX}`),
  });
  if (errors.isError) {
    return <Trouble error={errors.error} retry={() => void errors.refetch()} />;
  }
  const rows = errors.data?.items ?? [];
  return (
    <>
      <Table.ScrollContainer minWidth={320} w="100%">
        <Table verticalSpacing={4}>
          <Table.Thead><Table.Tr><Table.Th>Line</Table.Th><Table.Th>Column</Table.Th><Table.Th>What was wrong</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>{rows.map((one) => <Table.Tr key={one.position}><Table.Td>{one.file === '' ? '' : `${one.file}: `}{one.line}</Table.Td><Table.Td>{one.field}</Table.Td><Table.Td>{one.message}</Table.Td></Table.Tr>)}</Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {rows.length > 0 && count > rows.length && <Text size="sm" c="dimmed">And {(count - rows.length).toLocaleString()} more; mend these first, and import the file again.</Text>}
    </>
  );
}

function Outcome({ begun, noun, touches }: { begun: Begun; noun: [one: string, many: string]; touches: string[] }) {
  const client = useQueryClient();
  const job = useEvents<Job>(`/v1/jobs/${begun.job_id}/events`, 'progress', isOver);
  const over = job !== undefined && isOver(job);
  const outcome = useQuery({
    queryKey: ['import', begun.import_id], enabled: over,
    queryFn: () => api.get<Schema<'bulk_row'>>(`/v1/imports/${begun.import_id}`),
  });
  const done = outcome.data;
  useEffect(() => {
    for (const key of done === undefined ? [] : touches) {
      void client.invalidateQueries({ queryKey: [key] });
    }
  }, [done?.id]); // eslint-disable-line
  if (outcome.isError) {
    return <Trouble error={outcome.error} retry={() => void outcome.refetch()} />;
  }
  if (done === undefined) {
    const total = job?.total_count ?? 0;
    return (
      <Stack gap={4} w="100%" role="status">
        <Text size="sm">{job === undefined || job.state === 'waiting' ? 'It waits for its turn.' : `${plural(job.done_count, 'row')} so far${total > 0 ? ` of ${total.toLocaleString()}` : ''}.`} You may close this; it goes on.</Text>
        <Progress value={total > 0 ? (100 * (job?.done_count ?? 0)) / total : 100} animated={total === 0} aria-label="How far the import is" />
      </Stack>
    );
  }
  return (
    <>
      <Text size="sm" role="status">
        {done.state === 'failed' ? `Nothing more was imported: ${done.message ?? 'it was stopped'}.`
          : done.state === 'rolled_back' ? `Nothing was imported: ${done.message ?? ''}.`
            : `${plural(done.read_count, 'row')} read: ${plural(done.added_count, ...noun)} added, ${done.known_count.toLocaleString()} known already, ${done.bad_count.toLocaleString()} could not be imported.`}
      </Text>
      {done.bad_count > 0 && <BadRows id={done.id} count={done.bad_count} />}
    </>
  );
}

/** A file that a job takes in: chosen, watched, and reported with each bad row. */
export function BulkImport({ path, label, accept, noun, touches }: { path: (name: string) => string; label: string; accept: string; noun: [one: string, many: string]; touches: string[] }) {
  const begin = useMutation({ mutationFn: (file: File) => api.upload<Begun>(path(encodeURIComponent(file.name)), file) });
  return (
    <>
      <FileButton onChange={(file) => file !== null && begin.mutate(file)} accept={accept}>
        {(props) => <Button loading={begin.isPending} {...props}>{label}</Button>}
      </FileButton>
      {begin.isError && <Trouble error={begin.error} />}
      {begin.data !== undefined && <Outcome key={begin.data.import_id} begun={begin.data} noun={noun} touches={touches} />}
    </>
  );
}
