import { Alert, Anchor, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, type Schema } from '../../api/client';
import { Bars } from '../../parts/bars';
import { Charges } from '../../parts/charges';
import { Fact } from '../../parts/fact';
import { count, date, money, moneyShort, plural } from '../../parts/format';
import { Panel } from '../../parts/panel';
import { has, useSession } from '../../parts/session';
import { Fetched } from '../../parts/states';

type Spend = Schema<'spend_window'>;

function warning(spend: Spend): { title: string; text: string } | null {
  if (spend.left_minor !== undefined && spend.left_minor <= 0) {
    return { title: 'The budget is committed', text: 'No more tasks are handed out until it is raised. Work that was begun is still accepted and paid.' };
  }
  if (spend.over_minor !== undefined && spend.over_minor > 0) {
    return { title: 'The budget does not reach to the end', text: `All answers that are still wanted would cost ${money(spend.over_minor, spend.currency)} more than the budget.` };
  }
  return null;
}

function ends(spend: Spend): string {
  if (spend.left_minor !== undefined && spend.left_minor <= 0) {
    return spend.left_minor === 0 ? 'all of it is used' : 'what people were owed went beyond it';
  }
  if (spend.week_minor === undefined) {
    return `no pace yet: ${spend.pace_weeks} of 2 whole weeks`;
  }
  const early = date(spend.empty_early_at);
  return spend.empty_early_at === undefined ? 'at this pace it lasts' : spend.empty_late_at === undefined ? `at the strongest pace until ${early}` : `at this pace until between ${early} and ${date(spend.empty_late_at)}`;
}

/** What a campaign costs: spent, committed, to come, against its budget. */
export function SpendTab({ campaign }: { campaign: Schema<'campaign_row'> }) {
  const session = useSession();
  const spend = useQuery({ queryKey: ['spend', campaign.id], queryFn: () => api.get<Spend>(`/v1/campaigns/${campaign.id}/spend`) });
  const to = (tab: string, label: string) => <Anchor size="xs" underline="always" renderRoot={(props) => <Link to="/campaigns/$campaign/$tab" params={{ campaign: campaign.id, tab }} {...props} />}>{label}</Anchor>;
  return (
    <Fetched of={spend}>
      {(data) => {
        const warn = warning(data);
        const budget = data.budget_minor;
        return (
          <Stack>
            {warn !== null && <Alert color="orange" className="warn" role="status" title={warn.title}>{warn.text}</Alert>}
            <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
              <Fact label="Spent" value={money(data.spent_minor, data.currency)} share={budget === undefined ? undefined : data.spent_minor / Math.max(1, budget)} under={<>{budget === undefined ? 'no budget was set' : `of ${money(budget, data.currency)}`} · {to('ledger', 'entries')}</>} />
              <Fact label="Committed" value={money(data.committed_minor, data.currency)} under={`${plural(data.committed_count, 'answer')} in hands or before review`} />
              <Fact label="Left" value={money(data.left_minor, data.currency)} under={data.left_minor === undefined ? 'no budget was set' : ends(data)} />
              <Fact label="In the end" value={money(data.total_minor, data.currency)} under={`${money(data.to_come_minor, data.currency)} to come for ${plural(Math.max(0, data.wanted - data.accepted), 'answer')} at today's price`} />
              <Fact label="For an accepted answer" value={money(data.per_answer_minor, data.currency)} under={`${count(data.accepted)} accepted`} />
              <Fact label="For a finished row" value={money(data.per_row_minor, data.currency)} under={`${count(data.done)} finished`} />
              <Fact label="Invoiced" value={money(data.invoiced_minor, data.currency)} under={<>{money(data.open_minor, data.currency)} open, with tax · {to('invoices', 'invoices')}</>} />
              {data.share_minor === undefined
                ? <Fact label="In a week" value={money(data.week_minor, data.currency)} under={data.week_minor === undefined ? `not known yet: ${data.pace_weeks} of 2 whole weeks` : `${money(data.week_low_minor, data.currency)} to ${money(data.week_high_minor, data.currency)} in ${plural(data.pace_weeks, 'whole week')}`} />
                : <Fact label="The operator's share" value={money(data.share_minor, data.currency)} under={`${money(data.cost_minor, data.currency)} goes to people; ${data.discloses_share ? 'disclosed to the client' : 'not disclosed to the client'}`} />}
            </SimpleGrid>
            <Panel title="Spent by week" hint="By the week of the entry, Monday to Sunday in UTC; what was taken back counts in the week in which that was done." rows={data.weeks}>
              {data.weeks.every((one) => one.amount_minor === 0)
                ? <Text size="sm" c="dimmed">Nothing was charged yet. Each accepted answer is.</Text>
                : <Bars first="Week of" series={['Spent']} label="Spent by week" format={(value) => moneyShort(value, data.currency)} rows={data.weeks.slice(Math.max(0, Math.min(data.weeks.findIndex((one) => one.amount_minor !== 0), data.weeks.length - 8))).map((one) => ({ label: one.week.slice(5), values: [one.amount_minor] }))} />}
            </Panel>
            {has(session, 'operator', 'finance', 'auditor') && <Charges campaign={campaign} sets={has(session, 'operator', 'finance')} />}
          </Stack>
        );
      }}
    </Fetched>
  );
}
