import { Alert, Badge, Button, Card, Code, FileButton, Group, NumberInput, Select, Stack, Switch, Table, Tabs, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, query, type Schema } from '../api/client';
import { Export } from '../parts/export';
import { count, date, plural } from '../parts/format';
import { Ask, Inquiries } from '../parts/inquiry';
import { has, useSession } from '../parts/session';
import { Empty, Fetched, Heading, State, Trouble } from '../parts/states';
import { Whisker } from '../parts/whisker';

type View = Schema<'rubric_view'>;
type Version = Schema<'version_row'>;

const points = (value: number) => (value > 0 ? `+${value}` : String(value));
const figure = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(2).replace(/^(-?)0\./, '$1.'));
const label = (one: Version) => `Version ${one.number}${one.confirmed_at === undefined ? ' (draft)' : ''}`;

function Which({ versions, value, set, name = 'Version' }: { versions: Version[]; value: number; set: (number: number) => void; name?: string }) {
  return (
    <Select label={name} w={180} size="xs" allowDeselect={false} value={String(value)} onChange={(next) => set(Number(next))}
      data={versions.map((one) => ({ value: String(one.number), label: label(one) }))} />
  );
}

/** What the linter found, in words; its own name stands in the export. */
const DEFECTS: Record<string, string> = {
  empty: 'says nothing', 'not-atomic': 'asks for several things at once', vague: 'is read differently by different graders',
  overlap: 'says nearly the same as another', weight: 'has a weight of zero, or of more than half of all', id: 'has the name of another',
  need: 'needs a criterion that is not there', cycle: 'needs itself, through others', leak: 'stands in what is asked already',
  'no-positive': 'nothing can be earned',
};

function Criteria({ rubric, number }: { rubric: string; number: number }) {
  const view = useQuery({
    queryKey: ['rubric-version', rubric, number],
    queryFn: () => api.get<Schema<'version_view'>>(`/v1/rubrics/${rubric}/version${query({ number })}`),
  });
  return (
    <Fetched of={view}>
      {(data) => (
        <Stack>
          <Group justify="space-between">
            <Text size="sm" className="figures">{plural(data.criterion_count, 'criterion', 'criteria')}{data.criteria.length < data.criterion_count && `, the first ${count(data.criteria.length)} shown`}</Text>
            <Export rows={data.criteria} name="criteria" />
          </Group>
          {data.findings.length > 0 && (
            <Alert color="yellow" title={`The linter would look at ${plural(data.findings.length, 'place')}`}>
              <Stack gap={2}>
                {data.findings.slice(0, 20).map((one, index) => <Text key={index} size="sm"><b>{one.criterion}</b> {DEFECTS[one.defect] ?? one.defect}{one.detail.trim() !== '' && `: “${one.detail.trim()}”`}</Text>)}
                {data.findings.length > 20 && <Text size="sm">and {data.findings.length - 20} more</Text>}
              </Stack>
            </Alert>
          )}
          <Table.ScrollContainer minWidth={280}>
            <Table verticalSpacing="xs">
              <Table.Thead><Table.Tr><Table.Th>Criterion</Table.Th><Table.Th ta="right">Points</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {data.criteria.map((one) => (
                  <Table.Tr key={one.key}>
                    <Table.Td>
                      <Text size="sm">{one.text}</Text>
                      <Text size="xs" c="dimmed">{one.key}{one.needs.length > 0 && `; needs ${one.needs.join(', ')}`}{one.evidence !== undefined && `; ${one.evidence}`}</Text>
                      <Group gap={4}>{one.kind !== undefined && <Badge variant="light" color="gray" tt="none">{one.kind}</Badge>}{one.hurdle && <Badge variant="light" color="red" tt="none">hurdle</Badge>}{one.grounded && <Badge variant="light" color="blue" tt="none">in the sources</Badge>}</Group>
                    </Table.Td>
                    <Table.Td ta="right" className="figures">{points(one.points)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Stack>
      )}
    </Fetched>
  );
}

const SIGNS: Record<string, string> = { added: 'teal', removed: 'red', changed: 'blue' };

function Changes({ rubric, before, now }: { rubric: string; before: number; now: number }) {
  const diff = useQuery({
    queryKey: ['rubric-diff', rubric, before, now],
    queryFn: () => api.get<Schema<'rubric_diff'>>(`/v1/rubrics/${rubric}/diff${query({ before, now })}`),
  });
  return (
    <Fetched of={diff}>
      {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">Nothing changed between the two.</Text> : (
        <Stack gap="xs">
          {data.items.map((one, index) => (
            <Card key={index} withBorder radius="md" padding="sm">
              <Group gap="xs" mb={4}><Badge color={SIGNS[one.change] ?? 'gray'} variant="light" tt="none">{one.change}</Badge><Text size="sm" fw={600}>{one.task}: {one.criterion}</Text>{one.change === 'changed' && <Text size="sm" c="dimmed">{one.what}</Text>}</Group>
              {one.before !== '' && <Text size="sm" td={one.now === '' ? undefined : 'line-through'} c="dimmed">{one.before}</Text>}
              {one.now !== '' && <Text size="sm">{one.now}</Text>}
            </Card>
          ))}
        </Stack>
      )}
    </Fetched>
  );
}

function Draft({ rubric, again }: { rubric: string; again: () => void }) {
  const [task, setTask] = useState('');
  const [prompt, setPrompt] = useState('');
  const [reference, setReference] = useState('');
  const filled = task.trim() !== '' && prompt.trim() !== '';
  return (
    <Ask title="Have a model draft" hint="Criteria for one task, as a new version that counts for nothing until an expert has read and confirmed it."
      path={`/v1/rubrics/${rubric}/drafts`} action="Draft" ready={filled} again={again}
      body={() => ({ tasks: [{ id: task.trim(), prompt, ...(reference.trim() === '' ? {} : { reference }) }] })}
      fields={(
        <>
          <TextInput label="Name of the task" value={task} onChange={(event) => setTask(event.currentTarget.value)} maxLength={200} maw={450} />
          <Textarea label="What is asked" autosize minRows={2} value={prompt} onChange={(event) => setPrompt(event.currentTarget.value)} />
          <Textarea label="A model answer by an expert" description="If there is one" autosize minRows={2} value={reference} onChange={(event) => setReference(event.currentTarget.value)} />
        </>
      )} />
  );
}

function Judges({ rubric, author }: { rubric: View; author: boolean }) {
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  return (
    <Stack mb="md">
      {author && rubric.versions.some((one) => one.confirmed_at !== undefined) && (
        <Ask title="Have a model judge" hint="Every criterion of every answer that was handed over and that the model has not judged yet. Which verdicts stand alone is said below."
          path={`/v1/rubrics/${rubric.id}/judgings`} action="Judge" body={() => ({ open_only: open })} again={() => void client.invalidateQueries({ queryKey: ['inquiries'] })}
          fields={<Switch label="Leave out what is settled" description="Otherwise the model is also measured against people" checked={open} onChange={(event) => setOpen(event.currentTarget.checked)} />} />
      )}
      <Inquiries path={`/v1/rubrics/${rubric.id}`} kind="rubric.judge" author={author} ended={() => void client.invalidateQueries({ queryKey: ['rubric-measures', rubric.id] })} />
    </Stack>
  );
}

function Versions({ rubric, again }: { rubric: View; again: () => void }) {
  const session = useSession();
  const author = has(session, 'operator', 'client');
  const reader = author || has(session, 'reviewer', 'expert');
  const client = useQueryClient();
  const newest = rubric.versions[0]?.number ?? 1;
  const [older, setBefore] = useState<number | null>(null);
  const [newer, setNow] = useState<number | null>(null);
  const before = older ?? Math.max(1, newest - 1);
  const now = newer ?? newest;
  const [drafted, setDrafted] = useState(false);
  const add = useMutation({
    mutationFn: (file: File) => api.upload<Schema<'version_made'>>(`/v1/rubrics/${rubric.id}/versions${query({ origin: drafted ? 'model' : 'person' })}`, file),
    onSuccess: again,
  });
  const confirm = useMutation({ mutationFn: (number: number) => api.write('POST', `/v1/rubrics/${rubric.id}/confirm`, { number }), onSuccess: again });
  return (
    <Stack>
      {author && (
        <Card withBorder radius="md" padding="lg">
          <Title order={2} size="h6" mb="sm">Add a version</Title>
          <Group>
            <FileButton onChange={(file) => { if (file !== null) add.mutate(file); }}>
              {(props) => <Button {...props} variant="light" loading={add.isPending}>Choose a file</Button>}
            </FileButton>
            <Switch label="A model drafted it" checked={drafted} onChange={(event) => setDrafted(event.currentTarget.checked)} />
          </Group>
          <Text size="xs" c="dimmed" mt="xs">HealthBench, APEX, ACE, archipelago, weighted trees or Periti rows. A model’s draft counts once somebody has confirmed it.</Text>
          {add.isError && <Stack mt="sm"><Trouble error={add.error} /></Stack>}
          {add.isSuccess && <Alert mt="sm" color="teal">{add.data.change === 'same' ? `Version ${add.data.number} says the same already.` : `Version ${add.data.number}: ${plural(add.data.criterion_count, 'criterion', 'criteria')}.`}</Alert>}
        </Card>
      )}
      {author && <Draft rubric={rubric.id} again={() => void client.invalidateQueries({ queryKey: ['inquiries'] })} />}
      {has(session, 'operator', 'client', 'auditor') && <Inquiries path={`/v1/rubrics/${rubric.id}`} kind="rubric.draft" author={author} ended={again} />}
      {confirm.isError && <Trouble error={confirm.error} />}
      {rubric.versions.length === 0 ? <Empty title="There is no version yet">{author ? 'Choose a file above, or have a model draft one.' : 'Nobody has added one.'}</Empty> : <Table.ScrollContainer minWidth={520}>
        <Table verticalSpacing="xs">
          <Table.Thead><Table.Tr><Table.Th>Version</Table.Th><Table.Th ta="right">Criteria</Table.Th><Table.Th ta="right">To look at</Table.Th><Table.Th>Since</Table.Th><Table.Th>State</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {rubric.versions.map((one) => (
              <Table.Tr key={one.number}>
                <Table.Td>{one.number} <Text span size="xs" c="dimmed" ff="monospace" title={one.content_hash}>{one.content_hash.slice(0, 10)}</Text></Table.Td>
                <Table.Td ta="right" className="figures">{count(one.criterion_count)}</Table.Td>
                <Table.Td ta="right" className="figures">{count(one.finding_count)}</Table.Td>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>{date(one.made_at)}</Table.Td>
                <Table.Td>
                  {one.confirmed_at !== undefined ? <Badge color="teal" variant="light" tt="none">{one.origin === 'model' ? 'model’s, confirmed' : 'counts'}</Badge> : (
                    <Group gap="xs" wrap="nowrap"><State of="draft" />{reader && <Button size="compact-xs" loading={confirm.isPending} onClick={() => confirm.mutate(one.number)}>Confirm version {one.number}</Button>}</Group>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>}
      {rubric.versions.length > 1 && (
        <>
          <Title order={2} size="h6">What changed</Title>
          <Group><Which name="From" versions={rubric.versions} value={before} set={setBefore} /><Which name="To" versions={rubric.versions} value={now} set={setNow} /></Group>
          <Changes rubric={rubric.id} before={before} now={now} />
        </>
      )}
    </Stack>
  );
}

function Judge({ judge, gate }: { judge: Schema<'rubric_judge_view'>; gate: View['gate'] }) {
  const enough = judge.double_count >= gate.double_min;
  return (
    <Card withBorder radius="md" padding="md">
      <Group justify="space-between" mb={4}><Text fw={600} size="sm">{judge.grader}</Text><Badge color={judge.alone ? 'teal' : 'gray'} variant="light" tt="none">{judge.alone ? 'grades alone' : 'does not grade alone'}</Badge></Group>
      <Whisker value={judge.agreement} low={judge.agreement_low} high={judge.agreement_high} label="Agreement with people" />
      <Text size="xs" c="dimmed">alike on {count(judge.agreed_count)} of {count(judge.double_count)} criteria that both judged{!enough && `; ${count(gate.double_min)} are wanted`}</Text>
    </Card>
  );
}

function Agreement({ value, low, high, pairs }: { value: number | undefined; low: number | undefined; high: number | undefined; pairs: number }) {
  return (
    <Table.Td ta="right" className="figures" style={{ whiteSpace: 'nowrap' }}>
      {figure(value)}{low !== undefined && <Text span size="xs" c="dimmed"> [{figure(low)}–{figure(high)}]</Text>}
      <Text size="xs" c="dimmed">{count(pairs)} pairs</Text>
    </Table.Td>
  );
}

function Measures({ rubric, number }: { rubric: View; number: number }) {
  const view = useQuery({
    queryKey: ['rubric-measures', rubric.id, number],
    queryFn: () => api.get<Schema<'rubric_measures'>>(`/v1/rubrics/${rubric.id}/measures${query({ number })}`),
  });
  return (
    <Fetched of={view}>
      {(data) => data.response_count === 0 ? <Empty title="Nothing was graded by this version">Bind a campaign of the type grading, or hand verdicts over with <Code>periti rubrics grades</Code>.</Empty> : (
        <Stack>
          <Group justify="space-between"><Text size="sm" className="figures">{plural(data.response_count, 'answer')}, {plural(data.grader_count, 'grader')}</Text><Export rows={data.criteria} name="measures" /></Group>
          {data.judges.length > 0 && <><Title order={2} size="h6">Models</Title>{data.judges.map((one) => <Judge key={one.grader} judge={one} gate={rubric.gate} />)}</>}
          <Title order={2} size="h6">Criteria</Title>
          <Table.ScrollContainer minWidth={860}>
            <Table verticalSpacing="xs">
              <Table.Thead><Table.Tr><Table.Th>Criterion</Table.Th><Table.Th>Pass rate</Table.Th><Table.Th ta="right">With the rest</Table.Th><Table.Th ta="right">κ of people</Table.Th><Table.Th ta="right">κ of models</Table.Th><Table.Th ta="right">Balanced F1</Table.Th><Table.Th>Look at</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {data.criteria.map((one) => (
                  <Table.Tr key={one.criterion}>
                    <Table.Td maw={280}><Text size="sm" lineClamp={2} title={one.text}>{one.text}</Text><Text size="xs" c="dimmed" className="figures">{points(one.points)}, n {count(one.graded_count)}</Text></Table.Td>
                    <Table.Td><Whisker value={one.pass_rate} low={one.pass_low} high={one.pass_high} label="Pass rate" /></Table.Td>
                    <Table.Td ta="right" className="figures">{figure(one.correlation)}</Table.Td>
                    <Agreement value={one.people_kappa} low={one.people_low} high={one.people_high} pairs={one.people_pair_count} />
                    <Agreement value={one.judge_kappa} low={one.judge_low} high={one.judge_high} pairs={one.judge_pair_count} />
                    <Agreement value={one.judge_f1} low={one.f1_low} high={one.f1_high} pairs={one.judge_pair_count} />
                    <Table.Td><Text size="sm">{one.advice}</Text></Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Stack>
      )}
    </Fetched>
  );
}

function Scores({ rubric, number }: { rubric: string; number: number }) {
  const view = useQuery({
    queryKey: ['rubric-scores', rubric, number],
    queryFn: () => api.get<Schema<'rubric_scores'>>(`/v1/rubrics/${rubric}/scores${query({ number })}`),
  });
  return (
    <Fetched of={view}>
      {(data) => data.items.length === 0 ? <Empty title="No answer was graded by this version">An answer has a score once each of its criteria is settled, by people or by a model that may grade alone.</Empty> : (
        <Stack>
          <Group justify="space-between"><Text size="sm" className="figures">{plural(data.items.length, 'answer')}, {count(data.items.filter((one) => one.score === undefined).length)} still open</Text><Export rows={data.items} name="scores" /></Group>
          <Table.ScrollContainer minWidth={560}>
            <Table verticalSpacing="xs">
              <Table.Thead><Table.Tr><Table.Th>Answer</Table.Th><Table.Th ta="right">Score</Table.Th><Table.Th ta="right">Met</Table.Th><Table.Th ta="right">By people</Table.Th><Table.Th ta="right">By a model</Table.Th><Table.Th ta="right">Open</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {data.items.slice(0, 500).map((one) => (
                  <Table.Tr key={`${one.response} ${one.task}`}>
                    <Table.Td><Text size="sm">{one.response}</Text><Text size="xs" c="dimmed">{one.task}</Text></Table.Td>
                    <Table.Td ta="right" className="figures">{one.score === undefined ? 'open' : figure(one.score)}</Table.Td>
                    <Table.Td ta="right" className="figures">{one.met_count} of {one.criterion_count}</Table.Td>
                    <Table.Td ta="right" className="figures">{one.person_count}</Table.Td>
                    <Table.Td ta="right" className="figures">{one.model_count}</Table.Td>
                    <Table.Td ta="right" className="figures">{one.open_count}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {data.items.length > 500 && <Text size="sm" c="dimmed">The first 500 are shown; the export has them all.</Text>}
        </Stack>
      )}
    </Fetched>
  );
}

function Gate({ rubric, again }: { rubric: View; again: () => void }) {
  const session = useSession();
  const author = has(session, 'operator', 'client');
  const [gate, setGate] = useState(rubric.gate);
  const save = useMutation({ mutationFn: () => api.write('PUT', `/v1/rubrics/${rubric.id}/gate`, gate), onSuccess: again });
  const set = (name: keyof View['gate']) => (value: string | number) => setGate((before) => ({ ...before, [name]: Number(value) }));
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h6" mb={4}>When a model grades alone</Title>
      <Text size="sm" c="dimmed" mb="md">A verdict that does not stand alone goes to people. Which way it goes is decided when it comes, and kept.</Text>
      <form onSubmit={(event) => { event.preventDefault(); save.mutate(); }}>
        <Stack maw={420}>
          <NumberInput label="Agreement with people, at least" description="The lower end of its 95 % interval" value={gate.agreement_min} onChange={set('agreement_min')} min={0.5} max={1} step={0.01} decimalScale={3} disabled={!author} />
          <NumberInput label="Criteria that both judged, at least" value={gate.double_min} onChange={set('double_min')} min={10} max={1000000} disabled={!author} />
          <NumberInput label="Share that goes to people all the same" value={gate.expert_share} onChange={set('expert_share')} min={0.01} max={1} step={0.01} decimalScale={3} disabled={!author} />
          <NumberInput label="Seed of that choice" value={gate.seed} onChange={set('seed')} min={0} allowDecimal={false} disabled={!author} />
          {save.isError && <Trouble error={save.error} />}
          {save.isSuccess && <Alert color="teal">Kept. It counts for verdicts that come from now on.</Alert>}
          {author && <Button type="submit" loading={save.isPending} style={{ alignSelf: 'flex-start' }}>Keep</Button>}
        </Stack>
      </form>
      {rubric.campaigns.length > 0 && (
        <Stack mt="lg" gap={4}><Title order={3} size="h6">Campaigns whose answers are grades</Title>{rubric.campaigns.map((one) => <Text key={one.campaign_id} size="sm">{one.name}, by version {one.number}, since {date(one.bound_at)}</Text>)}</Stack>
      )}
    </Card>
  );
}

export default function Rubric() {
  const { rubric: id } = useParams({ strict: false }) as { rubric: string };
  const session = useSession();
  const author = has(session, 'operator', 'client');
  const inside = author || has(session, 'auditor');
  const client = useQueryClient();
  const [chosen, choose] = useState<number | null>(null);
  const view = useQuery({ queryKey: ['rubric', id], queryFn: () => api.get<View>(`/v1/rubrics/${id}`) });
  const again = () => void client.invalidateQueries({ queryKey: ['rubric', id] });
  return (
    <Fetched of={view}>
      {(data) => {
        const number = chosen ?? (data.versions.find((one) => one.confirmed_at !== undefined) ?? data.versions[0])?.number;
        const needs = (inner: React.ReactNode) => (number === undefined ? <Empty title="No version yet">Add one under Versions.</Empty> : <Stack><Which versions={data.versions} value={number} set={choose} />{inner}</Stack>);
        return (
          <>
            <Heading title={data.name} trail={[{ label: 'Rubrics', to: '/rubrics' }]} />
            {data.summary !== '' && <Text mb="md">{data.summary}</Text>}
            <Tabs defaultValue={data.versions.length === 0 ? 'versions' : 'criteria'} keepMounted={false}>
              <Tabs.List mb="md" className="tab-row"><Tabs.Tab value="criteria">Criteria</Tabs.Tab><Tabs.Tab value="versions">Versions</Tabs.Tab>{inside && <><Tabs.Tab value="measures">Measures</Tabs.Tab><Tabs.Tab value="scores">Answers</Tabs.Tab><Tabs.Tab value="gate">Models</Tabs.Tab></>}</Tabs.List>
              <Tabs.Panel value="criteria">{needs(number !== undefined && <Criteria rubric={id} number={number} />)}</Tabs.Panel>
              <Tabs.Panel value="versions"><Versions rubric={data} again={again} /></Tabs.Panel>
              <Tabs.Panel value="measures">{needs(number !== undefined && <Measures rubric={data} number={number} />)}</Tabs.Panel>
              <Tabs.Panel value="scores">{needs(number !== undefined && <Scores rubric={id} number={number} />)}</Tabs.Panel>
              <Tabs.Panel value="gate"><Judges rubric={data} author={author} /><Gate rubric={data} again={again} /></Tabs.Panel>
            </Tabs>
          </>
        );
      }}
    </Fetched>
  );
}
