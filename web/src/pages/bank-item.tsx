import { Alert, Badge, Button, Card, Group, JsonInput, SegmentedControl, Select, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { count, moment, plural, words } from '../parts/format';
import { draftOf, ItemForm } from '../parts/item-form';
import { has, useSession } from '../parts/session';
import { Fetched, Heading, Trouble } from '../parts/states';
import { STATUS } from './bank';

const BLANK = {
  code: '', kind: 'free', domain: '', block: 'general', level: 2, status: 'pilot', prompt: '',
  criteria: [{ id: 'a', text: '', points: 2, evidence: [] }],
  models: [{ marks: 'm', text: '' }, { marks: 'p', text: '' }, { marks: 'n', text: '' }], answers: [],
};

function parsed(text: string): { item?: unknown; wrong?: string } {
  try {
    return { item: JSON.parse(text) as unknown };
  } catch (error) {
    return { wrong: String(error) };
  }
}

/** What the linter says of the text, a moment after the last key. */
function Findings({ text }: { text: string }) {
  const [settled] = useDebouncedValue(text, 500);
  const { item, wrong } = parsed(settled);
  const lint = useQuery({ queryKey: ['lint', settled], queryFn: () => api.write<Schema<'lint_view'>>('POST', '/v1/bank/lint', { item }), enabled: wrong === undefined, retry: false });
  if (wrong !== undefined) {
    return <Alert color="red" title="This is not JSON yet">{wrong}</Alert>;
  }
  if (lint.isError) {
    return <Trouble error={lint.error} />;
  }
  const findings = lint.data?.findings ?? [];
  return (
    <Stack gap="xs" role="status">
      {lint.isSuccess && findings.length === 0 && <Text size="sm" c="dimmed">The linter finds nothing wrong.</Text>}
      {findings.map((one, at) => (
        <Group key={at} gap="xs" wrap="nowrap" align="flex-start">
          <Badge color={one.level === 'error' ? 'red' : 'yellow'} variant="light" tt="none" style={{ flex: 'none' }}>{one.level}</Badge>
          <Text size="sm"><Text component="span" ff="monospace" size="xs">{one.place}</Text> {one.text}</Text>
        </Group>
      ))}
    </Stack>
  );
}

function Editor({ start, version, item }: { start: string; version?: number; item?: string }) {
  const [text, setText] = useState(start);
  const [asText, setAsText] = useState(false);
  const draft = draftOf(parsed(text).item);
  const client = useQueryClient();
  const navigate = useNavigate();
  const save = useMutation({
    mutationFn: async () => {
      const body = parsed(text).item;
      if (item !== undefined) {
        await api.write('PUT', `/v1/bank/items/${item}`, { item: body, version_number: version });
        return item;
      }
      return (await api.write<Schema<'made'>>('POST', '/v1/bank/items', { item: body })).id;
    },
    onSuccess: async (id) => {
      await client.invalidateQueries();
      await navigate({ to: '/bank/$item', params: { item: id } });
    },
  });
  return (
    <div className="work">
      <Stack gap="lg">
        <SegmentedControl aria-label="How to edit" data={[{ value: 'form', label: 'Form', disabled: draft === undefined }, { value: 'json', label: 'JSON' }]} value={asText || draft === undefined ? 'json' : 'form'} onChange={(way) => setAsText(way === 'json')} style={{ alignSelf: 'flex-start' }} />
        {!asText && draft !== undefined
          ? <ItemForm fresh={item === undefined} item={draft} change={(next) => setText(JSON.stringify(next, null, 2))} />
          : <JsonInput label="The item" description={draft === undefined ? 'Written in a way that the form cannot show' : 'As docs/engines/item.md says'} autosize minRows={18} maxRows={40} value={text} onChange={setText} spellCheck={false} styles={{ input: { fontFamily: 'ui-monospace, monospace', fontSize: 13 } }} />}
      </Stack>
      <Stack className="work-answer">
        <Title order={2} size="h6">Linter</Title>
        {item === undefined && text === start
          ? <Text size="sm" c="dimmed">It speaks once something is filled in.</Text>
          : <Findings text={text} />}
        {save.isError && <Trouble error={save.error} />}
        <Group><Button onClick={() => save.mutate()} loading={save.isPending} disabled={parsed(text).wrong !== undefined || text === start}>{item === undefined ? 'Add the item' : 'Save as a new version'}</Button></Group>
        {item !== undefined && <Text size="xs" c="dimmed">Interviews keep the version that they asked. A new version starts without parameters.</Text>}
      </Stack>
    </div>
  );
}

function Status({ row }: { row: Schema<'item_row'> }) {
  const client = useQueryClient();
  const [status, setStatus] = useState<string | null>(row.item_status);
  const [reason, setReason] = useState('');
  const set = useMutation({ mutationFn: () => api.write('POST', `/v1/bank/items/${row.id}/status`, { status, reason: reason || undefined }), onSuccess: () => client.invalidateQueries() });
  return (
    <Card withBorder radius="md" padding="lg">
      <Group align="flex-end">
        <Select label="Status" data={['pilot', 'live', 'suspended', 'retired']} value={status} onChange={setStatus} w={160} allowDeselect={false} />
        {status === 'suspended' && <TextInput label="Why" flex={1} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />}
        <Button variant="default" disabled={status === row.item_status || (status === 'suspended' && reason === '')} loading={set.isPending} onClick={() => set.mutate()}>Set</Button>
      </Group>
      {set.isError && <Trouble error={set.error} />}
    </Card>
  );
}

const BASIS: Record<Schema<'parameter_view'>['basis'], string> = {
  fitted: 'Fitted to answers; interviews choose by these.',
  held: 'Fitted, but the answers do not hold it yet: interviews go by what is expected of the level.',
  expected: 'Nothing is fitted to this wording yet: this is what is expected of the level.',
};
const REACHED = ['part of the points', 'nearly all of the points'];

function withError(value: number, error?: number): string {
  return error === undefined ? value.toFixed(2) : `${value.toFixed(2)} ± ${error.toFixed(2)}`;
}

function Parameters({ id, shown }: { id: string; shown: number }) {
  const known = useQuery({ queryKey: ['item-parameters', id], queryFn: () => api.get<Schema<'parameter_view'>>(`/v1/bank/items/${id}/parameters`) });
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h6" mb="xs">What answers say of it</Title>
      <Fetched of={known}>
        {(data) => (
          <Stack gap="sm">
            <Text size="sm" c="dimmed">{BASIS[data.basis]}{data.computed_at !== undefined && ` ${plural(data.response_count, 'answer')}, ${moment(data.computed_at)}.`}</Text>
            <Table.ScrollContainer minWidth={270}>
              <Table verticalSpacing={4} aria-label="Parameters">
                <Table.Thead><Table.Tr><Table.Th>Parameter</Table.Th><Table.Th ta="right">Value ± error</Table.Th><Table.Th ta="right">Half reach it at</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>
                  <Table.Tr><Table.Td>Slope</Table.Td><Table.Td ta="right" className="figures">{withError(data.slope, data.slope_error)}</Table.Td><Table.Td /></Table.Tr>
                  {data.steps.map((step, at) => <Table.Tr key={at}><Table.Td>Step to {data.steps.length === 1 ? 'the points' : REACHED[at]}</Table.Td><Table.Td ta="right" className="figures">{withError(step.intercept, step.error)}</Table.Td><Table.Td ta="right" className="figures">{step.half_at.toFixed(0)}</Table.Td></Table.Tr>)}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            <Text size="sm">Asked in {count(shown)} of {plural(data.interview_count, 'interview')} of its field{data.interview_count > 0 && ` (${Math.round((100 * shown) / data.interview_count)} %)`}. Answers to this wording: {count(data.little_count)} with little of the points, {count(data.part_count)} with part of them, {count(data.most_count)} with nearly all.</Text>
          </Stack>
        )}
      </Fetched>
    </Card>
  );
}

const CLASS: Record<Schema<'item_dif_row'>['dif_class'], { colour: string; words: string }> = {
  A: { colour: 'gray', words: 'A, negligible' },
  B: { colour: 'yellow', words: 'B, some' },
  C: { colour: 'red', words: 'C, large' },
};

/** Whether people of one group find it harder than people of another who know as much. */
function Groups({ id }: { id: string }) {
  const compared = useQuery({ queryKey: ['item-groups', id], queryFn: () => api.get<Schema<'item_dif_list'>>(`/v1/fairness/items/${id}`) });
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h6" mb="xs">Is it harder for some?</Title>
      <Fetched of={compared}>
        {({ items }) => items.length === 0
          ? <Text size="sm" c="dimmed">Not enough data yet: two groups need 50 answers each, of people who said something of themselves.</Text>
          : (
            <Stack gap="sm">
              <Text size="sm" c="dimmed">Mean scores at equal ability, in standard deviations; below zero it is harder for the group. With class C the question is put aside until a person has looked. {moment(items[0]?.computed_at ?? '')}.</Text>
              <Table.ScrollContainer minWidth={420}>
                <Table verticalSpacing={4} aria-label="Groups compared">
                  <Table.Thead><Table.Tr><Table.Th>Group, against</Table.Th><Table.Th ta="right">Answers</Table.Th><Table.Th ta="right">Difference, 90 %</Table.Th><Table.Th>Class</Table.Th></Table.Tr></Table.Thead>
                  <Table.Tbody>
                    {items.map((one) => (
                      <Table.Tr key={`${one.attribute} ${one.focal}`}>
                        <Table.Td>{one.focal}, {one.reference}<Text size="xs" c="dimmed">{words(one.attribute)}</Text></Table.Td>
                        <Table.Td ta="right" className="figures">{count(one.focal_count)}, {count(one.reference_count)}</Table.Td>
                        <Table.Td ta="right" className="figures">{one.mean_gap.toFixed(2)} [{one.gap_low.toFixed(2)}, {one.gap_high.toFixed(2)}]</Table.Td>
                        <Table.Td><Badge variant="light" color={CLASS[one.dif_class].colour} tt="none">{CLASS[one.dif_class].words}</Badge>{one.is_suspended > 0 && <Text size="xs" c="dimmed">put aside for it</Text>}</Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            </Stack>
          )}
      </Fetched>
    </Card>
  );
}

function Existing({ id }: { id: string }) {
  const session = useSession();
  const item = useQuery({ queryKey: ['item', id], queryFn: () => api.get<Schema<'item_row'>>(`/v1/bank/items/${id}`) });
  return (
    <Fetched of={item}>
      {(row) => (
        <Stack>
          <Heading title={row.code} trail={[{ label: 'Question bank', to: '/bank' }]}><Badge variant="light" color={STATUS[row.item_status]} tt="none">{row.item_status}</Badge><Text size="sm" c="dimmed">version {row.version_number}, asked {row.shown_count} times</Text></Heading>
          {row.status_reason !== undefined && <Alert color="red" title="Suspended">{row.status_reason}</Alert>}
          {has(session, 'operator') && <Status key={row.item_status} row={row} />}
          <Parameters id={id} shown={row.shown_count} />
          <Groups id={id} />
          <Editor key={row.version_number} start={JSON.stringify(row.body, null, 2)} version={row.version_number} item={id} />
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>SHA-256 {row.content_hash}, signed by this installation.</Text>
        </Stack>
      )}
    </Fetched>
  );
}

export default function BankItem() {
  const { item } = useParams({ strict: false }) as { item: string };
  return item === 'new'
    ? <Stack><Heading title="New item" trail={[{ label: 'Question bank', to: '/bank' }]} /><Editor start={JSON.stringify(BLANK, null, 2)} /></Stack>
    : <Existing id={item} />;
}
