import { Button, Group, Modal, NumberInput, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { date, moment, plural, words } from './format';
import { CLASSES } from './sheet';
import { State, Trouble } from './states';

type Change = Schema<'time_change_row'>;
type Week = Schema<'week_extension_row'>;

const DAY = 86400000;
const ADDING = [{ value: 'offline', label: 'I worked offline' }, { value: 'forgot', label: 'I forgot to open the task' }, { value: 'clock', label: 'A clock was wrong' }, { value: 'other', label: 'Something else' }];
const TAKING = [{ value: 'duplicate', label: 'They count elsewhere' }, { value: 'clock', label: 'A clock was wrong' }, { value: 'not_work', label: 'They were no work' }, { value: 'other', label: 'Something else' }];

export const span = (one: { from_at: string; to_at: string }) => `${moment(one.from_at)} to ${moment(one.to_at)}`;
export const weekOf = (day: number) => `week of ${date(new Date(day * DAY + DAY / 2).toISOString())}`;
const path = (engagement: string) => `/v1/engagements/${engagement}`;

export function useChanges(engagement: string) {
  return useQuery({ queryKey: ['time-changes', engagement], queryFn: () => api.get<Schema<'change_list'>>(`${path(engagement)}/time-changes`) });
}

export function useRefresh(engagement: string) {
  const client = useQueryClient();
  return () => Promise.all([['time-changes', engagement], ['week-extensions', engagement], ['time', engagement], ['minute-requests']].map((queryKey) => client.invalidateQueries({ queryKey })));
}

/** The person adds minutes, an operator takes some away: both by name, with a reason that the other side reads. */
export function ChangeMinutes({ engagement, kind, close }: { engagement: string; kind: 'add' | 'remove'; close: () => void }) {
  const refresh = useRefresh(engagement);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [minuteClass, setClass] = useState('work');
  const [code, setCode] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const adds = kind === 'add';
  const ask = useMutation({
    mutationFn: () => api.write('POST', `${path(engagement)}/time-changes`, { kind, class: minuteClass, from_at: new Date(from).toISOString(), to_at: new Date(to).toISOString(), reason, reason_code: code }),
    onSuccess: async () => {
      await refresh();
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={adds ? 'Add minutes' : 'Take minutes away'}>
      <form onSubmit={(event) => { event.preventDefault(); ask.mutate(); }}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">{adds ? 'For work that was not counted. An operator decides and says why; you can appeal.' : 'The person is told which minutes and why, and can appeal; somebody else decides then. Poor quality is no reason: it is decided on the quality page.'}</Text>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput label="From" type="datetime-local" required value={from} onChange={(event) => setFrom(event.currentTarget.value)} data-autofocus />
            <TextInput label="To" type="datetime-local" required value={to} onChange={(event) => setTo(event.currentTarget.value)} />
            <Select label="Why" placeholder="Choose one" required value={code} onChange={setCode} data={adds ? ADDING : TAKING} />
            {adds && <Select label="Class" value={minuteClass} onChange={(value) => setClass(value ?? 'work')} allowDeselect={false} data={CLASSES.map((one) => ({ value: one, label: words(one) }))} />}
          </SimpleGrid>
          <Textarea label="In words" required autosize minRows={2} maxLength={1000} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          {ask.isError && <Trouble error={ask.error} />}
          <Group><Button type="submit" color={adds ? undefined : 'red'} loading={ask.isPending} disabled={from === '' || to === '' || code === null || reason.trim().length < 3}>{adds ? 'Ask for them' : 'Take them away'}</Button><Button variant="default" onClick={close}>Cancel</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}

function AskWeek({ engagement, week, close }: { engagement: string; week: string; close: () => void }) {
  const refresh = useRefresh(engagement);
  const [extra, setExtra] = useState<number | string>(120);
  const [reason, setReason] = useState('');
  const ask = useMutation({
    mutationFn: () => api.write('POST', `${path(engagement)}/week-extensions`, { week, extra_min: Number(extra), reason }),
    onSuccess: async () => {
      await refresh();
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={`More minutes in the week of ${date(`${week}T12:00:00Z`)}`}>
      <form onSubmit={(event) => { event.preventDefault(); ask.mutate(); }}>
        <Stack gap="sm">
          <NumberInput label="Minutes beyond the week's cap" min={1} max={6000} value={extra} onChange={setExtra} data-autofocus />
          <Textarea label="What for" required autosize minRows={2} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          {ask.isError && <Trouble error={ask.error} />}
          <Group><Button type="submit" loading={ask.isPending} disabled={Number(extra) < 1 || reason.trim().length < 5}>Ask for them</Button><Button variant="default" onClick={close}>Cancel</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Appeal({ engagement, change, close }: { engagement: string; change: Change; close: () => void }) {
  const refresh = useRefresh(engagement);
  const [message, setMessage] = useState('');
  const appeal = useMutation({
    mutationFn: () => api.write('POST', `${path(engagement)}/time-changes/${change.id}/appeal`, { message }),
    onSuccess: async () => {
      await refresh();
      close();
    },
  });
  return (
    <Modal opened onClose={close} title="Appeal">
      <form onSubmit={(event) => { event.preventDefault(); appeal.mutate(); }}>
        <Stack gap="sm">
          <Text size="sm">{span(change)}. {change.decision}</Text>
          <Textarea label="Why it is wrong" description="Somebody else than who decided reads it and settles it" required autosize minRows={3} maxLength={1000} value={message} onChange={(event) => setMessage(event.currentTarget.value)} data-autofocus />
          {appeal.isError && <Trouble error={appeal.error} />}
          <Group><Button type="submit" loading={appeal.isPending} disabled={message.trim().length < 3}>Appeal</Button><Button variant="default" onClick={close}>Cancel</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}

const againstPerson = (one: Change) => one.kind === 'add' ? one.state === 'declined' : one.state === 'approved';

function ChangeLine({ of, act }: { of: Change; act?: () => void }) {
  return (
    <div className="money-row">
      <div>
        <Group gap={6}><Text size="sm" fw={600}>{of.kind === 'add' ? 'More minutes' : 'Taken away'}: {words(of.class).toLowerCase()}</Text><State of={of.state} /></Group>
        <Text size="xs" c="dimmed">{span(of)} · {words(of.reason_code)}: {of.reason}</Text>
        {of.decision !== undefined && of.decision !== of.reason && <Text size="xs" c="dimmed">Decided: {of.decision}</Text>}
        {of.appeal !== undefined && <Text size="xs" c="dimmed">Appeal: {of.appeal}</Text>}
        {of.settlement !== undefined && <Text size="xs" c="dimmed">Settled: {of.settlement}</Text>}
      </div>
      {act !== undefined && <Button size="compact-xs" variant="light" onClick={act}>Appeal</Button>}
    </div>
  );
}

function WeekLine({ of }: { of: Week }) {
  return (
    <div className="money-row">
      <div>
        <Group gap={6}><Text size="sm" fw={600}>{plural(of.extra_min, 'minute')} more, {weekOf(of.week_day)}</Text><State of={of.state} /></Group>
        <Text size="xs" c="dimmed">{of.reason}{of.decision !== undefined && ` · ${of.decision}`}</Text>
      </div>
    </div>
  );
}

/** What a person asked for beside what was counted, and what became of it. */
export function OwnMinutes({ engagement, week }: { engagement: string; week: string }) {
  const changes = useChanges(engagement);
  const weeks = useQuery({ queryKey: ['week-extensions', engagement], queryFn: () => api.get<Schema<'week_more_list'>>(`${path(engagement)}/week-extensions`) });
  const [open, setOpen] = useState<'add' | 'week' | Change | null>(null);
  const close = () => setOpen(null);
  return (
    <Stack gap={6} mt="xs">
      {weeks.data?.items.map((one) => <WeekLine key={one.id} of={one} />)}
      {changes.data?.items.map((one) => <ChangeLine key={one.id} of={one} act={againstPerson(one) ? () => setOpen(one) : undefined} />)}
      <Group gap="xs">
        <Button size="compact-xs" variant="light" onClick={() => setOpen('add')}>Add minutes</Button>
        <Button size="compact-xs" variant="subtle" onClick={() => setOpen('week')}>Ask for more in this week</Button>
      </Group>
      {open === 'add' && <ChangeMinutes engagement={engagement} kind="add" close={close} />}
      {open === 'week' && <AskWeek engagement={engagement} week={week} close={close} />}
      {open !== null && typeof open === 'object' && <Appeal engagement={engagement} change={open} close={close} />}
    </Stack>
  );
}

/** The same, as the operator sees it. */
export function ChangesOf({ engagement }: { engagement: string }) {
  const changes = useChanges(engagement);
  return changes.data === undefined || changes.data.items.length === 0
    ? <Text size="sm" c="dimmed">Nothing was changed by hand.</Text>
    : <Stack gap={6}>{changes.data.items.map((one) => <ChangeLine key={one.id} of={one} />)}</Stack>;
}
