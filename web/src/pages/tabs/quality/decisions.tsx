import { Button, Card, Group, Modal, Select, Stack, TagsInput, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../../../api/client';
import { date, moment, plural, words } from '../../../parts/format';
import { Panel } from '../../../parts/panel';
import { Fetched, State, Trouble } from '../../../parts/states';

type Decision = Schema<'decision_view'>;
const DONE: Record<string, string> = { pause: 'Engagement paused', reject: 'Answers rejected', offboard: 'Engagement ended' };
const REASONS = ['incorrect', 'ignores_guideline', 'low_effort', 'copied', 'inconsistent', 'other'];

function Make({ campaign, close }: { campaign: string; close: () => void }) {
  const client = useQueryClient();
  const team = useQuery({ queryKey: ['team', campaign], queryFn: () => api.get<Schema<'engagement_list'>>(`/v1/campaigns/${campaign}/engagements`) });
  const guideline = useQuery({ queryKey: ['guideline', campaign], queryFn: () => api.get<Schema<'guideline_view'>>(`/v1/campaigns/${campaign}/guideline`) });
  const [person, setPerson] = useState<string | null>(null);
  const [action, setAction] = useState<string | null>('pause');
  const [clause, setClause] = useState<string | null>(null);
  const [reason, setReason] = useState<string | null>(null);
  const [message, setMessage] = useState('');
  const [answers, setAnswers] = useState<string[]>([]);
  const make = useMutation({
    mutationFn: () => api.write('POST', `/v1/campaigns/${campaign}/decisions`, { engagement_id: person, action, clause_code: clause, reason_code: reason, message, submissions: answers }),
    onSuccess: async () => {
      await Promise.all([client.invalidateQueries({ queryKey: ['decisions', campaign] }), client.invalidateQueries({ queryKey: ['team', campaign] })]);
      close();
    },
  });
  const ready = person !== null && clause !== null && reason !== null && message.trim().length >= 10 && answers.length > 0;
  return (
    <Modal opened onClose={close} title="Decide about somebody’s work" size="lg">
      <Stack>
        <Text size="sm">You decide, under your name. The person reads the clause, the reason and the answers it rests on, and may appeal to somebody else.</Text>
        <Select label="Who" searchable value={person} onChange={setPerson} data={(team.data?.items ?? []).map((one) => ({ value: one.id, label: `${one.pseudonym} · ${one.name} (${one.duty})` }))} />
        <Select label="What" allowDeselect={false} value={action} onChange={setAction} data={[{ value: 'pause', label: 'Pause the engagement' }, { value: 'reject', label: 'Reject the answers below' }, { value: 'offboard', label: 'End the engagement' }]} />
        <Select label="Clause that was not met" searchable value={clause} onChange={setClause} data={(guideline.data?.clauses ?? []).map((one) => ({ value: one.code, label: `${one.code} ${one.title}` }))} />
        <Select label="Reason" value={reason} onChange={setReason} data={REASONS.map((one) => ({ value: one, label: words(one) }))} />
        <TagsInput label="Answers it rests on" description="sub_…, from the answers behind a number or an alert; press Enter after each" value={answers} onChange={setAnswers} />
        <Textarea label="In words; the person reads it" value={message} onChange={(event) => setMessage(event.currentTarget.value)} autosize minRows={3} />
        {make.isError && <Trouble error={make.error} />}
        <Group justify="flex-end"><Button color="red" onClick={() => make.mutate()} disabled={!ready} loading={make.isPending}>Decide</Button></Group>
      </Stack>
    </Modal>
  );
}

function Settle({ decision, refresh }: { decision: Decision; refresh: () => void }) {
  const [message, setMessage] = useState('');
  const settle = useMutation({ mutationFn: (verdict: string) => api.write('POST', `/v1/decisions/${decision.id}/settlement`, { verdict, message }), onSuccess: refresh });
  return (
    <Stack gap="xs" mt="xs">
      <Textarea label="Why, for the person" value={message} onChange={(event) => setMessage(event.currentTarget.value)} autosize minRows={2} />
      {settle.isError && <Trouble error={settle.error} />}
      <Group gap="xs"><Button size="xs" disabled={message.trim().length < 3} loading={settle.isPending} onClick={() => settle.mutate('overturn')}>Undo the decision</Button><Button size="xs" variant="default" disabled={message.trim().length < 3} loading={settle.isPending} onClick={() => settle.mutate('uphold')}>Let it stand</Button></Group>
    </Stack>
  );
}

function Appeal({ decision, refresh }: { decision: Decision; refresh: () => void }) {
  const [message, setMessage] = useState('');
  const appeal = useMutation({ mutationFn: () => api.write('POST', `/v1/decisions/${decision.id}/appeal`, { message }), onSuccess: refresh });
  return (
    <Stack gap="xs" mt="xs">
      <Textarea label="Why is the decision wrong?" description="Somebody who did not make it decides within five days" value={message} onChange={(event) => setMessage(event.currentTarget.value)} autosize minRows={2} />
      {appeal.isError && <Trouble error={appeal.error} />}
      <Group><Button size="xs" disabled={message.trim().length < 10} loading={appeal.isPending} onClick={() => appeal.mutate()}>Appeal</Button></Group>
    </Stack>
  );
}

/** One decision as everybody concerned sees it. */
export function DecisionCard({ decision, refresh, own = false }: { decision: Decision; refresh: () => void; own?: boolean }) {
  return (
    <Card withBorder radius="md" padding="md">
      <Group justify="space-between"><Text size="sm" fw={600}>{DONE[decision.action]}{own ? ` · ${decision.campaign_name}` : ` · ${decision.pseudonym}`}</Text><State of={decision.state} /></Group>
      <Text size="sm">Clause {decision.clause_code} · {words(decision.reason_code)}: {decision.message}</Text>
      <Text size="xs" c="dimmed">Decided by {decision.decider}, {moment(decision.decided_at)}, on {plural(decision.evidence.length, 'answer')}: {decision.evidence.map((one, index) => (
        <span key={one.submission_id}>{index > 0 && ', '}{own ? <Link to="/work/$submission" params={{ submission: one.submission_id }}>{one.submission_id.slice(-6)}</Link> : <Link to="/tasks/$task" params={{ task: one.task_id }}>{one.submission_id.slice(-6)}</Link>}</span>
      ))}</Text>
      {decision.appeal !== undefined && <Text size="sm" mt={4}>Appeal, {moment(decision.appealed_at)}: “{decision.appeal}”{decision.state === 'appealed' && ` · due ${date(decision.due_at)}`}</Text>}
      {decision.settlement !== undefined && <Text size="sm" mt={4}>{decision.settler}, {moment(decision.settled_at)}: {decision.settlement}</Text>}
      {decision.can_settle && <Settle decision={decision} refresh={refresh} />}
      {decision.can_appeal && own && <Appeal decision={decision} refresh={refresh} />}
    </Card>
  );
}

export function Decisions({ campaign }: { campaign: string }) {
  const client = useQueryClient();
  const [making, setMaking] = useState(false);
  const decisions = useQuery({ queryKey: ['decisions', campaign], queryFn: () => api.get<Schema<'decision_list'>>(`/v1/campaigns/${campaign}/decisions?limit=100`) });
  const refresh = () => void client.invalidateQueries({ queryKey: ['decisions', campaign] });
  return (
    <Panel title="Decisions" hint="Nothing on these pages pauses, rejects or ends anything. A named person does, with evidence, and another one decides the appeal." rows={decisions.data?.items ?? []} name="decisions">
      <Group mb="sm"><Button size="xs" onClick={() => setMaking(true)}>Decide about somebody’s work</Button></Group>
      <Fetched of={decisions}>
        {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">No decision has been made.</Text> : <Stack gap="sm">{data.items.map((one) => <DecisionCard key={one.id} decision={one} refresh={refresh} />)}</Stack>}
      </Fetched>
      {making && <Make campaign={campaign} close={() => setMaking(false)} />}
    </Panel>
  );
}
