import { Button, Card, Group, Slider, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../../../api/client';
import { date, money, plural } from '../../../parts/format';
import { Trouble } from '../../../parts/states';

const DAY = 86400000;

/** Sliders that answer at once, from the prices of the run. */
export function WhatIf({ run, requirement, currency }: { run: string; requirement: Schema<'requirement'>; currency: string }) {
  const deadline = requirement.demand.ends_at;
  const base = { seats: requirement.seats, rate: (requirement.demand.rate_minor ?? 0) / 100, hours: requirement.demand.hours ?? 0, level: 0, days: 0 };
  const endsAt = (days: number) => new Date(new Date(deadline as string).getTime() + days * DAY).toISOString();
  const daysLeft = deadline === undefined ? 0 : Math.floor((new Date(deadline).getTime() - Date.now()) / DAY);
  const [asked, setAsked] = useState(base);
  const [settled] = useDebouncedValue(asked, 120);
  const changed = JSON.stringify(settled) !== JSON.stringify(base);
  const answer = useQuery({
    queryKey: ['what-if', run, requirement.id, settled], enabled: changed,
    queryFn: () => api.write<Schema<'what_if'>>('POST', `/v1/match-runs/${run}/what-if`, {
      requirement_id: requirement.id, level: settled.level,
      seats: settled.seats === base.seats ? undefined : settled.seats,
      rate_minor: settled.rate === base.rate ? undefined : Math.round(settled.rate * 100),
      hours: settled.hours === base.hours ? undefined : settled.hours,
      ends_at: settled.days === 0 || settled.seats !== base.seats ? undefined : endsAt(settled.days),
    }),
  });
  const slide = (name: keyof typeof base, label: string, min: number, max: number, step: number, show: (value: number) => string) => (
    <div>
      <Group justify="space-between"><Text size="sm">{label}</Text><Text size="sm" className="figures" fw={600}>{show(asked[name])}</Text></Group>
      <Slider thumbLabel={label} min={min} max={max} step={step} label={null} value={asked[name]} onChange={(value) => setAsked({ ...asked, [name]: value })} />
    </div>
  );
  const data = changed ? answer.data : undefined;
  return (
    <Card withBorder radius="md" padding="md">
      <Title order={3} size="h6" mb="sm">What if</Title>
      <Stack gap="sm">
        {slide('seats', 'Seats', 0, Math.max(10, base.seats * 3), 1, (value) => String(value))}
        {base.rate > 0 && slide('rate', 'Rate ceiling', 0, Math.round(base.rate * 2), 1, (value) => money(Math.round(value * 100), currency))}
        {base.hours > 0 && slide('hours', 'Hours a week', 0, 60, 1, (value) => String(value))}
        {(requirement.demand.skills ?? []).length > 0 && slide('level', 'Levels', -3, 3, 1, (value) => value === 0 ? 'as asked' : value > 0 ? `+${value}` : String(value))}
        {daysLeft > 1 && slide('days', 'Deadline', -Math.min(daysLeft - 1, 60), 60, 1, (value) => deadline === undefined || value === 0 ? 'as asked' : date(endsAt(value)))}
        <div aria-live="polite">
          {!changed && <Text size="sm" c="dimmed">Move a slider: what it changes stands here at once.</Text>}
          {answer.isError && <Trouble error={answer.error} />}
          {data !== undefined && (
            <Stack gap={2}>
              <Text size="sm"><b>{data.after.filled} of {data.after.wanted}</b> seats filled (now {data.before.filled} of {data.before.wanted})</Text>
              <Text size="sm">Mean score {data.after.quality?.toFixed(2) ?? '–'} (now {data.before.quality?.toFixed(2) ?? '–'}), {money(data.after.week_minor, currency)} a week (now {money(data.before.week_minor, currency)})</Text>
              {data.others_lost > 0 && <Text size="sm" c="orange">Other requirements lose {plural(data.others_lost, 'seat')}.</Text>}
              {data.move_count > 0 && <Text size="xs" c="dimmed">{data.moves.slice(0, 6).map((one) => `${one.comes ? 'in' : 'out'}: ${one.name}`).join(' · ')}{data.move_count > 6 && ` and ${data.move_count - 6} more`}</Text>}
            </Stack>
          )}
        </div>
        {changed && <Group><Button size="xs" variant="subtle" onClick={() => setAsked(base)}>Back to what is asked</Button></Group>}
      </Stack>
    </Card>
  );
}

