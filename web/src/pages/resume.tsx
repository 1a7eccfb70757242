import { Alert, Badge, Button, Card, FileInput, Group, Progress, SegmentedControl, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, type Schema } from '../api/client';
import { DuplicatesOfMe } from '../parts/duplicates';
import { useEvents } from '../parts/events';
import { moment, words } from '../parts/format';
import { Empty, Fetched, Heading, Trouble } from '../parts/states';

type Field = Schema<'resume_field_row'>;
type Verdict = { verdict: 'confirm' | 'drop'; value: string };

const LISTED: Record<string, 'occupation' | 'skill'> = { position: 'occupation', skill: 'skill' };

/** The entries of public lists that come nearest; nothing is taken over until one is picked. */
function Proposals({ kind, name, pick }: { kind: string; name: string; pick: (label: string) => void }) {
  const found = useQuery({
    queryKey: ['concepts', kind, name],
    queryFn: () => api.get<Schema<'taxonomy_proposal_list'>>(`/v1/concepts?kind=${kind}&name=${encodeURIComponent(name)}`),
  });
  return (
    <Fetched of={found}>
      {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">No list has a name near this one; keep your own.</Text> : (
        <Group gap="xs" role="group" aria-label={`Standard names for ${name}`}>
          {data.items.map((one) => (
            <Button key={`${one.source} ${one.code}`} size="compact-sm" variant={one.label === name ? 'filled' : 'default'} onClick={() => pick(one.label)} aria-pressed={one.label === name} maw="100%" styles={{ root: { height: 'auto', minHeight: 28, paddingBlock: 3 }, label: { whiteSpace: 'normal', overflow: 'visible', textAlign: 'left', height: 'auto' } }} title={one.title === one.label ? undefined : `also called ${one.title}`}>
              {one.label}<Text span size="xs" c={one.label === name ? undefined : 'dimmed'} ml={6}>{one.source === 'periti' ? '' : `${LISTS[one.source] ?? one.source}, `}{Math.round(100 * one.score)} %</Text>
            </Button>
          ))}
        </Group>
      )}
    </Fetched>
  );
}

const LISTS: Record<string, string> = { onet: 'O*NET', esco: 'ESCO', own: 'own list' };

function Row({ field, said, say }: { field: Field; said: Verdict; say: (next: Verdict) => void }) {
  const [asked, setAsked] = useState<string | null>(null);
  const kind = LISTED[field.field];
  return (
    <Stack gap={6}>
    <Group align="flex-end" wrap="nowrap" gap="sm">
      <TextInput flex={1} label={words(field.field)} description={`${field.place}, ${Math.round(100 * field.confidence)} % sure`} value={said.value} disabled={said.verdict === 'drop'} onChange={(event) => say({ verdict: 'confirm', value: event.currentTarget.value })} />
      <SegmentedControl size="xs" mb={4} data={[{ value: 'confirm', label: 'right' }, { value: 'drop', label: 'leave out' }]} value={said.verdict} onChange={(verdict) => say({ ...said, verdict: verdict as Verdict['verdict'] })} aria-label={`${field.field} at ${field.place}`} />
    </Group>
    {kind !== undefined && said.verdict === 'confirm' && <Group><Button size="compact-xs" variant="subtle" aria-expanded={asked !== null} aria-label={`${asked === null ? 'Standard names' : 'Hide names'} for ${field.found}`} onClick={() => setAsked(asked === null ? said.value.trim() : null)} disabled={said.value.trim() === ''}>{asked === null ? 'Standard names' : 'Hide names'}</Button></Group>}
    {kind !== undefined && said.verdict === 'confirm' && asked !== null && <Proposals kind={kind} name={asked} pick={(label) => say({ verdict: 'confirm', value: label })} />}
    </Stack>
  );
}

/** What belongs together: the fields of a job or degree, and the skills or languages of lines that follow each other. */
function grouped(fields: Field[]): Field[][] {
  const groups: Field[][] = [];
  for (const field of fields) {
    const last = groups.at(-1)?.at(-1);
    const goesOn = last !== undefined && (last.field_group === field.field_group || (['skill', 'language', 'credential'].includes(field.field) && last.field === field.field));
    if (goesOn) {
      groups.at(-1)?.push(field);
    } else {
      groups.push([field]);
    }
  }
  return groups;
}

function Review({ resume }: { resume: Schema<'resume_view'> }) {
  const client = useQueryClient();
  const [said, setSaid] = useState<Record<number, Verdict>>({});
  const of = (field: Field): Verdict => said[field.position] ?? { verdict: 'confirm', value: field.found };
  const confirm = useMutation({
    mutationFn: () => api.write('POST', `/v1/resumes/${resume.id}/confirmation`, {
      fields: resume.fields.map((field) => {
        const one = of(field);
        const verdict = one.verdict === 'drop' || one.value.trim() === '' ? 'drop' : one.value === field.found ? 'confirm' : 'mend';
        return { position: field.position, verdict, value: verdict === 'mend' ? one.value : undefined };
      }),
    }),
    onSuccess: () => client.invalidateQueries(),
  });
  const groups = grouped(resume.fields);
  if (resume.state === 'confirmed') {
    return <Alert color="teal" title="Confirmed">Skills, languages, degrees and employers are in your profile.</Alert>;
  }
  return (
    <Stack>
      <Text size="sm">Nothing of this counts yet. Mend what is wrong, leave out what should not count, then confirm.</Text>
      {groups.map((fields) => (
        <Card key={fields[0]?.position} withBorder radius="md" padding="md"><Stack gap="sm">{fields.map((field) => <Row key={field.position} field={field} said={of(field)} say={(next) => setSaid({ ...said, [field.position]: next })} />)}</Stack></Card>
      ))}
      {confirm.isError && <Trouble error={confirm.error} />}
      <Group><Button loading={confirm.isPending} onClick={() => confirm.mutate()}>Confirm</Button></Group>
    </Stack>
  );
}

const always = () => true;

/** The page waits for the reading by an event, and asks once where the stream is cut. */
function Reading({ resume }: { resume: Schema<'resume_view'> }) {
  const client = useQueryClient();
  const read = useEvents<Schema<'resume_view'>>(`/v1/resumes/${resume.id}/events`, 'read', always);
  useEffect(() => {
    if (read !== undefined) {
      client.setQueryData(['resume', resume.id], read);
      void client.invalidateQueries({ queryKey: ['resumes'] });
    }
  }, [read, client, resume.id]);
  return (
    <Card withBorder radius="md" padding="md" role="status">
      <Text size="sm" mb={6}>Reading {resume.file_name}. You may leave this page; it goes on.</Text>
      <Progress value={100} animated aria-label="Reading" />
    </Card>
  );
}

function Uploaded({ id }: { id: string }) {
  const client = useQueryClient();
  const resume = useQuery({ queryKey: ['resume', id], queryFn: () => api.get<Schema<'resume_view'>>(`/v1/resumes/${id}`) });
  const erase = useMutation({ mutationFn: () => api.write('DELETE', `/v1/resumes/${id}`), onSuccess: () => client.invalidateQueries({ queryKey: ['resumes'] }) });
  return (
    <Fetched of={resume}>
      {(data) => data.state === 'reading' ? <Reading resume={data} /> : data.state === 'failed' ? (
        <Alert color="red" title="It could not be read" role="status">
          <Stack gap="xs" align="flex-start">
            <Text size="sm">{data.file_name}: {data.note}</Text>
            <Button size="compact-sm" variant="default" loading={erase.isPending} onClick={() => erase.mutate()}>Remove it</Button>
            {erase.isError && <Trouble error={erase.error} />}
          </Stack>
        </Alert>
      ) : <Review key={id} resume={data} />}
    </Fetched>
  );
}

function AboutMe() {
  const client = useQueryClient();
  const about = useQuery({ queryKey: ['about-me'], queryFn: () => api.get<Schema<'about_me'>>('/v1/about-me') });
  const save = useMutation({ mutationFn: (next: Schema<'about_me'>) => api.write('PUT', '/v1/about-me', next), onSuccess: () => client.invalidateQueries({ queryKey: ['about-me'] }) });
  const choices: [keyof Schema<'about_me'>, string, string[]][] = [
    ['sex', 'Sex', ['female', 'male', 'another', 'not said']],
    ['ethnicity', 'Ethnicity', ['Hispanic or Latino', 'White', 'Black or African American', 'Asian', 'Native American or Alaska Native', 'Native Hawaiian or Pacific Islander', 'Two or more', 'another', 'not said']],
    ['age_band', 'Age', ['under 40', '40 and over', 'not said']],
    ['disability', 'Disability', ['yes', 'no', 'not said']],
  ];
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h5">If you like: about you</Title>
      <Text size="sm" c="dimmed" mb="sm">It shows whether interviews treat groups alike. No score, grade or client can read it, and you may take it back at any time.</Text>
      <Fetched of={about}>{(data) => <Group align="flex-end">{choices.map(([name, label, data_]) => <Select key={name} label={label} data={data_} value={data[name] ?? 'not said'} allowDeselect={false} onChange={(value) => value !== null && save.mutate({ ...data, [name]: value } as Schema<'about_me'>)} />)}</Group>}</Fetched>
      {save.isError && <Trouble error={save.error} />}
    </Card>
  );
}

export default function Resume() {
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const list = useQuery({ queryKey: ['resumes'], queryFn: () => api.get<Schema<'resume_list'>>('/v1/resumes') });
  const upload = useMutation({
    mutationFn: () => api.upload<Schema<'made'>>(`/v1/resumes?name=${encodeURIComponent(file?.name ?? 'résumé')}`, file as Blob),
    onSuccess: async (made) => {
      setShown(made.id);
      setFile(null);
      await client.invalidateQueries({ queryKey: ['resumes'] });
    },
  });
  const current = list.data?.items.find((one) => one.id === shown)?.id ?? list.data?.items[0]?.id;
  return (
    <Stack maw={760}>
      <Heading title="Résumé" trail={[{ label: 'Applications', to: '/applications' }]} />
      <Card withBorder radius="md" padding="lg">
        <Stack gap="sm">
          <Group align="flex-end"><FileInput label="Upload a résumé" description="PDF, DOCX, text or JSON Resume, at most 10 MiB" placeholder="Choose a file" value={file} onChange={setFile} flex={1} clearable /><Button disabled={file === null} loading={upload.isPending} onClick={() => upload.mutate()}>Read it</Button></Group>
          {upload.isError && <Trouble error={upload.error} />}
        </Stack>
      </Card>
      <Fetched of={list}>
        {(data) => data.items.length === 0 ? <Empty title="No résumé yet">What is read is shown to you first, and counts once you have confirmed it.</Empty> : (
          <>
            {data.items.length > 1 && <Group gap="xs">{data.items.map((one) => <Badge key={one.id} component="button" style={{ cursor: 'pointer' }} variant={one.id === current ? 'filled' : 'light'} tt="none" onClick={() => setShown(one.id)}>{one.file_name}, {moment(one.uploaded_at)}</Badge>)}</Group>}
            {current !== undefined && <Uploaded id={current} />}
          </>
        )}
      </Fetched>
      <DuplicatesOfMe />
      <AboutMe />
    </Stack>
  );
}
