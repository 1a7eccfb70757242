import { Alert, Badge, Button, Card, Group, Select, SimpleGrid, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, query, type Schema } from '../api/client';
import { Accruals } from '../parts/accruals';
import { Bars } from '../parts/bars';
import { date, moment, money, moneyShort, plural, words } from '../parts/format';
import { OwnMinutes } from '../parts/minutes';
import { Sheet, timeText } from '../parts/sheet';
import { Empty, Fetched, Heading, State, Trouble } from '../parts/states';
import { ZoneInput } from '../parts/zone';

const DAY = 86400000;
const iso = (at: Date) => at.toISOString().slice(0, 10);

/** A pay week: what was owed before, what changed it, what is owed then; each line opens to its units and minutes. */
function Statement({ week, move }: { week: string; move: (days: number) => void }) {
  const statement = useQuery({ queryKey: ['statement', week], queryFn: () => api.get<Schema<'statement_view'>>('/v1/statement' + query({ week, limit: 1000 })) });
  const [open, setOpen] = useState(false);
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Pay week">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h5">Pay week</Title>
        <Group gap="xs">
          <Button size="compact-sm" variant="default" onClick={() => move(-7)}>Earlier</Button>
          <Button size="compact-sm" variant="default" onClick={() => move(7)} disabled={week >= iso(new Date())}>Later</Button>
        </Group>
      </Group>
      <Fetched of={statement}>
        {(data) => (
          <Stack gap="xs">
            <Text size="sm" c="dimmed">{date(data.from_at)} to {date(new Date(new Date(data.to_at).getTime() - DAY / 2).toISOString())}, {data.zone}</Text>
            {data.items.length === 0 && <Text size="sm">Nothing changed what you are owed.</Text>}
            {data.items.length > 0 && (
              <Table.ScrollContainer minWidth={260}>
                <Table horizontalSpacing={6}>
                  <Table.Thead><Table.Tr><Table.Th>What</Table.Th><Table.Th>Where</Table.Th><Table.Th ta="right" visibleFrom="xs">Entries</Table.Th><Table.Th ta="right">Amount</Table.Th></Table.Tr></Table.Thead>
                  <Table.Tbody>{data.items.map((one) => (
                    <Table.Tr key={`${one.kind} ${one.campaign_id} ${one.currency}`}>
                      <Table.Td>{words(one.kind)}</Table.Td><Table.Td>{one.campaign_name ?? '–'}</Table.Td>
                      <Table.Td ta="right" className="figures" visibleFrom="xs">{one.entry_count}</Table.Td>
                      <Table.Td ta="right" className="figures">{money(one.amount_minor, one.currency)}</Table.Td>
                    </Table.Tr>
                  ))}</Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            )}
            <Group justify="space-between">
              <Text size="sm" fw={600}>Owed at the end</Text>
              <Text fw={600} className="figures">{data.closing.length === 0 ? '–' : data.closing.map((one) => money(one.amount_minor, one.currency)).join(' + ')}</Text>
            </Group>
            {data.entries.length > 0 && <Group><Button size="compact-sm" variant="light" onClick={() => setOpen(!open)} aria-expanded={open}>{open ? 'Close' : 'Open'} {plural(data.entries.length, 'entry', 'entries')}</Button></Group>}
            {open && (
              <Table.ScrollContainer minWidth={480}>
                <Table>
                  <Table.Tbody>{data.entries.map((one) => (
                    <Table.Tr key={one.id}>
                      <Table.Td>{moment(one.happened_at)}</Table.Td>
                      <Table.Td><Text size="sm">{words(one.kind)}{one.corrects_id !== undefined && ', undone'}</Text><Text size="xs" c="dimmed">{one.note ?? one.pays_id}</Text></Table.Td>
                      <Table.Td ta="right" className="figures">{money(one.person_minor, one.currency)}</Table.Td>
                    </Table.Tr>
                  ))}</Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            )}
          </Stack>
        )}
      </Fetched>
    </Card>
  );
}

/** Terms that wait for an answer; nothing changes without one. */
function Terms({ engagement }: { engagement: Schema<'engagement_own_row'> }) {
  const client = useQueryClient();
  const terms = useQuery({ queryKey: ['terms', engagement.id], queryFn: () => api.get<Schema<'terms_list'>>(`/v1/engagements/${engagement.id}/terms`) });
  const settle = useMutation({
    mutationFn: ({ id, verdict }: { id: string; verdict: string }) => api.write('POST', `/v1/engagements/${engagement.id}/terms/${id}/decision`, { verdict }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['terms', engagement.id] }),
  });
  const waiting = terms.data?.items.find((one) => one.state === 'proposed' && one.side === 'operator');
  if (waiting === undefined) {
    return null;
  }
  return (
    <Card withBorder radius="md" padding="md" mt="xs">
      <Group gap="xs" mb={4}><Text fw={600} size="sm">New terms wait for your answer</Text>{waiting.cut !== undefined && <Badge color="orange" variant="light" tt="none">a cut: {words(waiting.cut)}</Badge>}</Group>
      <Text size="sm">{money(waiting.unit_minor, waiting.currency)} a unit, {waiting.hour_minor === 0 ? 'nothing for hours' : `${money(waiting.hour_minor, waiting.currency)} an hour`}{waiting.note !== undefined && `. ${waiting.note}`}</Text>
      {settle.isError && <Trouble error={settle.error} />}
      <Group mt="xs">
        <Button size="compact-sm" onClick={() => settle.mutate({ id: waiting.id, verdict: 'accept' })} loading={settle.isPending}>Accept</Button>
        <Button size="compact-sm" variant="default" onClick={() => settle.mutate({ id: waiting.id, verdict: 'decline' })} loading={settle.isPending}>Decline</Button>
      </Group>
    </Card>
  );
}

function Time({ week }: { week: string }) {
  const engagements = useQuery({ queryKey: ['engagements'], queryFn: () => api.get<Schema<'engagement_own_list'>>('/v1/engagements?limit=50') });
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Minutes">
      <Title order={2} size="h5" mb="xs">Minutes</Title>
      <Text size="sm" c="dimmed" mb="sm">Counted while a task is open and something happens in it, never from what you write. A longer silence stops the clock.</Text>
      <Fetched of={engagements}>
        {(data) => data.items.length === 0 ? <Text size="sm">You are on no team yet.</Text> : (
          <Stack>{data.items.map((one) => <div key={one.id}><Sheet engagement={one.id} title={`${one.campaign_name} · ${one.duty}`} week={week} /><OwnMinutes engagement={one.id} week={week} /><Terms engagement={one} /></div>)}</Stack>
        )}
      </Fetched>
    </Card>
  );
}

function Payouts() {
  const payouts = useQuery({ queryKey: ['payouts'], queryFn: () => api.get<Schema<'payout_own_list'>>('/v1/payouts') });
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Payouts">
      <Group justify="space-between" mb="xs"><Title order={2} size="h5">Payouts</Title><Button component="a" href="/v1/pay-calendar" size="compact-sm" variant="subtle">Pay days as a calendar</Button></Group>
      <Fetched of={payouts}>
        {(data) => data.items.length === 0 ? <Empty title="No payouts yet">What you are owed goes with the next run.</Empty> : (
          <Table><Table.Tbody>{data.items.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Td>{date(new Date(one.pay_day * DAY).toISOString())}</Table.Td>
              <Table.Td><State of={one.state} />{one.message !== undefined && <Text size="xs" c="dimmed">{one.message}</Text>}</Table.Td>
              <Table.Td ta="right" className="figures">{money(one.amount_minor, one.currency)}</Table.Td>
            </Table.Tr>
          ))}</Table.Tbody></Table>
        )}
      </Fetched>
    </Card>
  );
}

function Account() {
  const client = useQueryClient();
  const accounts = useQuery({ queryKey: ['payout-accounts'], queryFn: () => api.get<Schema<'payout_account_list'>>('/v1/payout-accounts') });
  const [kind, setKind] = useState<string>('iban');
  const [holder, setHolder] = useState('');
  const [number, setNumber] = useState('');
  const [bank, setBank] = useState('');
  const set = useMutation({
    mutationFn: () => api.write('POST', '/v1/payout-accounts', { kind, holder, account_number: number.replaceAll(' ', '').toUpperCase(), bank_code: bank.toUpperCase() }),
    onSuccess: async () => {
      setHolder('');
      setNumber('');
      setBank('');
      await client.invalidateQueries({ queryKey: ['payout-accounts'] });
    },
  });
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Account">
      <Title order={2} size="h5" mb="xs">Where it goes</Title>
      <Fetched of={accounts}>
        {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed" mb="sm">No account yet: name one, and finance looks at it.</Text> : (
          <Stack gap={4} mb="sm">{data.items.slice(0, 3).map((one) => (
            <Group key={one.id} justify="space-between"><Text size="sm">{one.holder} · …{one.account_number.slice(-4)}</Text><Group gap={6}><State of={one.state} />{one.state === 'waiting' && new Date(one.usable_at) > new Date() && <Text size="xs" c="dimmed">not before {date(one.usable_at)}</Text>}</Group></Group>
          ))}</Stack>
        )}
      </Fetched>
      <Stack gap="xs">
        <Select label="Kind" value={kind} onChange={(value) => setKind(value ?? 'iban')} data={[{ value: 'iban', label: 'IBAN' }, { value: 'us', label: 'US account' }]} allowDeselect={false} />
        <TextInput label="Holder" description="As the bank knows it" value={holder} onChange={(event) => setHolder(event.currentTarget.value)} />
        <TextInput label={kind === 'us' ? 'Account number' : 'IBAN'} value={number} onChange={(event) => setNumber(event.currentTarget.value)} />
        <TextInput label={kind === 'us' ? 'Routing number' : 'BIC'} value={bank} onChange={(event) => setBank(event.currentTarget.value)} />
        {set.isError && <Trouble error={set.error} />}
        <Group><Button onClick={() => set.mutate()} loading={set.isPending} disabled={holder === '' || number === '' || bank === ''}>Use this account</Button></Group>
        <Text size="xs" c="dimmed">A changed account is used three days later at the earliest, after a second look.</Text>
      </Stack>
    </Card>
  );
}

const FORMS = [{ value: 'none', label: 'None' }, { value: 'w9', label: 'W-9' }, { value: 'w8ben', label: 'W-8BEN' }, { value: 'w8bene', label: 'W-8BEN-E' }, { value: 'self_certified', label: 'Self-certified' }];

/** Where a person's weeks begin, and which tax form they handed in. */
function Profile() {
  const profile = useQuery({ queryKey: ['pay-profile'], queryFn: () => api.get<Schema<'pay_profile_view'>>('/v1/pay-profile') });
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Time zone and tax form">
      <Title order={2} size="h5" mb="xs">Time zone and tax form</Title>
      <Fetched of={profile}>{(data) => <SetProfile now={data} />}</Fetched>
    </Card>
  );
}

function SetProfile({ now }: { now: Schema<'pay_profile_view'> }) {
  const client = useQueryClient();
  const [zone, setZone] = useState(now.zone);
  const [form, setForm] = useState(now.tax_form);
  const [until, setUntil] = useState(now.tax_form_until?.slice(0, 10) ?? '');
  const set = useMutation({
    mutationFn: () => api.write('PUT', '/v1/pay-profile', { zone, tax_form: form, tax_form_until: form === 'none' || until === '' ? undefined : `${until}T00:00:00Z` }),
    onSuccess: () => Promise.all(['pay-profile', 'statement', 'time', 'money-own'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
  const expired = now.tax_form_until !== undefined && new Date(now.tax_form_until) < new Date();
  return (
    <form onSubmit={(event) => { event.preventDefault(); set.mutate(); }}>
      <Stack gap="xs">
        {expired && <Alert color="orange" className="warn" role="status" title="Your tax form has expired">Hand in a new one and say until when it holds.</Alert>}
        <ZoneInput value={zone} change={setZone} description="Your pay weeks begin on Monday there" />
        <SimpleGrid cols={2}>
          <Select label="Tax form" value={form} onChange={(value) => setForm((value ?? 'none') as typeof form)} data={FORMS} allowDeselect={false} />
          <TextInput label="Holds until" type="date" disabled={form === 'none'} value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
        </SimpleGrid>
        <Text size="xs" c="dimmed">Only which form and until when is kept here, never the form.</Text>
        {set.isError && <Trouble error={set.error} />}
        <Group><Button type="submit" variant="default" loading={set.isPending}>Save</Button>{set.isSuccess && <Text size="xs" role="status">Saved.</Text>}</Group>
      </Stack>
    </form>
  );
}

/** What is coming, when, and why; and what stands in the way. */
function Coming() {
  const own = useQuery({ queryKey: ['money-own'], queryFn: () => api.get<Schema<'expert_window'>>('/v1/money/own') });
  const accruals = useQuery({ queryKey: ['accruals'], queryFn: () => api.get<Schema<'accrual_list'>>('/v1/accruals') });
  const items = accruals.data?.items ?? [];
  const coming = items.filter((one) => ['due', 'held', 'promised'].includes(one.state)).sort((a, b) => 'due held promised'.indexOf(a.state) - 'due held promised'.indexOf(b.state));
  const past = items.filter((one) => !['due', 'held', 'promised'].includes(one.state));
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="What is coming">
      <Fetched of={own}>
        {(data) => {
          const due = data.due.filter((one) => one.next_minor > 0);
          const later = data.due.filter((one) => one.amount_minor > Math.max(0, one.next_minor));
          return (
            <Stack gap="sm">
              <Title order={2} size="h5">What is coming</Title>
              {data.obstacle !== undefined && <Alert color="orange" className="warn" role="status" title="You would not be paid yet">{data.obstacle}</Alert>}
              <div className="money-row">
                <div><Text size="sm" fw={600}>Next pay day, {date(`${data.pay_day}T12:00:00Z`)}</Text><Text size="xs" c="dimmed">What you are owed on {moment(data.pay_until_at)}</Text></div>
                <Text size="sm" fw={600} className="figures">{due.length === 0 ? '–' : due.map((one) => money(one.next_minor, one.currency)).join(' + ')}</Text>
              </div>
              {later.length > 0 && (
                <div className="money-row">
                  <div><Text size="sm" fw={600}>The pay day after it</Text><Text size="xs" c="dimmed">What you earned after that</Text></div>
                  <Text size="sm" className="figures">{later.map((one) => money(one.amount_minor - one.next_minor, one.currency)).join(' + ')}</Text>
                </div>
              )}
              {data.running.map((one) => (
                <div key={one.engagement_id} className="money-row">
                  <div><Text size="sm" fw={600}>Minutes of this week</Text><Text size="xs" c="dimmed">{timeText(one.paid_s)} on {one.campaign_name}; posted when the week has ended</Text></div>
                  <Text size="sm" className="figures">{money(one.amount_minor, one.currency)}</Text>
                </div>
              ))}
              {accruals.isError && <Trouble error={accruals.error} retry={() => void accruals.refetch()} />}
              {coming.length > 0 && <Accruals items={coming} where />}
              {past.length > 0 && <details><summary><Text component="span" size="xs" c="dimmed">{plural(past.length, 'bonus, milestone or fee', 'bonuses, milestones and fees')} of before</Text></summary><div style={{ marginTop: 8 }}><Accruals items={past} where /></div></details>}
              {[...new Set(data.weeks.map((one) => one.currency))].map((currency) => {
                const rows = data.weeks.filter((one) => one.currency === currency);
                return rows.every((one) => one.amount_minor === 0) ? null : (
                  <div key={currency}>
                    <Text size="xs" c="dimmed" mt="xs">Earned by week, in {currency}; weeks begin on Monday in {data.zone}</Text>
                    <Bars first="Week of" series={['Earned']} label={`Earned by week in ${currency}`} format={(value) => moneyShort(value, currency)} rows={rows.map((one) => ({ label: one.week.slice(5), values: [one.amount_minor] }))} />
                  </div>
                );
              })}
            </Stack>
          );
        }}
      </Fetched>
    </Card>
  );
}

export default function Earnings() {
  const [week, setWeek] = useState(iso(new Date()));
  const earnings = useQuery({ queryKey: ['earnings'], queryFn: () => api.get<Schema<'earning_list'>>('/v1/earnings') });
  const due = (earnings.data?.due ?? []).filter((one) => one.amount_minor !== 0);
  return (
    <>
      <Heading title="Earnings">
        <Text size="sm" component="div">Due now <Text span fw={700} className="figures">{due.length === 0 ? '–' : due.map((one) => money(one.amount_minor, one.currency)).join(' + ')}</Text></Text>
      </Heading>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack><Coming /><Statement week={week} move={(days) => setWeek(iso(new Date(new Date(`${week}T00:00:00Z`).getTime() + days * DAY)))} /><Time week={week} /></Stack>
        <Stack><Payouts /><Account /><Profile /></Stack>
      </SimpleGrid>
    </>
  );
}
