import { Alert, Button, Card, Group, Select, SimpleGrid, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { count, date, moment, money, plural } from '../parts/format';
import { has, useSession } from '../parts/session';
import { Empty, Fetched, Heading, State, Trouble } from '../parts/states';

const DAY = 86400000;

/** Is every cent where it belongs? */
function Proof() {
  const proof = useQuery({ queryKey: ['proof'], queryFn: () => api.get<Schema<'proof'>>('/v1/ledger/proof') });
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Book">
      <Group justify="space-between" mb="xs"><Title order={2} size="h5">The book</Title><Button component="a" href="/v1/ledger/book?format=hledger" size="compact-sm" variant="subtle">For hledger</Button></Group>
      <Fetched of={proof}>
        {(data) => data.holds
          ? <Text size="sm">It holds: {plural(data.entries, 'entry', 'entries')}, {count(data.postings)} postings, {plural(data.accounts, 'account')}, {plural(data.periods, 'closed period')}.</Text>
          : <Alert color="red" role="alert" title="It does not hold">{data.broken}</Alert>}
      </Fetched>
    </Card>
  );
}

function Waiting() {
  const client = useQueryClient();
  const accounts = useQuery({ queryKey: ['payout-accounts', 'waiting'], queryFn: () => api.get<Schema<'payout_account_list'>>('/v1/payout-accounts/waiting') });
  const decide = useMutation({
    mutationFn: ({ id, verdict }: { id: string; verdict: string }) => api.write('POST', `/v1/payout-accounts/${id}/decision`, { verdict }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['payout-accounts'] }),
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

function Make() {
  const client = useQueryClient();
  const accounts = useQuery({ queryKey: ['paying-accounts'], queryFn: () => api.get<Schema<'paying_account_list'>>('/v1/paying-accounts') });
  const [account, setAccount] = useState<string | null>(null);
  const [day, setDay] = useState(new Date(Date.now() + 2 * DAY).toISOString().slice(0, 10));
  const make = useMutation({
    mutationFn: () => api.write('POST', '/v1/payout-runs', { paying_account_id: account, until_at: new Date().toISOString(), pay_day: day }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['payout-runs'] }),
  });
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="New run">
      <Title order={2} size="h5" mb="xs">A new run</Title>
      <Fetched of={accounts}>
        {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">First add an account to pay from: <code>periti paying-account add</code>.</Text> : (
          <Stack gap="xs">
            <Select label="Pay from" value={account} onChange={setAccount} data={data.items.map((one) => ({ value: one.id, label: `${one.holder}, ${one.currency}, …${one.account_number.slice(-4)}` }))} />
            <TextInput label="Pay day" value={day} onChange={(event) => setDay(event.currentTarget.value)} />
            {make.isError && <Trouble error={make.error} />}
            <Group><Button onClick={() => make.mutate()} disabled={account === null} loading={make.isPending}>Gather what is due</Button></Group>
          </Stack>
        )}
      </Fetched>
    </Card>
  );
}

function Run({ run }: { run: Schema<'payout_run_row'> }) {
  const client = useQueryClient();
  const session = useSession();
  const [open, setOpen] = useState(false);
  const lines = useQuery({ queryKey: ['payout-run', run.id], queryFn: () => api.get<Schema<'payout_run_view'>>(`/v1/payout-runs/${run.id}`), enabled: open });
  const act = useMutation({
    mutationFn: (what: string) => api.write('POST', `/v1/payout-runs/${run.id}/${what}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['payout-runs'] }),
  });
  return (
    <Card withBorder radius="md" padding="md">
      <Group justify="space-between">
        <div>
          <Group gap="xs"><Text fw={600} className="figures">{money(run.total_minor, run.currency)}</Text><State of={run.state} /></Group>
          <Text size="xs" c="dimmed">{plural(run.line_count, 'payout')} on {date(new Date(run.pay_day * DAY).toISOString())}</Text>
        </div>
        <Group gap={6}>
          {run.state === 'planned' && <Button size="compact-sm" onClick={() => act.mutate('approval')} loading={act.isPending}>Approve</Button>}
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
                <Table verticalSpacing={4}><Table.Tbody>{data.lines.map((one) => (
                  <Table.Tr key={one.id}>
                    <Table.Td>{one.name}<Text size="xs" c="dimmed">{one.id}</Text></Table.Td>
                    <Table.Td><State of={one.state} />{one.message !== undefined && <Text size="xs" c="dimmed">{one.message}</Text>}</Table.Td>
                    <Table.Td ta="right" className="figures">{money(one.amount_minor, data.currency)}</Table.Td>
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
      <Heading title="Payouts" />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack>
          <Title order={2} size="h5">Runs</Title>
          {finance && <Fetched of={runs}>{(data) => data.items.length === 0 ? <Empty title="No runs yet">Gather what is due; two people approve it.</Empty> : <Stack>{data.items.map((run) => <Run key={run.id} run={run} />)}</Stack>}</Fetched>}
        </Stack>
        <Stack>{finance && <Make />}{finance && <Waiting />}<Proof /></Stack>
      </SimpleGrid>
    </>
  );
}
