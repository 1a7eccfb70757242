import { Button, Group, Tabs, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api, type Schema } from '../api/client';
import { has, type Role, useSession } from '../parts/session';
import { Fetched, Heading, State, Trouble } from '../parts/states';
import { tabInView } from '../parts/tabs';
import { BoardTab } from './tabs/board';
import { BonusTab } from './tabs/bonus';
import { DeliveryTab } from './tabs/delivery';
import { GuidelineTab } from './tabs/guideline';
import { ImportTab } from './tabs/import';
import { InvoicesTab } from './tabs/invoices';
import { LedgerTab } from './tabs/ledger';
import { MinutesTab } from './tabs/minutes';
import { QualityTab } from './tabs/quality';
import { SpendTab } from './tabs/spend';
import { StaffingTab } from './tabs/staffing';
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

interface Part {
  path: string;
  label: string;
  roles?: Role[];
  show: (campaign: Schema<'campaign_row'>, operator: boolean) => ReactNode;
}

const TABS: Part[] = [
  { path: 'board', label: 'Board', show: (campaign) => <BoardTab campaign={campaign} /> },
  { path: 'tasks', label: 'Tasks', show: (campaign) => <TasksTab campaign={campaign} /> },
  { path: 'import', label: 'Import', roles: ['operator', 'client'], show: (campaign) => <ImportTab campaign={campaign} /> },
  { path: 'guideline', label: 'Guideline', show: (campaign, operator) => <GuidelineTab campaign={campaign} editable={operator} /> },
  { path: 'staffing', label: 'Staffing', roles: ['operator'], show: (campaign) => <StaffingTab campaign={campaign} /> },
  { path: 'team', label: 'Team and walls', roles: ['operator'], show: (campaign) => <TeamTab campaign={campaign} /> },
  { path: 'quality', label: 'Quality', show: (campaign) => <QualityTab campaign={campaign} /> },
  { path: 'deliveries', label: 'Deliveries', show: (campaign) => <DeliveryTab campaign={campaign} /> },
  { path: 'spend', label: 'Spend', show: (campaign) => <SpendTab campaign={campaign} /> },
  { path: 'invoices', label: 'Invoices', show: (campaign) => <InvoicesTab campaign={campaign} /> },
  { path: 'minutes', label: 'Minutes', roles: ['operator'], show: (campaign) => <MinutesTab campaign={campaign} /> },
  { path: 'bonus', label: 'Bonuses', roles: ['operator'], show: (campaign) => <BonusTab campaign={campaign} /> },
  { path: 'ledger', label: 'Ledger', show: (campaign) => <LedgerTab campaign={campaign} /> },
];

export default function Campaign() {
  const { campaign: id, tab: asked = 'board' } = useParams({ strict: false }) as { campaign: string; tab?: string };
  const navigate = useNavigate();
  const session = useSession();
  const operator = has(session, 'operator');
  const tabs = TABS.filter((one) => one.roles === undefined || has(session, ...one.roles));
  const tab = tabs.some((one) => one.path === asked) ? asked : 'board';
  const campaign = useQuery({ queryKey: ['campaign', id], queryFn: () => api.get<Schema<'campaign_row'>>(`/v1/campaigns/${id}`) });
  if (campaign.isError) {
    return <Trouble error={campaign.error} retry={() => void campaign.refetch()} />;
  }
  return (
    <Fetched of={campaign}>
      {(data) => (
        <>
          <Heading title={data.name} sample={data.is_sample === 1} trail={[{ label: 'Campaigns', to: '/campaigns' }]}>
            <Group gap="xs"><State of={data.state} />{operator && <Steps campaign={data} />}</Group>
          </Heading>
          <Tabs value={tab} onChange={(value) => void navigate({ to: '/campaigns/$campaign/$tab', params: { campaign: id, tab: value ?? 'board' } })} keepMounted={false}>
            <Tabs.List mb="lg" aria-label="Parts of the campaign">
              {tabs.map((one) => <Tabs.Tab key={one.path} value={one.path} px="sm" ref={one.path === tab ? tabInView : undefined}>{one.label}</Tabs.Tab>)}
            </Tabs.List>
            {tabs.map((one) => <Tabs.Panel key={one.path} value={one.path}>{one.show(data, operator)}</Tabs.Panel>)}
          </Tabs>
        </>
      )}
    </Fetched>
  );
}
