import { Alert, Button, Card, Checkbox, Group, List, Select, Stack, Text, Textarea, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { date, moment } from '../parts/format';
import { has, useSession } from '../parts/session';
import { Fetched, Heading, Trouble } from '../parts/states';
import { Stage } from '../parts/vetting';

type Application = Schema<'application_row'>;

const WISHES: [keyof Schema<'wishes'>, string][] = [
  ['large_print', 'Larger letters'],
  ['breaks', 'Breaks between questions'],
  ['text_only', 'Nothing spoken'],
  ['human_interviewer', 'An interview with a person'],
];

function Needs() {
  const client = useQueryClient();
  const wishes = useQuery({ queryKey: ['accommodations'], queryFn: () => api.get<Schema<'wishes'>>('/v1/accommodations') });
  const save = useMutation({
    mutationFn: (next: Schema<'wishes'>) => api.write('PUT', '/v1/accommodations', next),
    onSuccess: () => client.invalidateQueries({ queryKey: ['accommodations'] }),
  });
  return (
    <Fetched of={wishes}>
      {(data) => (
        <Stack gap="xs">
          <Title order={3} size="h6">What you need</Title>
          <Text size="sm" c="dimmed">There is no clock for anybody. Nobody who scores you, and no client, sees this.</Text>
          {WISHES.map(([name, label]) => <Checkbox key={name} label={label} checked={data[name] === true} onChange={(event) => save.mutate({ ...data, [name]: event.currentTarget.checked })} />)}
          {save.isError && <Trouble error={save.error} />}
          {data.human_interviewer === true && <Text size="sm">The owner of the role arranges it; you need not begin here.</Text>}
        </Stack>
      )}
    </Fetched>
  );
}

function Begin({ application }: { application: Application }) {
  const navigate = useNavigate();
  const [agreed, setAgreed] = useState(false);
  const notice = useQuery({ queryKey: ['notice'], queryFn: () => api.get<Schema<'notice_view'>>('/v1/interview-notice') });
  const begin = useMutation({
    mutationFn: (version: string) => api.write<Schema<'made'>>('POST', `/v1/applications/${application.id}/interviews`, { notice_version: version }),
    onSuccess: (made) => navigate({ to: '/interviews/$interview', params: { interview: made.id } }),
  });
  return (
    <Card withBorder radius="md" padding="lg">
      <Fetched of={notice}>
        {(data) => (
          <Stack>
            <Title order={2} size="h5">Before you begin</Title>
            {data.text.split('\n\n').map((part) => {
              const [head, ...rest] = part.split(': ');
              return <Text key={head} size="sm"><strong>{head}.</strong> {rest.join(': ').replace(/^./, (c) => c.toUpperCase())}</Text>;
            })}
            <Needs />
            <Checkbox label="I have read this and agree" checked={agreed} onChange={(event) => setAgreed(event.currentTarget.checked)} />
            {begin.isError && <Trouble error={begin.error} />}
            <Group><Button disabled={!agreed} loading={begin.isPending} onClick={() => begin.mutate(data.version)}>Begin the interview</Button></Group>
          </Stack>
        )}
      </Fetched>
    </Card>
  );
}

function Decide({ application, refresh }: { application: Application; refresh: () => void }) {
  const [code, setCode] = useState<string | null>('below_level');
  const [reason, setReason] = useState('');
  const decide = useMutation({
    mutationFn: (verdict: string) => api.write('POST', `/v1/applications/${application.id}/decision`, { verdict, reason_code: code, reason }),
    onSuccess: refresh,
  });
  return (
    <Card withBorder radius="md" padding="lg">
      <Stack>
        <Title order={2} size="h5">Decide</Title>
        <Text size="sm" c="dimmed">Your name and the reason are kept, and the person reads the reason. Without a person's grade nobody can be declined.</Text>
        <Select label="Why" value={code} onChange={setCode} data={[{ value: 'below_level', label: 'below the level' }, { value: 'not_enough_evidence', label: 'not enough evidence' }, { value: 'listing_ended', label: 'the listing ended' }, { value: 'other', label: 'other' }]} />
        <Textarea label="Reason, for the person" autosize minRows={2} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        {decide.isError && <Trouble error={decide.error} />}
        <Group><Button onClick={() => decide.mutate('qualify')} disabled={reason.length < 10} loading={decide.isPending}>Qualify</Button><Button variant="default" color="red" onClick={() => decide.mutate('decline')} disabled={reason.length < 10} loading={decide.isPending}>Decline</Button></Group>
      </Stack>
    </Card>
  );
}

function interviewOf(list: Schema<'interview_list'> | undefined, application: string) {
  return list?.items.find((one) => one.application_id === application && (one.interview_state === 'open' || one.interview_state === 'done'));
}

export default function ApplicationPage() {
  const { application } = useParams({ strict: false }) as { application: string };
  const session = useSession();
  const client = useQueryClient();
  const mine = has(session, 'expert');
  const view = useQuery({ queryKey: ['application', application], queryFn: () => api.get<Schema<'application_view'>>(`/v1/applications/${application}`) });
  const interviews = useQuery({ queryKey: ['interviews'], queryFn: () => api.get<Schema<'interview_list'>>('/v1/interviews?limit=100'), enabled: mine });
  const refresh = () => void client.invalidateQueries({ queryKey: ['application', application] });
  const withdraw = useMutation({ mutationFn: () => api.write('POST', `/v1/applications/${application}/withdrawal`), onSuccess: refresh });
  const interview = interviewOf(interviews.data, application);
  return (
    <Fetched of={view}>
      {({ application: row, events, can_withdraw }) => (
        <Stack maw={760}>
          <Heading title={row.title} trail={[mine ? { label: 'Applications', to: '/applications' } : { label: 'Vetting', to: '/vetting' }]}><Stage of={row.application_state} /></Heading>
          {row.reason !== undefined && <Alert color={row.application_state === 'declined' ? 'red' : 'teal'} title={row.application_state === 'declined' ? 'Not this time' : 'Decided'}>{row.reason}</Alert>}
          <Text size="sm">Applied {date(row.applied_at)}. An answer is promised by {date(row.due_at)}.{row.escalated_at !== undefined && ' That day has passed: the owner of the role has been told.'}</Text>
          {mine && interview !== undefined && (interview.interview_state === 'open'
            ? <Group><Button renderRoot={(props) => <Link to="/interviews/$interview" params={{ interview: interview.id }} {...props} />}>Go on with the interview</Button></Group>
            : <Group><Button renderRoot={(props) => <Link to="/interviews/$interview/result" params={{ interview: interview.id }} {...props} />}>See the result</Button></Group>)}
          {mine && !interviews.isPending && interview === undefined && row.application_state === 'applied' && <Begin application={row} />}
          {has(session, 'operator') && ['applied', 'interviewing', 'judged'].includes(row.application_state) && <Decide application={row} refresh={refresh} />}
          <Card withBorder radius="md" padding="lg">
            <Title order={2} size="h6" mb="xs">What happened</Title>
            <List size="sm" spacing={4}>{events.map((one, at) => <List.Item key={at}>{one.event}{one.detail !== '' && `: ${one.detail}`} <Text component="span" size="xs" c="dimmed">{moment(one.happened_at)}</Text></List.Item>)}</List>
          </Card>
          {withdraw.isError && <Trouble error={withdraw.error} />}
          {can_withdraw && <Group><Button variant="subtle" color="gray" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>Withdraw the application</Button></Group>}
        </Stack>
      )}
    </Fetched>
  );
}
