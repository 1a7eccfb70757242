import { Anchor, Button, Card, Checkbox, FileButton, Group, NumberInput, Select, SimpleGrid, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { api, type Schema } from '../api/client';
import { Accruals } from '../parts/accruals';
import { date, moment, money, plural } from '../parts/format';
import { Holds, WhoIsOwed } from '../parts/holds';
import { Seller } from '../parts/seller';
import { ZoneInput } from '../parts/zone';
import { has, useSession } from '../parts/session';
import { Empty, Fetched, Heading, State, Trouble } from '../parts/states';

const DAY = 86400000;
type PayDaysView = Schema<'pay_days_view'>;

function Waiting() {
  const client = useQueryClient();
  const accounts = useQuery({ queryKey: ['payout-accounts', 'waiting'], queryFn: () => api.get<Schema<'payout_account_list'>>('/v1/payout-accounts/waiting') });
  const decide = useMutation({
    mutationFn: ({ id, verdict }: { id: string; verdict: string }) => api.write('POST', `/v1/payout-accounts/${id}/decision`, { verdict }),
    onSuccess: () => Promise.all(['payout-accounts', 'payables'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Accounts">
      <Title order={2} size="h5" mb="xs">Accounts that wait for a second look</Title>
      {decide.isError && <Trouble error={decide.error} />}
      <Fetched of={accounts}>
        {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">None.</Text> : (
          <Stack gap="xs">{data.items.map((one) => (
            <Group key={one.id} justify="space-between">
              <div><Text size="sm">{one.holder} · {one.account_number}</Text><Text size="xs" c="dimmed">named {moment(one.made_at)}, not used before {date(one.usable_at)}</Text></div>
              <Group gap={4}><Button size="compact-xs" onClick={() => decide.mutate({ id: one.id, verdict: 'accept' })}>Accept</Button><Button size="compact-xs" variant="default" onClick={() => decide.mutate({ id: one.id, verdict: 'refuse' })}>Refuse</Button></Group>
            </Group>
          ))}</Stack>
        )}
      </Fetched>
    </Card>
  );
}

/** The account that money comes from: without one there is no run. */
function PayFrom({ done }: { done?: () => void }) {
  const client = useQueryClient();
  const [kind, setKind] = useState('iban');
  const [draft, setDraft] = useState({ holder: '', currency: 'USD', account_number: '', bank_code: '', company_code: '' });
  const put = (change: Partial<typeof draft>) => setDraft((old) => ({ ...old, ...change }));
  const us = kind === 'us';
  const add = useMutation({
    mutationFn: () => api.write('POST', '/v1/paying-accounts', {
      kind, holder: draft.holder, currency: draft.currency.toUpperCase(), account_number: draft.account_number.replaceAll(' ', '').toUpperCase(),
      bank_code: draft.bank_code.toUpperCase(), company_code: draft.company_code.toUpperCase(),
    }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['paying-accounts'] });
      done?.();
    },
  });
  return (
    <Stack gap="xs">
      <SimpleGrid cols={2}>
        <Select label="Kind" value={kind} onChange={(value) => setKind(value ?? 'iban')} data={[{ value: 'iban', label: 'IBAN' }, { value: 'us', label: 'US account' }]} allowDeselect={false} />
        <TextInput label="Currency" maxLength={3} value={draft.currency} onChange={(event) => put({ currency: event.currentTarget.value })} />
      </SimpleGrid>
      <TextInput label="Holder" description="As the bank knows it" value={draft.holder} onChange={(event) => put({ holder: event.currentTarget.value })} />
      <TextInput label={us ? 'Account number' : 'IBAN'} value={draft.account_number} onChange={(event) => put({ account_number: event.currentTarget.value })} />
      <SimpleGrid cols={2}>
        <TextInput label={us ? 'Routing number' : 'BIC'} value={draft.bank_code} onChange={(event) => put({ bank_code: event.currentTarget.value })} />
        <TextInput label="Payer's code" description={us ? 'Ten characters' : 'Capitals and digits'} inputWrapperOrder={['label', 'input', 'description', 'error']} value={draft.company_code} onChange={(event) => put({ company_code: event.currentTarget.value })} />
      </SimpleGrid>
      {add.isError && <Trouble error={add.error} />}
      <Group><Button onClick={() => add.mutate()} loading={add.isPending} disabled={draft.holder === '' || draft.account_number === '' || draft.bank_code === '' || draft.company_code === '' || draft.currency.length !== 3}>Add the account</Button>{done !== undefined && <Button variant="default" onClick={done}>Cancel</Button>}</Group>
    </Stack>
  );
}

/** What the bank says: payouts that were made or came back, and what clients paid. */
function Bank() {
  const client = useQueryClient();
  const read = useMutation({
    mutationFn: async (file: File) => {
      const receipts = await api.upload<Schema<'receipt_outcome'>>('/v1/invoice-receipts', file);
      const payouts = await api.upload<Schema<'bank_outcome'>>('/v1/bank-statements', file);
      return { receipts, payouts };
    },
    onSuccess: () => Promise.all(['payout-runs', 'payout-run', 'receivables', 'money', 'invoices'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
  const said = read.data;
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="The bank's statement">
      <Title order={2} size="h5" mb={4}>The bank's statement</Title>
      <Text size="xs" c="dimmed" mb="sm">A camt.053 file. Payouts are found by their reference, clients' payments by the invoice's number.</Text>
      <Group><FileButton onChange={(file) => file !== null && read.mutate(file)} accept=".xml,application/xml,text/xml">{(props) => <Button {...props} variant="light" loading={read.isPending}>Read a statement</Button>}</FileButton></Group>
      {read.isError && <div style={{ marginTop: 12 }}><Trouble error={read.error} /></div>}
      {said !== undefined && (
        <Stack gap={4} mt="sm" role="status">
          <Text size="sm">{plural(said.payouts.paid, 'payout')} made, {said.payouts.failed} came back, {plural(said.receipts.recorded, 'payment')} of clients recorded{said.payouts.known + said.receipts.known > 0 && `, ${said.payouts.known + said.receipts.known} known before`}.</Text>
          {said.receipts.left.map((one, index) => <Text key={index} size="xs" className="late">{money(one.amount_minor, one.currency)} “{one.remittance ?? ''}”: {one.reason}</Text>)}
        </Stack>
      )}
    </Card>
  );
}

/** Awards that nobody can post alone: finance decides or records a rate. */
function Awards() {
  const client = useQueryClient();
  const waiting = useQuery({ queryKey: ['awards'], queryFn: () => api.get<Schema<'award_list'>>('/v1/awards?limit=50') });
  const release = useMutation({
    mutationFn: (id: string) => api.write('POST', `/v1/awards/${id}/decision`, { verdict: 'release', reason: 'Looked at by finance.' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['awards'] }),
  });
  if (waiting.data === undefined || waiting.data.items.length === 0) {
    return null;
  }
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Awards that wait">
      <Title order={2} size="h5" mb="xs">Awards that wait</Title>
      {release.isError && <Trouble error={release.error} />}
      <Accruals items={waiting.data.items} act={(one) => one.state === 'held' && one.award_id !== undefined ? <Button size="compact-xs" onClick={() => release.mutate(one.award_id as string)} loading={release.isPending}>Release</Button> : null} />
    </Card>
  );
}

function Make() {
  const client = useQueryClient();
  const accounts = useQuery({ queryKey: ['paying-accounts'], queryFn: () => api.get<Schema<'paying_account_list'>>('/v1/paying-accounts') });
  const [account, setAccount] = useState<string | null>(null);
  const days = useQuery({ queryKey: ['pay-days'], queryFn: () => api.get<PayDaysView>('/v1/pay-days') });
  const next = days.data?.coming[0];
  const [chosen, setDay] = useState<string | null>(null);
  const [early, setEarly] = useState(false);
  const day = chosen ?? next?.day ?? '';
  const cut = next !== undefined && !early && new Date(next.until_at) < new Date() ? next.until_at : undefined;
  const [adding, setAdding] = useState(false);
  const make = useMutation({
    mutationFn: () => api.write('POST', '/v1/payout-runs', { paying_account_id: account, until_at: cut ?? new Date().toISOString(), pay_day: day }),
    onSuccess: () => Promise.all(['payout-runs', 'payables'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="New run">
      <Title order={2} size="h5" mb="xs">A new run</Title>
      <Fetched of={accounts}>
        {(data) => adding || data.items.length === 0 ? (
          <Stack gap="xs">{data.items.length === 0 && <Text size="sm" c="dimmed">First say which account the money comes from.</Text>}<PayFrom done={data.items.length === 0 ? undefined : () => setAdding(false)} /></Stack>
        ) : (
          <Stack gap="xs">
            <Select label="Pay from" placeholder="Choose an account" value={account} onChange={setAccount} data={data.items.map((one) => ({ value: one.id, label: `${one.holder}, ${one.currency}, …${one.account_number.slice(-4)}` }))} />
            <TextInput label="Pay day" type="date" value={day} onChange={(event) => setDay(event.currentTarget.value)} />
            {next !== undefined && (new Date(next.until_at) < new Date()
              ? <Checkbox label={`Also what was earned after ${moment(next.until_at)}`} checked={early} onChange={(event) => setEarly(event.currentTarget.checked)} />
              : <Text size="xs" c="dimmed">It would pay what is owed now; for that day it is what is owed on {moment(next.until_at)}.</Text>)}
            {make.isError && <Trouble error={make.error} />}
            <Group><Button onClick={() => make.mutate()} disabled={account === null} loading={make.isPending}>Gather what is due</Button><Button variant="subtle" onClick={() => setAdding(true)}>Another account</Button></Group>
          </Stack>
        )}
      </Fetched>
    </Card>
  );
}

/** When payouts are made: what experts read in their calendars. */
function PayDays() {
  const client = useQueryClient();
  const days = useQuery({ queryKey: ['pay-days'], queryFn: () => api.get<PayDaysView>('/v1/pay-days') });
  const [open, setOpen] = useState(false);
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Pay days">
      <Group justify="space-between" mb="xs"><Title order={2} size="h5">Pay days</Title><Button size="compact-sm" variant="subtle" onClick={() => setOpen(!open)} aria-expanded={open}>{open ? 'Close' : 'Change'}</Button></Group>
      <Fetched of={days}>
        {(data) => (
          <Stack gap="xs">
            <Text size="sm">{data.every_weeks === 1 ? 'Every week' : `Every ${data.every_weeks} weeks`}, next on {date(`${data.coming[0]?.day}T12:00:00Z`)}. It pays what was owed {plural(data.cut_days, 'day')} before, when the day began ({data.zone}).</Text>
            {open && <SetPayDays now={data} done={async () => { await client.invalidateQueries({ queryKey: ['pay-days'] }); setOpen(false); }} />}
          </Stack>
        )}
      </Fetched>
    </Card>
  );
}

function SetPayDays({ now, done }: { now: PayDaysView; done: () => Promise<void> }) {
  const [first, setFirst] = useState(now.coming[0]?.day ?? '');
  const [weeks, setWeeks] = useState(String(now.every_weeks));
  const [cut, setCut] = useState<number | string>(now.cut_days);
  const [zone, setZone] = useState(now.zone);
  const set = useMutation({
    mutationFn: () => api.write('PUT', '/v1/pay-days', { first_day: first, every_weeks: Number(weeks), cut_days: Number(cut), zone }),
    onSuccess: done,
  });
  return (
    <form onSubmit={(event) => { event.preventDefault(); set.mutate(); }}>
      <Stack gap="xs">
        <SimpleGrid cols={2}>
          <TextInput label="A pay day" type="date" required value={first} onChange={(event) => setFirst(event.currentTarget.value)} />
          <Select label="How often" value={weeks} onChange={(value) => setWeeks(value ?? '1')} allowDeselect={false} data={[{ value: '1', label: 'Every week' }, { value: '2', label: 'Every two weeks' }, { value: '3', label: 'Every three weeks' }, { value: '4', label: 'Every four weeks' }]} />
          <NumberInput label="Days between" description="What is paid and the day" inputWrapperOrder={['label', 'input', 'description', 'error']} min={0} max={28} value={cut} onChange={setCut} />
          <ZoneInput value={zone} change={setZone} />
        </SimpleGrid>
        {set.isError && <Trouble error={set.error} />}
        <Group><Button type="submit" loading={set.isPending}>Pay on these days</Button></Group>
      </Stack>
    </form>
  );
}

/** What became of a payout, by hand, where the bank sends no file. */
function Settle({ line, run }: { line: Schema<'payout_line_row'>; run: string }) {
  const client = useQueryClient();
  const settle = useMutation({
    mutationFn: (outcome: string) => api.write('POST', `/v1/payouts/${line.id}/outcome`, { outcome, message: outcome === 'paid' ? 'Seen on the account.' : 'It came back; marked by hand.' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['payout-run', run] }),
  });
  return (
    <>
      <Group gap={4} wrap="nowrap" justify="flex-end">
        <Button size="compact-xs" variant="subtle" onClick={() => settle.mutate('paid')} loading={settle.isPending} aria-label={`${line.name}: paid`}>Paid</Button>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => settle.mutate('failed')} loading={settle.isPending} aria-label={`${line.name}: came back`}>Came back</Button>
      </Group>
      {settle.isError && <Text size="xs" c="red" role="alert">{settle.error.message}</Text>}
    </>
  );
}

function Run({ run }: { run: Schema<'payout_run_row'> }) {
  const client = useQueryClient();
  const session = useSession();
  const [open, setOpen] = useState(false);
  const lines = useQuery({ queryKey: ['payout-run', run.id], queryFn: () => api.get<Schema<'payout_run_view'>>(`/v1/payout-runs/${run.id}`), enabled: open || run.state === 'planned' });
  const approvals = run.state === 'planned' ? lines.data?.approvals ?? [] : [];
  const mine = approvals.some((one) => one.person_id === session.person_id);
  const act = useMutation({
    mutationFn: (what: string) => api.write('POST', `/v1/payout-runs/${run.id}/${what}`),
    onSuccess: () => Promise.all([['payout-runs'], ['payout-run', run.id], ['payables']].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  return (
    <Card withBorder radius="md" padding="md">
      <Group justify="space-between">
        <div>
          <Group gap="xs"><Text fw={600} className="figures">{money(run.total_minor, run.currency)}</Text><State of={run.state} /></Group>
          <Text size="xs" c="dimmed">{plural(run.line_count, 'payout')} on {date(new Date(run.pay_day * DAY).toISOString())}</Text>
          {approvals.length > 0 && <Text size="xs" role="status">Approved by {mine ? 'you' : approvals[0]?.name}, {moment(approvals[0]?.approved_at)}; {mine ? 'another person has to approve it too' : 'your approval sends it'}.</Text>}
        </div>
        <Group gap={6}>
          {run.state === 'planned' && lines.isSuccess && !mine && <Button size="compact-sm" onClick={() => act.mutate('approval')} loading={act.isPending}>Approve</Button>}
          {run.state === 'planned' && has(session, 'finance') && <Button size="compact-sm" variant="default" onClick={() => act.mutate('cancellation')}>Cancel</Button>}
          {run.state === 'sent' && ['csv', 'pain.001', 'nacha'].map((format) => <Button key={format} component="a" href={`/v1/payout-runs/${run.id}/file?format=${format}`} size="compact-sm" variant="light">{format}</Button>)}
          <Button size="compact-sm" variant="subtle" onClick={() => setOpen(!open)} aria-expanded={open}>{open ? 'Close' : 'Open'}</Button>
        </Group>
      </Group>
      {act.isError && <Trouble error={act.error} />}
      {open && (
        <Fetched of={lines}>
          {(data) => (
            <Stack gap="xs" mt="sm">
              <Text size="xs" c="dimmed">Approved by {data.approvals.length === 0 ? 'nobody yet; two people have to' : data.approvals.map((one) => one.name).join(' and ')}</Text>
              <Table.ScrollContainer minWidth={480}>
                <Table verticalSpacing={6} aria-label="Payouts of the run"><Table.Thead><Table.Tr><Table.Th>To</Table.Th><Table.Th>State</Table.Th><Table.Th ta="right">Amount</Table.Th></Table.Tr></Table.Thead><Table.Tbody>{data.lines.map((one) => (
                  <Table.Tr key={one.id}>
                    <Table.Td>{one.name}<Text size="xs" c="dimmed">{one.holder} · …{one.account_number.slice(-4)}</Text></Table.Td>
                    <Table.Td><State of={one.state} />{one.message !== undefined && <Text size="xs" c="dimmed">{one.message}</Text>}</Table.Td>
                    <Table.Td ta="right" className="figures">{money(one.amount_minor, data.currency)}{one.state === 'sent' && <Settle line={one} run={run.id} />}</Table.Td>
                  </Table.Tr>
                ))}</Table.Tbody></Table>
              </Table.ScrollContainer>
            </Stack>
          )}
        </Fetched>
      )}
    </Card>
  );
}

export default function Payouts() {
  const session = useSession();
  const finance = has(session, 'finance');
  const runs = useQuery({ queryKey: ['payout-runs'], queryFn: () => api.get<Schema<'payout_run_list'>>('/v1/payout-runs?limit=50'), enabled: finance });
  return (
    <>
      <Heading title="Payouts"><Anchor size="sm" renderRoot={(props) => <Link to="/books" {...props} />}>The book</Anchor><Anchor size="sm" renderRoot={(props) => <Link to="/money" {...props} />}>What is owed to whom</Anchor></Heading>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {finance && <Stack><WhoIsOwed /><Waiting /><Holds /><Awards /></Stack>}
        <Stack>
          {finance && <Make />}
          <Title order={2} size="h5">Runs</Title>
          {finance && <Fetched of={runs}>{(data) => data.items.length === 0 ? <Empty title="No runs yet">Gather what is due; two people approve it.</Empty> : <Stack>{data.items.map((run) => <Run key={run.id} run={run} />)}</Stack>}</Fetched>}
          {finance && <><Bank /><PayDays /><Seller /></>}
          {!finance && <Empty title="This is finance's page">Ask somebody in finance to make a run.</Empty>}
        </Stack>
      </SimpleGrid>
    </>
  );
}
