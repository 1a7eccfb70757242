import { Alert, Anchor, Group, SimpleGrid, Stack, Table, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { Bars } from '../parts/bars';
import { Fact } from '../parts/fact';
import { date, money, moneyShort, plural } from '../parts/format';
import { Panel } from '../parts/panel';
import { Referrals } from '../parts/referral';
import { Empty, Fetched, Heading } from '../parts/states';

type Money = Schema<'operator_window'>;
type Standing = Money['standing'][number];

function Standings({ standing }: { standing: Standing }) {
  const paced = standing.week_minor !== undefined;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
      <Fact label="Clients owe" value={money(standing.receivable_minor, standing.currency)} under={<>invoiced, with tax; {money(standing.unbilled_minor, standing.currency)} more not invoiced</>} />
      <Fact label="People are owed" value={money(standing.payable_minor, standing.currency)} under={<>by the whole house; {money(standing.transit_minor, standing.currency)} more with the bank</>} />
      <Fact label="Revenue in a week" value={money(standing.week_minor, standing.currency)} under={paced ? `${money(standing.week_low_minor, standing.currency)} to ${money(standing.week_high_minor, standing.currency)} in ${plural(standing.pace_weeks, 'whole week')}` : `not known yet: ${standing.pace_weeks} of 2 whole weeks`} />
      <Fact label="Run rate, a year" value={money(standing.run_rate_minor, standing.currency)} under={paced ? `fifty-two weeks like the last ${standing.pace_weeks}` : 'needs two whole weeks'} />
    </SimpleGrid>
  );
}

function Months({ rows, currency }: { rows: Money['months']; currency: string }) {
  const own = rows.filter((one) => one.currency === currency);
  return (
    <Panel title="Revenue and cost by month" hint="What clients were charged and what the work cost, by the day of its entry in UTC." rows={own}>
      {own.length === 0 ? <Text size="sm" c="dimmed">Nothing was charged in this currency yet.</Text> : (
        <Bars first="Month" series={['Revenue', 'Cost']} label="Revenue and cost by month" format={(value) => moneyShort(value, currency)} rows={own.map((one) => ({ label: one.month, values: [one.revenue_minor, one.cost_minor] }))} />
      )}
    </Panel>
  );
}

const range = (low: number | undefined, middle: number | undefined, high: number | undefined, currency: string) =>
  middle === undefined ? 'not known' : middle === 0 && low === 0 && high === 0 ? '–' : <>{money(middle, currency)}<Text size="xs" c="dimmed">{money(low, currency)} – {money(high, currency)}</Text></>;

function Cash({ rows, currency }: { rows: Money['cash']; currency: string }) {
  const own = rows.filter((one) => one.currency === currency);
  return (
    <Panel title="Cash to come" rows={own} hint="Known: open invoices in the week they are due (overdue ones in the first), and what people are owed. Expected: as in the last whole weeks, with the least and the most of them; clients' money five weeks after the work.">
      <Table.ScrollContainer minWidth={560}>
        <Table verticalSpacing={6}>
          <Table.Thead><Table.Tr><Table.Th>Week of</Table.Th><Table.Th ta="right">In, known</Table.Th><Table.Th ta="right">In, expected</Table.Th><Table.Th ta="right">Out, known</Table.Th><Table.Th ta="right">Out, expected</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>{own.map((one) => (
            <Table.Tr key={one.week} style={{ verticalAlign: 'top' }}>
              <Table.Td className="name">{date(`${one.week}T12:00:00Z`)}</Table.Td>
              <Table.Td ta="right" className="figures">{one.known_in_minor === 0 ? '–' : money(one.known_in_minor, currency)}</Table.Td>
              <Table.Td ta="right" className="figures">{range(one.in_low_minor, one.in_middle_minor, one.in_high_minor, currency)}</Table.Td>
              <Table.Td ta="right" className="figures">{one.known_out_minor === 0 ? '–' : money(one.known_out_minor, currency)}</Table.Td>
              <Table.Td ta="right" className="figures">{range(one.out_low_minor, one.out_middle_minor, one.out_high_minor, currency)}</Table.Td>
            </Table.Tr>
          ))}</Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}

const percent = (points: number | undefined) => points === undefined ? '–' : `${(points / 100).toFixed(1)} %`;

function Margins({ rows }: { rows: Money['margins'] }) {
  const sorted = [...rows].sort((a, b) => b.revenue_minor - a.revenue_minor);
  return (
    <Panel title="Margin by campaign" rows={sorted} hint="Of the last year. Each opens to its entries.">
      {sorted.length === 0 ? <Text size="sm" c="dimmed">No campaign that you reach has entries yet.</Text> : (
        <Table.ScrollContainer minWidth={520}>
          <Table verticalSpacing={6}>
            <Table.Thead><Table.Tr><Table.Th>Campaign</Table.Th><Table.Th ta="right">Charged</Table.Th><Table.Th ta="right">Cost</Table.Th><Table.Th ta="right">Left</Table.Th><Table.Th ta="right">Margin</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{sorted.map((one) => (
              <Table.Tr key={one.campaign_id}>
                <Table.Td><Anchor size="sm" renderRoot={(props) => <Link to="/campaigns/$campaign/$tab" params={{ campaign: one.campaign_id, tab: 'ledger' }} {...props} />}>{one.campaign_name}</Anchor><Text size="xs" c="dimmed">{one.organisation_name}</Text></Table.Td>
                <Table.Td ta="right" className="figures">{money(one.revenue_minor, one.currency)}</Table.Td>
                <Table.Td ta="right" className="figures">{one.cost_minor === undefined ? 'no exchange rate' : money(one.cost_minor, one.currency)}{one.is_converted && one.cost_minor !== undefined && <Text size="xs" c="dimmed">in part converted</Text>}</Table.Td>
                <Table.Td ta="right" className="figures">{money(one.margin_minor, one.currency)}</Table.Td>
                <Table.Td ta="right" className="figures">{percent(one.margin_points)}</Table.Td>
              </Table.Tr>
            ))}</Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Panel>
  );
}

function Claims() {
  const claims = useQuery({ queryKey: ['receivables'], queryFn: () => api.get<Schema<'receivables'>>('/v1/receivables') });
  return (
    <Fetched of={claims}>
      {(data) => (
        <Panel title="Open invoices" rows={data.items} hint="By days overdue, with tax; credit notes are taken off.">
          {data.items.length === 0 ? <Text size="sm" c="dimmed">No invoice is open.</Text> : (
            <Stack gap="md">
              {data.ages.map((age) => (
                <Table.ScrollContainer key={age.currency} minWidth={430}>
                  <Table verticalSpacing={4} horizontalSpacing={6} fz="xs" aria-label={`Claims in ${age.currency} by age`}>
                    <Table.Thead><Table.Tr>{['Current', '1–30', '31–60', '61–90', 'Over 90', 'In all'].map((name) => <Table.Th key={name} ta="right">{name}</Table.Th>)}</Table.Tr></Table.Thead>
                    <Table.Tbody><Table.Tr>{[age.current_minor, age.days_30_minor, age.days_60_minor, age.days_90_minor, age.older_minor, age.total_minor].map((amount, index) => <Table.Td key={index} ta="right" className="figures" fw={index === 5 ? 650 : 400}>{amount === 0 ? '–' : money(amount, age.currency)}</Table.Td>)}</Table.Tr></Table.Tbody>
                  </Table>
                </Table.ScrollContainer>
              ))}
              <Stack gap={6}>{data.items.map((one) => (
                <div key={one.invoice_id} className="money-row">
                  <div><Anchor size="sm" renderRoot={(props) => <Link to="/campaigns/$campaign/$tab" params={{ campaign: one.campaign_id, tab: 'invoices' }} {...props} />}>{one.invoice_number}</Anchor> <Text span size="sm">{one.organisation_name}</Text><Text size="xs" {...(one.overdue_days > 0 ? { className: 'late' } : { c: 'dimmed' })}>{one.overdue_days > 0 ? `${plural(one.overdue_days, 'day')} overdue` : `due ${date(one.due_at)}`}</Text></div>
                  <Text size="sm" className="figures">{money(one.open_minor, one.currency)}</Text>
                </div>
              ))}</Stack>
            </Stack>
          )}
        </Panel>
      )}
    </Fetched>
  );
}

export default function MoneyPage() {
  const window = useQuery({ queryKey: ['money'], queryFn: () => api.get<Money>('/v1/money') });
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <>
      <Heading title="Money"><Anchor size="sm" renderRoot={(props) => <Link to="/books" {...props} />}>The book</Anchor></Heading>
      <Fetched of={window}>
        {(data) => {
          const first = data.standing[0]?.currency;
          const currency = chosen ?? first;
          const standing = data.standing.find((one) => one.currency === currency);
          if (currency === undefined || standing === undefined) {
            return <Stack><Empty title="No money has moved yet">Each accepted answer posts an entry; from then on claims, margins and months stand here.</Empty><Referrals /></Stack>;
          }
          return (
            <Stack>
              {data.standing.length > 1 && (
                <Tabs value={currency} onChange={setChosen}><Tabs.List aria-label="Currency">{data.standing.map((one) => <Tabs.Tab key={one.currency} value={one.currency}>{one.currency}</Tabs.Tab>)}</Tabs.List></Tabs>
              )}
              <Standings standing={standing} />
              {data.margins.some((one) => one.margin_minor !== undefined && one.margin_minor < 0) && <Alert color="orange" className="warn" role="status" title="A campaign costs more than it brings">{data.margins.filter((one) => (one.margin_minor ?? 0) < 0).map((one) => one.campaign_name).join(', ')}</Alert>}
              <SimpleGrid cols={{ base: 1, lg: 2 }}>
                <Months rows={data.months} currency={currency} />
                <Claims />
              </SimpleGrid>
              <Margins rows={data.margins.filter((one) => one.currency === currency)} />
              <Cash rows={data.cash} currency={currency} />
              <Referrals />
              <Group><Text size="xs" c="dimmed">Of the clients whom you reach; what people are owed is of the whole house.</Text></Group>
            </Stack>
          );
        }}
      </Fetched>
    </>
  );
}
