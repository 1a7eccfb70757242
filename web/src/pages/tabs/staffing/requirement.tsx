import { Button, CloseButton, Group, Modal, NumberInput, Select, SimpleGrid, Stack, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, Problem, type Schema } from '../../../api/client';
import { Trouble } from '../../../parts/states';

type Campaign = Schema<'campaign_row'>;
type Requirement = Schema<'requirement'>;

interface Bound {
  country: string;
  level: number | string;
  least: number | string;
  most: number | string;
}

const given = (value: number | string) => value === '' ? undefined : Number(value);
const dayOf = (time?: string) => time?.slice(0, 10) ?? '';
const timeOf = (day: string) => day === '' ? undefined : `${day}T00:00:00Z`;

/** How many of the seats at least, and at most, for whom. */
function Bounds({ bounds, change }: { bounds: Bound[]; change: (bounds: Bound[]) => void }) {
  const set = (at: number, values: Partial<Bound>) => change(bounds.map((one, index) => index === at ? { ...one, ...values } : one));
  return (
    <Stack gap={6} role="group" aria-label="Of the seats">
      <Group justify="space-between"><Text size="sm" fw={500}>Of the seats, at least or at most</Text><Button size="compact-xs" variant="default" onClick={() => change([...bounds, { country: '', level: '', least: '', most: '' }])}>Add a bound</Button></Group>
      {bounds.length === 0 && <Text size="xs" c="dimmed">By country, or by level of the first skill, or by level within each country.</Text>}
      {bounds.map((one, at) => (
        <Group key={at} gap="xs" align="flex-end" wrap="nowrap">
          <TextInput label="Country" size="xs" placeholder="any" maxLength={2} value={one.country} onChange={(event) => set(at, { country: event.currentTarget.value.toUpperCase() })} flex={1} miw={0} />
          <NumberInput label="Level from" size="xs" placeholder="any" min={1} max={10} value={one.level} onChange={(level) => set(at, { level })} flex={1} miw={0} />
          <NumberInput label="At least" size="xs" min={0} max={10000} value={one.least} onChange={(least) => set(at, { least })} flex={1} miw={0} />
          <NumberInput label="At most" size="xs" placeholder="all" min={0} max={10000} value={one.most} onChange={(most) => set(at, { most })} flex={1} miw={0} />
          <CloseButton aria-label={`Remove bound ${at + 1}`} onClick={() => change(bounds.filter((_one, index) => index !== at))} />
        </Group>
      ))}
    </Stack>
  );
}

export function EditRequirement({ campaign, requirement, close }: { campaign: Campaign; requirement?: Requirement; close: () => void }) {
  const client = useQueryClient();
  const pools = useQuery({ queryKey: ['pools'], queryFn: () => api.get<Schema<'pool_list'>>('/v1/pools?limit=200') });
  const before = requirement?.demand;
  const [values, setValues] = useState({
    name: requirement?.name ?? '', seats: (requirement?.seats ?? 1) as number | string,
    skills: (before?.skills ?? []).map((one) => `${one.name}: ${one.level}`), languages: before?.languages ?? ['en'],
    credentials: before?.credentials ?? [], countries: before?.countries ?? [], domain: before?.domain ?? '',
    zone: (before?.zone ?? '') as number | string, shift: (before?.zone_shift ?? '') as number | string,
    hours: (before?.hours ?? '') as number | string, rate: (before?.rate_minor === undefined ? '' : before.rate_minor / 100) as number | string,
    pool: before?.pool_id ?? null as string | null, starts: dayOf(before?.starts_at), ends: dayOf(before?.ends_at), text: before?.text ?? '',
    bounds: (before?.bounds ?? []).map((one): Bound => ({ country: one.country ?? '', level: one.level ?? '', least: one.least ?? '', most: one.most ?? '' })),
  });
  const set = (change: Partial<typeof values>) => setValues((now) => ({ ...now, ...change }));
  const save = useMutation({
    mutationFn: () => {
      const demand = {
        skills: values.skills.map((one) => {
          const [, name, level] = /^(.*?)(?::\s*(\d+))?$/.exec(one.trim()) ?? [];
          return { name, level: level === undefined ? 1 : Number(level) };
        }),
        languages: values.languages, credentials: values.credentials, countries: values.countries, domain: values.domain || undefined,
        zone: given(values.zone), zone_shift: given(values.shift), hours: given(values.hours),
        rate_minor: values.rate === '' ? undefined : Math.round(Number(values.rate) * 100), currency: values.rate === '' ? undefined : before?.currency ?? campaign.currency,
        pool_id: values.pool ?? undefined, starts_at: timeOf(values.starts), ends_at: timeOf(values.ends), text: values.text || undefined,
        bounds: values.bounds.map((one) => ({ country: one.country || undefined, level: given(one.level), least: given(one.least), most: given(one.most) })),
      };
      const body = { name: values.name, seats: Number(values.seats), demand };
      return requirement === undefined
        ? api.write('POST', `/v1/campaigns/${campaign.id}/requirements`, body)
        : api.write('PUT', `/v1/requirements/${requirement.id}`, { ...body, state: requirement.state }, { 'If-Match': `"${requirement.version_number}"` });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['requirements', campaign.id] });
      close();
    },
  });
  const fault = (field: string) => save.error instanceof Problem && save.error.field === `demand.${field}` ? save.error.detail : undefined;
  return (
    <Modal opened onClose={close} title={requirement === undefined ? 'Ask for experts' : requirement.name} size="lg">
      <Stack>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label="Name" value={values.name} onChange={(event) => set({ name: event.currentTarget.value })} data-autofocus />
          <NumberInput label="Seats" min={1} max={10000} value={values.seats} onChange={(seats) => set({ seats })} />
        </SimpleGrid>
        <TagsInput label="Skills" description="With the least level behind a colon, as contract law: 5" value={values.skills} onChange={(skills) => set({ skills })} />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label="Field of expertise" placeholder="Any" value={values.domain} onChange={(event) => set({ domain: event.currentTarget.value })} />
          <TagsInput label="Languages" value={values.languages} onChange={(languages) => set({ languages })} />
          <TagsInput label="Credentials" placeholder={values.credentials.length === 0 ? 'None' : ''} value={values.credentials} onChange={(credentials) => set({ credentials })} />
          <TagsInput label="Countries" placeholder={values.countries.length === 0 ? 'Any; else one of these, as DE' : ''} value={values.countries} onChange={(countries) => set({ countries: countries.map((one) => one.toUpperCase()) })} />
          <NumberInput label="Clock, hours east of UTC" placeholder="Any" min={-14} max={14} step={0.5} value={values.zone} onChange={(zone) => set({ zone })} error={fault('zone')} />
          <NumberInput label="Clocks may differ, hours" placeholder="4" min={0} max={12} step={0.5} value={values.shift} onChange={(shift) => set({ shift })} />
          <NumberInput label="Hours a week, least" min={0} max={168} value={values.hours} onChange={(hours) => set({ hours })} />
          <NumberInput label={`Rate ceiling, ${campaign.currency} an hour`} min={0} decimalScale={2} value={values.rate} onChange={(rate) => set({ rate })} />
          <TextInput label="Begins" type="date" value={values.starts} onChange={(event) => set({ starts: event.currentTarget.value })} />
          <TextInput label="Done by" type="date" value={values.ends} onChange={(event) => set({ ends: event.currentTarget.value })} error={fault('ends_at')} />
        </SimpleGrid>
        <Select label="Only from the pool" clearable placeholder="Everybody" value={values.pool} onChange={(pool) => set({ pool })} data={(pools.data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))} />
        <Bounds bounds={values.bounds} change={(bounds) => set({ bounds })} />
        <Textarea label="The work in words" description="Ranks experts by what they have done" autosize minRows={2} value={values.text} onChange={(event) => set({ text: event.currentTarget.value })} />
        {save.isError && <Trouble error={save.error} />}
        <Group justify="flex-end"><Button onClick={() => save.mutate()} loading={save.isPending} disabled={values.name.trim() === ''}>Save</Button></Group>
      </Stack>
    </Modal>
  );
}
