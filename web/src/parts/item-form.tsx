import { ActionIcon, Button, Card, Group, MultiSelect, NumberInput, Radio, Select, SimpleGrid, Stack, TagsInput, Text, Textarea, TextInput, Title } from '@mantine/core';

type Criterion = { id: string; text: string; points: number; evidence: string[]; needs?: string[] };
type Sample = { marks: string; text: string };
type FollowUp = { when: string; ask: string };

/** An item of the bank as its author writes it; what the form does not show is kept. */
export type Draft = {
  code: string; kind: string; domain?: string; block?: string; level?: number; minutes?: number; status?: string; prompt: string;
  criteria?: Criterion[]; models?: Sample[]; answers?: Sample[]; follow_ups?: FollowUp[]; enemies?: string[];
  answer?: string; absolute?: number; relative?: number; parts?: string[]; solution?: string;
};

const KINDS = [
  { value: 'free', label: 'Free text' }, { value: 'numeric', label: 'A number' }, { value: 'choice', label: 'Choice' },
  { value: 'order', label: 'Order' }, { value: 'find-error', label: 'Find the error' },
];
const LEVELS = [{ value: '1', label: '1 newcomer' }, { value: '2', label: '2 practitioner' }, { value: '3', label: '3 authority' }];
const STATUSES = [{ value: 'pilot', label: 'pilot, counts for nothing' }, { value: 'live', label: 'live' }, { value: 'retired', label: 'retired, for practice' }];
const MARKS = [{ value: 'm', label: 'met' }, { value: 'p', label: 'partly' }, { value: 'n', label: 'not met' }];
const MODELS = ['Complete', 'Good', 'Bare'];

const LISTS: Record<string, (one: unknown) => boolean> = {
  criteria: (one) => holds(one, ['id', 'text']) && texts((one as Criterion).evidence), models: (one) => holds(one, ['marks', 'text']),
  answers: (one) => holds(one, ['marks', 'text']), follow_ups: (one) => holds(one, ['when', 'ask']), parts: (one) => typeof one === 'string', enemies: (one) => typeof one === 'string',
};

function texts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function holds(value: unknown, names: string[]): boolean {
  return typeof value === 'object' && value !== null && names.every((name) => typeof (value as Record<string, unknown>)[name] === 'string');
}

/** The draft, if it is written so that the form can show it. */
export function draftOf(value: unknown): Draft | undefined {
  const given = value as Record<string, unknown>;
  const shown = holds(value, ['code', 'kind', 'prompt']) && KINDS.some((one) => one.value === given.kind) &&
    Object.entries(LISTS).every(([name, good]) => given[name] === undefined || (Array.isArray(given[name]) && given[name].every(good)));
  return shown ? (value as Draft) : undefined;
}

function replaced<T>(list: readonly T[], at: number, one: T): T[] {
  return list.map((old, index) => (index === at ? one : old));
}

function without<T>(list: readonly T[], at: number): T[] {
  return list.filter((_, index) => index !== at);
}

/** The first letter that names no criterion yet. */
function freshLetter(criteria: readonly Criterion[]): string {
  return [...'abcdefghijklmnopqrstuvwxyz'].find((letter) => criteria.every((one) => one.id !== letter)) ?? `c${criteria.length + 1}`;
}

const OF_KIND: Record<string, string[]> = {
  free: ['criteria', 'models', 'answers', 'follow_ups'], numeric: ['answer', 'absolute', 'relative', 'solution'], choice: ['parts', 'answer', 'solution'],
  'find-error': ['parts', 'answer', 'solution'], order: ['parts', 'solution'],
};

/** What belongs to other kinds only goes: it would be refused, and the form would not show it. */
function withKind(item: Draft, kind: string): Draft {
  const foreign = new Set(Object.values(OF_KIND).flat().filter((name) => !(OF_KIND[kind] ?? []).includes(name)));
  return { ...(Object.fromEntries(Object.entries(item).filter(([name]) => !foreign.has(name))) as Draft), kind };
}

/** Every mark stands for a criterion by its place. */
function withMarks(item: Draft, change: (marks: string) => string): Draft {
  const marked = (list?: Sample[]) => list?.map((one) => ({ ...one, marks: change(one.marks) }));
  return { ...item, models: marked(item.models), answers: marked(item.answers) };
}

function addCriterion(item: Draft): Draft {
  const criteria = item.criteria ?? [];
  return { ...withMarks(item, (marks) => marks.padEnd(criteria.length, 'n') + 'n'), criteria: [...criteria, { id: freshLetter(criteria), text: '', points: 1, evidence: [] }] };
}

function removeCriterion(item: Draft, at: number): Draft {
  const gone = item.criteria?.[at]?.id;
  const criteria = without(item.criteria ?? [], at).map((one) => (one.needs === undefined ? one : { ...one, needs: one.needs.filter((id) => id !== gone) }));
  const left = withMarks(item, (marks) => marks.slice(0, at) + marks.slice(at + 1));
  return { ...left, criteria, follow_ups: item.follow_ups?.filter((one) => one.when !== gone) };
}

function Remove({ what, act }: { what: string; act: () => void }) {
  return <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${what}`} onClick={act}>×</ActionIcon>;
}

function Part({ title, about, children }: { title: string; about?: string; children: React.ReactNode }) {
  return (
    <section>
      <Title order={2} size="h6">{title}</Title>
      {about !== undefined && <Text size="xs" c="dimmed" mb={6}>{about}</Text>}
      <Stack gap="sm" mt={6}>{children}</Stack>
    </section>
  );
}

/** What stood behind it moves up; if it was the right one, none is. */
function removePart(item: Draft, at: number): Draft {
  const right = Number(item.answer) - 1;
  return { ...item, parts: without(item.parts ?? [], at), answer: right === at ? undefined : right > at ? String(right) : item.answer };
}

type Editing = { item: Draft; change: (item: Draft) => void };

function Criteria({ item, change }: Editing) {
  const criteria = item.criteria ?? [];
  const put = (at: number, one: Criterion) => change({ ...item, criteria: replaced(criteria, at, one) });
  return (
    <Part title="Criteria" about="What the points are for. Evidence: phrases, one a line, in which an answer may say it; the question must not hold them.">
      {criteria.map((one, at) => (
        <Card key={one.id} withBorder padding="sm" radius="sm">
          <Group align="flex-start" wrap="nowrap">
            <Text size="sm" fw={600} mt={4}>{one.id}</Text>
            <Stack gap={6} flex={1}>
              <Textarea label="The answer says that …" size="xs" autosize minRows={1} value={one.text} onChange={(event) => put(at, { ...one, text: event.currentTarget.value })} />
              <Textarea label="Evidence" size="xs" autosize minRows={2} value={one.evidence.join('\n')} onChange={(event) => put(at, { ...one, evidence: event.currentTarget.value === '' ? [] : event.currentTarget.value.split('\n') })} />
              <Group>
                <NumberInput label="Points" size="xs" w={90} min={0} max={10} value={one.points} onChange={(points) => put(at, { ...one, points: Number(points) })} />
                <MultiSelect label="Earns nothing without" size="xs" flex={1} data={criteria.filter((other) => other.id !== one.id).map((other) => other.id)} value={one.needs ?? []} onChange={(needs) => put(at, { ...one, needs: needs.length === 0 ? undefined : needs })} />
              </Group>
            </Stack>
            <Remove what={`criterion ${one.id}`} act={() => change(removeCriterion(item, at))} />
          </Group>
        </Card>
      ))}
      <Group><Button size="xs" variant="light" onClick={() => change(addCriterion(item))}>Add a criterion</Button></Group>
    </Part>
  );
}

function SampleCard({ name, one, criteria, put, remove }: { name: string; one: Sample; criteria: readonly Criterion[]; put: (one: Sample) => void; remove?: () => void }) {
  const mark = (at: number, letter: string) => put({ ...one, marks: replaced([...one.marks.padEnd(criteria.length, 'n')], at, letter).join('') });
  return (
    <Card withBorder padding="sm" radius="sm">
      <Group align="flex-start" wrap="nowrap">
        <Stack gap={6} flex={1}>
          <Textarea label={name} size="xs" autosize minRows={2} value={one.text} onChange={(event) => put({ ...one, text: event.currentTarget.value })} />
          <Group gap="sm">
            {criteria.map((criterion, at) => (
              <Select key={criterion.id} label={criterion.id} aria-label={`${name}, criterion ${criterion.id}`} size="xs" w={100} data={MARKS} allowDeselect={false} value={one.marks[at] ?? 'n'} onChange={(letter) => mark(at, letter ?? 'n')} />
            ))}
          </Group>
        </Stack>
        {remove !== undefined && <Remove what={name.toLowerCase()} act={remove} />}
      </Group>
    </Card>
  );
}

function Samples({ item, change }: Editing) {
  const criteria = item.criteria ?? [];
  const models = MODELS.map((_, at) => item.models?.[at] ?? { marks: 'n'.repeat(criteria.length), text: '' });
  const answers = item.answers ?? [];
  return (
    <>
      <Part title="Model answers" about="Shown with the result; each earns less than the one before.">
        {models.map((one, at) => <SampleCard key={at} name={MODELS[at] ?? ''} one={one} criteria={criteria} put={(next) => change({ ...item, models: replaced(models, at, next) })} />)}
      </Part>
      <Part title={`Graded answers (${answers.length})`} about="They teach the scorer. About ten of mixed quality are a good start.">
        {answers.map((one, at) => (
          <SampleCard key={at} name={`Answer ${at + 1}`} one={one} criteria={criteria} put={(next) => change({ ...item, answers: replaced(answers, at, next) })} remove={() => change({ ...item, answers: without(answers, at) })} />
        ))}
        <Group><Button size="xs" variant="light" onClick={() => change({ ...item, answers: [...answers, { marks: 'n'.repeat(criteria.length), text: '' }] })}>Add an answer</Button></Group>
      </Part>
    </>
  );
}

function FollowUps({ item, change }: Editing) {
  const list = item.follow_ups ?? [];
  const put = (next: FollowUp[]) => change({ ...item, follow_ups: next.length === 0 ? undefined : next });
  return (
    <Part title="Follow-ups" about="At most one is asked, when its criterion was not met.">
      {list.map((one, at) => (
        <Group key={at} wrap="nowrap" align="flex-end">
          <Select label="Without" size="xs" w={90} data={(item.criteria ?? []).map((criterion) => criterion.id)} allowDeselect={false} value={one.when} onChange={(when) => put(replaced(list, at, { ...one, when: when ?? one.when }))} />
          <TextInput label="Ask" size="xs" flex={1} value={one.ask} onChange={(event) => put(replaced(list, at, { ...one, ask: event.currentTarget.value }))} />
          <Remove what={`follow-up ${at + 1}`} act={() => put(without(list, at))} />
        </Group>
      ))}
      <Group><Button size="xs" variant="light" disabled={item.criteria?.[0] === undefined} onClick={() => put([...list, { when: item.criteria?.[0]?.id ?? '', ask: '' }])}>Add a follow-up</Button></Group>
    </Part>
  );
}

const PARTS: Record<string, { title: string; about: string }> = {
  choice: { title: 'Choices', about: 'Mark the right one.' },
  'find-error': { title: 'Lines', about: 'Mark the one that is wrong.' },
  order: { title: 'Steps', about: 'In the right order; they are shown shuffled.' },
};

function Parts({ item, change }: Editing) {
  const parts = item.parts ?? [];
  const words = PARTS[item.kind] ?? { title: 'Parts', about: '' };
  const field = (one: string, at: number) => (
    <Group key={at} wrap="nowrap">
      {item.kind === 'order' ? <Text size="sm" w={20} ta="right">{at + 1}</Text> : <Radio value={String(at + 1)} aria-label={`Part ${at + 1} is the one`} />}
      <TextInput size="xs" flex={1} aria-label={`Part ${at + 1}`} value={one} onChange={(event) => change({ ...item, parts: replaced(parts, at, event.currentTarget.value) })} />
      <Remove what={`part ${at + 1}`} act={() => change(removePart(item, at))} />
    </Group>
  );
  return (
    <Part title={words.title} about={words.about}>
      {item.kind === 'order' ? parts.map(field) : (
        <Radio.Group aria-label={words.about} value={item.answer ?? ''} onChange={(answer) => change({ ...item, answer })}><Stack gap="sm">{parts.map(field)}</Stack></Radio.Group>
      )}
      <Group><Button size="xs" variant="light" onClick={() => change({ ...item, parts: [...parts, ''] })}>Add a part</Button></Group>
    </Part>
  );
}

function Sum({ item, change }: Editing) {
  const tolerance = (value: number | string) => (value === '' ? undefined : Number(value));
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <TextInput label="The number" value={item.answer ?? ''} onChange={(event) => change({ ...item, answer: event.currentTarget.value })} />
      <NumberInput label="Off by at most" min={0} value={item.absolute ?? ''} onChange={(value) => change({ ...item, absolute: tolerance(value) })} />
      <NumberInput label="Or by a share of it" min={0} max={1} step={0.01} value={item.relative ?? ''} onChange={(value) => change({ ...item, relative: tolerance(value) })} />
    </SimpleGrid>
  );
}

/** Fields for an item of any kind; one that is in the bank has its status elsewhere. */
export function ItemForm({ item, change, fresh }: Editing & { fresh: boolean }) {
  const text = (name: 'code' | 'domain' | 'block') => ({ value: item[name] ?? '', onChange: (event: React.ChangeEvent<HTMLInputElement>) => change({ ...item, [name]: event.currentTarget.value }) });
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <TextInput label="Code" description="Unique in the bank" {...text('code')} />
        <TextInput label="Field" description="Of expertise" {...text('domain')} />
        <TextInput label="Block" description="Part of the field" {...text('block')} />
        <Select label="Kind" data={KINDS} allowDeselect={false} value={item.kind} onChange={(kind) => change(withKind(item, kind ?? item.kind))} />
        <Select label="Level" data={LEVELS} allowDeselect={false} value={String(item.level ?? 2)} onChange={(level) => change({ ...item, level: Number(level) })} />
        {fresh && <Select label="Status" data={STATUSES} allowDeselect={false} value={item.status ?? 'pilot'} onChange={(status) => change({ ...item, status: status ?? undefined })} />}
      </SimpleGrid>
      <Textarea label="Question" autosize minRows={3} value={item.prompt} onChange={(event) => change({ ...item, prompt: event.currentTarget.value })} />
      {item.kind === 'numeric' && <Sum item={item} change={change} />}
      {item.kind in PARTS && <Parts item={item} change={change} />}
      {item.kind === 'free' && <Criteria item={item} change={change} />}
      {item.kind === 'free' && <Samples item={item} change={change} />}
      {item.kind === 'free' && <FollowUps item={item} change={change} />}
      {item.kind !== 'free' && <Textarea label="Why" description="Shown with the result" autosize minRows={2} value={item.solution ?? ''} onChange={(event) => change({ ...item, solution: event.currentTarget.value || undefined })} />}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NumberInput label="Minutes" description="What it takes" min={1} max={60} value={item.minutes ?? ''} onChange={(value) => change({ ...item, minutes: value === '' ? undefined : Number(value) })} />
        <TagsInput label="Never in one interview with" description="Codes of items that give this one away" value={item.enemies ?? []} onChange={(enemies) => change({ ...item, enemies: enemies.length === 0 ? undefined : enemies })} />
      </SimpleGrid>
    </Stack>
  );
}
