import { Button, Card, Group, Modal, NumberInput, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../../../api/client';
import { money, plural } from '../../../parts/format';
import { Trouble } from '../../../parts/states';

type Campaign = Schema<'campaign_row'>;
type Budget = Schema<'budget'>;

function EditBudget({ campaign, budget, close }: { campaign: Campaign; budget: Budget; close: () => void }) {
  const client = useQueryClient();
  const [per, setPer] = useState<string | null>(budget.whole_minor === undefined ? 'week' : 'whole');
  const [amount, setAmount] = useState<number | string>(budget.set_at === undefined ? '' : ((budget.week_minor ?? budget.whole_minor) ?? 0) / 100);
  const save = useMutation({
    mutationFn: (remove: boolean) => remove
      ? api.write('DELETE', `/v1/campaigns/${campaign.id}/team-budget`)
      : api.write('PUT', `/v1/campaigns/${campaign.id}/team-budget`, { [per === 'week' ? 'week_minor' : 'whole_minor']: Math.round(Number(amount) * 100) }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['team-budget', campaign.id] });
      close();
    },
  });
  return (
    <Modal opened onClose={close} title="What the team may be paid">
      <Stack>
        <Group grow align="flex-start">
          <NumberInput label={`Amount, ${campaign.currency}`} min={0} decimalScale={2} value={amount} onChange={setAmount} data-autofocus />
          <Select label="For" allowDeselect={false} value={per} onChange={setPer} data={[{ value: 'week', label: 'a week' }, { value: 'whole', label: 'all until the deadline' }]} />
        </Group>
        <Text size="xs" c="dimmed">A match counts what experts ask for an hour, times the hours wanted; the team and offers that stand come off first. An amount in all is spread over the weeks to the campaign’s deadline.</Text>
        {save.isError && <Trouble error={save.error} />}
        <Group justify="flex-end">
          {budget.set_at !== undefined && <Button variant="subtle" color="red" onClick={() => save.mutate(true)} loading={save.isPending}>No budget</Button>}
          <Button onClick={() => save.mutate(false)} disabled={amount === ''} loading={save.isPending}>Set</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** The team's budget, and what became of each limit in the last run. */
export function Limits({ campaign, match }: { campaign: Campaign; match: Schema<'campaign_match'> | undefined }) {
  const [editing, setEditing] = useState(false);
  const budget = useQuery({
    queryKey: ['team-budget', campaign.id],
    queryFn: () => api.get<Budget>(`/v1/campaigns/${campaign.id}/team-budget`),
  });
  const limits = match?.limits ?? [];
  const lost = (match?.free_score ?? 0) - (match?.total_score ?? 0);
  const asked = budget.data;
  const none = asked?.set_at === undefined;
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Limits">
      <Group justify="space-between" mb={4}>
        <Title order={3} size="h6">Limits of the team</Title>
        <Button size="compact-xs" variant="default" onClick={() => setEditing(true)} disabled={asked === undefined}>{none ? 'Set a budget' : 'Change the budget'}</Button>
      </Group>
      {budget.isError && <Trouble error={budget.error} />}
      <Text size="sm" c="dimmed">
        {none ? 'No budget: a match takes whoever fits best.' : `Budget ${money(asked.week_minor ?? asked.whole_minor, asked.currency)} ${asked.week_minor === undefined ? 'until the deadline' : 'a week'}, ${asked.left_minor === undefined ? 'but the deadline lies not ahead' : `${money(asked.left_minor, asked.currency)} a week left`}; set by ${asked.set_by_name}.`}
        {' '}At least and at most by country or level stand in each requirement.
      </Text>
      {limits.length > 0 && (
        <>
          <Table.ScrollContainer minWidth={440} mt="sm"><Table verticalSpacing={6}>
            <Table.Thead><Table.Tr><Table.Th>In the last match</Table.Th><Table.Th ta="right">Given</Table.Th><Table.Th ta="right">Missing</Table.Th><Table.Th>Binds</Table.Th><Table.Th ta="right">Worth</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{limits.map((one, index) => (
              <Table.Tr key={index}>
                <Table.Td>{one.words}</Table.Td>
                <Table.Td ta="right" className="figures">{one.kind === 'budget' ? money(one.given, campaign.currency) : one.kind === 'once' ? `${plural(one.given, 'expert')} held` : one.given}</Table.Td>
                <Table.Td ta="right" className="figures">{one.lacking === 0 ? '–' : one.lacking}</Table.Td>
                <Table.Td>{one.does_bind === 1 ? <Text size="xs" fw={600}>yes</Text> : <Text size="xs" c="dimmed">no</Text>}</Table.Td>
                <Table.Td ta="right" className="figures">{one.worth === 0 ? '–' : one.worth.toFixed(3)}</Table.Td>
              </Table.Tr>
            ))}</Table.Tbody>
          </Table></Table.ScrollContainer>
          <Text size="xs" c="dimmed" mt={4}>{lost > 0.0005 ? `Without limits the whole team would score ${lost.toFixed(3)} more.` : 'Without limits the team would be no better.'} Worth: what one seat, or one {campaign.currency} a week, less strict would add at most.{(match?.gap ?? 0) > 0 && ` The team is the best that was found; no other scores more than ${((match?.gap ?? 0) / 1e6).toFixed(2)} above it (an empty seat counts as 33).`}</Text>
        </>
      )}
      {editing && asked !== undefined && <EditBudget campaign={campaign} budget={asked} close={() => setEditing(false)} />}
    </Card>
  );
}

/** A run with floors or by lot. */
export function RunWith({ run, close }: { run: (options: Record<string, unknown>) => void; close: () => void }) {
  const pools = useQuery({ queryKey: ['pools'], queryFn: () => api.get<Schema<'pool_list'>>('/v1/pools?limit=200') });
  const [pool, setPool] = useState<string | null>(null);
  const [seats, setSeats] = useState<number | string>(1);
  const [cap, setCap] = useState<number | string>('');
  return (
    <Modal opened onClose={close} title="Run the match with">
      <Stack>
        <Select label="A seat for everybody in the pool" description="Floors: so many seats each, with those that they have" clearable placeholder="No floors" value={pool} onChange={setPool} data={(pools.data?.items ?? []).map((one) => ({ value: one.id, label: `${one.name} (${one.member_count})` }))} data-autofocus />
        {pool !== null && <NumberInput label="Seats each" min={1} max={20} value={seats} onChange={setSeats} />}
        <NumberInput label="Nobody surer of a seat than, %" description="Seats are drawn by lot; each proposal shows its chance. Empty: the best team." min={7} max={100} value={cap} onChange={setCap} />
        <Group justify="flex-end"><Button onClick={() => { run({ floor_pool_id: pool ?? undefined, floor_seats: pool === null ? undefined : Number(seats), cap: cap === '' ? undefined : Number(cap) / 100 }); close(); }}>Run the match</Button></Group>
      </Stack>
    </Modal>
  );
}
