import { Button, Card, Code, Group, Modal, NumberInput, Select, SimpleGrid, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../../../api/client';
import { count, date, moment } from '../../../parts/format';
import { Panel } from '../../../parts/panel';
import { has, useSession } from '../../../parts/session';
import { Fetched, State, Trouble } from '../../../parts/states';

export const inWords = (answer: unknown) => Object.values(answer as Record<string, unknown>).join(', ');

/** The answer of a task, for gold and for plants. */
function AddAnswer({ campaign, plant, close }: { campaign: string; plant: boolean; close: () => void }) {
  const client = useQueryClient();
  const guideline = useQuery({ queryKey: ['guideline', campaign], queryFn: () => api.get<Schema<'guideline_view'>>(`/v1/campaigns/${campaign}/guideline`) });
  const [task, setTask] = useState('');
  const [answer, setAnswer] = useState('{}');
  const [clause, setClause] = useState<string | null>(null);
  const [message, setMessage] = useState('');
  const [expected, setExpected] = useState<string | null>('fault');
  const add = useMutation({
    mutationFn: () => {
      const which = task.startsWith('tsk_') ? { task_id: task } : { external_id: task };
      const parsed: unknown = JSON.parse(answer);
      return plant
        ? api.write('POST', `/v1/campaigns/${campaign}/plants`, { ...which, answer: parsed, expected, clause_code: expected === 'fault' ? clause ?? undefined : undefined, message })
        : api.write('POST', `/v1/campaigns/${campaign}/golds`, { items: [{ ...which, answer: parsed, clause_code: clause, message }] });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [plant ? 'plants' : 'golds', campaign] });
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={plant ? 'Plant a submission' : 'A known answer'}>
      <Stack>
        <Text size="sm">{plant ? 'Reviewers get it like any other answer. What they make of it moves neither counts nor pay.' : 'Experts get the task like any other. Best taken from tasks that were imported together with the rest.'}</Text>
        <TextInput label="Task" description="Your identifier, or tsk_…" value={task} onChange={(event) => setTask(event.currentTarget.value)} data-autofocus />
        <Textarea label="Answer" description="As JSON, by the task type" value={answer} onChange={(event) => setAnswer(event.currentTarget.value)} autosize minRows={2} />
        {plant && <Select label="A good reviewer" allowDeselect={false} value={expected} onChange={setExpected} data={[{ value: 'fault', label: 'finds a fault' }, { value: 'pass', label: 'lets it pass' }]} />}
        {(!plant || expected === 'fault') && <Select label={plant ? 'Clause that it breaks' : 'Clause that settles it'} searchable value={clause} onChange={setClause} data={(guideline.data?.clauses ?? []).map((one) => ({ value: one.code, label: `${one.code} ${one.title}` }))} />}
        <Textarea label="Why" value={message} onChange={(event) => setMessage(event.currentTarget.value)} autosize minRows={2} />
        {add.isError && <Trouble error={add.error} />}
        <Group justify="flex-end"><Button onClick={() => add.mutate()} loading={add.isPending} disabled={task === '' || (clause === null && !(plant && expected === 'pass'))}>Add</Button></Group>
      </Stack>
    </Modal>
  );
}

function Policy({ campaign, list }: { campaign: string; list: Schema<'gold_list'> }) {
  const client = useQueryClient();
  const [rate, setRate] = useState<number | string>(Math.round(list.rate * 1000) / 10);
  const [hours, setHours] = useState<number | string>(list.reveal_s / 3600);
  const set = useMutation({
    mutationFn: () => api.write('PUT', `/v1/campaigns/${campaign}/gold-policy`, { rate: Number(rate) / 100, reveal_s: Math.round(Number(hours) * 3600) }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['golds', campaign] }),
  });
  return (
    <Stack gap={4} mb="sm">
      <Group gap="xs" align="flex-end">
        <NumberInput label="Share of claims, %" size="xs" w={130} value={rate} onChange={setRate} min={0} max={50} decimalScale={1} />
        <NumberInput label="Told after, hours" size="xs" w={130} value={hours} onChange={setHours} min={0} max={720} decimalScale={2} />
        <Button size="xs" variant="default" onClick={() => set.mutate()} loading={set.isPending}>Set</Button>
      </Group>
      {set.isError && <Trouble error={set.error} />}
    </Stack>
  );
}

function Golds({ campaign }: { campaign: string }) {
  const client = useQueryClient();
  const operator = has(useSession(), 'operator');
  const [adding, setAdding] = useState(false);
  const golds = useQuery({ queryKey: ['golds', campaign], queryFn: () => api.get<Schema<'gold_list'>>(`/v1/campaigns/${campaign}/golds?limit=200`) });
  const turn = useMutation({
    mutationFn: ({ id, state }: { id: string; state: string }) => api.write('POST', `/v1/campaigns/${campaign}/golds/${id}/state`, { state, reason: 'Set by hand on the quality page.' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['golds', campaign] }),
  });
  return (
    <Panel title="Known answers" hint="Handed out like any other task, the least used first; each expert meets each at most once, and never sees the known answer." rows={golds.data?.items ?? []} name="gold">
      <Fetched of={golds}>
        {(data) => (
          <>
            {operator && <Policy key={`${data.rate} ${data.reveal_s}`} campaign={campaign} list={data} />}
            <Group mb="xs"><Button size="xs" onClick={() => setAdding(true)}>Add a known answer</Button></Group>
            {turn.isError && <Trouble error={turn.error} />}
            {data.items.length === 0 ? <Text size="sm" c="dimmed">None yet. Fifty known answers tell more than any model of the others.</Text> : (
              <Table.ScrollContainer minWidth={560} mah={420}><Table verticalSpacing={4}>
                <Table.Thead><Table.Tr><Table.Th>Task</Table.Th><Table.Th>Answer</Table.Th><Table.Th>Clause</Table.Th><Table.Th>State</Table.Th><Table.Th ta="right">Served</Table.Th><Table.Th ta="right">Missed</Table.Th><Table.Th /></Table.Tr></Table.Thead>
                <Table.Tbody>{data.items.map((one) => (
                  <Table.Tr key={one.id}><Table.Td><Link to="/tasks/$task" params={{ task: one.task_id }}>{one.external_id ?? one.task_id.slice(-6)}</Link></Table.Td><Table.Td>{inWords(one.answer)}</Table.Td><Table.Td>{one.clause_code}</Table.Td><Table.Td><State of={one.state} /></Table.Td><Table.Td ta="right" className="figures">{count(one.served)}</Table.Td><Table.Td ta="right" className="figures">{one.state === 'retired' ? '–' : `${one.missed} of ${one.answered}`}</Table.Td>
                    <Table.Td>{operator && one.state !== 'retired' && <Group gap={4} wrap="nowrap" justify="flex-end"><Button size="compact-xs" variant="default" onClick={() => turn.mutate({ id: one.id, state: one.state === 'active' ? 'resting' : 'active' })}>{one.state === 'active' ? 'Rest' : 'Use'}</Button><Button size="compact-xs" variant="default" onClick={() => turn.mutate({ id: one.id, state: 'retired' })}>Retire</Button></Group>}</Table.Td></Table.Tr>
                ))}</Table.Tbody></Table></Table.ScrollContainer>
            )}
          </>
        )}
      </Fetched>
      {adding && <AddAnswer campaign={campaign} plant={false} close={() => setAdding(false)} />}
    </Panel>
  );
}

function Settle({ campaign, challenge }: { campaign: string; challenge: Schema<'challenge_row'> }) {
  const client = useQueryClient();
  const [message, setMessage] = useState('');
  const settle = useMutation({
    mutationFn: (verdict: string) => api.write('POST', `/v1/gold-challenges/${challenge.id}/decision`, { verdict, message }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['challenges', campaign] }),
  });
  return (
    <Stack gap="xs">
      <Textarea label="Why, for the author" value={message} onChange={(event) => setMessage(event.currentTarget.value)} autosize minRows={2} />
      {settle.isError && <Trouble error={settle.error} />}
      <Group gap="xs"><Button size="xs" disabled={message.trim().length < 3} loading={settle.isPending} onClick={() => settle.mutate('overturn')}>The author is right: retire it</Button><Button size="xs" variant="default" disabled={message.trim().length < 3} loading={settle.isPending} onClick={() => settle.mutate('uphold')}>The check stands</Button></Group>
    </Stack>
  );
}

/** `quiet`: nothing is shown while none waits. */
export function Challenges({ campaign, quiet = false }: { campaign: string; quiet?: boolean }) {
  const challenges = useQuery({ queryKey: ['challenges', campaign], queryFn: () => api.get<Schema<'challenge_list'>>(`/v1/campaigns/${campaign}/gold-challenges`) });
  if (quiet && !(challenges.data?.items ?? []).some((one) => one.state === 'open')) {
    return null;
  }
  return (
    <Panel title="Challenges" hint="Decided by somebody who neither made the known answer nor challenged it. One that is won retires the task and repairs everybody’s figures." rows={challenges.data?.items ?? []} name="challenges">
      <Fetched of={challenges}>
        {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">Nobody has challenged a check.</Text> : (
          <Stack gap="sm">{data.items.map((one) => (
            <Card key={one.id} withBorder radius="md" padding="sm">
              <Group justify="space-between"><Text size="sm" fw={600}>{one.pseudonym} on <Link to="/tasks/$task" params={{ task: one.task_id }}>task {one.task_id.slice(-6)}</Link></Text><State of={one.state} /></Group>
              <Text size="sm">Said <Code>{inWords(one.answer)}</Code>; known is <Code>{inWords(one.final_answer)}</Code> by clause {one.clause_code}. {one.message}</Text>
              <Text size="sm" my={4}>“{one.challenge_message}”</Text>
              {one.state === 'open' ? <><Text size="xs" c="dimmed">Due {date(one.due_at)}</Text><Settle campaign={campaign} challenge={one} /></> : <Text size="xs" c="dimmed">{moment(one.decided_at)}: {one.decision}</Text>}
            </Card>
          ))}</Stack>
        )}
      </Fetched>
    </Panel>
  );
}

function Plants({ campaign }: { campaign: string }) {
  const [adding, setAdding] = useState(false);
  const plants = useQuery({ queryKey: ['plants', campaign], queryFn: () => api.get<Schema<'plant_list'>>(`/v1/campaigns/${campaign}/plants?limit=100`) });
  const judged = (one: Schema<'plant_row'>) => one.verdict === undefined ? 'waits' : (one.verdict !== 'accept') === (one.expected === 'fault') ? `judged right by ${one.pseudonym}` : `missed by ${one.pseudonym}`;
  return (
    <Panel title="Planted submissions" hint="Known faults before reviewers, so that reviewers are judged too." rows={plants.data?.items ?? []} name="plants">
      <Group mb="xs"><Button size="xs" onClick={() => setAdding(true)}>Plant a submission</Button></Group>
      <Fetched of={plants}>
        {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">None yet.</Text> : (
          <Table.ScrollContainer minWidth={420} mah={320}><Table verticalSpacing={4}><Table.Tbody>{data.items.map((one) => (
            <Table.Tr key={one.submission_id}><Table.Td>{one.external_id ?? one.task_id.slice(-6)}</Table.Td><Table.Td>{inWords(one.answer)}</Table.Td><Table.Td>{one.expected === 'fault' ? `breaks clause ${one.clause_code}` : 'is right'}</Table.Td><Table.Td>{judged(one)}</Table.Td></Table.Tr>
          ))}</Table.Tbody></Table></Table.ScrollContainer>
        )}
      </Fetched>
      {adding && <AddAnswer campaign={campaign} plant close={() => setAdding(false)} />}
    </Panel>
  );
}

export function Gold({ campaign }: { campaign: string }) {
  const operator = has(useSession(), 'operator');
  return <Stack><Golds campaign={campaign} />{operator && <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: 'start' }}><Challenges campaign={campaign} /><Plants campaign={campaign} /></SimpleGrid>}</Stack>;
}
