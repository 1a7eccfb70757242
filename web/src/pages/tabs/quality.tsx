import { Group, Select, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../../api/client';
import { moment, plural } from '../../parts/format';
import { useDefinition } from '../../parts/lease';
import { has, useSession } from '../../parts/session';
import { Empty, Fetched } from '../../parts/states';
import { tabInView } from '../../parts/tabs';
import { labelTitle } from '../../parts/type';
import { Clauses, Reviewers } from './quality/clauses';
import { Decisions } from './quality/decisions';
import { Experts } from './quality/experts';
import { Gold } from './quality/gold';
import { Alerts, Habits } from './quality/habits';
import { Items } from './quality/items';
import { Next } from './quality/next';
import { Overview, Saving } from './quality/overview';

type Quality = Schema<'quality_view'>;
type Campaign = Schema<'campaign_row'>;

/** `measured`: needs answers; `office`: for the operator alone. */
const PARTS = [
  { value: 'overview', label: 'Agreement', measured: true }, { value: 'experts', label: 'Experts', measured: true },
  { value: 'tasks', label: 'Classes and tasks', measured: true }, { value: 'clauses', label: 'Clauses' },
  { value: 'habits', label: 'Habits', measured: true }, { value: 'alerts', label: 'To look at', measured: true, office: true },
  { value: 'reviewers', label: 'Reviewers', office: true }, { value: 'next', label: 'What next', measured: true },
  { value: 'gold', label: 'Known answers' }, { value: 'decisions', label: 'Decisions', office: true },
];

function Measured({ part, campaign, quality, label }: { part: string; campaign: Campaign; quality: Quality; label: string }) {
  const id = campaign.id;
  return (
    <>
      {part === 'overview' && <Overview campaign={id} quality={quality} label={label} />}
      {part === 'experts' && <Experts campaign={id} quality={quality} label={label} />}
      {part === 'tasks' && <Items campaign={id} quality={quality} label={label} />}
      {part === 'habits' && <Habits campaign={id} label={label} />}
      {part === 'alerts' && <Alerts campaign={id} label={label} />}
      {part === 'next' && <Next campaign={id} label={label} currency={campaign.currency} />}
    </>
  );
}

export function QualityTab({ campaign }: { campaign: Campaign }) {
  const navigate = useNavigate();
  const operator = has(useSession(), 'operator');
  const { part: asked } = useSearch({ strict: false }) as { part?: string };
  const parts = PARTS.filter((one) => operator || one.office !== true);
  const part = parts.find((one) => one.value === asked) ?? parts[0];
  const [chosen, setChosen] = useState<string>();
  const definition = useDefinition(campaign.id);
  const quality = useQuery({ queryKey: ['quality', campaign.id], queryFn: () => api.get<Quality>(`/v1/campaigns/${campaign.id}/quality`), refetchInterval: 15000 });
  return (
    <Fetched of={quality}>
      {(data) => {
        const run = data.runs.find((one) => one.label === chosen) ?? data.runs[0];
        return (
          <Stack>
            <Group justify="space-between" gap="xs">
              {data.runs.length > 1
                ? <Select label="Label" size="xs" w={200} allowDeselect={false} value={run.label} onChange={(value) => setChosen(value ?? undefined)} data={data.runs.map((one) => ({ value: one.label, label: labelTitle(definition.data, one.label) }))} />
                : <Text size="sm" fw={600}>{run === undefined ? 'Quality' : labelTitle(definition.data, run.label)}</Text>}
              {run !== undefined && <Text size="xs" c="dimmed">{plural(run.label_count, 'answer')} on {plural(run.item_count, 'task')}{run.gold_count > 0 && `, ${run.gold_count} of them known`} · {run.engine}, version {run.engine_version}, seed {run.seed} · newest of {moment(run.facts_at)}</Text>}
            </Group>
            <Tabs variant="pills" classNames={{ tab: 'tab-tight' }} value={part.value} keepMounted={false} onChange={(value) => void navigate({ to: '/campaigns/$campaign/$tab', params: { campaign: campaign.id, tab: 'quality' }, search: { part: value ?? undefined } as never })}>
              <Tabs.List className="tab-row" mb="md" aria-label="Parts of the quality">{parts.map((one) => <Tabs.Tab key={one.value} value={one.value} ref={one === part ? tabInView : undefined}>{one.label}</Tabs.Tab>)}</Tabs.List>
              <Tabs.Panel value={part.value}>
                {part.measured === true && run === undefined && <Stack><Empty title="Nothing to measure yet">Truth and agreement are computed as answers arrive.</Empty><Saving campaign={campaign.id} /></Stack>}
                {run !== undefined && <Measured part={part.value} campaign={campaign} quality={data} label={run.label} />}
                {part.value === 'clauses' && <Clauses campaign={campaign.id} />}
                {part.value === 'reviewers' && <Reviewers campaign={campaign.id} />}
                {part.value === 'gold' && <Gold campaign={campaign.id} />}
                {part.value === 'decisions' && <Decisions campaign={campaign.id} />}
              </Tabs.Panel>
            </Tabs>
          </Stack>
        );
      }}
    </Fetched>
  );
}
