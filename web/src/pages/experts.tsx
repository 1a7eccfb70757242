import { Anchor, Badge, Button, Card, Drawer, FileButton, Grid, Group, Modal, NumberInput, Select, Stack, Switch, Table, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { date, money, plural } from '../parts/format';
import { ResumeImport } from '../parts/resume-import';
import { Empty, Heading, Loading, Trouble } from '../parts/states';
import { TaxonomyImport } from '../parts/taxonomy-import';

type Expert = Schema<'expert'>;

interface Search {
  text?: string;
  skill?: string;
  level?: number;
  language?: string;
  country?: string;
  domain?: string;
  pool?: string;
  rate?: number;
  hours?: number;
  looking?: boolean;
}

function query(search: Search, after?: string): string {
  const part = new URLSearchParams();
  const put = (name: string, value: unknown) => value !== undefined && value !== '' && part.set(name, String(value));
  put('text', search.text);
  put('skill', search.skill);
  put('level', search.skill === undefined ? undefined : search.level);
  put('language', search.language);
  put('country', search.country);
  put('domain', search.domain);
  put('pool_id', search.pool);
  put('rate_max', search.rate === undefined ? undefined : Math.round(search.rate * 100));
  put('hours', search.hours);
  put('looking', search.looking === true ? true : undefined);
  put('after', after);
  part.set('limit', '50');
  return `/v1/experts?${part.toString()}`;
}

const KINDS = [['skill', 'Skills'], ['domain', 'Domains'], ['language', 'Languages'], ['country', 'Countries']] as const;

function Facets({ facets, search, set }: { facets: Schema<'expert_facet'>[]; search: Search; set: (change: Search) => void }) {
  return (
    <Stack gap="md">
      {KINDS.map(([kind, title]) => {
        const rows = facets.filter((one) => one.kind === kind);
        return rows.length === 0 ? null : (
          <div key={kind}>
            <Text size="xs" fw={600} c="dimmed" mb={4}>{title}</Text>
            <Stack gap={2}>
              {rows.map((one) => {
                const chosen = search[kind]?.toLowerCase() === one.name;
                return (
                  <Group key={one.name} justify="space-between" wrap="nowrap" gap="xs">
                    <Anchor component="button" type="button" size="sm" ta="left" fw={chosen ? 700 : 400} aria-pressed={chosen}
                      onClick={() => set({ [kind]: chosen ? undefined : one.name })}>{kind === 'country' || kind === 'language' ? one.name.toUpperCase() : one.name}</Anchor>
                    <Text size="xs" c="dimmed" className="figures">{one.count.toLocaleString()}</Text>
                  </Group>
                );
              })}
            </Stack>
          </div>
        );
      })}
    </Stack>
  );
}

/** A profile beside the list. */
function Profile({ expert, close }: { expert: Expert | undefined; close: () => void }) {
  const profile = expert?.profile;
  return (
    <Drawer opened={expert !== undefined} onClose={close} position="right" size="md" title={expert?.name}>
      {profile !== undefined && (
        <Stack>
          <Text size="sm" c="dimmed">{expert?.email}{profile.headline !== undefined && ` · ${profile.headline}`}</Text>
          {profile.summary !== undefined && <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>{profile.summary}</Text>}
          <div>
            <Title order={3} size="h6" mb={4}>Skills</Title>
            <Stack gap={2}>{(profile.skills ?? []).map((one) => (
              <Group key={one.name} justify="space-between" wrap="nowrap">
                <Text size="sm">{one.name}{one.written !== undefined && <Text span size="xs" c="dimmed"> wrote “{one.written}”, link {one.confidence?.toFixed(2)}</Text>}{one.confidence === 0 && <Text span size="xs" c="dimmed"> not on the list</Text>}</Text>
                <Text size="sm" className="figures">{one.level} of 10</Text>
              </Group>
            ))}{(profile.skills ?? []).length === 0 && <Text size="sm" c="dimmed">None yet.</Text>}</Stack>
          </div>
          <dl className="facts">
            <div><dt>Languages</dt><dd>{(profile.languages ?? []).join(', ').toUpperCase() || '–'}</dd></div>
            <div><dt>Lives in</dt><dd>{profile.country ?? '–'}{profile.zone !== undefined && `, UTC ${profile.zone >= 0 ? '+' : ''}${profile.zone}`}</dd></div>
            <div><dt>Time</dt><dd>{profile.weekly_hours} hours a week, {plural(profile.seats ?? 1, 'campaign')} at once</dd></div>
            <div><dt>Least rate</dt><dd>{(profile.rate_minor ?? 0) === 0 ? 'any' : `${money(profile.rate_minor, profile.currency ?? 'USD')} an hour`}</dd></div>
            <div><dt>Credentials</dt><dd>{(profile.credentials ?? []).map((one) => one.name + (one.until_at === undefined ? '' : ` until ${date(one.until_at)}`)).join(', ') || '–'}</dd></div>
            <div><dt>Employers</dt><dd>{(profile.employers ?? []).map((one) => one.name + (one.until_at === undefined ? '' : ` until ${date(one.until_at)}`)).join(', ') || '–'}</dd></div>
            <div><dt>Confidence owed to</dt><dd>{(profile.confidentiality ?? []).map((one) => one.name).join(', ') || '–'}</dd></div>
          </dl>
        </Stack>
      )}
    </Drawer>
  );
}

function SavePool({ search, opened, close, total }: { search: Search; opened: boolean; close: () => void; total: number }) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const save = useMutation({
    mutationFn: () => api.write('POST', '/v1/pools', { name, found: true, text: search.text, skill: search.skill, level: search.skill === undefined ? undefined : search.level, language: search.language, country: search.country, domain: search.domain, hours: search.hours, rate_max: search.rate === undefined ? undefined : Math.round(search.rate * 100), looking: search.looking === true ? true : undefined, pool_id: search.pool }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['pools'] });
      notifications.show({ message: `Saved as “${name}”.` });
      setName('');
      close();
    },
  });
  return (
    <Modal opened={opened} onClose={close} title="Save as a pool">
      <Stack>
        <Text size="sm" c="dimmed">Everybody whom the filters find now: {plural(total, 'expert')}. A requirement can ask for a pool.</Text>
        <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        {save.isError && <Trouble error={save.error} />}
        <Group justify="flex-end"><Button onClick={() => save.mutate()} disabled={name.trim() === ''} loading={save.isPending}>Save</Button></Group>
      </Stack>
    </Modal>
  );
}

function Import() {
  const client = useQueryClient();
  const [report, setReport] = useState<Schema<'expert_import_row'>>();
  const errors = useQuery({
    queryKey: ['expert-import-errors', report?.id], enabled: report !== undefined && report.bad_count > 0,
    queryFn: () => api.get<Schema<'expert_import_error_list'>>(`/v1/expert-imports/${report?.id ?? ''}/errors?limit=50`),
  });
  const run = useMutation({
    mutationFn: async (file: File) => {
      const format = file.name.endsWith('.csv') ? 'csv' : file.name.endsWith('.json') ? 'json' : 'jsonl';
      const begun = await api.upload<Schema<'expert_import_begun'>>(`/v1/expert-imports?format=${format}&name=${encodeURIComponent(file.name)}`, file);
      for (;;) {
        const now = await api.get<Schema<'expert_import_row'>>(`/v1/expert-imports/${begun.import_id}`);
        if (now.state !== 'importing') {
          return now;
        }
        await new Promise((done) => setTimeout(done, 500));
      }
    },
    onSuccess: async (row) => {
      setReport(row);
      await client.invalidateQueries({ queryKey: ['experts'] });
    },
  });
  return (
    <>
      <FileButton onChange={(file) => file !== null && run.mutate(file)} accept=".jsonl,.json,.csv">
        {(props) => <Button variant="default" size="xs" loading={run.isPending} {...props}>Import</Button>}
      </FileButton>
      {run.isError && <Trouble error={run.error} />}
      <Modal opened={report !== undefined} onClose={() => setReport(undefined)} title="Import" size="lg">
        {report !== undefined && (
          <Stack>
            <Text size="sm">{plural(report.line_count, 'record')} read: {report.added_count.toLocaleString()} added, {report.changed_count.toLocaleString()} replaced, {report.bad_count.toLocaleString()} could not be read.</Text>
            {errors.data !== undefined && (
              <Table verticalSpacing={4}><Table.Thead><Table.Tr><Table.Th>Line</Table.Th><Table.Th>Column</Table.Th><Table.Th>What was wrong</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>{errors.data.items.map((one) => <Table.Tr key={one.line}><Table.Td>{one.line}</Table.Td><Table.Td>{one.field}</Table.Td><Table.Td>{one.message}</Table.Td></Table.Tr>)}</Table.Tbody></Table>
            )}
          </Stack>
        )}
      </Modal>
    </>
  );
}

export default function Experts() {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const set = (change: Search) => void navigate({ to: '/experts', search: { ...search, ...change } as never, replace: true });
  const [shown, setShown] = useState<Expert>();
  const [saving, save] = useDisclosure(false);
  const [typed, setTyped] = useState(search.text ?? '');
  const [text] = useDebouncedValue(typed, 250);
  const whole = { ...search, text };
  const pools = useQuery({ queryKey: ['pools'], queryFn: () => api.get<Schema<'pool_list'>>('/v1/pools?limit=200') });
  const found = useInfiniteQuery({
    queryKey: ['experts', whole],
    queryFn: ({ pageParam }) => api.get<Schema<'expert_list'>>(query(whole, pageParam)),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
  const first = found.data?.pages[0];
  const rows = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Heading title="Experts">
        <Import />
        <ResumeImport />
        <TaxonomyImport />
        <Button size="xs" variant="default" onClick={save.open} disabled={first === undefined || first.total === 0}>Save as a pool</Button>
      </Heading>
      <Card withBorder radius="md" padding="md" mb="md">
        <Group align="flex-end" gap="sm">
          <TextInput label="Words" placeholder="In the profile" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} flex={1} miw={160} />
          <Select label="Pool" placeholder="Everybody" clearable value={search.pool ?? null} onChange={(value) => set({ pool: value ?? undefined })} data={(pools.data?.items ?? []).map((one) => ({ value: one.id, label: `${one.name} (${one.member_count})` }))} w={170} />
          <NumberInput label="Level from" min={1} max={10} value={search.level ?? ''} onChange={(value) => set({ level: value === '' ? undefined : Number(value) })} w={110} disabled={search.skill === undefined} />
          <NumberInput label="Hours from" min={0} max={168} value={search.hours ?? ''} onChange={(value) => set({ hours: value === '' ? undefined : Number(value) })} w={110} />
          <NumberInput label="Rate up to" min={0} value={search.rate ?? ''} onChange={(value) => set({ rate: value === '' ? undefined : Number(value) })} w={110} />
          <Switch label="Looking for work" checked={search.looking === true} onChange={(event) => set({ looking: event.currentTarget.checked ? true : undefined })} pb={8} />
        </Group>
        <Group gap={6} mt="xs">
          {KINDS.map(([kind]) => search[kind] === undefined ? null : (
            <Badge key={kind} variant="light" tt="none" rightSection={<Anchor component="button" type="button" size="xs" aria-label={`Without ${search[kind]}`} onClick={() => set({ [kind]: undefined })}>×</Anchor>}>{kind} {search[kind]}</Badge>
          ))}
        </Group>
      </Card>
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Loading rows={6} />}
      {first !== undefined && (
        <Grid gutter="lg">
          <Grid.Col span={{ base: 12, sm: 3 }} order={{ base: 2, sm: 1 }}><Facets facets={first.facets} search={search} set={set} /></Grid.Col>
          <Grid.Col span={{ base: 12, sm: 9 }} order={{ base: 1, sm: 2 }}>
            <Text size="sm" c="dimmed" mb="xs" role="status">{plural(first.total, 'expert')}</Text>
            {rows.length === 0 ? <Empty title="Nobody like that">Take a filter away, or import profiles from a file.</Empty> : (
              <Table.ScrollContainer minWidth={320}>
                <Table verticalSpacing="xs" highlightOnHover>
                  <Table.Thead><Table.Tr><Table.Th>Expert</Table.Th><Table.Th visibleFrom="sm">Best skills</Table.Th><Table.Th ta="right">Hours</Table.Th><Table.Th ta="right">Rate</Table.Th></Table.Tr></Table.Thead>
                  <Table.Tbody>{rows.map((one) => (
                    <Table.Tr key={one.id}>
                      <Table.Td>
                        <Anchor component="button" type="button" size="sm" fw={600} ta="left" onClick={() => setShown(one)}>{one.name}</Anchor>
                        <Text size="xs" c="dimmed" lineClamp={1}>{[one.profile.headline ?? one.profile.domain, one.profile.country, one.profile.looking === false ? 'not looking' : undefined].filter(Boolean).join(' · ')}</Text>
                      </Table.Td>
                      <Table.Td visibleFrom="sm"><Text size="sm" lineClamp={2}>{[...(one.profile.skills ?? [])].sort((a, b) => (b.level ?? 0) - (a.level ?? 0)).slice(0, 3).map((skill) => `${skill.name} ${skill.level}`).join(', ') || '–'}</Text></Table.Td>
                      <Table.Td ta="right" className="figures">{one.profile.weekly_hours}</Table.Td>
                      <Table.Td ta="right" className="figures">{(one.profile.rate_minor ?? 0) === 0 ? 'any' : money(one.profile.rate_minor, one.profile.currency ?? 'USD')}</Table.Td>
                    </Table.Tr>
                  ))}</Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            )}
            {found.hasNextPage && <Button variant="default" mt="md" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>More</Button>}
          </Grid.Col>
        </Grid>
      )}
      <Profile expert={shown} close={() => setShown(undefined)} />
      <SavePool search={whole} opened={saving} close={save.close} total={first?.total ?? 0} />
    </>
  );
}
