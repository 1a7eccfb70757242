import { Button, Card, Group, NumberInput, Select, SimpleGrid, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, query, type Schema } from '../../api/client';
import { date, minorOf, moment, money, plural, words } from '../../parts/format';
import { Seller } from '../../parts/seller';
import { has, useSession } from '../../parts/session';
import { Empty, Fetched, Loading, State, Trouble } from '../../parts/states';

type Invoice = Schema<'invoice_view'>;
type Campaign = Schema<'campaign_row'>;

const points = (value: number) => `${(value / 100).toLocaleString(undefined, { maximumFractionDigits: 2 })} %`;

/** What stands behind an invoice: each entry, and the row that it is for. */
function Entries({ invoice }: { invoice: Invoice }) {
  const pages = useInfiniteQuery({
    queryKey: ['invoice-entries', invoice.id],
    queryFn: ({ pageParam }) => api.get<Schema<'invoice_entry_list'>>(`/v1/invoices/${invoice.id}/entries` + query({ after: pageParam, limit: 50 })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  if (pages.isPending) {
    return <Loading rows={2} />;
  }
  if (pages.isError) {
    return <Trouble error={pages.error} retry={() => void pages.refetch()} />;
  }
  return (
    <Stack gap="xs">
      <Table.ScrollContainer minWidth={440}>
        <Table verticalSpacing={4} aria-label={`Entries of ${invoice.invoice_number}`}>
          <Table.Thead><Table.Tr><Table.Th>When</Table.Th><Table.Th>What</Table.Th><Table.Th>Row</Table.Th><Table.Th ta="right">Charged</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>{rows.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Td className="name">{moment(one.happened_at)}</Table.Td>
              <Table.Td>{words(one.kind)}{one.corrects_id !== undefined && ', undone'}</Table.Td>
              <Table.Td>{one.task_id === undefined ? '–' : <Link to="/tasks/$task" params={{ task: one.task_id }}>Open the row</Link>}</Table.Td>
              <Table.Td ta="right" className="figures">{money(one.client_minor, invoice.currency)}</Table.Td>
            </Table.Tr>
          ))}</Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {pages.hasNextPage && <Group><Button size="compact-sm" variant="default" onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>More</Button></Group>}
    </Stack>
  );
}

function Receipt({ invoice, done }: { invoice: Invoice; done: () => void }) {
  const client = useQueryClient();
  const [amount, setAmount] = useState('');
  const [reference, setReference] = useState('');
  const minor = minorOf(amount, invoice.currency);
  const pay = useMutation({
    mutationFn: () => api.write('POST', `/v1/invoices/${invoice.id}/payments`, { amount_minor: minor, reference, received_at: new Date(Date.now() - 1000).toISOString() }),
    onSuccess: async () => {
      await Promise.all([client.invalidateQueries({ queryKey: ['invoices'] }), client.invalidateQueries({ queryKey: ['invoice', invoice.id] }), client.invalidateQueries({ queryKey: ['receivables'] })]);
      done();
    },
  });
  return (
    <Stack gap="xs">
      <Group align="flex-end" gap="xs">
        <TextInput label={`Amount in ${invoice.currency}`} value={amount} onChange={(event) => setAmount(event.currentTarget.value)} w={140} error={amount !== '' && minor === null ? 'An amount such as 12.50' : undefined} />
        <TextInput label="The bank's reference" value={reference} onChange={(event) => setReference(event.currentTarget.value)} style={{ flex: 1, minWidth: 200 }} />
        <Button onClick={() => pay.mutate()} loading={pay.isPending} disabled={minor === null || minor <= 0 || reference === ''}>Record</Button>
      </Group>
      {pay.isError && <Trouble error={pay.error} />}
    </Stack>
  );
}

function Opened({ invoice, finance }: { invoice: Invoice; finance: boolean }) {
  const shown = useQuery({ queryKey: ['invoice', invoice.id], queryFn: () => api.get<Schema<'invoice_open'>>(`/v1/invoices/${invoice.id}`) });
  const [rows, setRows] = useState(false);
  const [paying, setPaying] = useState(false);
  return (
    <Fetched of={shown}>
      {(data) => (
        <Stack gap="sm" mt="sm">
          <Table verticalSpacing={4} aria-label={`Lines of ${invoice.invoice_number}`}>
            <Table.Thead><Table.Tr><Table.Th>Line</Table.Th><Table.Th ta="right">Entries</Table.Th><Table.Th ta="right">Amount</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {data.lines.map((line) => <Table.Tr key={line.position}><Table.Td>{words(line.kind)}</Table.Td><Table.Td ta="right" className="figures">{line.entry_count}</Table.Td><Table.Td ta="right" className="figures">{money(line.amount_minor, invoice.currency)}</Table.Td></Table.Tr>)}
              <Table.Tr><Table.Td>Tax, {points(invoice.tax_points)}{invoice.tax_reason !== undefined && <Text size="xs" c="dimmed">{invoice.tax_reason}</Text>}</Table.Td><Table.Td /><Table.Td ta="right" className="figures">{money(invoice.tax_minor, invoice.currency)}</Table.Td></Table.Tr>
              <Table.Tr><Table.Td fw={650}>In all</Table.Td><Table.Td /><Table.Td ta="right" className="figures" fw={650}>{money(invoice.net_minor + invoice.tax_minor, invoice.currency)}</Table.Td></Table.Tr>
              {data.payments.map((one) => <Table.Tr key={one.id}><Table.Td>Paid {date(one.received_at)}<Text size="xs" c="dimmed">{one.reference}</Text></Table.Td><Table.Td /><Table.Td ta="right" className="figures">{money(-one.amount_minor, invoice.currency)}</Table.Td></Table.Tr>)}
              {invoice.credited_minor > 0 && <Table.Tr><Table.Td>Taken back by credit notes</Table.Td><Table.Td /><Table.Td ta="right" className="figures">{money(-invoice.credited_minor, invoice.currency)}</Table.Td></Table.Tr>}
            </Table.Tbody>
          </Table>
          <Group gap="xs">
            <Button component="a" href={`/v1/invoices/${invoice.id}/document`} size="compact-sm" variant="light">PDF</Button>
            <Button component="a" href={`/v1/invoices/${invoice.id}/document?format=ubl`} size="compact-sm" variant="light">UBL</Button>
            <Button size="compact-sm" variant="subtle" onClick={() => setRows(!rows)} aria-expanded={rows}>{rows ? 'Hide the entries' : 'Entries and rows'}</Button>
            {finance && invoice.open_minor > 0 && <Button size="compact-sm" variant="subtle" onClick={() => setPaying(!paying)} aria-expanded={paying}>Record a payment</Button>}
          </Group>
          {paying && <Receipt invoice={invoice} done={() => setPaying(false)} />}
          {rows && <Entries invoice={invoice} />}
        </Stack>
      )}
    </Fetched>
  );
}

function standing(invoice: Invoice): string {
  return invoice.kind === 'credit' ? 'credit note' : invoice.open_minor <= 0 ? 'paid' : invoice.overdue_days > 0 ? 'overdue' : 'open';
}

function Row({ invoice, finance }: { invoice: Invoice; finance: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <Card withBorder radius="md" padding="md">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <Group gap="xs"><Text fw={650}>{invoice.invoice_number}</Text><State of={standing(invoice)} /></Group>
          <Text size="xs" c="dimmed">{date(invoice.from_at)} to {date(invoice.until_at)} · {invoice.buyer_name}</Text>
          {invoice.kind === 'invoice' && <Text size="xs" c="dimmed">{invoice.overdue_days > 0 ? `${plural(invoice.overdue_days, 'day')} overdue` : `due ${date(invoice.due_at)}`}</Text>}
        </div>
        <div>
          <Text fw={650} ta="right" className="figures">{money((invoice.kind === 'credit' ? -1 : 1) * (invoice.net_minor + invoice.tax_minor), invoice.currency)}</Text>
          {invoice.kind === 'invoice' && invoice.open_minor > 0 && invoice.paid_minor + invoice.credited_minor > 0 && <Text size="xs" c="dimmed" ta="right" className="figures">{money(invoice.open_minor, invoice.currency)} open</Text>}
          <Group justify="flex-end" mt={4}><Button size="compact-sm" variant="subtle" onClick={() => setOpen(!open)} aria-expanded={open} aria-label={`${open ? 'Close' : 'Open'} ${invoice.invoice_number}`}>{open ? 'Close' : 'Open'}</Button></Group>
        </div>
      </Group>
      {open && <Opened invoice={invoice} finance={finance} />}
    </Card>
  );
}

interface Buyer {
  legal_name: string;
  address: string;
  country: string;
  tax_number: string;
  tax_class: TaxClass;
  tax_reason: string;
  tax: number | string;
  due_days: number | string;
}
const NOBODY: Buyer = { legal_name: '', address: '', country: '', tax_number: '', tax_class: 'zero', tax_reason: '', tax: 0, due_days: 30 };

type TaxClass = Invoice['tax_class'];
const TAX: { value: TaxClass; label: string }[] = [
  { value: 'standard', label: 'Standard rate' }, { value: 'zero', label: 'Zero rate' }, { value: 'exempt', label: 'Exempt' },
  { value: 'reverse_charge', label: 'Reverse charge' }, { value: 'outside', label: 'Outside of VAT' },
];
const taxText = (of: { tax_class?: TaxClass; tax_points?: number }) => of.tax_class === 'standard' ? `${points(of.tax_points ?? 0)} tax` : `no tax: ${TAX.find((one) => one.value === of.tax_class)?.label ?? ''}`;

function BillingForm({ campaign, buyer, done }: { campaign: Campaign; buyer: Buyer; done: () => void }) {
  const client = useQueryClient();
  const [draft, setDraft] = useState(buyer);
  const put = (change: Partial<Buyer>) => setDraft((old) => ({ ...old, ...change }));
  const save = useMutation({
    mutationFn: () => api.write('PUT', `/v1/campaigns/${campaign.id}/billing`, {
      legal_name: draft.legal_name, address: draft.address, country: draft.country.toUpperCase(), tax_number: draft.tax_number === '' ? undefined : draft.tax_number,
      tax_class: draft.tax_class, tax_points: draft.tax_class === 'standard' ? Math.round(Number(draft.tax) * 100) : 0,
      tax_reason: draft.tax_class === 'exempt' ? draft.tax_reason : undefined, due_days: Number(draft.due_days),
    }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['billing', campaign.id] });
      done();
    },
  });
  return (
    <Stack gap="xs">
      <TextInput label="Legal name" value={draft.legal_name} onChange={(event) => put({ legal_name: event.currentTarget.value })} />
      <TextInput label="Address" value={draft.address} onChange={(event) => put({ address: event.currentTarget.value })} />
      <SimpleGrid cols={2}>
        <TextInput label="Country" placeholder="DE" maxLength={2} value={draft.country} onChange={(event) => put({ country: event.currentTarget.value })} />
        <TextInput label="Tax number (optional)" value={draft.tax_number} onChange={(event) => put({ tax_number: event.currentTarget.value })} />
        <Select label="Tax" value={draft.tax_class} onChange={(value) => put({ tax_class: value as TaxClass })} data={TAX} allowDeselect={false} />
        {draft.tax_class === 'standard' && <NumberInput label="Tax in percent" min={0} max={100} decimalScale={2} value={draft.tax} onChange={(tax) => put({ tax })} />}
        <NumberInput label="Days to pay" min={0} max={365} allowDecimal={false} value={draft.due_days} onChange={(due_days) => put({ due_days })} />
      </SimpleGrid>
      {draft.tax_class === 'exempt' && <TextInput label="Why it is exempt" placeholder="Article 132 of Directive 2006/112/EC" maxLength={200} value={draft.tax_reason} onChange={(event) => put({ tax_reason: event.currentTarget.value })} />}
      {draft.tax_class === 'reverse_charge' && <Text size="xs" c="dimmed">Needs the buyer's VAT number with its country; the invoice says that the buyer owes the tax.</Text>}
      {save.isError && <Trouble error={save.error} />}
      <Group><Button onClick={() => save.mutate()} loading={save.isPending} disabled={draft.legal_name === '' || draft.address === '' || draft.country.length !== 2}>Save</Button></Group>
    </Stack>
  );
}

function Billing({ campaign, finance }: { campaign: Campaign; finance: boolean }) {
  const [editing, setEditing] = useState(false);
  const billing = useQuery({ queryKey: ['billing', campaign.id], queryFn: () => api.get<Schema<'billing_view'>>(`/v1/campaigns/${campaign.id}/billing`) });
  const said = billing.data?.legal_name !== undefined;
  return (
    <Card withBorder radius="md" padding="md" component="section" aria-label="Billed to">
      <Group justify="space-between" mb="xs"><Title order={3} size="h6">Billed to</Title>{finance && said && <Button size="compact-xs" variant="subtle" onClick={() => setEditing(!editing)} aria-expanded={editing}>{editing ? 'Cancel' : 'Change'}</Button>}</Group>
      <Fetched of={billing}>
        {(data) => finance && (editing || !said)
          ? <BillingForm campaign={campaign} buyer={said ? { legal_name: data.legal_name ?? '', address: data.address ?? '', country: data.country ?? '', tax_number: data.tax_number ?? '', tax_class: data.tax_class ?? 'zero', tax_reason: data.tax_reason ?? '', tax: (data.tax_points ?? 0) / 100, due_days: data.due_days ?? NOBODY.due_days } : NOBODY} done={() => setEditing(false)} />
          : !said ? <Text size="sm" c="dimmed">Finance has not said yet whom invoices go to.</Text>
            : <Stack gap={2}><Text size="sm" fw={600}>{data.legal_name}</Text><Text size="sm">{data.address}, {data.country}</Text>{data.tax_number !== undefined && <Text size="sm">{data.tax_number}</Text>}<Text size="xs" c="dimmed">{taxText(data)}, {plural(data.due_days ?? 0, 'day')} to pay</Text></Stack>}
      </Fetched>
    </Card>
  );
}

function Issue({ campaign }: { campaign: Campaign }) {
  const client = useQueryClient();
  const issue = useMutation({
    mutationFn: () => api.write('POST', `/v1/campaigns/${campaign.id}/invoices`, { until_at: new Date(Date.now() - 1000).toISOString() }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['invoices', campaign.id] }),
  });
  return (
    <Card withBorder radius="md" padding="md" component="section" aria-label="New invoice">
      <Title order={3} size="h6" mb={4}>New invoice</Title>
      <Text size="xs" c="dimmed" mb="xs">Takes all that was charged since the last document. If more was taken back than charged, it becomes a credit note.</Text>
      {issue.isError && <Trouble error={issue.error} />}
      <Group><Button onClick={() => issue.mutate()} loading={issue.isPending}>Invoice until now</Button></Group>
    </Card>
  );
}

/** A campaign's invoices and credit notes; each opens to lines, entries, rows and payments. */
export function InvoicesTab({ campaign }: { campaign: Campaign }) {
  const finance = has(useSession(), 'finance');
  const pages = useInfiniteQuery({
    queryKey: ['invoices', campaign.id],
    queryFn: ({ pageParam }) => api.get<Schema<'invoice_list'>>(`/v1/campaigns/${campaign.id}/invoices` + query({ after: pageParam, limit: 20 })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Stack>
        {pages.isPending && <Loading />}
        {pages.isError && <Trouble error={pages.error} retry={() => void pages.refetch()} />}
        {pages.isSuccess && rows.length === 0 && <Empty title="No invoices yet">{finance ? 'Say whom they go to and who sells, and invoice what was charged.' : 'They appear here when finance has issued one.'}</Empty>}
        {rows.map((one) => <Row key={one.id} invoice={one} finance={finance} />)}
        {pages.hasNextPage && <Group justify="center"><Button variant="default" onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>Older</Button></Group>}
      </Stack>
      <Stack>{finance && <Issue campaign={campaign} />}<Billing campaign={campaign} finance={finance} />{finance && <Seller />}</Stack>
    </SimpleGrid>
  );
}
