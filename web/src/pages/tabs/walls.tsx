import { Badge, Button, Card, Group, SegmentedControl, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../../api/client';
import { date } from '../../parts/format';
import { has, useSession } from '../../parts/session';
import { Fetched, Trouble } from '../../parts/states';

type Campaign = Schema<'campaign_row'>;
type Kind = 'person' | 'rival' | 'employer' | 'team';

/** One wall of either kind, as the list shows it. */
interface Standing {
  id: string;
  path: string;
  kind: Kind;
  whom: string;
  scope: string;
  reason: string;
  by: string;
  since: string;
  until?: string;
  lifted?: string;
}

const KINDS: { value: Kind; label: string; about: string }[] = [
  { value: 'person', label: 'One person', about: 'Keeps this person away.' },
  { value: 'rival', label: 'A rival’s people', about: 'Keeps away who works for that client, is employed by it or owes it confidence; and this client’s people from it.' },
  { value: 'employer', label: 'A company’s people', about: 'Keeps away whom that company employs or holds to confidence, as their profiles say.' },
  { value: 'team', label: 'Another campaign’s team', about: 'Keeps away who is or was on that team.' },
];

const kindName = (kind: Kind) => KINDS.find((one) => one.value === kind)?.label ?? kind;

function useWalls(campaign: Campaign) {
  return useQuery({
    queryKey: ['walls', campaign.id],
    queryFn: async (): Promise<Standing[]> => {
      const [manual, rules] = await Promise.all([
        api.get<Schema<'wall_list'>>(`/v1/campaigns/${campaign.id}/walls`),
        api.get<Schema<'wall_rule_list'>>(`/v1/organisations/${campaign.organisation_id}/wall-rules`),
      ]);
      const here = rules.items.filter((one) => one.campaign_id === undefined || one.campaign_id === campaign.id);
      return [
        ...manual.items.map((one): Standing => ({ id: one.id, path: `/v1/campaigns/${campaign.id}/walls/${one.id}`, kind: 'person', whom: one.name, scope: 'this campaign', reason: one.reason, by: one.set_by_name, since: one.set_at, until: one.until_at, lifted: one.lifted_at })),
        ...here.map((one): Standing => ({ id: one.id, path: `/v1/organisations/${campaign.organisation_id}/wall-rules/${one.id}`, kind: one.kind, whom: one.subject_name, scope: one.campaign_id === undefined ? `all of ${campaign.organisation_name}` : 'this campaign', reason: one.reason, by: one.set_by_name, since: one.set_at, until: one.until_at, lifted: one.lifted_at })),
      ];
    },
  });
}

/** What a wall of each kind may name. */
function useSubjects(campaign: Campaign, kind: Kind) {
  const session = useSession();
  return useQuery({
    queryKey: ['wall-subjects', kind, campaign.organisation_id], enabled: kind !== 'employer',
    queryFn: async () => {
      if (kind === 'rival') {
        const data = await api.get<Schema<'organisation_list'>>('/v1/organisations?limit=200');
        return data.items.filter((one) => one.kind === 'client' && one.id !== campaign.organisation_id).map((one) => ({ value: one.id, label: one.name }));
      }
      if (kind === 'team') {
        const data = await api.get<Schema<'campaign_list'>>('/v1/campaigns?limit=200');
        return data.items.filter((one) => one.organisation_id === campaign.organisation_id && one.id !== campaign.id).map((one) => ({ value: one.id, label: one.name }));
      }
      const data = await api.get<Schema<'member_list'>>(`/v1/organisations/${session.organisation_id}/people?limit=200`);
      return [...new Map(data.items.map((one) => [one.id, one.name])).entries()].map(([value, label]) => ({ value, label }));
    },
  });
}

function SetWall({ campaign }: { campaign: Campaign }) {
  const client = useQueryClient();
  const [kind, setKind] = useState<Kind>('person');
  const [scope, setScope] = useState('campaign');
  const [subject, setSubject] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState('');
  const subjects = useSubjects(campaign, kind);
  const add = useMutation({
    mutationFn: () => {
      const until_at = until === '' ? undefined : `${until}T00:00:00Z`;
      return kind === 'person' && scope === 'campaign'
        ? api.write('POST', `/v1/campaigns/${campaign.id}/walls`, { person_id: subject, reason, until_at })
        : api.write('POST', `/v1/organisations/${campaign.organisation_id}/wall-rules`, { kind, subject, reason, until_at, of_campaign: scope === 'campaign' ? campaign.id : undefined });
    },
    onSuccess: async () => {
      setSubject(null);
      setReason('');
      setUntil('');
      await client.invalidateQueries({ queryKey: ['walls', campaign.id] });
    },
  });
  const pick = (value: string | null) => {
    setKind((value ?? 'person') as Kind);
    setSubject(null);
  };
  return (
    <Stack gap="xs">
      <Group grow align="flex-start">
        <Select label="Keep away" allowDeselect={false} data={KINDS} value={kind} onChange={pick} />
        {kind === 'employer'
          ? <TextInput label="Company" value={subject ?? ''} onChange={(event) => setSubject(event.currentTarget.value || null)} />
          : <Select label={kind === 'person' ? 'Person' : kind === 'rival' ? 'Rival' : 'Campaign'} searchable value={subject} onChange={setSubject} data={subjects.data ?? []} nothingFoundMessage="Nobody to choose" />}
      </Group>
      <Text size="xs" c="dimmed">{KINDS.find((one) => one.value === kind)?.about}</Text>
      <TextInput label="Reason" description="Those kept away read it" value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      <Group align="flex-end">
        <div>
          <Text size="sm" fw={500} mb={4} id="wall-scope">From</Text>
          <SegmentedControl aria-labelledby="wall-scope" size="xs" value={scope} onChange={setScope} data={[{ value: 'campaign', label: 'this campaign' }, { value: 'client', label: 'all of the client' }]} />
        </div>
        <TextInput label="Until (optional)" type="date" value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
        <Button onClick={() => add.mutate()} disabled={subject === null || reason.trim().length < 3} loading={add.isPending}>Set the wall</Button>
      </Group>
      {add.isError && <Trouble error={add.error} />}
    </Stack>
  );
}

function WallLine({ wall, lift, lifting, mayLift }: { wall: Standing; lift: () => void; lifting: boolean; mayLift: boolean }) {
  const over = wall.lifted !== undefined || (wall.until !== undefined && new Date(wall.until) <= new Date());
  return (
    <Group justify="space-between" py="xs" wrap="nowrap" align="flex-start">
      <div>
        <Group gap={6}><Text size="sm" fw={500} c={over ? 'dimmed' : undefined}>{wall.whom}</Text><Badge size="xs" variant="light" color="gray" tt="none">{kindName(wall.kind)}</Badge></Group>
        <Text size="sm">{wall.reason}</Text>
        <Text size="xs" c="dimmed">Set by {wall.by} on {date(wall.since)}, {wall.until === undefined ? 'until it is lifted' : `until ${date(wall.until)}`}, from {wall.scope}{wall.lifted !== undefined && `; lifted ${date(wall.lifted)}`}</Text>
      </div>
      {over ? <Text size="xs" c="dimmed">{wall.lifted !== undefined ? 'lifted' : 'over'}</Text> : mayLift && <Button size="compact-xs" variant="default" onClick={lift} loading={lifting} aria-label={`Lift the wall: ${wall.whom}`}>Lift</Button>}
    </Group>
  );
}

/** Who is kept away from a campaign: by hand, and by the client's rules. */
export function Walls({ campaign }: { campaign: Campaign }) {
  const session = useSession();
  const client = useQueryClient();
  const walls = useWalls(campaign);
  const mayLift = has(session, 'operator');
  const lift = useMutation({
    mutationFn: (path: string) => api.write('DELETE', path),
    onSuccess: () => client.invalidateQueries({ queryKey: ['walls', campaign.id] }),
  });
  const over = (wall: Standing) => wall.lifted !== undefined || (wall.until !== undefined && new Date(wall.until) <= new Date());
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h6" mb={4}>Walls</Title>
      <Text size="sm" c="dimmed" mb="sm">Who is kept away, by whom, why and until when. Walls bind offers, joining the team, claims and reviews. A present employer, and a company from which a person hides, are walls without being set.</Text>
      {mayLift && <SetWall campaign={campaign} />}
      {lift.isError && <Trouble error={lift.error} />}
      <Fetched of={walls}>
        {(data) => data.length === 0 ? <Text size="sm" c="dimmed" mt="md">Nobody is kept away.</Text> : (
          <Stack gap={0} mt="md">
            {[...data].sort((a, b) => Number(over(a)) - Number(over(b))).map((one) => (
              <WallLine key={one.id} wall={one} lift={() => lift.mutate(one.path)} lifting={lift.isPending && lift.variables === one.path} mayLift={mayLift} />
            ))}
          </Stack>
        )}
      </Fetched>
    </Card>
  );
}
