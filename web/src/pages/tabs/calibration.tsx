import { Badge, Button, Card, Group, Modal, NumberInput, Select, SimpleGrid, Stack, Table, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../../api/client';
import { moment, plural } from '../../parts/format';
import { useDefinition } from '../../parts/lease';
import { Fetched, State, Trouble } from '../../parts/states';
import { Asks, Shows } from '../../parts/task';
import { type Answer, lacks, trimmed } from '../../parts/type';

type Campaign = Schema<'campaign_row'>;
type Calibration = Schema<'calibration_view'>;

const inWords = (answer: unknown) => Object.values(answer as Record<string, unknown>).map(String).join(', ');

/** The task in a line: the client's identifier and the first text that it shows. */
const leadOf = (task: Schema<'task_list'>['items'][number]) => [task.external_id, Object.values(task.payload as Record<string, unknown>).find((value) => typeof value === 'string')].filter(Boolean).join(': ').slice(0, 90);

/** A task with its answer, given as an expert would give it. */
function AddTask({ campaign, close }: { campaign: Campaign; close: () => void }) {
  const client = useQueryClient();
  const definition = useDefinition(campaign.id);
  const tasks = useQuery({ queryKey: ['calibration-choice', campaign.id], queryFn: () => api.get<Schema<'task_list'>>(`/v1/campaigns/${campaign.id}/tasks?state=open&limit=100`) });
  const guideline = useQuery({ queryKey: ['guideline', campaign.id], queryFn: () => api.get<Schema<'guideline_view'>>(`/v1/campaigns/${campaign.id}/guideline`) });
  const [task, setTask] = useState<string | null>(null);
  const [answer, setAnswer] = useState<Answer>({});
  const [clause, setClause] = useState<string | null>(null);
  const [message, setMessage] = useState('');
  const shown = useQuery({ queryKey: ['task', task], enabled: task !== null, queryFn: () => api.get<Schema<'task_view'>>(`/v1/tasks/${task}`) });
  const add = useMutation({
    mutationFn: () => api.write('POST', `/v1/campaigns/${campaign.id}/calibration-tasks`, { task_id: task, answer: definition.data === undefined ? answer : trimmed(definition.data, answer), clause_code: clause, message }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['calibration-of', campaign.id] });
      await client.invalidateQueries({ queryKey: ['calibration-choice', campaign.id] });
      close();
    },
  });
  const whole = definition.data !== undefined && lacks(definition.data, answer) === undefined;
  return (
    <Modal opened onClose={close} title="A task to calibrate by" size="xl">
      <Stack>
        <Text size="sm" c="dimmed">Everybody who joins meets it, and reads the answer afterwards; so it is not handed out as work any more.</Text>
        <Select label="Task" searchable value={task} onChange={setTask} placeholder="One that nobody has worked on" data={(tasks.data?.items ?? []).filter((one) => one.given === 0).map((one) => ({ value: one.id, label: leadOf(one) }))} data-autofocus />
        {shown.data !== undefined && definition.data !== undefined && (
          <div className="work">
            <Shows definition={definition.data} payload={shown.data.task.payload} presentation={undefined} answer={answer} />
            <div className="work-answer"><Asks definition={definition.data} presentation={undefined} answer={answer} change={setAnswer} keyed={false} /></div>
          </div>
        )}
        <Select label="Clause that settles it" searchable value={clause} onChange={setClause} data={(guideline.data?.clauses ?? []).map((one) => ({ value: one.code, label: `${one.code} ${one.title}` }))} />
        <Textarea label="Why it is the answer" description="The expert reads it after answering" value={message} onChange={(event) => setMessage(event.currentTarget.value)} autosize minRows={2} />
        {add.isError && <Trouble error={add.error} />}
        <Group justify="flex-end"><Button onClick={() => add.mutate()} loading={add.isPending} disabled={task === null || clause === null || message.trim().length < 3 || !whole}>Add</Button></Group>
      </Stack>
    </Modal>
  );
}

function Policy({ campaign, data }: { campaign: Campaign; data: Calibration }) {
  const client = useQueryClient();
  const [tasks, setTasks] = useState<number | string>(data.task_count ?? 5);
  const [pass, setPass] = useState<number | string>(data.pass_count ?? 4);
  const [attempts, setAttempts] = useState<number | string>(data.attempt_max ?? 2);
  const set = useMutation({
    mutationFn: () => api.write('PUT', `/v1/campaigns/${campaign.id}/calibration`, { task_count: Number(tasks), pass_count: Number(pass), attempt_max: Number(attempts) }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['calibration-of', campaign.id] }),
  });
  return (
    <Stack gap={4}>
      <Group gap="xs" align="flex-end">
        <NumberInput label="Tasks of an attempt" size="xs" w={140} min={1} max={100} value={tasks} onChange={setTasks} />
        <NumberInput label="That must be right" size="xs" w={140} min={1} max={100} value={pass} onChange={setPass} />
        <NumberInput label="Attempts" size="xs" w={100} min={1} max={10} value={attempts} onChange={setAttempts} />
        <Button size="xs" variant="default" onClick={() => set.mutate()} loading={set.isPending}>{data.task_count === undefined ? 'Ask for it' : 'Change'}</Button>
      </Group>
      {set.isError && <Trouble error={set.error} />}
    </Stack>
  );
}

function Grant({ campaign, engagement, close }: { campaign: Campaign; engagement: string; close: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const grant = useMutation({
    mutationFn: () => api.write('POST', `/v1/campaigns/${campaign.id}/calibration-grants`, { engagement_id: engagement, reason }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['calibration-of', campaign.id] });
      close();
    },
  });
  return (
    <Modal opened onClose={close} title="One attempt more">
      <Stack>
        <TextInput label="Why" description="The person reads it" value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus />
        {grant.isError && <Trouble error={grant.error} />}
        <Group justify="flex-end"><Button onClick={() => grant.mutate()} disabled={reason.trim().length < 3} loading={grant.isPending}>Grant</Button></Group>
      </Stack>
    </Modal>
  );
}

function Tasks({ campaign, data }: { campaign: Campaign; data: Calibration }) {
  const client = useQueryClient();
  const retire = useMutation({
    mutationFn: (id: string) => api.write('DELETE', `/v1/campaigns/${campaign.id}/calibration-tasks/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['calibration-of', campaign.id] }),
  });
  const used = data.tasks.filter((one) => one.retired_at === undefined);
  return used.length === 0 ? <Text size="sm" c="dimmed">No task yet. Add some whose answer the guideline settles beyond doubt.</Text> : (
    <>
      {retire.isError && <Trouble error={retire.error} />}
      <Table.ScrollContainer minWidth={420}><Table verticalSpacing={4}>
        <Table.Thead><Table.Tr><Table.Th>Task</Table.Th><Table.Th>Answer</Table.Th><Table.Th>Clause</Table.Th><Table.Th ta="right">Otherwise</Table.Th><Table.Th aria-label="Actions" /></Table.Tr></Table.Thead>
        <Table.Tbody>{used.map((one) => (
          <Table.Tr key={one.id}><Table.Td><Link to="/tasks/$task" params={{ task: one.task_id }}>{one.external_id ?? one.task_id.slice(-6)}</Link></Table.Td><Table.Td>{inWords(one.answer)}</Table.Td><Table.Td>{one.clause_code}</Table.Td><Table.Td ta="right" className="figures">{one.missed} of {one.answered}</Table.Td><Table.Td ta="right"><Button size="compact-xs" variant="default" onClick={() => retire.mutate(one.id)}>Retire</Button></Table.Td></Table.Tr>
        ))}</Table.Tbody>
      </Table></Table.ScrollContainer>
    </>
  );
}

/** Who is calibrated under which text of the guideline; and the word that a change of it matters. */
function Standings({ campaign }: { campaign: Campaign }) {
  const client = useQueryClient();
  const [calling, setCalling] = useState(false);
  const [reason, setReason] = useState('');
  const standings = useQuery({ queryKey: ['calibration-of', campaign.id, 'standings'], queryFn: () => api.get<Schema<'calibration_standing_list'>>(`/v1/campaigns/${campaign.id}/calibration-standings`) });
  const call = useMutation({
    mutationFn: () => api.write<Schema<'calibration_called'>>('POST', `/v1/campaigns/${campaign.id}/calibration-calls`, { reason }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['calibration-of', campaign.id] });
      setCalling(false);
    },
  });
  const items = standings.data?.items ?? [];
  const old = items.filter((one) => one.is_current === 0 && one.is_called === 0);
  return items.length === 0 ? null : (
    <div>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={500}>The team</Text>
        {old.length > 0 && <Button size="compact-xs" variant="default" onClick={() => setCalling(true)}>Calibrate {plural(old.length, 'expert')} again</Button>}
      </Group>
      <Group gap="xs">{items.map((one) => (
        <Badge key={one.id} variant="light" color={one.is_called === 1 ? 'orange' : one.is_current === 1 ? 'green' : 'gray'} tt="none">{one.name}: {one.is_called === 1 ? 'has to pass first' : one.guideline_number === 0 ? 'never calibrated' : `under version ${one.guideline_number}${one.is_current === 1 ? '' : ', older'}`}</Badge>
      ))}</Group>
      {calling && (
        <Modal opened onClose={() => setCalling(false)} title="The change is material">
          <Stack>
            <Text size="sm" c="dimmed">{plural(old.length, 'expert')} whose calibration is not of the guideline in force will be paused, read why, and calibrate again, paid.</Text>
            <TextInput label="What has changed, and why it matters" description="Each of them reads it" value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus />
            {call.isError && <Trouble error={call.error} />}
            <Group justify="flex-end"><Button onClick={() => call.mutate()} disabled={reason.trim().length < 3} loading={call.isPending}>Ask them</Button></Group>
          </Stack>
        </Modal>
      )}
    </div>
  );
}

/** What stands between signing and the queue, and how people did. */
export function CalibrationPanel({ campaign }: { campaign: Campaign }) {
  const [adding, setAdding] = useState(false);
  const [granting, setGranting] = useState<string>();
  const calibration = useQuery({ queryKey: ['calibration-of', campaign.id], queryFn: () => api.get<Calibration>(`/v1/campaigns/${campaign.id}/calibration`) });
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Calibration">
      <Group justify="space-between" mb={4}><Title order={3} size="h6">Calibration</Title><Button size="compact-xs" variant="default" onClick={() => setAdding(true)}>Add a task</Button></Group>
      <Text size="sm" c="dimmed" mb="sm">The last step of an offer, and the first of a team put together by hand: tasks whose answer is known, with feedback after each, paid as calibration. The queue opens when it is passed.</Text>
      <Fetched of={calibration}>
        {(data) => (
          <Stack>
            <Policy key={`${data.task_count} ${data.pass_count} ${data.attempt_max}`} campaign={campaign} data={data} />
            {data.task_count !== undefined && <Standings campaign={campaign} />}
            <SimpleGrid cols={{ base: 1, lg: 2 }}>
              <Tasks campaign={campaign} data={data} />
              {data.tries.length === 0 ? <Text size="sm" c="dimmed">Nobody has begun.</Text> : (
                <Stack gap={0}>{data.tries.map((one, index) => (
                  <Group key={`${one.engagement_id} ${one.try_number}`} justify="space-between" py={6}>
                    <div><Text size="sm">{one.name}, attempt {one.try_number}</Text><Text size="xs" c="dimmed">{one.right_count} of {one.task_count} right, {one.pass_count} needed · {moment(one.ended_at ?? one.begun_at)}</Text></div>
                    <Group gap="xs"><State of={one.state} />{one.state === 'failed' && data.tries.findIndex((other) => other.engagement_id === one.engagement_id) === index && <Button size="compact-xs" variant="default" onClick={() => setGranting(one.engagement_id)}>One more</Button>}</Group>
                  </Group>
                ))}</Stack>
              )}
            </SimpleGrid>
          </Stack>
        )}
      </Fetched>
      {adding && <AddTask campaign={campaign} close={() => setAdding(false)} />}
      {granting !== undefined && <Grant campaign={campaign} engagement={granting} close={() => setGranting(undefined)} />}
    </Card>
  );
}
