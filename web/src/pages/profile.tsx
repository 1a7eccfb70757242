import { ActionIcon, Alert, Button, Card, Group, NumberInput, SimpleGrid, Stack, Switch, TagsInput, Text, Textarea, TextInput, Autocomplete, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, Problem, type Schema } from '../api/client';
import { moment } from '../parts/format';
import { Fetched, Heading, Trouble } from '../parts/states';

type Profile = Schema<'profile'>;
type Claim = NonNullable<Profile['employers']>;
type SkillList = NonNullable<Profile['skills']>;

function Claims({ label, description, value, change }: { label: string; description: string; value: Claim; change: (next: Claim) => void }) {
  return (
    <TagsInput label={label} description={description} value={value.map((one) => one.name)}
      onChange={(names) => change(names.map((name) => value.find((one) => one.name === name) ?? { name }))} />
  );
}

function Skills({ value, change }: { value: SkillList; change: (next: SkillList) => void }) {
  const list = useQuery({ queryKey: ['skills'], queryFn: () => api.get<Schema<'skill_list'>>('/v1/skills'), staleTime: Infinity });
  const set = (at: number, next: Partial<SkillList[number]>) => change(value.map((one, index) => index === at ? { ...one, ...next } : one));
  return (
    <Stack gap="xs">
      {value.map((one, index) => (
        <Group key={index} align="flex-end" wrap="nowrap" gap="xs">
          <Autocomplete aria-label={`Skill ${index + 1}`} flex={1} value={one.name} onChange={(name) => set(index, { name, written: undefined, confidence: undefined })}
            data={(list.data?.items ?? []).map((skill) => skill.name)} limit={8}
            description={one.written !== undefined ? `you wrote “${one.written}”` : one.confidence === 0 ? 'not on the list; kept as you wrote it' : undefined} inputWrapperOrder={['input', 'description']} />
          <NumberInput aria-label={`Level of skill ${index + 1}`} min={1} max={10} w={76} value={one.level ?? 5} onChange={(level) => set(index, { level: Number(level) })} />
          <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${one.name || 'skill'}`} onClick={() => change(value.filter((_, at) => at !== index))}>×</ActionIcon>
        </Group>
      ))}
      <Group><Button size="xs" variant="default" onClick={() => change([...value, { name: '', level: 5 }])}>Add a skill</Button></Group>
      <Text size="xs" c="dimmed">Levels: 1 beginner, 5 professional, 10 leads the field.</Text>
    </Stack>
  );
}

function Form({ expert }: { expert: Schema<'expert'> }) {
  const client = useQueryClient();
  const [profile, setProfile] = useState<Profile>({
    ...expert.profile,
    zone: expert.profile.zone ?? (expert.version_number === 0 ? -new Date().getTimezoneOffset() / 60 : undefined),
  });
  const set = (change: Partial<Profile>) => setProfile({ ...profile, ...change });
  const save = useMutation({
    mutationFn: () => api.write('PUT', '/v1/profile', { ...profile, skills: (profile.skills ?? []).filter((one) => one.name.trim() !== '') }, { 'If-Match': `"${expert.version_number}"` }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['profile'] });
      notifications.show({ message: 'Saved.' });
    },
  });
  const wrong = save.error instanceof Problem ? save.error.field : undefined;
  return (
    <Stack>
      <Card withBorder radius="md" padding="lg">
        <Switch label="I am looking for work" description="Switched off, no match proposes you" checked={profile.looking ?? true} onChange={(event) => set({ looking: event.currentTarget.checked })} mb="md" />
        <Stack>
          <TextInput label="One line about you" value={profile.headline ?? ''} onChange={(event) => set({ headline: event.currentTarget.value })} />
          <Textarea label="Experience" description="Matches read it: name what you have worked on" autosize minRows={3} value={profile.summary ?? ''} onChange={(event) => set({ summary: event.currentTarget.value })} />
          <TextInput label="Domain" placeholder="law, medicine, software …" value={profile.domain ?? ''} onChange={(event) => set({ domain: event.currentTarget.value || undefined })} />
        </Stack>
      </Card>
      <Card withBorder radius="md" padding="lg">
        <Title order={2} size="h6" mb="sm">Skills and credentials</Title>
        <Skills value={profile.skills ?? []} change={(skills) => set({ skills })} />
        <div style={{ marginTop: 16 }}><Claims label="Credentials" description="Degrees, licences, admissions" value={profile.credentials ?? []} change={(credentials) => set({ credentials })} /></div>
      </Card>
      <Card withBorder radius="md" padding="lg">
        <Title order={2} size="h6" mb="sm">Time, place and rate</Title>
        <SimpleGrid cols={{ base: 2, sm: 3 }}>
          <NumberInput label="Hours a week" min={0} max={168} value={profile.weekly_hours} onChange={(value) => set({ weekly_hours: Number(value) })} />
          <NumberInput label="Campaigns at once" min={1} max={20} value={profile.seats} onChange={(value) => set({ seats: Number(value) })} />
          <NumberInput label="Least an hour" min={0} decimalScale={2} value={(profile.rate_minor ?? 0) / 100} onChange={(value) => set({ rate_minor: Math.round(Number(value) * 100) })} />
          <TextInput label="Currency" maxLength={3} value={profile.currency} onChange={(event) => set({ currency: event.currentTarget.value.toUpperCase() })} error={wrong === 'currency'} />
          <TextInput label="Country" placeholder="DE" maxLength={2} value={profile.country ?? ''} onChange={(event) => set({ country: event.currentTarget.value.toUpperCase() || undefined })} />
          <NumberInput label="Hours east of UTC" min={-14} max={14} step={0.5} value={profile.zone ?? ''} onChange={(value) => set({ zone: value === '' ? undefined : Number(value) })} />
        </SimpleGrid>
        <TagsInput mt="md" label="Languages" description="Codes, as en" value={profile.languages} onChange={(languages) => set({ languages })} />
      </Card>
      <Card withBorder radius="md" padding="lg">
        <Title order={2} size="h6" mb="sm">What keeps you away from a campaign</Title>
        <Stack>
          <Claims label="Employers" description="Present ones: their own campaigns and their rivals' are closed to you" value={profile.employers ?? []} change={(employers) => set({ employers })} />
          <Claims label="Duties of confidence" description="To whom; campaigns of their rivals are closed to you" value={profile.confidentiality ?? []} change={(confidentiality) => set({ confidentiality })} />
          <TagsInput label="Hide me from" description="These companies are never shown your profile" value={profile.hidden_from} onChange={(hidden_from) => set({ hidden_from })} />
        </Stack>
      </Card>
      {save.isError && <Trouble error={save.error} />}
      <Group justify="flex-end"><Button onClick={() => save.mutate()} loading={save.isPending}>Save</Button></Group>
    </Stack>
  );
}

/** From the last match, in plain words. */
function Reasons() {
  const reasons = useQuery({ queryKey: ['reasons'], queryFn: () => api.get<Schema<'reason_list'>>('/v1/profile/reasons') });
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h6" mb={4}>Why no work</Title>
      <Fetched of={reasons}>
        {(data) => data.run_id === undefined ? <Text size="sm" c="dimmed">No match has been made since you wrote your profile.</Text> : (
          <Stack gap="sm">
            <Text size="xs" c="dimmed">From the match of {moment(data.computed_at)}. Change your profile, and the next one reads it.</Text>
            {data.items.map((one) => (
              <div key={one.requirement_id}>
                <Text size="sm" fw={600}>{one.campaign} · {one.requirement}</Text>
                {one.seated ? <Text size="sm" c="teal">You are proposed for it.</Text>
                  : one.failed.length === 0 ? <Text size="sm" c="dimmed">{one.note}</Text>
                    : one.failed.map((text) => <Text key={text} size="sm" c="dimmed">{text}</Text>)}
              </div>
            ))}
            {data.items.length === 0 && <Text size="sm" c="dimmed">Nothing was asked for.</Text>}
          </Stack>
        )}
      </Fetched>
    </Card>
  );
}

export default function ProfilePage() {
  const own = useQuery({ queryKey: ['profile'], queryFn: () => api.get<Schema<'expert'>>('/v1/profile') });
  return (
    <>
      <Heading title="Profile" />
      <Fetched of={own}>
        {(data) => (
          <div className="work">
            <div>
              {data.version_number === 0 && <Alert mb="md" variant="light">Matches read this page. Without it, nobody can propose you for work.</Alert>}
              <Form key={data.version_number} expert={data} />
            </div>
            <Reasons />
          </div>
        )}
      </Fetched>
    </>
  );
}
