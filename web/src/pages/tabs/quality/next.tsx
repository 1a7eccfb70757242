import { Alert, SimpleGrid, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, type Schema } from '../../../api/client';
import { Band } from '../../../parts/band';
import { count, estimate, money, plural } from '../../../parts/format';
import { Panel } from '../../../parts/panel';
import { Fetched } from '../../../parts/states';

type View = Schema<'forecast_view'>;

const points = (value: number) => (100 * value).toFixed(1);

function Advice({ advice, steps, currency }: { advice: View['advice'][number]; steps: View['steps']; currency: string }) {
  if (steps.length === 1) {
    return <Alert color="teal" variant="light" title="Stop here">Nothing is left to buy: everybody who can be asked has answered. {estimate(steps[0]?.accuracy, steps[0]?.low, steps[0]?.high)} of the answers are expected to be right.</Alert>;
  }
  return advice.stop
    ? <Alert color="teal" variant="light" mb="sm" title="Stop here">More judgements would raise the share of right answers by less than half a point ({points(advice.gain)} points).</Alert>
    : <Alert color="blue" variant="light" mb="sm" title="Worth going on">{plural(advice.vote_count, 'more judgement')} for {money(advice.spend_minor, currency)} should bring {points(advice.gain)} points; after that little is gained.</Alert>;
}

function Spending({ steps, currency }: { steps: View['steps']; currency: string }) {
  return (
    <>
      <Band label="Expected accuracy against further spend" points={steps.map((one) => ({ x: one.vote_count, y: one.accuracy, low: one.low, high: one.high }))} xLabel={(x) => (x === 0 ? 'now' : `${plural(x, 'judgement')} more, ${money(steps.at(-1)?.spend_minor ?? 0, currency)}`)} format={(y) => y.toFixed(2).replace(/^0/, '')} />
      <details><summary><Text component="span" size="xs" c="dimmed">As a table</Text></summary>
        <Table verticalSpacing={4} mt="xs"><Table.Thead><Table.Tr><Table.Th ta="right">More judgements</Table.Th><Table.Th ta="right">Cost</Table.Th><Table.Th ta="right">Accuracy (95 %)</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>{steps.map((one) => <Table.Tr key={one.step}><Table.Td ta="right" className="figures">{count(one.vote_count)}</Table.Td><Table.Td ta="right" className="figures">{money(one.spend_minor, currency)}</Table.Td><Table.Td ta="right" className="figures">{estimate(one.accuracy, one.low, one.high)}</Table.Td></Table.Tr>)}</Table.Tbody></Table></details>
    </>
  );
}

function Forecast({ campaign, label, currency }: { campaign: string; label: string; currency: string }) {
  const forecast = useQuery({ queryKey: ['forecast', campaign], queryFn: () => api.get<View>(`/v1/campaigns/${campaign}/quality/forecast`) });
  return (
    <Panel title="What more would bring" hint="Expected share of right answers over the answered tasks if the most telling judgements were bought next. The band is what chance leaves open (95 %); it takes the model’s beliefs for calibrated." rows={forecast.data?.steps.filter((one) => one.label === label) ?? []} name="forecast">
      <Fetched of={forecast}>
        {(data) => {
          const steps = data.steps.filter((one) => one.label === label);
          const advice = data.advice.find((one) => one.label === label);
          return steps.length === 0 ? <Text size="sm" c="dimmed">Not known yet.</Text> : (
            <>
              {advice !== undefined && <Advice advice={advice} steps={steps} currency={currency} />}
              {steps.length > 1 && <Spending steps={steps} currency={currency} />}
            </>
          );
        }}
      </Fetched>
    </Panel>
  );
}

function Routing({ campaign, label, currency }: { campaign: string; label: string; currency: string }) {
  const routing = useQuery({ queryKey: ['routing', campaign], queryFn: () => api.get<Schema<'routing_list'>>(`/v1/campaigns/${campaign}/quality/next`) });
  return (
    <Panel title="The next hundred judgements" hint="Which task, by whom: the most expected information for the money, given what is believed of both." rows={routing.data?.items.filter((one) => one.label === label) ?? []} name="next">
      <Fetched of={routing}>
        {(data) => {
          const rows = data.items.filter((one) => one.label === label);
          return rows.length === 0 ? <Text size="sm" c="dimmed">Nothing is left to ask: everybody has answered, or nobody can be asked.</Text> : (
            <Table.ScrollContainer minWidth={420} mah={420}><Table verticalSpacing={4} stickyHeader>
              <Table.Thead><Table.Tr><Table.Th ta="right">#</Table.Th><Table.Th>Task</Table.Th><Table.Th>By</Table.Th><Table.Th ta="right">Now</Table.Th><Table.Th ta="right">Gain (nats)</Table.Th><Table.Th ta="right">Cost</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{rows.map((one) => <Table.Tr key={one.position}><Table.Td ta="right" className="figures">{one.position}</Table.Td><Table.Td><Link to="/tasks/$task" params={{ task: one.task_id }}>{one.task_id.slice(-6)}</Link></Table.Td><Table.Td>{one.rater_name}</Table.Td><Table.Td ta="right" className="figures">{one.probability.toFixed(2).replace(/^0/, '')}</Table.Td><Table.Td ta="right" className="figures">{one.gain.toFixed(3)}</Table.Td><Table.Td ta="right" className="figures">{money(one.cost_minor, currency)}</Table.Td></Table.Tr>)}</Table.Tbody></Table></Table.ScrollContainer>
          );
        }}
      </Fetched>
    </Panel>
  );
}

export function Next({ campaign, label, currency }: { campaign: string; label: string; currency: string }) {
  return <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: 'start' }}><Forecast campaign={campaign} label={label} currency={currency} /><Routing campaign={campaign} label={label} currency={currency} /></SimpleGrid>;
}
