import { Badge, Button, Card, Group, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, query, type Schema } from '../api/client';
import { date, moment, money } from './format';
import { Fetched, Trouble } from './states';

type Owed = Schema<'owed'>;
type Hold = Schema<'payout_hold_row'>;

const DAY = 86400000;
const day = (from: number) => new Date(Date.now() + from * DAY).toISOString().slice(0, 10);

function standing(one: Owed): { colour: string; word: string; why?: string } {
  switch (one.standing) {
    case 'ready': return { colour: 'teal', word: 'ready', why: 'goes with the next run' };
    case 'planned': return { colour: 'blue', word: 'in a run' };
    case 'held': return { colour: 'yellow', word: 'on hold', why: `until ${date(one.from_at)}` };
    case 'new_account': return { colour: 'yellow', word: 'new account', why: `not used before ${moment(one.from_at)}` };
    case 'unseen_account': return { colour: 'yellow', word: 'account not looked at', why: 'look at it below' };
    default: return { colour: 'gray', word: 'no account', why: 'the person has to name one' };
  }
}

/** A hold says why and ends by itself; the person reads both. */
function HoldForm({ person, done }: { person: Owed; done: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState(day(14));
  const hold = useMutation({
    mutationFn: () => api.write('POST', `/v1/people/${person.person_id}/payout-holds`, { reason: reason.trim(), until_at: new Date(`${until}T23:59:59`).toISOString() }),
    onSuccess: async () => {
      await Promise.all(['payables', 'payout-holds'].map((key) => client.invalidateQueries({ queryKey: [key] })));
      done();
    },
  });
  return (
    <form onSubmit={(event) => { event.preventDefault(); hold.mutate(); }} onKeyDown={(event) => event.key === 'Escape' && done()} aria-label={`Hold payouts of ${person.name}`}>
      <Stack gap="xs">
        <Textarea label="Why the payouts wait" description={`${person.name} reads it`} inputWrapperOrder={['label', 'input', 'description', 'error']} autosize minRows={2} minLength={3} maxLength={500} required data-autofocus autoFocus value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <TextInput label="Until" description="It ends by itself, within 90 days" inputWrapperOrder={['label', 'input', 'description', 'error']} type="date" required min={day(1)} max={day(89)} value={until} onChange={(event) => setUntil(event.currentTarget.value)} w={200} />
        {hold.isError && <Trouble error={hold.error} />}
        <Group gap="xs"><Button type="submit" size="compact-sm" loading={hold.isPending} disabled={reason.trim().length < 3}>Hold</Button><Button size="compact-sm" variant="default" onClick={done}>Cancel</Button></Group>
      </Stack>
    </form>
  );
}

/** Who is owed what, and what stands in the way of paying it. */
export function WhoIsOwed() {
  const owed = useQuery({ queryKey: ['payables'], queryFn: () => api.get<Schema<'owed_list'>>('/v1/payables') });
  const [holding, setHolding] = useState<Owed | null>(null);
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Who is owed">
      <Title order={2} size="h5" mb="xs">Who is owed</Title>
      <Fetched of={owed}>
        {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">Nobody: all that was earned is paid or on its way.</Text> : (
          <Stack gap="sm" component="ul" style={{ listStyle: 'none', margin: 0, padding: 0 }} aria-label="Who is owed what">{data.items.map((one) => {
            const said = standing(one);
            return (
              <Group key={one.person_id + one.currency} component="li" justify="space-between" align="flex-start" wrap="nowrap">
                <div><Group gap={6}><Text size="sm" fw={600}>{one.name}</Text><Badge color={said.colour} variant="light" tt="none">{said.word}</Badge></Group>{said.why !== undefined && <Text size="xs" c="dimmed">{said.why}</Text>}</div>
                <Group gap={4} wrap="nowrap"><Text size="sm" className="figures">{money(one.amount_minor, one.currency)}</Text>{one.standing !== 'held' && <Button size="compact-xs" variant="subtle" onClick={() => setHolding(one)} aria-label={`Hold payouts of ${one.name}`}>Hold</Button>}</Group>
              </Group>
            );
          })}</Stack>
        )}
      </Fetched>
      {holding !== null && <div style={{ marginTop: 12 }}><HoldForm key={holding.person_id} person={holding} done={() => setHolding(null)} /></div>}
    </Card>
  );
}

function end(hold: Hold): string {
  if (hold.lifted_at !== undefined) {
    return `lifted ${moment(hold.lifted_at)}`;
  }
  return new Date(hold.until_at) < new Date() ? `ended ${date(hold.until_at)}` : `until ${date(hold.until_at)}`;
}

/** Holds that stand, and those that ended. */
export function Holds() {
  const client = useQueryClient();
  const holds = useQuery({ queryKey: ['payout-holds'], queryFn: () => api.get<Schema<'payout_hold_page'>>('/v1/payout-holds' + query({ limit: 50 })) });
  const lift = useMutation({
    mutationFn: (id: string) => api.write('DELETE', `/v1/payout-holds/${id}`),
    onSuccess: () => Promise.all(['payables', 'payout-holds'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Holds">
      <Title order={2} size="h5" mb="xs">Holds</Title>
      {lift.isError && <Trouble error={lift.error} />}
      <Fetched of={holds}>
        {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">Nobody’s payouts were ever held.</Text> : (
          <Stack gap="xs">{data.items.map((one) => {
            const stands = one.lifted_at === undefined && new Date(one.until_at) > new Date();
            return (
              <Group key={one.id} justify="space-between" align="flex-start" wrap="nowrap">
                <div>
                  <Group gap={6}><Text size="sm" fw={600}>{one.name}</Text><Badge color={stands ? 'yellow' : 'gray'} variant="light" tt="none">{end(one)}</Badge></Group>
                  <Text size="sm">{one.reason}</Text>
                  <Text size="xs" c="dimmed">{one.set_by_name}, {moment(one.set_at)}</Text>
                </div>
                {stands && <Button size="compact-xs" variant="default" onClick={() => lift.mutate(one.id)} loading={lift.isPending && lift.variables === one.id} aria-label={`Lift the hold of ${one.name}`}>Lift</Button>}
              </Group>
            );
          })}</Stack>
        )}
      </Fetched>
    </Card>
  );
}
