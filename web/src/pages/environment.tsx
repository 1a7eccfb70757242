import { Alert, Anchor, Button, Card, Code, CopyButton, FileButton, Group, Select, Stack, Table, Tabs, Text, TextInput, Title } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, query, type Schema } from '../api/client';
import { count, date, plural } from '../parts/format';
import { Gate, GateBar } from '../parts/gate';
import { has, useSession } from '../parts/session';
import { Empty, Fetched, Heading, State, Trouble } from '../parts/states';

type View = Schema<'environment_view'>;

const FORMATS = [
  { value: 'periti', label: 'Periti rows' },
  { value: 'humaneval', label: 'HumanEval' },
  { value: 'mbpp', label: 'MBPP' },
  { value: 'verifiers', label: 'verifiers' },
  { value: 'nemo', label: 'NeMo Gym' },
  { value: 'harbor', label: 'Harbor folders' },
];

function Tasks({ environment }: { environment: View }) {
  const pages = useInfiniteQuery({
    queryKey: ['environment-tasks', environment.id, environment.version_number, environment.open_count],
    initialPageParam: '',
    queryFn: ({ pageParam }) => api.get<Schema<'env_task_list'>>(`/v1/environments/${environment.id}/tasks${query({ after: pageParam, limit: 50 })}`),
    getNextPageParam: (last) => last.next,
  });
  if (pages.isError) {
    return <Trouble error={pages.error} retry={() => void pages.refetch()} />;
  }
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  if (pages.isSuccess && items.length === 0) {
    return <Empty title="No task yet">Import rows or folders, or send one with <Code>periti environment put</Code>. The gate tries each as it comes.</Empty>;
  }
  return (
    <Stack>
      <Table.ScrollContainer minWidth={520}>
        <Table verticalSpacing="xs">
          <Table.Thead><Table.Tr><Table.Th>Task</Table.Th><Table.Th>Gate</Table.Th><Table.Th>Version</Table.Th><Table.Th>Since</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {items.map((one) => (
              <Table.Tr key={one.id}>
                <Table.Td>
                  <Anchor size="sm" display="block" w="fit-content" renderRoot={(props) => <Link to="/environments/$environment/tasks/$task" params={{ environment: environment.id, task: one.id }} {...props} />}>{one.name}</Anchor>
                  <Text size="xs" c="dimmed" lineClamp={1}>{one.glance}</Text>
                </Table.Td>
                <Table.Td><Gate of={one.gate} /></Table.Td>
                <Table.Td className="figures">{one.number}</Table.Td>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>{date(one.created_at)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {pages.hasNextPage && <Group justify="center"><Button variant="default" size="xs" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>More</Button></Group>}
    </Stack>
  );
}

function Import({ environment, done }: { environment: string; done: () => void }) {
  const [format, setFormat] = useState('periti');
  const load = useMutation({
    mutationFn: (file: File) => api.upload<Schema<'task_import'>>(`/v1/environments/${environment}/imports${query({ format })}`, file),
    onSuccess: done,
  });
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h6" mb="sm">Import tasks</Title>
      <Group align="flex-end">
        <Select label="Format" data={FORMATS} value={format} onChange={(value) => setFormat(value ?? 'periti')} w={180} allowDeselect={false} />
        <FileButton onChange={(file) => { if (file !== null) load.mutate(file); }}>
          {(props) => <Button {...props} variant="light" loading={load.isPending}>Choose a file</Button>}
        </FileButton>
      </Group>
      <Text size="xs" c="dimmed" mt="xs">Rows of JSON, or an archive of Harbor folders. All tasks of a file come in, or none.</Text>
      {load.isError && <Stack mt="sm"><Trouble error={load.error} /></Stack>}
      {load.isSuccess && <Alert mt="sm" color="teal">{count(load.data.new_count)} new, {count(load.data.changed_count)} changed, {count(load.data.same_count)} as before. The gate tries what is new.</Alert>}
    </Card>
  );
}

function Snippet({ title, text }: { title: string; text: string }) {
  return (
    <Card withBorder radius="md" padding="lg">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h6">{title}</Title>
        <CopyButton value={text}>{({ copied, copy }) => <Button size="compact-xs" variant="default" onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}</CopyButton>
      </Group>
      <Code block tabIndex={0}>{text}</Code>
    </Card>
  );
}

function Use({ environment }: { environment: View }) {
  const origin = window.location.origin;
  const curl = `curl -sN -H "Authorization: Bearer $PERITI_KEY" \\
  -H 'Content-Type: application/x-ndjson' \\
  --data-binary @answers.jsonl \\
  '${origin}/v1/rewards?environment_id=${environment.id}'`;
  const python = `from periti_rewards import Rewards, trl_reward

rewards = Rewards("${origin}", key, environment="${environment.id}")
trainer = GRPOTrainer(..., reward_funcs=trl_reward(rewards, reference=None, task="task"))`;
  const openenv = `${origin}/v1/environments/${environment.id}/openenv`;
  return (
    <Stack>
      <Text size="sm">A row is <Code>{'{"task": "…", "answer": "…"}'}</Code>. Make a key of the scope “ask for rewards” under API keys; a reward of <Code>null</Code> could not be judged, and says why.</Text>
      <Snippet title="From a shell" text={curl} />
      <Snippet title="From TRL" text={python} />
      <Snippet title="OpenEnv: address of the environment" text={openenv} />
    </Stack>
  );
}

function Hacks({ environment }: { environment: string }) {
  const session = useSession();
  const client = useQueryClient();
  const [why, setWhy] = useState<Record<string, string>>({});
  const list = useQuery({ queryKey: ['hacks', environment], queryFn: () => api.get<Schema<'hack_list'>>(`/v1/environments/${environment}/hacks?limit=200`) });
  const decide = useMutation({
    mutationFn: ({ id, state }: { id: string; state: string }) => api.write('POST', `/v1/hacks/${id}/decision`, { state, decision: why[id] }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['hacks', environment] }),
  });
  return (
    <Fetched of={list}>
      {(data) => data.items.length === 0 ? <Empty title="Nobody has reported an answer">An answer that was rewarded and does not deserve it is reported with <Code>periti hack add</Code>, and decided here.</Empty> : (
        <Stack>
          {decide.isError && <Trouble error={decide.error} />}
          {data.items.map((one) => (
            <Card key={one.id} withBorder radius="md" padding="md">
              <Group justify="space-between"><Text fw={600} size="sm">{one.task_name}</Text><State of={one.state} /></Group>
              <Text size="sm" my="xs">{one.note}</Text>
              <Code block tabIndex={0} mah={200} style={{ overflow: 'auto' }}>{one.answer}</Code>
              <Text size="xs" c="dimmed" mt="xs">Reported {date(one.reported_at)}{one.decision !== undefined && `; decided: ${one.decision}`}</Text>
              {one.state === 'open' && has(session, 'operator', 'client') && (
                <Group mt="sm" align="flex-end">
                  <TextInput label="Why" size="xs" flex={1} miw={220} value={why[one.id] ?? ''} onChange={(event) => { const value = event.currentTarget.value; setWhy((before) => ({ ...before, [one.id]: value })); }} />
                  <Button size="xs" color="red" variant="light" disabled={(why[one.id] ?? '').length < 3} onClick={() => decide.mutate({ id: one.id, state: 'confirmed' })}>It games the task</Button>
                  <Button size="xs" variant="default" disabled={(why[one.id] ?? '').length < 3} onClick={() => decide.mutate({ id: one.id, state: 'dismissed' })}>It is honest</Button>
                </Group>
              )}
            </Card>
          ))}
        </Stack>
      )}
    </Fetched>
  );
}

export default function Environment() {
  const { environment: id } = useParams({ strict: false }) as { environment: string };
  const session = useSession();
  const client = useQueryClient();
  const view = useQuery({
    queryKey: ['environment', id],
    queryFn: () => api.get<View>(`/v1/environments/${id}`),
    refetchInterval: (state) => (state.state.data !== undefined && state.state.data.open_count > 0 ? 1500 : false),
  });
  const again = () => void client.invalidateQueries({ queryKey: ['environment', id] });
  const gate = useMutation({ mutationFn: () => api.write('POST', `/v1/environments/${id}/gate`, { again: false }), onSuccess: again });
  const author = has(session, 'operator', 'client');
  return (
    <Fetched of={view}>
      {(data) => (
        <>
          <Heading title={data.name} trail={[{ label: 'Environments', to: '/environments' }]}>
            {author && data.open_count > 0 && <Button size="xs" variant="default" loading={gate.isPending} onClick={() => gate.mutate()}>Try the tasks now</Button>}
          </Heading>
          {data.summary !== '' && <Text mb="md">{data.summary}</Text>}
          <Card withBorder radius="md" padding="lg" mb="md">
            <Text size="sm" fw={600} mb={6} className="figures">{plural(data.task_count, 'task')}</Text>
            <GateBar of={data} />
          </Card>
          {gate.isError && <Trouble error={gate.error} />}
          <Tabs defaultValue="tasks" keepMounted={false}>
            <Tabs.List mb="md"><Tabs.Tab value="tasks">Tasks</Tabs.Tab>{author && <Tabs.Tab value="import">Import</Tabs.Tab>}<Tabs.Tab value="use">Use it</Tabs.Tab><Tabs.Tab value="hacks">Reports</Tabs.Tab></Tabs.List>
            <Tabs.Panel value="tasks"><Tasks environment={data} /></Tabs.Panel>
            <Tabs.Panel value="import"><Import environment={id} done={again} /></Tabs.Panel>
            <Tabs.Panel value="use"><Use environment={data} /></Tabs.Panel>
            <Tabs.Panel value="hacks"><Hacks environment={id} /></Tabs.Panel>
          </Tabs>
        </>
      )}
    </Fetched>
  );
}
