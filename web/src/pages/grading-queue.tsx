import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, type Schema } from '../api/client';
import { estimate, moment, plural } from '../parts/format';
import { has, useSession } from '../parts/session';
import { Empty, Fetched, Heading, Trouble } from '../parts/states';

const PURPOSES: Record<string, string> = { judgement: 'Interviews below the mark, or that the program was unsure of', appeal: 'Appeals', check: 'Second looks, drawn at random' };

export default function GradingQueue() {
  const navigate = useNavigate();
  const session = useSession();
  const queue = useQuery({ queryKey: ['gradings'], queryFn: () => api.get<Schema<'queue_view'>>('/v1/gradings'), refetchInterval: 30000 });
  const claim = useMutation({
    mutationFn: () => api.write<Schema<'grading_claimed'>>('POST', '/v1/grading-claims'),
    onSuccess: async (claimed) => {
      if (claimed.grading_id !== undefined) {
        await navigate({ to: '/grading/$grading', params: { grading: claimed.grading_id } });
      }
    },
  });
  return (
    <Stack maw={760}>
      <Heading title="Grading">{has(session, 'reviewer') && <Button onClick={() => claim.mutate()} loading={claim.isPending}>Take the next</Button>}</Heading>
      {claim.isError && <Trouble error={claim.error} />}
      {claim.data?.message !== undefined && <Text size="sm" role="status">{claim.data.message}</Text>}
      <Fetched of={queue}>
        {(data) => (
          <>
            {data.waiting.length === 0 && <Empty title="Nothing waits">Interviews below the mark come here before anything is decided.</Empty>}
            {data.waiting.map((one) => (
              <Card key={one.purpose} withBorder radius="md" padding="lg">
                <Title order={2} size="h6">{PURPOSES[one.purpose]}</Title>
                <Text size="sm" c="dimmed">{plural(one.amount, 'seat')} · the first is due {moment(one.first_due_at)}</Text>
              </Card>
            ))}
            <Group><Text size="sm" c="dimmed">Appeals that changed the result: {data.appeals_decided === 0 ? 'none decided yet' : `${estimate(data.overturn_rate, data.overturn_low, data.overturn_high)}, n ${data.appeals_decided}`}</Text></Group>
          </>
        )}
      </Fetched>
    </Stack>
  );
}
