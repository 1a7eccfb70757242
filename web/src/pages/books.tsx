import { Alert, Anchor, Button, Card, Group, List, SimpleGrid, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, query, type Schema } from '../api/client';
import { count, date, moment, money, plural } from '../parts/format';
import { has, useSession } from '../parts/session';
import { Empty, Fetched, Heading, Loading, Trouble } from '../parts/states';

type Open = Schema<'period_window'>['items'][number];
type Rate = Schema<'exchange_rate_row'>;

const NANO_DIGITS = 9;

/** Is every cent where it belongs? */
function Proof() {
  const proof = useQuery({ queryKey: ['proof'], queryFn: () => api.get<Schema<'proof'>>('/v1/ledger/proof') });
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Proof">
      <Title order={2} size="h5" mb="xs">The proof</Title>
      <Fetched of={proof}>
        {(data) => data.holds
          ? <Text size="sm">It holds: {plural(data.entries, 'entry', 'entries')}, {count(data.postings)} postings, {plural(data.accounts, 'account')}, {plural(data.periods, 'closed period')}.</Text>
          : <Alert color="red" role="alert" title="It does not hold">{data.broken}</Alert>}
      </Fetched>
      <Group gap={6} mt="sm">{['csv', 'hledger', 'ledger', 'beancount'].map((format) => <Button key={format} component="a" href={`/v1/ledger/book?format=${format}`} size="compact-sm" variant="light" aria-label={`The book as ${format}`}>{format}</Button>)}</Group>
    </Card>
  );
}

/* ------------------------------------------------------------------ periods */

function unfinished(one: Open): string {
  const amount = money(one.amount_minor, one.currency);
  switch (one.kind) {
    case 'unbilled': return `${amount} charged in ${plural(one.item_count, 'campaign')} and not invoiced`;
    case 'award': return `${plural(one.item_count, 'award')} of ${amount} without an entry yet`;
    case 'run': return `${plural(one.item_count, 'payout run')} of ${amount}, not sent`;
    case 'transit': return `${plural(one.item_count, 'payout')} of ${amount} sent; the bank has not said what became of them`;
    default: return `${plural(one.item_count, 'change')} of minutes to decide, paid in ${one.currency}`;
  }
}

/** What is not finished of the time before the end, and then the end. */
function CloseForm({ done }: { done: () => void }) {
  const client = useQueryClient();
  const month = new Date();
  const [last, setLast] = useState(new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth(), 0)).toISOString().slice(0, 10));
  const [sure, setSure] = useState(false);
  const valid = last !== '' && !Number.isNaN(Date.parse(last));
  const until = valid ? new Date(Date.parse(`${last}T00:00:00Z`) + 86400000).toISOString() : '';
  const open = useQuery({ queryKey: ['ledger-open', until], queryFn: () => api.get<Schema<'period_window'>>('/v1/ledger/open' + query({ until_at: until })), enabled: valid });
  const close = useMutation({
    mutationFn: () => api.write('POST', '/v1/ledger/periods', { until_at: until }),
    onSuccess: async () => {
      await Promise.all(['periods', 'proof'].map((key) => client.invalidateQueries({ queryKey: [key] })));
      done();
    },
    onSettled: () => setSure(false),
  });
  return (
    <form onSubmit={(event) => { event.preventDefault(); if (sure) { close.mutate(); } else { setSure(true); } }} onKeyDown={(event) => event.key === 'Escape' && done()}>
      <Stack gap="sm">
        <TextInput label="Last day of the period" description="In UTC; the period ends when this day does" inputWrapperOrder={['label', 'input', 'description', 'error']} type="date" required value={last} onChange={(event) => { setLast(event.currentTarget.value); setSure(false); }} w={220} />
        {valid && (
          <Fetched of={open}>
            {(data) => data.items.length === 0
              ? <Text size="sm">Nothing of the time before is unfinished.</Text>
              : <div role="status"><Text size="sm" fw={600}>Not finished of the time before</Text><List size="sm" spacing={2}>{data.items.map((one) => <List.Item key={one.kind + one.currency}>{unfinished(one)}</List.Item>)}</List><Text size="xs" c="dimmed" mt={4}>It may be closed all the same: what is not finished becomes entries of later days.</Text></div>}
          </Fetched>
        )}
        {close.isError && <Trouble error={close.error} />}
        {sure && <Alert color="orange" className="warn" role="alert" title="For good">After that no entry counts for a moment before {date(until)} (UTC). What was wrong then is undone by a later entry that names the first; a closed period is never opened again.</Alert>}
        <Group gap="xs"><Button type="submit" loading={close.isPending} disabled={!valid}>{sure ? 'Yes, close it' : 'Close the period'}</Button><Button variant="default" onClick={done}>Cancel</Button></Group>
      </Stack>
    </form>
  );
}

function Periods({ finance }: { finance: boolean }) {
  const periods = useQuery({ queryKey: ['periods'], queryFn: () => api.get<Schema<'period_list'>>('/v1/ledger/periods') });
  const [closing, setClosing] = useState(false);
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Periods">
      <Group justify="space-between" mb="xs"><Title order={2} size="h5">Periods</Title>{finance && <Button size="compact-sm" variant="subtle" onClick={() => setClosing(!closing)} aria-expanded={closing}>{closing ? 'Do not close' : 'Close a period'}</Button>}</Group>
      <Stack gap="md">
        {closing && <CloseForm done={() => setClosing(false)} />}
        <Fetched of={periods}>
          {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">No period is closed. Entries count for the moment in which they are made; closing says that a report of the time before will not change.</Text> : (
            <Table verticalSpacing={6} aria-label="Closed periods">
              <Table.Thead><Table.Tr><Table.Th>Closed until</Table.Th><Table.Th>By</Table.Th><Table.Th>When</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{[...data.items].reverse().map((one) => <Table.Tr key={one.id}><Table.Td className="name">{moment(one.until_at)}</Table.Td><Table.Td>{one.closed_by_name}</Table.Td><Table.Td>{moment(one.closed_at)}</Table.Td></Table.Tr>)}</Table.Tbody>
            </Table>
          )}
        </Fetched>
      </Stack>
    </Card>
  );
}

/* ------------------------------------------------------------------ exchange rates */

/** "1.0834" times 10^9, exactly; null: no number, or more digits than are kept. */
function nano(text: string): number | null {
  const parts = /^(\d{1,7})(?:[.,](\d{1,9}))?$/.exec(text.trim());
  return parts === null ? null : Number((parts[1] ?? '') + (parts[2] ?? '').padEnd(NANO_DIGITS, '0'));
}

const rateText = (rate: number) => (rate / 10 ** NANO_DIGITS).toLocaleString(undefined, { maximumFractionDigits: NANO_DIGITS });

function RateForm({ done }: { done: () => void }) {
  const client = useQueryClient();
  const [draft, setDraft] = useState({ from: '', to: '', rate: '', source: '', quoted: new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 16) });
  const put = (change: Partial<typeof draft>) => setDraft((old) => ({ ...old, ...change }));
  const value = nano(draft.rate);
  const add = useMutation({
    mutationFn: () => api.write('POST', '/v1/exchange-rates', { from_currency: draft.from.toUpperCase(), to_currency: draft.to.toUpperCase(), rate_nano: value, source: draft.source, quoted_at: new Date(draft.quoted).toISOString() }),
    onSuccess: async () => {
      await Promise.all(['exchange-rates', 'awards', 'money'].map((key) => client.invalidateQueries({ queryKey: [key] })));
      done();
    },
  });
  return (
    <form onSubmit={(event) => { event.preventDefault(); add.mutate(); }} onKeyDown={(event) => event.key === 'Escape' && done()}>
      <Stack gap="xs">
        <SimpleGrid cols={{ base: 2, sm: 3 }}>
          <TextInput label="One unit of" placeholder="EUR" minLength={3} maxLength={3} required autoFocus value={draft.from} onChange={(event) => put({ from: event.currentTarget.value })} />
          <TextInput label="is worth" placeholder="1.0834" inputMode="decimal" required value={draft.rate} onChange={(event) => put({ rate: event.currentTarget.value })} error={draft.rate !== '' && value === null ? 'A number such as 1.0834' : undefined} />
          <TextInput label="units of" placeholder="USD" minLength={3} maxLength={3} required value={draft.to} onChange={(event) => put({ to: event.currentTarget.value })} />
        </SimpleGrid>
        <TextInput label="Who says so" placeholder="European Central Bank, reference rate" minLength={2} maxLength={200} required value={draft.source} onChange={(event) => put({ source: event.currentTarget.value })} />
        <TextInput label="Quoted at" description="On this machine's clock" inputWrapperOrder={['label', 'input', 'description', 'error']} type="datetime-local" required value={draft.quoted} onChange={(event) => put({ quoted: event.currentTarget.value })} w={240} />
        {add.isError && <Trouble error={add.error} />}
        <Group gap="xs"><Button type="submit" loading={add.isPending} disabled={value === null}>Record the rate</Button><Button variant="default" onClick={done}>Cancel</Button></Group>
      </Stack>
    </form>
  );
}

function Rates({ finance }: { finance: boolean }) {
  const pages = useInfiniteQuery({
    queryKey: ['exchange-rates'],
    queryFn: ({ pageParam }) => api.get<Schema<'exchange_rate_list'>>('/v1/exchange-rates' + query({ after: pageParam, limit: 50 })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const [adding, setAdding] = useState(false);
  const rows: Rate[] = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Exchange rates">
      <Group justify="space-between" mb={4}><Title order={2} size="h5">Exchange rates</Title>{finance && <Button size="compact-sm" variant="subtle" onClick={() => setAdding(!adding)} aria-expanded={adding}>{adding ? 'Close' : 'New rate'}</Button>}</Group>
      <Text size="xs" c="dimmed" mb="sm">Work that is paid in one currency and charged in another uses the newest rate that was quoted before it. A rate that was recorded stays.</Text>
      <Stack gap="md">
        {adding && <RateForm done={() => setAdding(false)} />}
        {pages.isPending && <Loading rows={2} />}
        {pages.isError && <Trouble error={pages.error} retry={() => void pages.refetch()} />}
        {pages.isSuccess && rows.length === 0 && <Text size="sm" c="dimmed">None yet. Where all is paid and charged in one currency, none is needed.</Text>}
        {rows.length > 0 && (
          <Table.ScrollContainer minWidth={420}>
            <Table verticalSpacing={6} aria-label="Exchange rates, newest first">
              <Table.Thead><Table.Tr><Table.Th>Pair</Table.Th><Table.Th ta="right">Rate</Table.Th><Table.Th>Source</Table.Th><Table.Th>Quoted</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{rows.map((one) => (
                <Table.Tr key={one.id} style={{ verticalAlign: 'top' }}>
                  <Table.Td className="name">{one.from_currency} in {one.to_currency}</Table.Td>
                  <Table.Td ta="right" className="figures">{rateText(one.rate_nano)}</Table.Td>
                  <Table.Td>{one.source}</Table.Td>
                  <Table.Td>{moment(one.quoted_at)}<Text size="xs" c="dimmed">recorded {moment(one.recorded_at)}</Text></Table.Td>
                </Table.Tr>
              ))}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {pages.hasNextPage && <Group><Button size="compact-sm" variant="default" onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>Older</Button></Group>}
      </Stack>
    </Card>
  );
}

/** What finance does to the book itself: prove it, close it, say what currencies are worth. */
export default function Books() {
  const session = useSession();
  const finance = has(session, 'finance');
  if (!has(session, 'finance', 'auditor', 'operator')) {
    return <><Heading title="The book" /><Empty title="This is finance's page">What you earn stands under Earnings.</Empty></>;
  }
  return (
    <>
      <Heading title="The book">{finance && <Anchor size="sm" renderRoot={(props) => <Link to="/payouts" {...props} />}>Payouts</Anchor>}<Anchor size="sm" renderRoot={(props) => <Link to="/money" {...props} />}>What is owed to whom</Anchor></Heading>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack><Periods finance={finance} /><Proof /></Stack>
        <Rates finance={finance} />
      </SimpleGrid>
    </>
  );
}
