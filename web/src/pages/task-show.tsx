import { Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api, type Schema } from '../api/client';
import { moment } from '../parts/format';
import { useDefinition } from '../parts/lease';
import { Empty, Fetched, Heading, State } from '../parts/states';
import { Shows } from '../parts/task';
import type { Answer } from '../parts/type';
import { AnswerInWords } from './submission';

/** One task with every answer to it. */
export default function TaskShow() {
  const { task: id } = useParams({ strict: false }) as { task: string };
  const view = useQuery({ queryKey: ['task', id], queryFn: () => api.get<Schema<'task_view'>>(`/v1/tasks/${id}`) });
  const definition = useDefinition(view.data?.task.campaign_id);
  return (
    <Fetched of={view}>
      {(data) => (
        <Fetched of={definition}>
          {(type) => (
            <>
              <Heading title={data.task.external_id ?? 'Task'} trail={[{ label: 'Campaigns', to: '/campaigns' }, { label: 'Tasks of the campaign', to: `/campaigns/${data.task.campaign_id}/tasks` }]}><State of={data.task.state} /></Heading>
              <div className="work">
                <Shows definition={type} payload={data.task.payload} presentation={{}} answer={{}} />
                <Stack>
                  <Title order={2} size="h6">Answers</Title>
                  {data.submissions.length === 0 && <Empty title="None yet" />}
                  {data.submissions.map((one) => (
                    <Card key={one.id} withBorder radius="md" padding="md">
                      <Group justify="space-between" mb="xs"><Text size="sm" fw={600}>{one.pseudonym}{one.revision > 1 && `, revision ${one.revision}`}</Text><State of={one.state} /></Group>
                      <AnswerInWords definition={type} presentation={{}} answer={one.final_answer as Answer} />
                      <Text size="xs" c="dimmed" mt="xs">{moment(one.submitted_at)}</Text>
                    </Card>
                  ))}
                </Stack>
              </div>
            </>
          )}
        </Fetched>
      )}
    </Fetched>
  );
}
