import { Button, Card, Group, Select, Stack, Text, Textarea, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api, type Schema } from '../../api/client';
import { date, plural, words } from '../../parts/format';
import { ChangeMinutes, ChangesOf, span, useRefresh, weekOf } from '../../parts/minutes';
import { Sheet } from '../../parts/sheet';
import { Empty, Fetched, Trouble } from '../../parts/states';

const DAY = 86400000;
const monday = (at: number) => new Date(at - ((Math.floor(at / DAY) + 3) % 7) * DAY).toISOString().slice(0, 10);

/** Yes or no, never without a sentence that the person reads. */
function Decide({ engagement, path, title, children }: { engagement: string; path: string; title: string; children: ReactNode }) {
  const refresh = useRefresh(engagement);
  const [message, setMessage] = useState('');
  const decide = useMutation({
    mutationFn: (verdict: string) => api.write('POST', `/v1/engagements/${engagement}/${path}/decision`, { verdict, message }),
    onSuccess: refresh,
  });
  const short = message.trim().length < 3;
  return (
    <Card withBorder radius="md" padding="md" component="section" aria-label={title}>
      <Stack gap="xs">
        <Text size="sm" fw={600}>{title}</Text>
        {children}
        <Textarea label="Why" description="The person reads it" autosize minRows={1} maxLength={500} value={message} onChange={(event) => setMessage(event.currentTarget.value)} />
        {decide.isError && <Trouble error={decide.error} />}
        <Group gap="xs"><Button size="compact-sm" disabled={short} loading={decide.isPending} onClick={() => decide.mutate('approve')}>They count</Button><Button size="compact-sm" variant="default" disabled={short} loading={decide.isPending} onClick={() => decide.mutate('decline')}>They do not</Button></Group>
      </Stack>
    </Card>
  );
}

function Waiting({ campaign }: { campaign: string }) {
  const queue = useQuery({ queryKey: ['minute-requests', campaign], queryFn: () => api.get<Schema<'minute_queue'>>(`/v1/campaigns/${campaign}/minute-requests`) });
  return (
    <Stack gap="sm">
      <Title order={2} size="h5">Waits for a decision</Title>
      <Fetched of={queue}>
        {(data) => data.changes.length + data.weeks.length === 0 ? <Text size="sm" c="dimmed">Nothing.</Text> : (
          <>
            {data.weeks.map((one) => (
              <Decide key={one.id} engagement={one.engagement_id} path={`week-extensions/${one.id}`} title={`${one.person_name} asks for ${plural(one.extra_min, 'minute')} more`}>
                <Text size="sm">{weekOf(one.week_day)}: {one.reason}</Text>
              </Decide>
            ))}
            {data.changes.map((one) => (
              <Decide key={one.id} engagement={one.engagement_id} path={`time-changes/${one.id}`} title={one.state === 'appealed' ? `${one.person_name} appeals` : `${one.person_name} asks for more minutes: ${words(one.class).toLowerCase()}`}>
                <Text size="sm">{span(one)} · {words(one.reason_code)}: {one.reason}</Text>
                {one.decision !== undefined && one.decision !== one.reason && <Text size="xs" c="dimmed">Decided: {one.decision}</Text>}
                {one.appeal !== undefined && <Text size="sm">“{one.appeal}”</Text>}
              </Decide>
            ))}
          </>
        )}
      </Fetched>
    </Stack>
  );
}

function Member({ engagement, name, pay }: { engagement: string; name: string; pay: string }) {
  const [week, setWeek] = useState(monday(Date.now()));
  const [taking, setTaking] = useState(false);
  const move = (days: number) => setWeek(new Date(new Date(`${week}T00:00:00Z`).getTime() + days * DAY).toISOString().slice(0, 10));
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label="Minutes of one week">
      <Group justify="space-between" mb="sm">
        <Text size="sm" c="dimmed">Week of {date(`${week}T12:00:00Z`)}</Text>
        <Group gap="xs"><Button size="compact-sm" variant="default" onClick={() => move(-7)}>Earlier</Button><Button size="compact-sm" variant="default" onClick={() => move(7)} disabled={week >= monday(Date.now())}>Later</Button></Group>
      </Group>
      <Stack gap="md">
        <Sheet engagement={engagement} title={`${name}, ${pay}`} week={week} />
        <div><Title order={3} size="h6" mb={6}>Changed by hand</Title><ChangesOf engagement={engagement} /></div>
        <Group><Button size="compact-sm" variant="default" onClick={() => setTaking(true)}>Take minutes away</Button></Group>
      </Stack>
      {taking && <ChangeMinutes engagement={engagement} kind="remove" close={() => setTaking(false)} />}
    </Card>
  );
}

/** The team's minutes: what waits for a decision, and each person's weeks exactly as they see them. */
export function MinutesTab({ campaign }: { campaign: Schema<'campaign_row'> }) {
  const team = useQuery({ queryKey: ['team', campaign.id], queryFn: () => api.get<Schema<'engagement_list'>>(`/v1/campaigns/${campaign.id}/engagements`) });
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <Fetched of={team}>
      {(data) => {
        const one = data.items.find((member) => member.id === chosen) ?? data.items[0];
        if (one === undefined) {
          return <Empty title="Nobody is on the team yet">Minutes are counted while people work.</Empty>;
        }
        return (
          <Stack gap="lg">
            <Waiting campaign={campaign.id} />
            <Select label="Whose minutes" w={{ base: '100%', xs: 320 }} value={one.id} onChange={setChosen} allowDeselect={false} data={data.items.map((member) => ({ value: member.id, label: `${member.name}, ${member.duty}` }))} />
            <Member key={one.id} engagement={one.id} name={one.name} pay={one.duty} />
          </Stack>
        );
      }}
    </Fetched>
  );
}
