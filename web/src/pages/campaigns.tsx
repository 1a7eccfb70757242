import { Button, Card, Group, SimpleGrid, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { count, estimate, money } from '../parts/format';
import { has, useSession } from '../parts/session';
import { Empty, Fetched, Heading, SampleBadge, State } from '../parts/states';

function Tile({ campaign }: { campaign: Schema<'campaign_row'> }) {
  const board = useQuery({ queryKey: ['board', campaign.id], queryFn: () => api.get<Schema<'board'>>(`/v1/campaigns/${campaign.id}/board`) });
  const alpha = board.data?.agreement[0];
  const share = board.data === undefined || board.data.wanted === 0 ? 0 : board.data.accepted / board.data.wanted;
  return (
    <Card withBorder radius="md" padding="lg" renderRoot={(props) => <Link to="/campaigns/$campaign" params={{ campaign: campaign.id }} {...props} />} c="inherit" td="none">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={2} size="h5">{campaign.name}</Title>
        <Group gap={6} wrap="nowrap">{campaign.is_sample === 1 && <SampleBadge />}<State of={campaign.state} /></Group>
      </Group>
      <Text size="sm" c="dimmed" mb="md">{campaign.organisation_name} · {campaign.domain} · {campaign.task_type}</Text>
      <div className="bar" role="img" aria-label={`${Math.round(share * 100)} % of the answers accepted`}><span style={{ width: `${share * 100}%` }} /></div>
      <Group justify="space-between" mt={6}>
        <Text size="sm" className="figures">{board.data === undefined ? '…' : `${count(board.data.accepted)} of ${count(board.data.wanted)} answers`}</Text>
        <Text size="sm" className="figures">{board.data === undefined ? '' : money(board.data.spend_minor, campaign.currency)}</Text>
      </Group>
      <Text size="xs" c="dimmed" className="figures" mt={4}>α {alpha === undefined ? 'not known yet' : `${estimate(alpha.estimate, alpha.low, alpha.high)}, n ${alpha.unit_count}`}</Text>
    </Card>
  );
}

export default function Campaigns() {
  const session = useSession();
  const [search, setSearch] = useState('');
  const campaigns = useQuery({ queryKey: ['campaigns'], queryFn: () => api.get<Schema<'campaign_list'>>('/v1/campaigns?limit=200') });
  const isOperator = has(session, 'operator');
  return (
    <>
      <Heading title="Campaigns">
        <TextInput placeholder="Filter" aria-label="Filter campaigns" size="xs" value={search} onChange={(event) => setSearch(event.currentTarget.value)} />
        <Button size="xs" variant="default" renderRoot={(props) => <Link to="/scope" {...props} />}>Scope a need</Button>
        {isOperator && <Button size="xs" renderRoot={(props) => <Link to="/campaigns/new" {...props} />}>New campaign</Button>}
      </Heading>
      <Fetched of={campaigns}>
        {(data) => {
          const found = data.items.filter((one) => (one.name + one.organisation_name + one.domain).toLowerCase().includes(search.toLowerCase()));
          return found.length === 0
            ? <Empty title={data.items.length === 0 ? 'No campaign yet' : 'Nothing like that'}>{isOperator ? 'A campaign says what a client needs. Add the client under People, then the campaign.' : 'Your operator sets campaigns up with you.'}</Empty>
            : <SimpleGrid cols={{ base: 1, sm: 2 }}>{found.map((one) => <Tile key={one.id} campaign={one} />)}</SimpleGrid>;
        }}
      </Fetched>
    </>
  );
}
