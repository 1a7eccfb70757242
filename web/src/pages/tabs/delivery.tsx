import { Alert, Button, Card, Checkbox, Code, CopyButton, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../../api/client';
import { count, moment, plural } from '../../parts/format';
import { Empty, Fetched, State, Trouble } from '../../parts/states';

type Delivery = Schema<'delivery_row'>;

const FORMATS = [
  { value: 'trl-preference', label: 'TRL preference (JSONL)' },
  { value: 'openai-dpo', label: 'OpenAI-style DPO (JSONL)' },
  { value: 'csv', label: 'CSV' },
];

function Files({ id }: { id: string }) {
  const view = useQuery({ queryKey: ['delivery', id], queryFn: () => api.get<Schema<'delivery_view'>>(`/v1/deliveries/${id}`), staleTime: Infinity });
  return (
    <Fetched of={view}>
      {(data) => (
        <Table.ScrollContainer minWidth={520}>
          <Table verticalSpacing={4}>
            <Table.Thead><Table.Tr><Table.Th>File</Table.Th><Table.Th ta="right">Rows</Table.Th><Table.Th ta="right">Bytes</Table.Th><Table.Th>SHA-256</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{data.files.filter((one) => !one.path.startsWith('proof/')).map((one) => (
              <Table.Tr key={one.path}><Table.Td>{one.path}</Table.Td><Table.Td ta="right">{one.row_count < 0 ? '–' : count(one.row_count)}</Table.Td><Table.Td ta="right">{count(one.size_bytes)}</Table.Td><Table.Td><Code>{one.sha256.slice(0, 16)}…</Code></Table.Td></Table.Tr>
            ))}</Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Fetched>
  );
}

function One({ delivery }: { delivery: Delivery }) {
  const link = useMutation({ mutationFn: () => api.write<Schema<'link_view'>>('POST', `/v1/deliveries/${delivery.id}/links`, {}) });
  const [open, setOpen] = useState(false);
  const verify = `tar xf ${delivery.id}.tar && periti delivery verify ${delivery.id}`;
  return (
    <Card withBorder radius="md" padding="lg">
      <Group justify="space-between">
        <div>
          <Group gap="xs"><Title order={3} size="h6">Delivery {delivery.number}</Title><State of={delivery.state} /></Group>
          <Text size="sm" c="dimmed">{delivery.state === 'ready' ? plural(delivery.row_count, 'row') : delivery.message ?? 'being made'} · {moment(delivery.created_at)}</Text>
        </div>
        {delivery.state === 'ready' && (
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={() => setOpen(!open)}>{open ? 'Hide files' : 'Files'}</Button>
            <Button size="xs" onClick={() => link.mutate()} loading={link.isPending}>Make a link</Button>
          </Group>
        )}
      </Group>
      {link.isError && <Trouble error={link.error} />}
      {link.isSuccess && (
        <Alert mt="md" title="A link to download" variant="light">
          <Stack gap="xs" align="flex-start">
            <Text size="sm">Whoever has it can download until {moment(link.data.expires_at)}. It is shown only here.</Text>
            <Group gap="xs">
              <Button size="xs" component="a" href={link.data.path} download>Download</Button>
              <CopyButton value={window.location.origin + link.data.path}>{({ copied, copy }) => <Button size="xs" variant="default" onClick={copy}>{copied ? 'Copied' : 'Copy the link'}</Button>}</CopyButton>
              <CopyButton value={verify}>{({ copied, copy }) => <Button size="xs" variant="default" onClick={copy}>{copied ? 'Copied' : 'Copy the command that proves it'}</Button>}</CopyButton>
            </Group>
            <Code block>{verify}</Code>
          </Stack>
        </Alert>
      )}
      {open && <Files id={delivery.id} />}
    </Card>
  );
}

export function DeliveryTab({ campaign }: { campaign: Schema<'campaign_row'> }) {
  const client = useQueryClient();
  const pairwise = campaign.task_type === 'preference';
  const usable = FORMATS.filter((one) => pairwise || one.value === 'csv');
  const [formats, setFormats] = useState(usable.map((one) => one.value));
  const deliveries = useQuery({
    queryKey: ['deliveries', campaign.id],
    queryFn: () => api.get<Schema<'delivery_list'>>(`/v1/campaigns/${campaign.id}/deliveries`),
    refetchInterval: (query) => (query.state.data?.items.some((one) => one.state === 'making') === true ? 1000 : false),
  });
  const make = useMutation({
    mutationFn: () => api.write('POST', `/v1/campaigns/${campaign.id}/deliveries`, { formats }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['deliveries', campaign.id] }),
  });
  return (
    <Stack>
      <Card withBorder radius="md" padding="lg">
        <Stack gap="sm">
          <Text size="sm">A delivery holds every task with as many accepted answers as wanted, with its lineage, a data card, and a signed manifest. It never changes.</Text>
          <Checkbox.Group label="Formats beside the rows" value={formats} onChange={setFormats}><Group mt={6}>{usable.map((one) => <Checkbox key={one.value} value={one.value} label={one.label} />)}</Group></Checkbox.Group>
          {make.isError && <Trouble error={make.error} />}
          <Group><Button onClick={() => make.mutate()} loading={make.isPending}>Make a delivery</Button></Group>
        </Stack>
      </Card>
      <Fetched of={deliveries}>
        {(data) => data.items.length === 0 ? <Empty title="No delivery yet" /> : <Stack>{data.items.map((one) => <One key={one.id} delivery={one} />)}</Stack>}
      </Fetched>
    </Stack>
  );
}
