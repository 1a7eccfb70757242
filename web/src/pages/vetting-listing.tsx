import { Alert, Anchor, Badge, Button, Card, Code, Group, SegmentedControl, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, query, type Schema } from '../api/client';
import { date } from '../parts/format';
import { has, useSession } from '../parts/session';
import { Empty, Fetched, Heading, State, Trouble } from '../parts/states';
import { ListingFacts, Stage } from '../parts/vetting';

function Funnel({ listing }: { listing: string }) {
  const funnel = useQuery({ queryKey: ['funnel', listing], queryFn: () => api.get<Schema<'funnel'>>(`/v1/listings/${listing}/funnel`) });
  return (
    <Fetched of={funnel}>
      {(data) => data.stages.length === 0 ? <Text size="sm" c="dimmed">Nobody has applied yet.</Text> : (
        <SimpleGrid cols={{ base: 2, sm: 3, md: 6 }}>
          {data.stages.map((one) => (
            <Card key={one.application_state} withBorder radius="md" padding="sm">
              <Stage of={one.application_state} />
              <Text fw={600} size="xl" className="figures">{one.amount}</Text>
              {one.late_count > 0 && <Text size="xs" c="red">{one.late_count} past their day</Text>}
            </Card>
          ))}
        </SimpleGrid>
      )}
    </Fetched>
  );
}

function Applicants({ listing }: { listing: string }) {
  const [late, setLate] = useState('all');
  const list = useQuery({
    queryKey: ['applicants', listing, late],
    queryFn: () => api.get<Schema<'application_list'>>(`/v1/listings/${listing}/applications${query({ late: late === 'late' ? 'true' : undefined, limit: 200 })}`),
  });
  return (
    <Card withBorder radius="md" padding="lg">
      <Group justify="space-between" mb="sm"><Title order={2} size="h6">Applications</Title><SegmentedControl size="xs" data={[{ value: 'all', label: 'All' }, { value: 'late', label: 'Past their day' }]} value={late} onChange={setLate} aria-label="Which applications" /></Group>
      <Fetched of={list}>
        {(data) => data.items.length === 0 ? <Empty title={late === 'late' ? 'Nobody waits too long' : 'Nobody has applied yet'} /> : (
          <Table.ScrollContainer minWidth={560}>
            <Table verticalSpacing="xs">
              <Table.Thead><Table.Tr><Table.Th>Person</Table.Th><Table.Th>Stands</Table.Th><Table.Th>Applied</Table.Th><Table.Th>Answer by</Table.Th><Table.Th /></Table.Tr></Table.Thead>
              <Table.Tbody>{data.items.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td><Anchor size="sm" renderRoot={(props) => <Link to="/applications/$application" params={{ application: one.id }} {...props} />}>{one.name}</Anchor></Table.Td>
                  <Table.Td><Stage of={one.application_state} /></Table.Td>
                  <Table.Td><Text size="sm">{date(one.applied_at)}</Text></Table.Td>
                  <Table.Td><Group gap={6}><Text size="sm">{date(one.due_at)}</Text>{one.escalated_at !== undefined && <Badge color="red" variant="light" tt="none">late</Badge>}</Group></Table.Td>
                  <Table.Td ta="right">{one.interview_id !== undefined && ['judged', 'qualified', 'declined', 'interviewing'].includes(one.application_state) && <Anchor size="sm" renderRoot={(props) => <Link to="/interviews/$interview/result" params={{ interview: one.interview_id ?? '' }} {...props} />}>Result</Anchor>}</Table.Td>
                </Table.Tr>
              ))}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Fetched>
    </Card>
  );
}

export default function VettingListing() {
  const { listing } = useParams({ strict: false }) as { listing: string };
  const session = useSession();
  const client = useQueryClient();
  const view = useQuery({ queryKey: ['listing', listing], queryFn: () => api.get<Schema<'listing_row'>>(`/v1/listings/${listing}`) });
  const set = useMutation({
    mutationFn: (state: string) => api.write('POST', `/v1/listings/${listing}/state`, { state }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['listing', listing] }),
  });
  const link = useMutation({ mutationFn: () => api.write<Schema<'link_made'>>('POST', `/v1/listings/${listing}/links`) });
  return (
    <Fetched of={view}>
      {(data) => (
        <Stack>
          <Heading title={data.title} trail={[{ label: 'Vetting', to: '/vetting' }]}>
            <State of={data.listing_state} />
            {has(session, 'operator') && data.listing_state !== 'draft' && <Button variant="default" size="xs" loading={link.isPending} onClick={() => link.mutate()}>Invite by link</Button>}
            {has(session, 'operator') && <Button size="xs" variant={data.listing_state === 'open' ? 'default' : 'filled'} loading={set.isPending} onClick={() => set.mutate(data.listing_state === 'open' ? 'closed' : 'open')}>{data.listing_state === 'open' ? 'Close' : 'Open'}</Button>}
          </Heading>
          {set.isError && <Trouble error={set.error} />}
          {link.isError && <Trouble error={link.error} />}
          {link.isSuccess && <Alert color="teal" title="Your link">It is shown only here and lives 90 days.<Code block mt="xs">{`${window.location.origin}/roles/${listing}?link=${link.data.token}`}</Code></Alert>}
          <Funnel listing={listing} />
          <Applicants listing={listing} />
          <Card withBorder radius="md" padding="lg"><Title order={2} size="h6" mb="sm">What applicants read</Title><ListingFacts listing={data} /></Card>
        </Stack>
      )}
    </Fetched>
  );
}
