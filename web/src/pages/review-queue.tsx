import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, type Schema } from '../api/client';
import { moment, plural } from '../parts/format';
import { Keys } from '../parts/keys';
import { Empty, Fetched, Heading, SampleBadge, Trouble } from '../parts/states';
import { Challenges } from './tabs/quality/gold';

export default function ReviewQueue() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const queues = useQuery({ queryKey: ['reviews'], queryFn: () => api.get<Schema<'queue_list'>>('/v1/reviews'), refetchInterval: 30000 });
  const claim = useMutation({
    mutationFn: (campaign: string) => api.write<Schema<'review_claimed'>>('POST', `/v1/campaigns/${campaign}/review-claims`),
    onSuccess: async (claimed) => {
      if (claimed.lease_id !== undefined) {
        await navigate({ to: '/review/$lease', params: { lease: claimed.lease_id } });
      } else {
        await client.invalidateQueries({ queryKey: ['reviews'] });
      }
    },
  });
  const first = queues.data?.items.find((one) => one.pending_count + one.appeal_count > 0);
  return (
    <>
      <Heading title="Review" />
      <Keys keys={[{ key: 'Enter', what: 'Take the next one', run: () => first !== undefined && claim.mutate(first.id) }]} />
      {claim.isError && <Trouble error={claim.error} />}
      <Fetched of={queues}>
        {(data) => data.items.length === 0
          ? <Empty title="You review no campaign yet">An operator puts you on a campaign's team as a reviewer.</Empty>
          : (
            <Stack>
              {data.items.map((one) => (
                <Card key={one.id} withBorder radius="md" padding="lg">
                  <Group justify="space-between">
                    <div>
                      <Group gap="xs"><Title order={2} size="h5">{one.name}</Title>{one.is_sample === 1 && <SampleBadge />}</Group>
                      <Text size="sm" c="dimmed">
                        {plural(one.pending_count, 'answer')} to review{one.appeal_count > 0 && `, ${plural(one.appeal_count, 'appeal')} to decide`}
                        {one.oldest_due_at !== undefined && ` · oldest due ${moment(one.oldest_due_at)}`}
                      </Text>
                    </div>
                    <Button onClick={() => claim.mutate(one.id)} disabled={one.pending_count + one.appeal_count === 0} loading={claim.isPending && claim.variables === one.id}>
                      {one.pending_count + one.appeal_count === 0 ? 'Nothing waits' : 'Take the next'}
                    </Button>
                  </Group>
                </Card>
              ))}
              {data.items.map((one) => <Challenges key={one.id} campaign={one.id} quiet />)}
            </Stack>
          )}
      </Fetched>
    </>
  );
}
