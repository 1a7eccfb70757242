import { Alert, Button, Card, FileInput, Group, Progress, Radio, Select, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, query, type Schema } from '../../api/client';
import { useEvents } from '../../parts/events';
import { count, moment, plural } from '../../parts/format';
import { useDefinition } from '../../parts/lease';
import { Empty, Fetched, State, Trouble } from '../../parts/states';

type Campaign = Schema<'campaign_row'>;
type Preview = Schema<'preview'>;
type Mapping = Record<string, string>;

function formatOf(file: File): string {
  return file.name.endsWith('.csv') ? 'csv' : file.name.endsWith('.json') ? 'json' : 'jsonl';
}

function BadRows({ rows }: { rows: Schema<'batch_error_row'>[] }) {
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table verticalSpacing={4}>
        <Table.Thead><Table.Tr><Table.Th>Line</Table.Th><Table.Th>Field</Table.Th><Table.Th>What was wrong</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>{rows.map((row) => <Table.Tr key={row.line + row.field}><Table.Td className="figures">{row.line}</Table.Td><Table.Td>{row.field}</Table.Td><Table.Td>{row.message}</Table.Td></Table.Tr>)}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const hasEnded = (job: Schema<'job'>) => job.state !== 'waiting' && job.state !== 'running';

function Running({ batchId, jobId, total }: { batchId: string; jobId: string; total: number }) {
  const job = useEvents<Schema<'job'>>(`/v1/jobs/${jobId}/events`, 'progress', hasEnded);
  const client = useQueryClient();
  const ended = job !== undefined && hasEnded(job);
  const batch = useQuery({ queryKey: ['batch', batchId, ended], queryFn: () => api.get<Schema<'batch_row'>>(`/v1/batches/${batchId}`), enabled: ended });
  const errors = useQuery({ queryKey: ['batch-errors', batchId, ended], queryFn: () => api.get<Schema<'batch_error_list'>>(`/v1/batches/${batchId}/errors?limit=200`), enabled: ended });
  useEffect(() => {
    if (ended) {
      void client.invalidateQueries({ queryKey: ['batches'] });
      void client.invalidateQueries({ queryKey: ['tasks'] });
      void client.invalidateQueries({ queryKey: ['board'] });
    }
  }, [ended, client]);
  if (!ended) {
    const done = job?.done_count ?? 0;
    return (
      <Card withBorder radius="md" padding="md" role="status">
        <Text size="sm" mb={6}>Importing: {plural(done, 'record')} read{total > 0 && ` of about ${count(total)}`}</Text>
        <Progress value={total > 0 ? Math.min(100, (100 * done) / total) : 100} animated={total === 0} aria-label="Import" />
      </Card>
    );
  }
  return (
    <Fetched of={batch}>
      {(data) => (
        <Alert color={data.state === 'ready' ? 'teal' : 'red'} title={data.state === 'ready' ? 'Imported' : data.state === 'rolled_back' ? 'Nothing was imported' : 'The import failed'} role="status">
          <Text size="sm">
            {plural(data.task_count, 'task')} added, {count(data.repeat_count)} there already, {count(data.bad_count)} bad{data.state === 'rolled_back' && ': nothing was added, as you asked'}.
            {job.fault_text !== undefined && ` ${job.fault_text}`}
          </Text>
          {(errors.data?.items.length ?? 0) > 0 && <BadRows rows={errors.data?.items ?? []} />}
        </Alert>
      )}
    </Fetched>
  );
}

function Columns({ campaign, preview, mapping, change }: { campaign: Campaign; preview: Preview; mapping: Mapping; change: (mapping: Mapping) => void }) {
  const definition = useDefinition(campaign.id);
  return (
    <Fetched of={definition}>
      {(type) => {
        const input = (type as unknown as { input: { properties: Record<string, { title?: string }>; required?: string[] } }).input;
        const fields = [...Object.entries(input.properties).map(([name, one]) => ({ name, title: one.title ?? name, required: input.required?.includes(name) ?? false })), { name: 'external_id', title: 'Your identifier', required: false }];
        return (
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
            {fields.map((field) => (
              <Select key={field.name} label={field.title + (field.required ? '' : ' (optional)')} placeholder="no column" data={preview.columns} clearable={!field.required} searchable
                error={field.required && mapping[field.name] === undefined && 'Choose a column: every task needs this'}
                value={mapping[field.name] ?? null}
                onChange={(value) => {
                  const { [field.name]: _, ...rest } = mapping;
                  change(value === null ? rest : { ...rest, [field.name]: value });
                }} />
            ))}
          </SimpleGrid>
        );
      }}
    </Fetched>
  );
}

export function ImportTab({ campaign }: { campaign: Campaign }) {
  const [file, setFile] = useState<File | null>(null);
  const [mapping, setMapping] = useState<Mapping>();
  const [onError, setOnError] = useState('keep');
  const look = useMutation({
    mutationFn: ({ file, mapping }: { file: File; mapping?: Mapping }) =>
      api.upload<Preview>(`/v1/campaigns/${campaign.id}/import-previews` + query({ format: formatOf(file), mapping: mapping === undefined ? undefined : JSON.stringify(mapping) }), file),
    onSuccess: (preview) => setMapping(preview.mapping as Mapping),
  });
  const begin = useMutation({
    mutationFn: () => api.upload<Schema<'import_begun'>>(`/v1/campaigns/${campaign.id}/imports` + query({ name: file?.name, format: formatOf(file as File), mapping: JSON.stringify(mapping), on_error: onError }), file as File),
  });
  const choose = (chosen: File | null) => {
    setFile(chosen);
    setMapping(undefined);
    begin.reset();
    look.reset();
    if (chosen !== null) {
      look.mutate({ file: chosen });
    }
  };
  const remap = (next: Mapping) => {
    setMapping(next);
    if (file !== null) {
      look.mutate({ file, mapping: next });
    }
  };
  const batches = useQuery({ queryKey: ['batches', campaign.id], queryFn: () => api.get<Schema<'batch_list'>>(`/v1/campaigns/${campaign.id}/batches`) });
  const preview = look.data;
  /* Until each needed field has a column, nothing can be said of the rows. */
  const mapped = preview?.errors.every((one) => one.field !== 'mapping') ?? false;
  return (
    <Stack>
      <Card withBorder radius="md" padding="lg">
        <Stack>
          <FileInput label="File of tasks" description="JSONL, JSON (a list of objects) or CSV with a header" placeholder="Choose a file" value={file} onChange={choose} accept=".jsonl,.ndjson,.json,.csv" clearable clearButtonProps={{ 'aria-label': 'Take the file away' }} />
          {look.isPending && <Text size="sm" c="dimmed" role="status">Reading…</Text>}
          {look.isError && <Trouble error={look.error} />}
          {preview !== undefined && mapping !== undefined && !begin.isSuccess && (
            <>
              <Title order={2} size="h6">Columns</Title>
              <Columns campaign={campaign} preview={preview} mapping={mapping} change={remap} />
              {mapped && <Text size="sm">{preview.whole ? 'The file holds' : 'Among the first'} {plural(preview.record_count, 'record')}{preview.whole ? ',' : ':'} {preview.bad_count === 0 ? 'all good' : `${count(preview.bad_count)} bad`}.</Text>}
              {preview.rows.length > 0 && (
                <Table.ScrollContainer minWidth={560}>
                  <Table verticalSpacing={4} aria-label="First records">
                    <Table.Thead><Table.Tr><Table.Th>Line</Table.Th>{Object.keys(preview.rows[0].payload as object).map((name) => <Table.Th key={name}>{name}</Table.Th>)}</Table.Tr></Table.Thead>
                    <Table.Tbody>{preview.rows.slice(0, 5).map((row) => (
                      <Table.Tr key={row.line}><Table.Td className="figures">{row.line}</Table.Td>
                        {Object.keys(preview.rows[0].payload as object).map((name) => <Table.Td key={name}><Text size="sm" lineClamp={2}>{String((row.payload as Record<string, unknown>)[name] ?? '')}</Text></Table.Td>)}
                      </Table.Tr>
                    ))}</Table.Tbody>
                  </Table>
                </Table.ScrollContainer>
              )}
              {mapped && preview.errors.length > 0 && <BadRows rows={preview.errors} />}
              <Radio.Group label="If rows are bad" value={onError} onChange={setOnError}>
                <Group mt={6}><Radio value="keep" label="Keep the good ones" /><Radio value="rollback" label="Add nothing" /></Group>
              </Radio.Group>
              {begin.isError && <Trouble error={begin.error} />}
              <Group><Button onClick={() => begin.mutate()} loading={begin.isPending} disabled={preview.rows.length === 0}>Import</Button></Group>
            </>
          )}
        </Stack>
      </Card>
      {begin.isSuccess && <Running batchId={begin.data.batch_id} jobId={begin.data.job_id} total={preview?.whole === true ? preview.record_count : 0} />}
      <Title order={2} size="h6">Batches</Title>
      <Fetched of={batches}>
        {(data) => data.items.length === 0 ? <Empty title="Nothing was imported yet" /> : (
          <Card withBorder radius="md" padding={0}>
            <Table.ScrollContainer minWidth={320}>
              <Table verticalSpacing="xs">
                <Table.Thead><Table.Tr><Table.Th>File</Table.Th><Table.Th visibleFrom="xs">When</Table.Th><Table.Th>State</Table.Th><Table.Th ta="right">Tasks</Table.Th><Table.Th ta="right" visibleFrom="xs">There already</Table.Th><Table.Th ta="right">Bad</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>{data.items.map((one) => (
                  <Table.Tr key={one.id}><Table.Td>{one.name}</Table.Td><Table.Td visibleFrom="xs">{moment(one.created_at)}</Table.Td><Table.Td><State of={one.state} /></Table.Td><Table.Td ta="right">{count(one.task_count)}</Table.Td><Table.Td ta="right" visibleFrom="xs">{count(one.repeat_count)}</Table.Td><Table.Td ta="right">{count(one.bad_count)}</Table.Td></Table.Tr>
                ))}</Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </Card>
        )}
      </Fetched>
    </Stack>
  );
}
