import { Button, Card, Group, Modal, Stack, Text, Textarea, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { moment, words } from '../parts/format';
import { Keys } from '../parts/keys';
import { useDefinition } from '../parts/lease';
import { Fetched, Heading, State, Trouble } from '../parts/states';
import { ListInWords } from '../parts/list';
import { Shows } from '../parts/task';
import { type Answer, at, type Definition, options, sidesInOrder } from '../parts/type';

type View = Schema<'submission_view'>;

/** An answer in words, as the type's questions put it. */
export function AnswerInWords({ definition, presentation, answer }: { definition: Definition; presentation: unknown; answer: Answer }) {
  return (
    <Stack gap={6}>
      {definition.layout.ask.map((ask) => {
        const value = at(answer, ask.path);
        if (value === undefined) {
          return null;
        }
        if (ask.kind === 'list') {
          return <ListInWords key={ask.path} ask={ask} items={value as Answer[]} />;
        }
        const side = ask.sides === true ? sidesInOrder(definition, presentation).find((one) => one.value === value)?.name : undefined;
        const label = side ?? options(ask).find((one) => one.value === value)?.label ?? String(value);
        return <Text key={ask.path} size="sm"><Text component="span" c="dimmed">{ask.title}</Text> {label}</Text>;
      })}
    </Stack>
  );
}

function Appeal({ view, opened, close }: { view: View; opened: boolean; close: () => void }) {
  const client = useQueryClient();
  const [message, setMessage] = useState('');
  const appeal = useMutation({
    mutationFn: () => api.write('POST', `/v1/submissions/${view.id}/appeals`, { message }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['submission', view.id] });
      close();
    },
  });
  return (
    <Modal opened={opened} onClose={close} title="Appeal">
      <Stack>
        <Text size="sm">A second reviewer decides within five days without seeing the first verdict. If they agree with you, the answer is accepted and paid.</Text>
        <Textarea label="Why is the rejection wrong?" value={message} onChange={(event) => setMessage(event.currentTarget.value)} autosize minRows={4} data-autofocus />
        {appeal.isError && <Trouble error={appeal.error} />}
        <Group justify="flex-end"><Button onClick={() => appeal.mutate()} disabled={message.trim().length < 10} loading={appeal.isPending}>Appeal</Button></Group>
      </Stack>
    </Modal>
  );
}

function History({ view }: { view: View }) {
  return (
    <Stack gap="sm">
      {view.reviews.map((review) => (
        <Card key={review.id} withBorder radius="md" padding="md">
          <Group justify="space-between"><Text size="sm" fw={600}>{words(review.verdict)} by {review.pseudonym}</Text><Text size="xs" c="dimmed">{moment(review.decided_at)}</Text></Group>
          {review.clause_code !== undefined && <Text size="sm">Clause {review.clause_code} · {words(review.reason_code ?? '')}</Text>}
          {review.message !== undefined && <Text size="sm" mt={4}>{review.message}</Text>}
        </Card>
      ))}
      {view.appeals.map((appeal) => (
        <Card key={appeal.id} withBorder radius="md" padding="md">
          <Group justify="space-between"><Text size="sm" fw={600}>Your appeal</Text><State of={appeal.state} /></Group>
          <Text size="sm" mt={4}>{appeal.message}</Text>
          <Text size="xs" c="dimmed" mt={4}>{appeal.state === 'open' ? `Decided by ${moment(appeal.due_at)} at the latest` : `${moment(appeal.decided_at)}: ${appeal.decision ?? ''}`}</Text>
        </Card>
      ))}
    </Stack>
  );
}

export default function Submission() {
  const { submission: id } = useParams({ strict: false }) as { submission: string };
  const navigate = useNavigate();
  const [appealing, shown] = useDisclosure(false);
  const view = useQuery({ queryKey: ['submission', id], queryFn: () => api.get<View>(`/v1/submissions/${id}`) });
  const definition = useDefinition(view.data?.campaign_id);
  const revise = useMutation({
    mutationFn: () => api.write<Schema<'claimed'>>('POST', `/v1/submissions/${id}/revisions`),
    onSuccess: (claimed) => claimed.lease_id !== undefined && navigate({ to: '/task/$lease', params: { lease: claimed.lease_id } }),
  });
  return (
    <Fetched of={view}>
      {(data) => (
        <Fetched of={definition}>
          {(type) => (
            <>
              <Keys keys={[
                { key: 'A', what: 'Appeal', run: () => data.can_appeal && shown.open() },
                { key: 'R', what: 'Revise', run: () => data.can_revise && revise.mutate() },
              ]} />
              <Heading title="Your answer" trail={[{ label: 'My work', to: '/work' }]}>
                <State of={data.state} />
                {data.can_revise && <Button size="xs" onClick={() => revise.mutate()} loading={revise.isPending}>Revise (R)</Button>}
                {data.can_appeal && <Button size="xs" onClick={shown.open}>Appeal (A)</Button>}
              </Heading>
              {revise.isError && <Trouble error={revise.error} />}
              <div className="work">
                <Shows definition={type} payload={data.payload} presentation={data.presentation} answer={data.answer as Answer} />
                <Stack>
                  <Card withBorder radius="md" padding="md">
                    <Title order={2} size="h6" mb="xs">You said</Title>
                    <AnswerInWords definition={type} presentation={data.presentation} answer={data.answer as Answer} />
                    {JSON.stringify(data.answer) !== JSON.stringify(data.final_answer) && (
                      <>
                        <Title order={2} size="h6" mt="md" mb="xs">As it stands now</Title>
                        <AnswerInWords definition={type} presentation={data.presentation} answer={data.final_answer as Answer} />
                      </>
                    )}
                    <Text size="xs" c="dimmed" mt="sm">{moment(data.submitted_at)}{data.revision > 1 && ` · revision ${data.revision}`}</Text>
                  </Card>
                  <History view={data} />
                </Stack>
              </div>
              <Appeal view={data} opened={appealing} close={shown.close} />
            </>
          )}
        </Fetched>
      )}
    </Fetched>
  );
}
