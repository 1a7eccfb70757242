import { Button, Card, Group, Modal, Select, SimpleGrid, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../../api/client';
import { moment, money } from '../../parts/format';
import { useSession } from '../../parts/session';
import { Fetched, State, Trouble } from '../../parts/states';
import { Walls } from './walls';

type Campaign = Schema<'campaign_row'>;

function usePeople() {
  const session = useSession();
  return useQuery({ queryKey: ['people', session.organisation_id], queryFn: () => api.get<Schema<'member_list'>>(`/v1/organisations/${session.organisation_id}/people?limit=200`) });
}

function AddMember({ campaign }: { campaign: Campaign }) {
  const people = usePeople();
  const client = useQueryClient();
  const [person, setPerson] = useState<string | null>(null);
  const add = useMutation({
    mutationFn: () => {
      const [id, duty] = (person as string).split('/');
      return api.write('POST', `/v1/campaigns/${campaign.id}/engagements`, { person_id: id, duty });
    },
    onSuccess: async () => {
      setPerson(null);
      await client.invalidateQueries({ queryKey: ['team', campaign.id] });
    },
  });
  const fit = (people.data?.items ?? []).filter((one) => one.role === 'expert' || one.role === 'reviewer');
  return (
    <Stack gap="xs">
      <Group align="flex-end">
        <Select label="Add to the team" placeholder="An expert or reviewer" searchable flex={1} value={person} onChange={setPerson} data={fit.map((one) => ({ value: `${one.id}/${one.role}`, label: `${one.name} (${one.role})` }))} />
        <Button onClick={() => add.mutate()} disabled={person === null} loading={add.isPending}>Add</Button>
      </Group>
      {add.isError && <Trouble error={add.error} />}
    </Stack>
  );
}

const REASONS = [
  { value: 'project_ended', label: 'The project ended' },
  { value: 'client_request', label: 'The client asked for it' },
  { value: 'own_wish', label: 'The person asked for it' },
  { value: 'budget', label: 'The budget is used up' },
  { value: 'no_work', label: 'There is no work at present' },
  { value: 'conflict', label: 'A conflict of interest' },
  { value: 'not_calibrated', label: 'The calibration was not passed' },
];

/** Pause, resume or end: never without a reason that the person reads. */
function Change({ campaign, engagement, state, close }: { campaign: Campaign; engagement: Schema<'engagement_row'>; state: string; close: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [code, setCode] = useState<string | null>(null);
  const resuming = state === 'active';
  const change = useMutation({
    mutationFn: () => api.write('POST', `/v1/campaigns/${campaign.id}/engagements/${engagement.id}/state`, { state, reason, ...(resuming ? {} : { reason_code: code }) }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['team', campaign.id] });
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={`${engagement.name}: ${resuming ? 'resume' : state === 'paused' ? 'pause' : 'end'}`}>
      <Stack>
        {!resuming && <Text size="sm" c="dimmed">For the quality of the work, decide on the quality page instead: with clause and evidence, open to an appeal.</Text>}
        {!resuming && <Select label="Reason" placeholder="Choose one" data={REASONS} value={code} onChange={setCode} data-autofocus />}
        <TextInput label="In words" description="The person reads it" value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus={resuming || undefined} />
        {change.isError && <Trouble error={change.error} />}
        <Group justify="flex-end"><Button onClick={() => change.mutate()} disabled={reason.trim().length < 3 || (!resuming && code === null)} loading={change.isPending}>Do it</Button></Group>
      </Stack>
    </Modal>
  );
}

function Team({ campaign }: { campaign: Campaign }) {
  const team = useQuery({ queryKey: ['team', campaign.id], queryFn: () => api.get<Schema<'engagement_list'>>(`/v1/campaigns/${campaign.id}/engagements`) });
  const [changing, setChanging] = useState<{ engagement: Schema<'engagement_row'>; state: string }>();
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h6" mb="sm">Team</Title>
      <AddMember campaign={campaign} />
      <Fetched of={team}>
        {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed" mt="md">Nobody yet.</Text> : (
          <Table.ScrollContainer minWidth={420} mt="md">
            <Table verticalSpacing="xs">
              <Table.Thead><Table.Tr><Table.Th>Person</Table.Th><Table.Th visibleFrom="xs">Duty</Table.Th><Table.Th>State</Table.Th><Table.Th ta="right">Pay</Table.Th><Table.Th /></Table.Tr></Table.Thead>
              <Table.Tbody>{data.items.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td><Text size="sm">{one.name}</Text><Text size="xs" c="dimmed">{one.pseudonym} <Text component="span" hiddenFrom="xs" size="xs">· {one.duty}</Text></Text></Table.Td>
                  <Table.Td visibleFrom="xs">{one.duty}</Table.Td>
                  <Table.Td><State of={one.state} />{one.reason !== undefined && <Text size="xs" c="dimmed">{one.reason}</Text>}</Table.Td>
                  <Table.Td ta="right">{one.duty === 'expert' ? money(one.price_minor, one.currency) : '–'}</Table.Td>
                  <Table.Td><Group gap={4} justify="flex-end" wrap="nowrap">
                    {one.state !== 'active' && <Button size="compact-xs" variant="light" onClick={() => setChanging({ engagement: one, state: 'active' })}>Resume</Button>}
                    {one.state === 'active' && <Button size="compact-xs" variant="default" onClick={() => setChanging({ engagement: one, state: 'paused' })}>Pause</Button>}
                    {one.state !== 'ended' && <Button size="compact-xs" variant="default" onClick={() => setChanging({ engagement: one, state: 'ended' })}>End</Button>}
                  </Group></Table.Td>
                </Table.Tr>
              ))}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Fetched>
      {changing !== undefined && <Change campaign={campaign} {...changing} close={() => setChanging(undefined)} />}
    </Card>
  );
}

/** A wall that came up after somebody had joined: a person decides whether the engagement goes on. */
function Decide({ campaign, conflict, close }: { campaign: Campaign; conflict: Schema<'conflict_row'>; close: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const decide = useMutation({
    mutationFn: (verdict: string) => api.write('POST', `/v1/conflicts/${conflict.id}/decision`, { verdict, reason }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['conflicts', campaign.id] });
      await client.invalidateQueries({ queryKey: ['team', campaign.id] });
      close();
    },
  });
  const short = reason.trim().length < 3;
  return (
    <Modal opened onClose={close} title={`${conflict.name}: a wall came up`}>
      <Stack>
        <Text size="sm">{conflict.words}</Text>
        <TextInput label="Why" description="The person reads it" value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus />
        {decide.isError && <Trouble error={decide.error} />}
        <Group justify="flex-end"><Button variant="default" onClick={() => decide.mutate('end')} disabled={short} loading={decide.isPending}>End the engagement</Button><Button onClick={() => decide.mutate('keep')} disabled={short} loading={decide.isPending}>It goes on</Button></Group>
      </Stack>
    </Modal>
  );
}

function Conflicts({ campaign }: { campaign: Campaign }) {
  const [deciding, setDeciding] = useState<Schema<'conflict_row'>>();
  const conflicts = useQuery({ queryKey: ['conflicts', campaign.id], queryFn: () => api.get<Schema<'conflict_list'>>(`/v1/campaigns/${campaign.id}/conflicts?limit=200`) });
  const items = conflicts.data?.items ?? [];
  return items.length === 0 && !conflicts.isError ? null : (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Conflicts">
      <Title order={2} size="h6" mb={4}>Conflicts that came up</Title>
      <Text size="sm" c="dimmed" mb="sm">Somebody on the team has declared an employer, a duty of confidence or a company to hide from. The engagement waits for your decision.</Text>
      {conflicts.isError && <Trouble error={conflicts.error} />}
      <Stack gap={0}>{items.map((one) => (
        <Group key={one.id} justify="space-between" py="xs" align="flex-start" className="seat">
          <div style={{ flex: 1, minWidth: 200 }}><Text size="sm" fw={600}>{one.name}</Text><Text size="sm">{one.words}</Text><Text size="xs" c="dimmed">since {moment(one.raised_at)}{one.decided_by_name !== undefined && ` · decided by ${one.decided_by_name}: ${one.reason}`}</Text></div>
          {one.state === 'open' ? <Button size="compact-xs" onClick={() => setDeciding(one)}>Decide</Button> : <State of={one.state} />}
        </Group>
      ))}</Stack>
      {deciding !== undefined && <Decide campaign={campaign} conflict={deciding} close={() => setDeciding(undefined)} />}
    </Card>
  );
}

export function TeamTab({ campaign }: { campaign: Campaign }) {
  return <Stack><Conflicts campaign={campaign} /><SimpleGrid cols={{ base: 1, lg: 2 }}><Team campaign={campaign} /><Walls campaign={campaign} /></SimpleGrid></Stack>;
}
