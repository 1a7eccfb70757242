import { Alert, Badge, Button, Group, Modal, Select, Stack, Table, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, query, type Schema } from '../../../api/client';
import { count, plural, words } from '../../../parts/format';
import { Panel } from '../../../parts/panel';
import { has, useSession } from '../../../parts/session';
import { Fetched, Trouble } from '../../../parts/states';
import { Whisker } from '../../../parts/whisker';
import { Rows, type Which } from './rows';

type Found = Schema<'alert_row'>;
const KINDS = [
  { kind: 'position', title: 'Takes what stands first', hint: 'Share of choices for the side shown first; .50 is none.', isShare: true },
  { kind: 'length', title: 'Takes the longer one', hint: 'Change of log-odds for a side that is twice as long; 0 is none.' },
  { kind: 'consistency', title: 'Keeps the own word', hint: 'Same choice on the same two answers shown again or the other way round.', isShare: true },
];

/** One scale for all of a kind, with zero in the middle unless it is a share. */
function scale(rows: Schema<'bias_row'>[], isShare = false) {
  const most = Math.ceil(Math.max(1, ...rows.flatMap((one) => [Math.abs(one.low ?? 0), Math.abs(one.high ?? 0)])));
  return isShare ? { from: 0, to: 1 } : { from: -most, to: most };
}

export function Habits({ campaign, label }: { campaign: string; label: string }) {
  const [which, setWhich] = useState<Which>();
  const biases = useQuery({ queryKey: ['biases', campaign], queryFn: () => api.get<Schema<'bias_list'>>(`/v1/campaigns/${campaign}/quality/biases`) });
  return (
    <Panel title="Habits" hint="Of all experts, and of each. A habit is no fault by itself: what stands first may have been the better one." rows={biases.data?.items.filter((one) => one.label === label) ?? []} name="habits">
      <Fetched of={biases}>
        {(data) => {
          const rows = data.items.filter((one) => one.label === label);
          return rows.length === 0 ? <Text size="sm" c="dimmed">This label does not choose between two sides.</Text> : (
            <Stack>{KINDS.map(({ kind, title, hint, isShare }) => (
              <div key={kind}>
                <Text size="sm" fw={600}>{title}</Text><Text size="xs" c="dimmed">{hint}</Text>
                <Table.ScrollContainer minWidth={420} mah={260}><Table verticalSpacing={4}><Table.Tbody>{rows.filter((one) => one.kind === kind).map((one) => (
                  <Table.Tr key={one.rater_id}><Table.Td className="name" fw={one.rater_id === '' ? 600 : undefined}>{one.rater_id === '' ? 'All experts' : one.rater_name}</Table.Td>
                    <Table.Td>{one.estimate === undefined ? <Text size="sm" c="dimmed">not enough yet ({one.vote_count} of 30)</Text> : <Whisker value={one.estimate} low={one.low} high={one.high} {...scale(rows.filter((other) => other.kind === kind), isShare)} label={`${title}: ${one.rater_name}`} />}</Table.Td>
                    <Table.Td ta="right"><Button size="compact-xs" variant="subtle" aria-label={`n ${count(one.vote_count)} answers behind: ${title}, ${one.rater_id === '' ? 'all experts' : one.rater_name}`} onClick={() => setWhich({ title: one.rater_id === '' ? 'All answers' : `Answers of ${one.rater_name}`, label, rater_id: one.rater_id === '' ? undefined : one.rater_id })}>n {count(one.vote_count)}</Button></Table.Td></Table.Tr>
                ))}</Table.Tbody></Table></Table.ScrollContainer>
              </div>
            ))}</Stack>
          );
        }}
      </Fetched>
      {which !== undefined && <Rows campaign={campaign} which={which} close={() => setWhich(undefined)} />}
    </Panel>
  );
}

const says = (one: Found) => one.kind === 'copying'
  ? `${one.left_name} and ${one.right_name} gave the same wrong answer ${one.telling_count} times; by chance it would be ${one.by_chance.toFixed(1)} (${plural(one.vote_count, 'task')} of both).`
  : `${one.left_name} strayed from the others in a run: ${plural(one.telling_count, 'wrong answer')} in it, ${one.by_chance.toFixed(1)} at the usual rate (${plural(one.vote_count, 'answer')}).`;

function SideBySide({ campaign, alert, close }: { campaign: string; alert: Found; close: () => void }) {
  const client = useQueryClient();
  const operator = has(useSession(), 'operator');
  const [finding, setFinding] = useState<string | null>('watch');
  const [message, setMessage] = useState('');
  const items = useQuery({ queryKey: ['alert-items', campaign, alert.label, alert.kind, alert.left_id, alert.right_id], queryFn: () => api.get<Schema<'alert_item_list'>>(`/v1/campaigns/${campaign}/quality/alert-items` + query({ label: alert.label, kind: alert.kind, left_id: alert.left_id, right_id: alert.right_id })) });
  const find = useMutation({
    mutationFn: () => api.write('POST', `/v1/campaigns/${campaign}/quality/findings`, { label: alert.label, kind: alert.kind, left_id: alert.left_id, right_id: alert.right_id, finding, message }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['alerts', campaign] });
      close();
    },
  });
  return (
    <Modal opened onClose={close} size="xl" title={words(alert.kind)}>
      <Stack>
        <Text size="sm">{says(alert)}</Text>
        <Fetched of={items}>
          {(data) => (
            <Table.ScrollContainer minWidth={620}><Table verticalSpacing={4}>
              <Table.Thead><Table.Tr><Table.Th>Task</Table.Th><Table.Th>Shows</Table.Th><Table.Th>{alert.left_name}</Table.Th>{alert.right_id !== '' && <Table.Th>{alert.right_name}</Table.Th>}<Table.Th>Inferred</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{data.items.map((one) => (
                <Table.Tr key={one.task_id}><Table.Td><Link to="/tasks/$task" params={{ task: one.task_id }}>{one.external_id ?? one.task_id.slice(-6)}</Link></Table.Td><Table.Td><Text size="xs" lineClamp={2} maw={260}>{Object.values(one.payload as Record<string, unknown>).filter((text) => typeof text === 'string').join(' · ')}</Text></Table.Td><Table.Td fw={600}>{one.left_said ?? '–'}</Table.Td>{alert.right_id !== '' && <Table.Td fw={600}>{one.right_said ?? '–'}</Table.Td>}<Table.Td>{one.value} ({one.probability.toFixed(2).replace(/^0/, '')})</Table.Td></Table.Tr>
              ))}</Table.Tbody></Table></Table.ScrollContainer>
          )}
        </Fetched>
        {operator && (
          <>
            <Select label="What do you make of it?" value={finding} onChange={setFinding} data={[{ value: 'harmless', label: 'Harmless' }, { value: 'watch', label: 'Watch it' }, { value: 'decide', label: 'It calls for a decision' }]} />
            <Textarea label="Why?" value={message} onChange={(event) => setMessage(event.currentTarget.value)} autosize minRows={2} />
            {find.isError && <Trouble error={find.error} />}
            <Group justify="flex-end"><Button onClick={() => find.mutate()} disabled={message.trim().length < 3} loading={find.isPending}>Note it</Button></Group>
          </>
        )}
      </Stack>
    </Modal>
  );
}

export function Alerts({ campaign, label }: { campaign: string; label: string }) {
  const [open, setOpen] = useState<Found>();
  const alerts = useQuery({ queryKey: ['alerts', campaign], queryFn: () => api.get<Schema<'alert_list'>>(`/v1/campaigns/${campaign}/quality/alerts`) });
  return (
    <Panel title="To look at" hint="Drift and shared errors beyond what chance would show over all experts. Nothing follows from it by itself: look at the answers side by side and say what you make of them." rows={alerts.data?.items.filter((one) => one.label === label) ?? []} name="alerts">
      <Fetched of={alerts}>
        {(data) => {
          const rows = data.items.filter((one) => one.label === label);
          return rows.length === 0 ? <Text size="sm" c="dimmed">Nothing stands out.</Text> : (
            <Stack gap="xs">{rows.map((one) => (
              <Alert key={one.kind + one.left_id + one.right_id} color={one.finding === 'harmless' ? 'gray' : 'yellow'} variant="light" title={words(one.kind)}>
                <Group justify="space-between" align="flex-end"><div><Text size="sm">{says(one)} <Text component="span" size="xs" c="dimmed">log evidence {one.strength.toFixed(1)}</Text></Text>{one.finding !== undefined && <Text size="xs"><Badge size="xs" variant="light">{words(one.finding)}</Badge> {one.message}</Text>}</div>
                  <Button size="compact-sm" variant="default" onClick={() => setOpen(one)}>Side by side</Button></Group>
              </Alert>
            ))}</Stack>
          );
        }}
      </Fetched>
      {open !== undefined && <SideBySide campaign={campaign} alert={open} close={() => setOpen(undefined)} />}
    </Panel>
  );
}

