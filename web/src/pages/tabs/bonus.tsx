import { Button, Card, Checkbox, Group, Modal, Select, SimpleGrid, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../../api/client';
import { type Accrual, Accruals } from '../../parts/accruals';
import { minorOf, money } from '../../parts/format';
import { Empty, Fetched, Trouble } from '../../parts/states';

function Give({ engagement, currency, refresh }: { engagement: string; currency: string; refresh: () => Promise<void> }) {
  const [amount, setAmount] = useState('');
  const [reason, setReason] = useState('');
  const [charged, setCharged] = useState(false);
  const minor = minorOf(amount, currency);
  const give = useMutation({
    mutationFn: () => api.write('POST', `/v1/engagements/${engagement}/bonuses`, { amount_minor: minor, reason, is_charged: charged }),
    onSuccess: async () => {
      setAmount('');
      setReason('');
      setCharged(false);
      await refresh();
    },
  });
  return (
    <Card withBorder radius="md" padding="md" component="section" aria-label="Give a bonus">
      <Title order={3} size="h6" mb="xs">Give a bonus</Title>
      <Stack gap="xs">
        <TextInput label={`Amount in ${currency}`} value={amount} onChange={(event) => setAmount(event.currentTarget.value)} error={amount !== '' && minor === null ? 'An amount such as 12.50' : undefined} />
        <Textarea label="Reason" description="The person reads it, and it stands in the entry" autosize minRows={2} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <Checkbox label="The client is charged for it" checked={charged} onChange={(event) => setCharged(event.currentTarget.checked)} />
        {give.isError && <Trouble error={give.error} />}
        <Group><Button onClick={() => give.mutate()} loading={give.isPending} disabled={minor === null || minor <= 0 || reason.length < 5}>Give it</Button></Group>
      </Stack>
    </Card>
  );
}

function Undo({ item, close, refresh }: { item: Accrual; close: () => void; refresh: () => Promise<void> }) {
  const [reason, setReason] = useState('');
  const undo = useMutation({
    mutationFn: () => api.write('POST', `/v1/awards/${item.award_id}/decision`, { verdict: 'undo', reason }),
    onSuccess: async () => {
      await refresh();
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={`Take back ${money(item.amount_minor, item.currency)}?`}>
      <Stack gap="sm">
        <Text size="sm">{item.reason} The entry stays; another one undoes it, and the person is told why.</Text>
        <Textarea label="Reason" autosize minRows={2} value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus />
        {undo.isError && <Trouble error={undo.error} />}
        <Group><Button color="red" onClick={() => undo.mutate()} loading={undo.isPending} disabled={reason.length < 5}>Take it back</Button><Button variant="default" onClick={close}>Keep it</Button></Group>
      </Stack>
    </Modal>
  );
}

function Member({ engagement, currency }: { engagement: string; currency: string }) {
  const client = useQueryClient();
  const accruals = useQuery({ queryKey: ['accruals', engagement], queryFn: () => api.get<Schema<'accrual_list'>>(`/v1/engagements/${engagement}/accruals`) });
  const [undoing, setUndoing] = useState<Accrual | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: ['accruals', engagement] });
  const approve = useMutation({
    mutationFn: (position: number) => api.write('POST', `/v1/engagements/${engagement}/milestone-approvals`, { position }),
    onSuccess: refresh,
  });
  const act = (item: Accrual) => item.state === 'promised' && item.position !== undefined
    ? <Button size="compact-xs" onClick={() => approve.mutate(item.position as number)} loading={approve.isPending} aria-label={`Reached: ${item.reason}`}>Reached</Button>
    : item.award_id !== undefined && item.state !== 'undone'
      ? <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setUndoing(item)} aria-label={`Take back: ${item.reason}`}>Take back</Button> : null;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Card withBorder radius="md" padding="md" component="section" aria-label="Owed and promised">
        <Title order={3} size="h6" mb="xs">Owed and promised</Title>
        {approve.isError && <Trouble error={approve.error} />}
        <Fetched of={accruals}>
          {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">The terms promise nothing beside units and minutes, and nothing was given.</Text> : <Accruals items={data.items} act={act} />}
        </Fetched>
      </Card>
      <Give key={engagement} engagement={engagement} currency={accruals.data?.items[0]?.currency ?? currency} refresh={refresh} />
      {undoing !== null && <Undo item={undoing} close={() => setUndoing(null)} refresh={refresh} />}
    </SimpleGrid>
  );
}

/** What the team is owed beside units and minutes: milestones to approve, bonuses to give. */
export function BonusTab({ campaign }: { campaign: Schema<'campaign_row'> }) {
  const team = useQuery({ queryKey: ['team', campaign.id], queryFn: () => api.get<Schema<'engagement_list'>>(`/v1/campaigns/${campaign.id}/engagements`) });
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <Fetched of={team}>
      {(data) => {
        const engagement = chosen ?? data.items[0]?.id;
        if (engagement === undefined) {
          return <Empty title="Nobody is on the team yet">Milestones and bonuses belong to a person's terms.</Empty>;
        }
        return (
          <Stack>
            <Select label="Whose" w={{ base: '100%', xs: 320 }} value={engagement} onChange={setChosen} allowDeselect={false} data={data.items.map((one) => ({ value: one.id, label: `${one.name}, ${one.duty}` }))} />
            <Member key={engagement} engagement={engagement} currency={data.items.find((one) => one.id === engagement)?.currency ?? campaign.currency} />
          </Stack>
        );
      }}
    </Fetched>
  );
}
