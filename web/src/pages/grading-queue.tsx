import { Button, Card, Group, NumberInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { estimate, moment, plural } from '../parts/format';
import { has, useSession } from '../parts/session';
import { Empty, Fetched, Heading, Trouble } from '../parts/states';

const PURPOSES: Record<string, string> = { judgement: 'Interviews below the mark, or that the program was unsure of', appeal: 'Appeals' };

/** How many judgements are graded twice; never fewer than a twentieth. */
function Share({ share }: { share: number }) {
  const client = useQueryClient();
  const [percent, setPercent] = useState<number | string>(Math.round(100 * share));
  const [reason, setReason] = useState('');
  const put = useMutation({
    mutationFn: () => api.write('PUT', '/v1/grading-share', { share: Number(percent) / 100, reason }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['gradings'] }),
  });
  return (
    <Card withBorder radius="md" padding="lg">
      <Stack gap="sm">
        <Title order={2} size="h6">Second grades</Title>
        <Group align="flex-end" wrap="wrap">
          <NumberInput label="Of 100 judgements" min={5} max={100} clampBehavior="blur" w={150} value={percent} onChange={setPercent} />
          <TextInput label="Why" flex={1} miw={200} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          <Button variant="default" disabled={reason.length < 3 || percent === ''} loading={put.isPending} onClick={() => put.mutate()}>Change</Button>
        </Group>
        {put.isError && <Trouble error={put.error} />}
      </Stack>
    </Card>
  );
}

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
                <Text size="sm" c="dimmed">{plural(one.amount, 'grade')} wanted · the first is due {moment(one.first_due_at)}</Text>
              </Card>
            ))}
            <Text size="sm" c="dimmed">Chance sends {Math.round(100 * data.check_share)} % of the judgements to a second person. Nobody can tell which: {data.checks_chosen} of {data.check_draws} so far.</Text>
            {has(session, 'operator') && <Share share={data.check_share} />}
            <Group><Text size="sm" c="dimmed">Appeals that changed the result: {data.appeals_decided === 0 ? 'none decided yet' : `${estimate(data.overturn_rate, data.overturn_low, data.overturn_high)}, n ${data.appeals_decided}`}</Text></Group>
          </>
        )}
      </Fetched>
    </Stack>
  );
}
