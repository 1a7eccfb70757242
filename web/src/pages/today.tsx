import { Badge, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, type Schema } from '../api/client';
import { date, moment, money, plural } from '../parts/format';
import { Keys } from '../parts/keys';
import { PayPreview } from '../parts/pay-preview';
import { Empty, Fetched, Heading, SampleBadge, Trouble } from '../parts/states';

type Work = Schema<'work_view'>;

function useStart() {
  const navigate = useNavigate();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (work: Work) =>
      work.lease_id !== undefined
        ? { lease_id: work.lease_id }
        : api.write<Schema<'claimed'>>('POST', `/v1/campaigns/${work.campaign_id}/claims`),
    onSuccess: async (claimed) => {
      if (claimed.lease_id !== undefined) {
        await navigate({ to: '/task/$lease', params: { lease: claimed.lease_id } });
      } else {
        await client.invalidateQueries({ queryKey: ['work'] });
      }
    },
  });
}

function OpenWork({ work, start }: { work: Work; start: ReturnType<typeof useStart> }) {
  return (
    <Card withBorder radius="md" padding="lg">
      <Stack gap="xs" h="100%" justify="space-between">
        <div>
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Title order={3} size="h5">{work.name}</Title>
            {work.is_sample && <SampleBadge />}
          </Group>
          <Text size="sm" c="dimmed" mb="xs">{work.domain} · {work.task_type}</Text>
          <PayPreview of={`campaigns/${work.campaign_id}`} />
        </div>
        <Group justify="space-between" align="flex-end">
          <div>
            <Text fw={600} className="figures">{money(work.price_minor, work.currency)}</Text>
            <Text size="xs" c="dimmed">for each accepted answer{work.deadline_at !== undefined && ` · until ${date(work.deadline_at)}`}</Text>
          </div>
          <Button onClick={() => start.mutate(work)} loading={start.isPending && start.variables?.campaign_id === work.campaign_id}>
            {work.lease_id !== undefined ? 'Resume' : 'Start'}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

function ClosedWork({ work }: { work: Work }) {
  return (
    <Group justify="space-between" py="sm" wrap="nowrap" align="flex-start">
      <div>
        <Text size="sm" fw={500}>{work.name}</Text>
        <Text size="sm" c="dimmed">
          {work.why_closed}
        </Text>
      </div>
      <Badge variant="light" color="gray" tt="none">{work.domain}</Badge>
    </Group>
  );
}

function Earnings() {
  const earnings = useQuery({ queryKey: ['earnings'], queryFn: () => api.get<Schema<'earning_list'>>('/v1/earnings') });
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h5" mb="xs">Last seven days</Title>
      <Fetched of={earnings}>
        {(data) => data.items.length === 0
          ? <Text size="sm" c="dimmed">Nothing yet. Accepted answers are counted here at once.</Text>
          : data.items.map((one) => (
            <Group key={one.campaign_id + one.kind + one.currency} justify="space-between">
              <Text size="sm">{one.name} <Text component="span" c="dimmed">· {one.kind === 'unit' ? plural(one.unit_count, 'unit') : one.kind}</Text></Text>
              <Text fw={600} className="figures">{money(one.amount_minor, one.currency)}</Text>
            </Group>
          ))}
      </Fetched>
    </Card>
  );
}

function Feedback() {
  const notices = useQuery({ queryKey: ['notices'], queryFn: () => api.get<Schema<'notice_list'>>('/v1/notices?limit=20') });
  const navigate = useNavigate();
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h5" mb="xs">Feedback</Title>
      <Fetched of={notices}>
        {(data) => data.items.length === 0
          ? <Text size="sm" c="dimmed">Nothing yet. What reviewers say about your work appears here.</Text>
          : data.items.slice(0, 5).map((one) => (
            <Group key={one.id} justify="space-between" wrap="nowrap" py={6} align="flex-start">
              <div>
                <Text size="sm" fw={500}>{one.title}</Text>
                <Text size="xs" c="dimmed" lineClamp={2}>{one.message}</Text>
                <Text size="xs" c="dimmed">{moment(one.happened_at)}</Text>
              </div>
              <Button size="compact-xs" variant="light" flex="none" onClick={() => void navigate({ to: one.link as '/' })}>Open</Button>
            </Group>
          ))}
      </Fetched>
    </Card>
  );
}

export default function Today() {
  const work = useQuery({ queryKey: ['work'], queryFn: () => api.get<Schema<'work_list'>>('/v1/work') });
  const start = useStart();
  const open = (work.data?.items ?? []).filter((one) => one.open);
  const closed = (work.data?.items ?? []).filter((one) => !one.open);
  return (
    <>
      <Heading title="Today" />
      <Keys keys={[{ key: 'Enter', what: 'Start or resume the first task', run: () => open[0] !== undefined && start.mutate(open[0]) }]} />
      <Fetched of={work}>
        {() => (
          <Stack gap="lg">
            {start.isError && <Trouble error={start.error} />}
            {start.data !== undefined && start.data.lease_id === undefined && <Text role="status" size="sm">You have done or seen every task that is open there.</Text>}
            {open.length === 0
              ? <Empty title="No open work right now">The reasons stand below. New tasks appear here by themselves.</Empty>
              : <SimpleGrid cols={{ base: 1, sm: 2 }}>{open.map((one) => <OpenWork key={one.campaign_id} work={one} start={start} />)}</SimpleGrid>}
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <Earnings />
              <Feedback />
            </SimpleGrid>
            {closed.length > 0 && (
              <Card withBorder radius="md" padding="lg">
                <Title order={2} size="h5">Not open to you, and why</Title>
                {closed.map((one, index) => <ClosedWork key={index} work={one} />)}
              </Card>
            )}
          </Stack>
        )}
      </Fetched>
    </>
  );
}
