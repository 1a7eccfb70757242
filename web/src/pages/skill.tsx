import { Button, Card, Group, Modal, Stack, Table, Text, Textarea, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { date, moment, plural, words } from '../parts/format';
import { Panel } from '../parts/panel';
import { Empty, Fetched, Heading, State, Trouble } from '../parts/states';
import { Whisker } from '../parts/whisker';
import { DecisionCard } from './tabs/quality/decisions';

const short = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(2).replace(/^0/, ''));

function Figures({ own }: { own: Schema<'own_skill'> }) {
  return (
    <Panel title="Your figures" hint={own.formula} rows={own.skills} name="my-skill">
      {own.skills.length === 0 ? <Text size="sm" c="dimmed">Nothing is known yet: it begins with your first answer.</Text> : (
        <Table.ScrollContainer minWidth={720}>
          <Table verticalSpacing={6}>
            <Table.Thead><Table.Tr><Table.Th>Campaign</Table.Th><Table.Th>Domain</Table.Th><Table.Th>Accuracy (95 %)</Table.Th><Table.Th ta="right">Model’s, before difficulty</Table.Th><Table.Th ta="right">Two others agree on yours</Table.Th><Table.Th ta="right">on any</Table.Th><Table.Th ta="right">Answers</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{own.skills.map((one) => (
              <Table.Tr key={one.campaign_id + one.label + one.domain}>
                <Table.Td>{one.campaign_name}<Text size="xs" c="dimmed">{one.label}</Text></Table.Td>
                <Table.Td>{one.domain === '' ? `all (${one.field})` : one.domain}</Table.Td>
                <Table.Td>{one.accuracy === undefined ? <Text size="sm" c="dimmed">not enough yet ({one.label_count} of {own.shown_from})</Text> : <Whisker value={one.accuracy} low={one.low} high={one.high} label={`Accuracy in ${one.campaign_name}`} />}{one.is_top === 1 && <Text size="xs" c="teal">In the top group: its intervals lie above all others’.</Text>}</Table.Td>
                <Table.Td ta="right" className="figures">{short(one.plain)}</Table.Td>
                <Table.Td ta="right" className="figures">{short(one.others_agree)} <Text component="span" size="xs" c="dimmed">n {one.others_count}</Text></Table.Td>
                <Table.Td ta="right" className="figures">{short(one.all_agree)}</Table.Td>
                <Table.Td ta="right" className="figures">{one.label_count}</Table.Td>
              </Table.Tr>
            ))}</Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Panel>
  );
}

function Challenge({ submission, close }: { submission: string; close: () => void }) {
  const client = useQueryClient();
  const [message, setMessage] = useState('');
  const challenge = useMutation({
    mutationFn: () => api.write('POST', `/v1/submissions/${submission}/gold-challenges`, { message }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['checks'] });
      close();
    },
  });
  return (
    <Modal opened onClose={close} title="Challenge this check">
      <Stack>
        <Text size="sm">Somebody who did not make the check decides within five days. If you are right, it counts for nobody any more.</Text>
        <Textarea label="Why is the check wrong?" value={message} onChange={(event) => setMessage(event.currentTarget.value)} autosize minRows={4} data-autofocus />
        {challenge.isError && <Trouble error={challenge.error} />}
        <Group justify="flex-end"><Button onClick={() => challenge.mutate()} disabled={message.trim().length < 10} loading={challenge.isPending}>Challenge</Button></Group>
      </Stack>
    </Modal>
  );
}

function Checks() {
  const [open, setOpen] = useState<string>();
  const checks = useQuery({ queryKey: ['checks'], queryFn: () => api.get<Schema<'check_list'>>('/v1/checks') });
  return (
    <Panel title="Checks" hint="Now and then a task’s answer is known. You are told of those that you missed after a while; the known answer itself stays hidden, because others still meet the task." rows={checks.data?.missed ?? []} name="my-checks">
      <Fetched of={checks}>
        {(data) => (
          <Stack gap="xs">
            <Text size="sm">{data.checked === 0 ? 'No answer of yours was checked so far.' : `${data.met} of ${plural(data.checked, 'check')} met.`}</Text>
            {data.missed.map((one) => (
              <Group key={one.submission_id} justify="space-between">
                <div><Text size="sm"><Link to="/work/$submission" params={{ submission: one.submission_id }}>Your answer of {date(one.submitted_at)}</Link> in {one.campaign_name}, clause {one.clause_code}</Text>{one.decision !== undefined && <Text size="xs" c="dimmed">{one.decision}</Text>}</div>
                {one.challenge_state === undefined ? <Button size="xs" variant="default" onClick={() => setOpen(one.submission_id)}>Challenge</Button> : <State of={one.challenge_state} />}
              </Group>
            ))}
          </Stack>
        )}
      </Fetched>
      {open !== undefined && <Challenge submission={open} close={() => setOpen(undefined)} />}
    </Panel>
  );
}

function Judgements({ own }: { own: Schema<'own_skill'> }) {
  return (
    <Panel title="The last judgements" rows={own.reviews} name="my-reviews">
      {own.reviews.length === 0 ? <Text size="sm" c="dimmed">No answer of yours was judged so far.</Text> : (
        <Stack gap="xs">{own.reviews.map((one) => (
          <div key={one.submission_id + one.decided_at}>
            <Text size="sm"><strong>{words(one.verdict)}</strong> · <Link to="/work/$submission" params={{ submission: one.submission_id }}>{one.campaign_name}</Link> · {moment(one.decided_at)}{one.clause_code !== undefined && ` · clause ${one.clause_code}`} {one.appeal_state !== undefined && <State of={one.appeal_state} />}</Text>
            {one.message !== undefined && <Text size="sm" c="dimmed">{one.message}</Text>}
          </div>
        ))}</Stack>
      )}
    </Panel>
  );
}

/** What is known about one's own work, and from what. */
export default function MySkill() {
  const client = useQueryClient();
  const own = useQuery({ queryKey: ['own-skill'], queryFn: () => api.get<Schema<'own_skill'>>('/v1/skill') });
  const decisions = useQuery({ queryKey: ['own-decisions'], queryFn: () => api.get<Schema<'decision_list'>>('/v1/decisions') });
  return (
    <>
      <Heading title="My skill" />
      <Fetched of={own}>
        {(data) => (
          <Stack>
            {(decisions.data?.items ?? []).length > 0 && (
              <Card withBorder radius="md" padding="md"><Title order={3} size="h6" mb="sm">Decisions about your work</Title><Stack gap="sm">{decisions.data?.items.map((one) => <DecisionCard key={one.id} own decision={one} refresh={() => void client.invalidateQueries({ queryKey: ['own-decisions'] })} />)}</Stack></Card>
            )}
            {decisions.isError && <Trouble error={decisions.error} />}
            {data.skills.length === 0 && data.reviews.length === 0 && <Empty title="It begins with your first answer">What is known about your work, from what and how, stands here.</Empty>}
            <Figures own={data} />
            <Checks />
            <Judgements own={data} />
          </Stack>
        )}
      </Fetched>
    </>
  );
}
