import { Alert, Button, Card, Code, Group, Modal, NumberInput, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, query, type Schema } from '../api/client';
import { date, minorOf, minorText, money, plural } from './format';
import { Panel } from './panel';
import { has, useSession } from './session';
import { Fetched, Trouble } from './states';

type Promise = Schema<'promise_view'>;
type Referral = Schema<'referral_view'>;

const share = (points: number) => `${points / 100} %`;
const limits = (promise: Promise) => `for ${plural(promise.earn_days ?? 0, 'day')}, ${money(promise.cap_minor, promise.currency ?? '')} at most`;

/** What the giver of a link gets from it; who comes by it reads that first. */
export function usePromise(listing: string, link?: string) {
  return useQuery({ queryKey: ['promise', listing, link], queryFn: () => api.get<Promise>(`/v1/listings/${listing}/referral-promise` + query({ link })), retry: false });
}

export function GivenBy({ of }: { of: ReturnType<typeof usePromise> }) {
  if (of.isError) {
    return <Alert color="yellow" title="This link has ended">You can apply all the same.</Alert>;
  }
  return of.data === undefined ? null : (
    <Text size="sm" c="dimmed">
      {of.data.giver_name} gave you this link
      {of.data.share_points === 0 ? ' and gets nothing for it.' : ` and gets ${share(of.data.share_points)} of what you earn ${limits(of.data)}. The operator pays that; you lose nothing by it.`}
    </Text>
  );
}

/** A link of one's own, with what it pays. */
export function Bring({ listing }: { listing: string }) {
  const promise = usePromise(listing);
  const link = useMutation({ mutationFn: () => api.write<Schema<'link_made'>>('POST', `/v1/listings/${listing}/links`) });
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Bring somebody">
      <Stack gap="xs">
        <Title order={2} size="h5">Bring somebody</Title>
        {promise.data !== undefined && (
          <Text size="sm">{promise.data.share_points === 0
            ? 'A link of yours pays nothing at present. Whoever comes by it sees your name.'
            : `You get ${share(promise.data.share_points)} of what a person earns who signs up by your link, ${limits(promise.data)}. Whoever comes by it sees your name and what you get.`}</Text>
        )}
        {link.isError && <Trouble error={link.error} />}
        {link.isSuccess
          ? <Alert color="teal" title="Your link">It is shown only here and lives 90 days.<Code block mt="xs" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{`${window.location.origin}/roles/${listing}?link=${link.data.token}`}</Code></Alert>
          : <Group><Button variant="default" onClick={() => link.mutate()} loading={link.isPending}>Make a link</Button></Group>}
      </Stack>
    </Card>
  );
}

/** What links promise from now on; those that were given keep what they promised. */
function Terms({ now }: { now: Schema<'referral_terms_row'> | undefined }) {
  const client = useQueryClient();
  const [percent, setPercent] = useState<number | string>((now?.share_points ?? 500) / 100);
  const [cap, setCap] = useState(now === undefined ? '500' : minorText(now.cap_minor, now.currency));
  const [days, setDays] = useState<number | string>(now?.earn_days ?? 365);
  const [currency, setCurrency] = useState(now?.currency ?? 'USD');
  const capMinor = minorOf(cap, currency);
  const set = useMutation({
    mutationFn: () => api.write('POST', '/v1/referral-terms', { currency: currency.toUpperCase(), share_points: Math.round(Number(percent) * 100), cap_minor: capMinor, earn_days: Number(days) }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['referral-terms'] }),
  });
  return (
    <form onSubmit={(event) => { event.preventDefault(); set.mutate(); }}>
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        <NumberInput label="Share, percent" min={0} max={50} decimalScale={2} value={percent} onChange={setPercent} />
        <TextInput label="At most" inputMode="decimal" value={cap} onChange={(event) => setCap(event.currentTarget.value)} />
        <TextInput label="Currency" maxLength={3} value={currency} onChange={(event) => setCurrency(event.currentTarget.value)} />
        <NumberInput label="Days" min={1} max={1830} value={days} onChange={setDays} />
      </SimpleGrid>
      {set.isError && <Trouble error={set.error} />}
      <Group mt="xs"><Button type="submit" size="compact-sm" variant="default" disabled={capMinor === null} loading={set.isPending}>Promise this from now on</Button>{set.isSuccess && <Text size="xs" role="status">Links that are made from now on promise it.</Text>}</Group>
    </form>
  );
}

function Line({ of, end }: { of: Referral; end: (() => void) | undefined }) {
  return (
    <div className="money-row">
      <div>
        <Text size="sm"><Text span fw={600}>{of.referrer_name}</Text> brought <Text span fw={600}>{of.person_name}</Text></Text>
        <Text size="xs" c="dimmed">{share(of.share_points)} until {date(of.until_at)}, {money(of.cap_minor, of.currency)} at most. {of.source}{of.end_reason !== undefined && ` · Ended: ${of.end_reason}`}</Text>
        {end !== undefined && of.end_reason === undefined && <Button size="compact-xs" variant="subtle" color="gray" ml={-8} onClick={end} aria-label={`End it: ${of.referrer_name} brought ${of.person_name}`}>End it</Button>}
      </div>
      <div><Text size="sm" ta="right" className="figures">{money(of.earned_minor, of.currency)}</Text>{of.open_minor !== 0 && <Text size="xs" c="dimmed">and {money(of.open_minor, of.currency)} this week</Text>}</div>
    </div>
  );
}

function End({ of, close }: { of: Referral; close: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const end = useMutation({
    mutationFn: () => api.write('POST', `/v1/referrals/${of.id}/end`, { reason }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['referrals'] });
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={`${of.referrer_name} brought ${of.person_name}`}>
      <form onSubmit={(event) => { event.preventDefault(); end.mutate(); }}>
        <Stack gap="sm">
          <Text size="sm">What was earned until now stays; nothing is earned any more.</Text>
          <TextInput label="Reason" required maxLength={300} value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus />
          {end.isError && <Trouble error={end.error} />}
          <Group><Button type="submit" color="red" loading={end.isPending} disabled={reason.trim().length < 5}>End it</Button><Button variant="default" onClick={close}>Keep it</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Who brought whom, and what that paid. */
export function Referrals() {
  const decides = has(useSession(), 'operator', 'finance');
  const [ending, setEnding] = useState<Referral | null>(null);
  const terms = useQuery({ queryKey: ['referral-terms'], queryFn: () => api.get<Schema<'referral_promise_list'>>('/v1/referral-terms') });
  const graph = useQuery({ queryKey: ['referrals'], queryFn: () => api.get<Schema<'referral_list'>>('/v1/referrals?limit=200') });
  return (
    <Panel title="Who brought whom" rows={graph.data?.items} hint="By the links that experts give, and as recorded by hand. Nobody is brought by two, and nobody earns on themselves. It is the operator's own cost.">
      <Stack gap="md">
        <Fetched of={graph}>
          {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">Nobody was brought by anybody yet.</Text> : (
            <Stack gap="xs">{data.items.map((one) => <Line key={one.id} of={one} end={decides ? () => setEnding(one) : undefined} />)}</Stack>
          )}
        </Fetched>
        {ending !== null && <End of={ending} close={() => setEnding(null)} />}
        {decides && <Fetched of={terms}>{(data) => <Terms key={data.items[0]?.since_at} now={data.items[0]} />}</Fetched>}
      </Stack>
    </Panel>
  );
}
