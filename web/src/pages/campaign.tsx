import { Button, Group, Tabs, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { api, type Schema } from '../api/client';
import { has, useSession } from '../parts/session';
import { Fetched, Heading, State, Trouble } from '../parts/states';
import { BoardTab } from './tabs/board';
import { DeliveryTab } from './tabs/delivery';
import { GuidelineTab } from './tabs/guideline';
import { ImportTab } from './tabs/import';
import { LedgerTab } from './tabs/ledger';
import { QualityTab } from './tabs/quality';
import { TasksTab } from './tabs/tasks';
import { TeamTab } from './tabs/team';

const STEPS: Record<string, { to: string; label: string }[]> = {
  draft: [{ to: 'open', label: 'Open' }],
  open: [{ to: 'paused', label: 'Pause' }, { to: 'closed', label: 'Close' }],
  paused: [{ to: 'open', label: 'Open again' }, { to: 'closed', label: 'Close' }],
  closed: [],
};

function Steps({ campaign }: { campaign: Schema<'campaign_row'> }) {
  const client = useQueryClient();
  const step = useMutation({
    mutationFn: (state: string) => api.write('POST', `/v1/campaigns/${campaign.id}/state`, { state }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['campaign', campaign.id] }),
  });
  return (
    <>
      {STEPS[campaign.state].map((one) => (
        <Button key={one.to} size="xs" variant={one.to === 'open' ? 'filled' : 'default'} loading={step.isPending} onClick={() => step.mutate(one.to)}>{one.label}</Button>
      ))}
      {step.isError && <Text size="sm" c="red" role="alert">{step.error.message}</Text>}
    </>
  );
}

export default function Campaign() {
  const { campaign: id, tab = 'board' } = useParams({ strict: false }) as { campaign: string; tab?: string };
  const navigate = useNavigate();
  const session = useSession();
  const operator = has(session, 'operator');
  const campaign = useQuery({ queryKey: ['campaign', id], queryFn: () => api.get<Schema<'campaign_row'>>(`/v1/campaigns/${id}`) });
  if (campaign.isError) {
    return <Trouble error={campaign.error} retry={() => void campaign.refetch()} />;
  }
  return (
    <Fetched of={campaign}>
      {(data) => (
        <>
          <Heading title={data.name} sample={data.is_sample === 1}>
            <Group gap="xs"><State of={data.state} />{operator && <Steps campaign={data} />}</Group>
          </Heading>
          <Tabs value={tab} onChange={(value) => void navigate({ to: '/campaigns/$campaign/$tab', params: { campaign: id, tab: value ?? 'board' } })} keepMounted={false}>
            <Tabs.List mb="lg" aria-label="Parts of the campaign">
              <Tabs.Tab value="board">Board</Tabs.Tab>
              <Tabs.Tab value="tasks">Tasks</Tabs.Tab>
              <Tabs.Tab value="import">Import</Tabs.Tab>
              <Tabs.Tab value="guideline">Guideline</Tabs.Tab>
              {operator && <Tabs.Tab value="team">Team and walls</Tabs.Tab>}
              <Tabs.Tab value="quality">Quality</Tabs.Tab>
              <Tabs.Tab value="deliveries">Deliveries</Tabs.Tab>
              <Tabs.Tab value="ledger">Ledger</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="board"><BoardTab campaign={data} /></Tabs.Panel>
            <Tabs.Panel value="tasks"><TasksTab campaign={data} /></Tabs.Panel>
            <Tabs.Panel value="import"><ImportTab campaign={data} /></Tabs.Panel>
            <Tabs.Panel value="guideline"><GuidelineTab campaign={data} editable={operator} /></Tabs.Panel>
            {operator && <Tabs.Panel value="team"><TeamTab campaign={data} /></Tabs.Panel>}
            <Tabs.Panel value="quality"><QualityTab campaign={data} /></Tabs.Panel>
            <Tabs.Panel value="deliveries"><DeliveryTab campaign={data} /></Tabs.Panel>
            <Tabs.Panel value="ledger"><LedgerTab campaign={data} /></Tabs.Panel>
          </Tabs>
        </>
      )}
    </Fetched>
  );
}
