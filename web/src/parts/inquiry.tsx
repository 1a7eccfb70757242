import { Alert, Button, Card, Group, NumberInput, Progress, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api, type Schema } from '../api/client';
import { count, moment } from './format';
import { Fetched, State, Trouble } from './states';

type Inquiry = Schema<'inquiry_row'>;

const POLL_MS = 1500;
const PURPOSES: Record<string, string> = { 'rubric.judge': 'Judging by', 'rubric.draft': 'Drafting by', 'benchmark.trial': 'Trial of' };
const titleOf = (one: Inquiry) => `${PURPOSES[one.kind] ?? one.kind} ${one.model}`;
const moves = (one: Inquiry) => one.state === 'waiting' || one.state === 'running';
const sum = (minor: number) => (minor / 100).toFixed(2);

function Budget({ value, set, label }: { value: number; set: (value: number) => void; label: string }) {
  return <NumberInput label={label} description="What it may cost in all; 0: no bound" value={value} onChange={(next) => set(Number(next))} min={0} max={1e9} decimalScale={2} thousandSeparator="," w={220} />;
}

/** Something to ask the model server for; `fields` are its own, beside the model and the budget. */
export function Ask({ title, hint, path, action, body, ready = true, fields, again }: {
  title: string; hint: string; path: string; action: string; body: () => object; ready?: boolean; fields?: ReactNode; again: () => void;
}) {
  const [model, setModel] = useState('');
  const [budget, setBudget] = useState(5);
  const ask = useMutation({
    mutationFn: () => api.write<Schema<'inquiry_made'>>('POST', path, { ...body(), budget: Math.round(budget * 100), ...(model.trim() === '' ? {} : { model: model.trim() }) }),
    onSuccess: again,
  });
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label={title}>
      <Title order={2} size="h6" mb={4}>{title}</Title>
      <Text size="sm" c="dimmed" mb="sm" maw={760}>{hint}</Text>
      <form onSubmit={(event) => { event.preventDefault(); ask.mutate(); }}>
        <Stack>
          {fields}
          <Group align="flex-start">
            <TextInput label="Model" description="The configured one unless said" value={model} onChange={(event) => setModel(event.currentTarget.value)} w={220} />
            <Budget label="Budget" value={budget} set={setBudget} />
          </Group>
          {ask.isError && <Trouble error={ask.error} />}
          <Button type="submit" variant="light" loading={ask.isPending} disabled={!ready} style={{ alignSelf: 'flex-start' }}>{action}</Button>
        </Stack>
      </form>
    </Card>
  );
}

function Continue({ inquiry, again }: { inquiry: Inquiry; again: () => void }) {
  const [budget, setBudget] = useState(inquiry.budget / 50);
  const go = useMutation({ mutationFn: () => api.write('POST', `/v1/inquiries/${inquiry.id}/continue`, { budget: Math.round(budget * 100) }), onSuccess: again });
  return (
    <Stack gap="xs">
      <Group align="flex-end"><Budget label={`Budget of ${inquiry.model}`} value={budget} set={setBudget} /><Button size="sm" variant="light" loading={go.isPending} onClick={() => go.mutate()}>Go on</Button></Group>
      {go.isError && <Trouble error={go.error} />}
    </Stack>
  );
}

function One({ inquiry, author, again }: { inquiry: Inquiry; author: boolean; again: () => void }) {
  const stop = useMutation({ mutationFn: () => api.write('POST', `/v1/jobs/${inquiry.job_id}/cancel`), onSuccess: again });
  const why = inquiry.state === 'failed' ? inquiry.fault_text : inquiry.note;
  return (
    <Card withBorder radius="md" padding="md" component="article" aria-label={titleOf(inquiry)}>
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap">
          <Group gap="xs"><Text size="sm" fw={600}>{titleOf(inquiry)}</Text><State of={inquiry.state} /></Group>
          {author && moves(inquiry) && <Button size="compact-xs" variant="default" loading={stop.isPending} onClick={() => stop.mutate()} aria-label={`Stop ${inquiry.model}`}>Stop</Button>}
        </Group>
        {moves(inquiry) && inquiry.total_count > 0 && <Progress value={(100 * inquiry.done_count) / inquiry.total_count} aria-label="Done" />}
        <Text size="xs" c="dimmed" className="figures">
          {moment(inquiry.started_at)}: {count(inquiry.done_count)}{inquiry.total_count > 0 && ` of ${count(inquiry.total_count)}`} done, {sum(inquiry.spend)} spent{inquiry.budget > 0 && ` of ${sum(inquiry.budget)}`}
        </Text>
        {why !== undefined && why !== '' && <Alert color="yellow" p="xs">{why}</Alert>}
        {stop.isError && <Trouble error={stop.error} />}
        {author && !moves(inquiry) && inquiry.state !== 'done' && <Continue inquiry={inquiry} again={again} />}
      </Stack>
    </Card>
  );
}

/** What models are asked for one purpose about the thing at `path`, followed while it moves; `ended` is called when one has come to its end. */
export function Inquiries({ path, kind, author, ended }: { path: string; kind: string; author: boolean; ended: () => void }) {
  const client = useQueryClient();
  const key = ['inquiries', path];
  const [running, setRunning] = useState(0);
  const list = useQuery({
    queryKey: key,
    queryFn: async () => {
      const found = await api.get<Schema<'inquiry_list'>>(`${path}/inquiries`);
      const now = found.items.filter(moves).length;
      if (now < running) {
        ended();
      }
      setRunning(now);
      return found;
    },
    refetchInterval: (state) => (state.state.data?.items.some(moves) === true ? POLL_MS : false),
  });
  const again = () => void client.invalidateQueries({ queryKey: key });
  return <Fetched of={list}>{(data) => <Stack gap="xs">{data.items.filter((one) => one.kind === kind).slice(0, 20).map((one) => <One key={one.id} inquiry={one} author={author} again={again} />)}</Stack>}</Fetched>;
}
