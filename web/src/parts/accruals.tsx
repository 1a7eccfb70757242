import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Schema } from '../api/client';
import { date, money, words } from './format';
import { State } from './states';

export type Accrual = Schema<'accrual'>;

const TITLES: Record<string, string> = { signing: 'Signing bonus', completion: 'Completion bonus', kill: 'Kill fee', notice: 'Notice pay' };

/** What is owed or promised beside units and minutes, with why. */
export function Accruals({ items, where, act }: { items: Accrual[]; where?: boolean; act?: (item: Accrual) => ReactNode }) {
  return (
    <Stack gap="xs">{items.map((one, index) => (
      <div key={one.award_id ?? `${one.engagement_id} ${one.kind} ${index}`} className="money-row">
        <div>
          <Group gap={6}><Text size="sm" fw={600}>{TITLES[one.kind] ?? words(one.kind)}</Text><State of={one.state} /></Group>
          <Text size="xs" c="dimmed">{one.reason}{where === true && one.campaign_name !== undefined && ` · ${one.campaign_name}`}{one.state === 'promised' && one.due_at !== undefined && ` · by ${date(one.due_at)}`}</Text>
          {one.decision !== undefined && <Text size="xs" c="dimmed">{one.state === 'undone' ? 'Taken back' : 'Released'}: {one.decision}</Text>}
          {one.trouble !== undefined && <Text size="xs" className="late">Waits: {one.trouble}</Text>}
        </div>
        <div>
          <Text size="sm" ta="right" className="figures" td={one.state === 'undone' ? 'line-through' : undefined}>{money(one.amount_minor, one.currency)}</Text>
          {act?.(one)}
        </div>
      </div>
    ))}</Stack>
  );
}
