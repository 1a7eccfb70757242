import { Card, Group, List, NumberInput, SimpleGrid, Slider, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { date, money, plural } from '../parts/format';
import { Heading, Loading, Trouble } from '../parts/states';

type Quantiles = Schema<'scope_quantiles'>;

function Figure({ label, show, of }: { label: string; show: (value: number) => string; of: Quantiles }) {
  return (
    <Card withBorder radius="md" padding="md">
      <Text size="sm" c="dimmed">{label}</Text>
      <Text size="xl" fw={600} className="figures">{show(of.mid)}</Text>
      <Text size="xs" c="dimmed" className="figures">{show(of.low)} to {show(of.high)}, eight draws in ten</Text>
    </Card>
  );
}

export default function Scope() {
  const [need, setNeed] = useState({ tasks: 1000, minutes: 6, redundancy: 2, review: 50, level: 5, weeks: 6, skill: '' });
  const [settled] = useDebouncedValue(need, 200);
  const scope = useQuery({
    queryKey: ['scope', settled], placeholderData: keepPreviousData, retry: false,
    queryFn: () => api.write<Schema<'scope'>>('POST', '/v1/scope', {
      tasks: settled.tasks, minutes: settled.minutes, redundancy: settled.redundancy, review_share: settled.review / 100, level: settled.level,
      skill: settled.skill || undefined, deadline_at: new Date(Date.now() + settled.weeks * 7 * 86400000).toISOString(),
    }),
  });
  const set = (change: Partial<typeof need>) => setNeed({ ...need, ...change });
  const slide = (name: 'redundancy' | 'review' | 'level' | 'weeks', label: string, min: number, max: number, step: number, show: (value: number) => string) => (
    <div>
      <Group justify="space-between"><Text size="sm">{label}</Text><Text size="sm" fw={600} className="figures">{show(need[name])}</Text></Group>
      <Slider thumbLabel={label} label={null} min={min} max={max} step={step} value={need[name]} onChange={(value) => set({ [name]: value })} />
    </div>
  );
  const data = scope.data;
  return (
    <>
      <Heading title="Scope a need" trail={[{ label: 'Campaigns', to: '/campaigns' }]} />
      <div className="work">
        <Card withBorder radius="md" padding="md" className="work-ask">
          <Stack gap="sm">
            <NumberInput label="Tasks" min={1} value={need.tasks} onChange={(value) => set({ tasks: Number(value) || 1 })} />
            <NumberInput label="Minutes an answer" min={0.1} decimalScale={1} value={need.minutes} onChange={(value) => set({ minutes: Number(value) || 1 })} />
            <TextInput label="Skill" placeholder="any" value={need.skill} onChange={(event) => set({ skill: event.currentTarget.value })} />
            {slide('level', 'Level', 1, 10, 1, String)}
            {slide('redundancy', 'Answers a task', 1, 10, 1, String)}
            {slide('review', 'Answers reviewed', 0, 100, 5, (value) => `${value} %`)}
            {slide('weeks', 'Weeks until the deadline', 1, 52, 1, String)}
          </Stack>
        </Card>
        <Stack>
          {scope.isPending && <Loading rows={3} />}
          {scope.isError && <Trouble error={scope.error} />}
          {data !== undefined && !scope.isError && (
            <>
              <SimpleGrid cols={{ base: 1, xs: 2 }} aria-live="polite">
                <Figure label="Experts" of={data.experts} show={(value) => String(Math.round(value))} />
                <Figure label="Hours" of={data.hours} show={(value) => Math.round(value).toLocaleString()} />
                <Figure label="Cost of the work" of={data.cost_minor} show={(value) => money(Math.round(value / 100) * 100, 'USD')} />
                <Card withBorder radius="md" padding="md">
                  <Text size="sm" c="dimmed">Done on</Text>
                  <Text size="xl" fw={600}>{date(data.finish_mid)}</Text>
                  <Text size="xs" c="dimmed">{date(data.finish_low)} to {date(data.finish_high)}; {Math.round(data.in_time * 100)} % of {data.draws.toLocaleString()} draws meet the deadline</Text>
                </Card>
              </SimpleGrid>
              <Card withBorder radius="md" padding="md">
                <Title order={2} size="h6" mb="xs">The arithmetic</Title>
                <List size="sm" spacing={4}>{data.arithmetic.map((line) => <List.Item key={line}>{line}</List.Item>)}</List>
                <Text size="xs" c="dimmed" mt="xs">From {plural(data.supply, 'expert')} of the pool who fit and look for work. About {Math.round(data.offers.mid)} offers to make ({Math.round(data.offers.low)} to {Math.round(data.offers.high)}).</Text>
              </Card>
            </>
          )}
        </Stack>
      </div>
    </>
  );
}
