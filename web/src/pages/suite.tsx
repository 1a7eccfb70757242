import { Alert, Badge, Button, Card, Code, CopyButton, FileButton, Group, NumberInput, SegmentedControl, Stack, Table, Tabs, Text, TextInput, Title } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, query, type Schema } from '../api/client';
import { Export } from '../parts/export';
import { count, date, plural } from '../parts/format';
import { Ask, Inquiries } from '../parts/inquiry';
import { has, useSession } from '../parts/session';
import { Empty, Fetched, Heading, Trouble } from '../parts/states';
import { Whisker } from '../parts/whisker';

type View = Schema<'suite_view'>;
type Board = Schema<'board_view'>;

const figure = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(2).replace(/^(-?)0\./, '$1.'));
const seconds = (value: number) => (value === 0 ? '–' : value < 120 ? `${value.toFixed(value < 10 ? 1 : 0)} s` : `${(value / 60).toFixed(1)} min`);

function Name({ board }: { board: Board }) {
  return <Group gap={6} wrap="nowrap"><Text size="sm" fw={600}>{board.model}</Text>{board.is_person && <Badge variant="light" color="grape" tt="none">people</Badge>}</Group>;
}

function Models({ boards }: { boards: Board[] }) {
  return (
    <Table.ScrollContainer minWidth={900}>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr><Table.Th>Who</Table.Th><Table.Th>Mean score</Table.Th><Table.Th ta="right">Median of runs</Table.Th><Table.Th ta="right">pass@k</Table.Th><Table.Th ta="right">pass^k</Table.Th><Table.Th ta="right">Answers</Table.Th><Table.Th ta="right">Tokens</Table.Th><Table.Th ta="right">Spent</Table.Th><Table.Th ta="right">Time each</Table.Th><Table.Th ta="right">As experts</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {boards.map((one) => (
            <Table.Tr key={one.model}>
              <Table.Td><Name board={one} /></Table.Td>
              <Table.Td><Whisker value={one.mean} low={one.low} high={one.high} label={`Mean score of ${one.model}`} /></Table.Td>
              <Table.Td ta="right" className="figures">{figure(one.median_of_runs)}</Table.Td>
              <Table.Td ta="right" className="figures">{figure(one.pass_at_k)}{one.k !== undefined && <Text size="xs" c="dimmed">k {one.k}</Text>}</Table.Td>
              <Table.Td ta="right" className="figures">{figure(one.pass_all_k)}{one.k !== undefined && <Text size="xs" c="dimmed">k {one.k}</Text>}</Table.Td>
              <Table.Td ta="right" className="figures">{count(one.scored_count)}<Text size="xs" c="dimmed">{plural(one.task_count, 'task')}{one.unscored_count > 0 && `, ${count(one.unscored_count)} unscored`}</Text></Table.Td>
              <Table.Td ta="right" className="figures">{one.input_tokens + one.output_tokens === 0 ? '–' : <>{count(one.output_tokens)}<Text size="xs" c="dimmed">{count(one.input_tokens)} read</Text></>}</Table.Td>
              <Table.Td ta="right" className="figures">{one.spend === 0 ? '–' : one.spend < 1 ? '< 0.01' : (one.spend / 100).toFixed(2)}</Table.Td>
              <Table.Td ta="right" className="figures">{seconds(one.median_seconds)}</Table.Td>
              <Table.Td ta="right" className="figures">{one.expert_agreement === undefined ? '–' : <>{figure(one.expert_agreement)}<Text size="xs" c="dimmed">[{figure(one.expert_low)}–{figure(one.expert_high)}], n {count(one.expert_count)}</Text></>}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Pairs({ pairs }: { pairs: Schema<'pair_view'>[] }) {
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table verticalSpacing="xs">
        <Table.Thead><Table.Tr><Table.Th>Difference</Table.Th><Table.Th>From −1 to 1</Table.Th><Table.Th>Says</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {pairs.map((one) => (
            <Table.Tr key={`${one.left} ${one.right}`}>
              <Table.Td><Text size="sm">{one.left} minus {one.right}</Text><Text size="xs" c="dimmed">{plural(one.task_count, 'task')} that both did</Text></Table.Td>
              <Table.Td><Whisker value={one.difference} low={one.low} high={one.high} from={-1} to={1} label={`${one.left} minus ${one.right}`} /></Table.Td>
              <Table.Td><Text size="sm" c={one.low > 0 || one.high < 0 ? undefined : 'dimmed'}>{one.low > 0 ? `${one.left} is better` : one.high < 0 ? `${one.right} is better` : 'cannot be told apart'}</Text></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/* One small chart a domain, a line a model, in the order of the table. */
function Slices({ slices }: { slices: Board[] }) {
  const domains = [...new Set(slices.map((one) => one.domain ?? ''))];
  return (
    <Group align="stretch">
      {domains.map((domain) => (
        <Card key={domain} withBorder radius="md" padding="md">
          <Title order={3} size="h6" mb="xs">{domain}</Title>
          <Stack gap={4}>
            {slices.filter((one) => one.domain === domain).map((one) => (
              <div key={one.model}><Text size="xs" c="dimmed">{one.model}, {plural(one.task_count, 'task')}</Text><Whisker value={one.mean} low={one.low} high={one.high} label={`${one.model} in ${domain}`} /></div>
            ))}
          </Stack>
        </Card>
      ))}
    </Group>
  );
}

function Leaderboard({ suite }: { suite: string }) {
  const [part, setPart] = useState('all');
  const view = useQuery({
    queryKey: ['leaderboard', suite, part],
    queryFn: () => api.get<Schema<'leaderboard_view'>>(`/v1/suites/${suite}/leaderboard${query({ part })}`),
  });
  return (
    <Stack>
      <SegmentedControl aria-label="Which tasks" value={part} onChange={setPart} style={{ alignSelf: 'flex-start' }}
        data={[{ value: 'all', label: 'All tasks' }, { value: 'public', label: 'Public' }, { value: 'held_out', label: 'Held out' }]} />
      <Fetched of={view}>
        {(data) => data.models.length === 0 ? <Empty title="No answers yet">Make a release, put it to a model with <Code>periti benchmark run</Code>, and import the answers.</Empty> : (
          <Stack>
            <Group justify="space-between"><Text size="sm">{plural(data.answer_count, 'answer')} to tasks that count; intervals of 95 %, by task</Text><Export rows={[...data.models, ...data.slices]} name="leaderboard" /></Group>
            <Models boards={data.models} />
            {data.pairs.length > 0 && <><Title order={2} size="h6">Compared on the same tasks</Title><Pairs pairs={data.pairs} /></>}
            {data.slices.length > 0 && <><Title order={2} size="h6">By domain</Title><Slices slices={data.slices} /></>}
          </Stack>
        )}
      </Fetched>
    </Stack>
  );
}

function Tasks({ suite, author }: { suite: string; author: boolean }) {
  const client = useQueryClient();
  const [retiring, setRetiring] = useState<string | null>(null);
  const [why, setWhy] = useState('');
  const pages = useInfiniteQuery({
    queryKey: ['suite-tasks', suite],
    initialPageParam: '',
    queryFn: ({ pageParam }) => api.get<Schema<'suite_task_page_view'>>(`/v1/suites/${suite}/tasks${query({ after: pageParam, limit: 50 })}`),
    getNextPageParam: (last) => last.next,
  });
  const again = () => void client.invalidateQueries();
  const load = useMutation({ mutationFn: (file: File) => api.upload<Schema<'suite_taken'>>(`/v1/suites/${suite}/tasks`, file), onSuccess: again });
  const retire = useMutation({
    mutationFn: (task: string) => api.write('POST', `/v1/suites/${suite}/retirements`, { task, reason: why }),
    onSuccess: () => { setRetiring(null); setWhy(''); again(); },
  });
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack>
      {author && (
        <Group>
          <FileButton onChange={(file) => { if (file !== null) load.mutate(file); }}>{(props) => <Button {...props} variant="light" loading={load.isPending}>Import tasks</Button>}</FileButton>
          <Text size="xs" c="dimmed">Rows of <Code>id</Code>, <Code>prompt</Code>, <Code>reference</Code>, and perhaps <Code>check</Code>, <Code>domain</Code>, <Code>part</Code> (public or held_out)</Text>
        </Group>
      )}
      {load.isError && <Trouble error={load.error} />}
      {load.isSuccess && <Alert color="teal">{count(load.data.new_count)} new, {count(load.data.changed_count)} changed, {count(load.data.same_count)} as before.</Alert>}
      {retire.isError && <Trouble error={retire.error} />}
      {pages.isError && <Trouble error={pages.error} retry={() => void pages.refetch()} />}
      {pages.isSuccess && items.length === 0 && <Empty title="No task counts here">Import rows, or send them with <Code>periti suite import</Code>.</Empty>}
      {items.length > 0 && (
        <Table.ScrollContainer minWidth={560}>
          <Table verticalSpacing="xs">
            <Table.Thead><Table.Tr><Table.Th>Task</Table.Th><Table.Th>Part</Table.Th><Table.Th>Checked by</Table.Th><Table.Th>Version</Table.Th>{author && <Table.Th><span style={{ position: 'absolute', clip: 'rect(0 0 0 0)' }}>Retire</span></Table.Th>}</Table.Tr></Table.Thead>
            <Table.Tbody>
              {items.map((one) => (
                <Table.Tr key={one.name}>
                  <Table.Td><Text size="sm" fw={600}>{one.name}{one.domain !== '' && <Text span size="xs" c="dimmed" fw={400}> {one.domain}</Text>}</Text><Text size="xs" c="dimmed" lineClamp={2}>{one.prompt}</Text></Table.Td>
                  <Table.Td><Badge variant="light" color={one.part === 'public' ? 'gray' : 'grape'} tt="none">{one.part === 'public' ? 'public' : 'held out'}</Badge></Table.Td>
                  <Table.Td>{one.check_kind}</Table.Td>
                  <Table.Td className="figures">{one.number}</Table.Td>
                  {author && <Table.Td ta="right">
                    {retiring === one.name
                      ? <Group gap={4} wrap="nowrap" justify="flex-end"><TextInput size="xs" aria-label={`Why ${one.name} is retired`} placeholder="Why?" value={why} onChange={(event) => setWhy(event.currentTarget.value)} autoFocus /><Button size="xs" color="red" variant="light" disabled={why.trim().length < 3} loading={retire.isPending} onClick={() => retire.mutate(one.name)}>Retire</Button></Group>
                      : <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setRetiring(one.name)} aria-label={`Retire ${one.name}`}>Retire</Button>}
                  </Table.Td>}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {pages.hasNextPage && <Group justify="center"><Button variant="default" size="xs" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>More</Button></Group>}
    </Stack>
  );
}

function Trial({ suite, again }: { suite: string; again: () => void }) {
  const [runs, setRuns] = useState(1);
  const [marker, setMarker] = useState('');
  return (
    <Ask title="Try a model" hint="The server puts the tasks as they are now to a model, and takes the answers in when all are there."
      path={`/v1/suites/${suite}/trials`} action="Try" again={again} body={() => ({ runs, ...(marker === '' ? {} : { marker }) })}
      fields={(
        <Group align="flex-start">
          <NumberInput label="Answers to each task" description="More tell luck from skill" value={runs} onChange={(next) => setRuns(Number(next))} min={1} max={100} allowDecimal={false} w={220} />
          <TextInput label="Marker" description="The answer follows the last of these" value={marker} onChange={(event) => setMarker(event.currentTarget.value)} w={220} />
        </Group>
      )} />
  );
}

function Runs({ suite, author, again }: { suite: View; author: boolean; again: () => void }) {
  const [provenance, setProvenance] = useState('');
  const release = useMutation({ mutationFn: (part: string) => api.write<Schema<'suite_released'>>('POST', `/v1/suites/${suite.id}/releases`, { part }), onSuccess: again });
  const load = useMutation({
    mutationFn: (file: File) => api.upload<Schema<'benchmark_imported'>>(`/v1/suites/${suite.id}/runs${query({ provenance })}`, file),
    onSuccess: again,
  });
  const client = useQueryClient();
  const last = suite.releases[0];
  const command = last === undefined ? '' : `periti suite file ${suite.id} --hash ${last.content_hash} > suite.jsonl\nperiti benchmark run suite.jsonl --server http://127.0.0.1:8000/v1 --model MODEL --runs 3 --out answers.jsonl`;
  return (
    <Stack>
      {author && <Trial suite={suite.id} again={() => void client.invalidateQueries({ queryKey: ['inquiries'] })} />}
      <Inquiries path={`/v1/suites/${suite.id}`} kind="benchmark.trial" author={author} ended={again} />
      <Card withBorder radius="md" padding="lg">
        <Title order={2} size="h6" mb="xs">Releases</Title>
        <Text size="sm" c="dimmed" mb="sm">A release is a file of the tasks as they are now. Each holds the canary <Code>{suite.canary}</Code>: a model that knows it has read one.</Text>
        {author && <Group mb="sm"><Button size="xs" variant="light" loading={release.isPending} onClick={() => release.mutate('all')}>Release all tasks</Button><Button size="xs" variant="default" loading={release.isPending} onClick={() => release.mutate('public')}>Release the public part</Button></Group>}
        {release.isError && <Trouble error={release.error} />}
        {suite.releases.map((one) => <Text key={one.content_hash} size="sm" className="figures">{date(one.released_at)}: {plural(one.task_count, 'task')}, {one.release_part === 'all' ? 'all' : 'the public part'}, <Text span ff="monospace" size="xs" title={one.content_hash}>{one.content_hash.slice(0, 16)}</Text></Text>)}
        {last !== undefined && <Stack gap="xs" mt="sm"><Code block tabIndex={0}>{command}</Code><CopyButton value={command}>{({ copied, copy }) => <Button size="compact-xs" variant="default" onClick={copy} style={{ alignSelf: 'flex-start' }}>{copied ? 'Copied' : 'Copy'}</Button>}</CopyButton></Stack>}
      </Card>
      <Card withBorder radius="md" padding="lg">
        <Title order={2} size="h6" mb="xs">Answers</Title>
        {author && (
          <Group align="flex-end" mb="sm">
            <TextInput label="Where they come from" description="Server, settings, date; or who the people were" value={provenance} onChange={(event) => setProvenance(event.currentTarget.value)} flex={1} miw={240} />
            <FileButton onChange={(file) => { if (file !== null) load.mutate(file); }} disabled={provenance.trim().length < 3}>{(props) => <Button {...props} variant="light" loading={load.isPending} disabled={provenance.trim().length < 3}>Choose a file</Button>}</FileButton>
          </Group>
        )}
        {load.isError && <Trouble error={load.error} />}
        {load.isSuccess && <Alert color="teal" mb="sm">{load.data.change === 'same' ? 'This file was here already.' : `${plural(load.data.answer_count, 'answer')}, ${count(load.data.unscored_count)} unscored.`}</Alert>}
        {suite.runs.length === 0 && <Text size="sm" c="dimmed">None yet.</Text>}
        {suite.runs.map((one) => <Text key={one.id} size="sm">{date(one.imported_at)}: {plural(one.answer_count, 'answer')}, {one.provenance} <Text span ff="monospace" size="xs" c="dimmed" title={one.file_hash}>{one.file_hash.slice(0, 16)}</Text></Text>)}
      </Card>
    </Stack>
  );
}

function Changes({ suite }: { suite: string }) {
  const list = useQuery({ queryKey: ['suite-changes', suite], queryFn: () => api.get<Schema<'suite_changes'>>(`/v1/suites/${suite}/changes`) });
  return (
    <Fetched of={list}>
      {(data) => data.items.length === 0 ? <Empty title="Nothing was retired or replaced" /> : (
        <Stack gap="xs">
          {data.items.map((one) => (
            <Card key={`${one.name} ${one.number}`} withBorder radius="md" padding="sm">
              <Text size="sm" fw={600}>{one.name}, version {one.number}</Text>
              <Text size="sm">{one.retired_reason}</Text>
              <Text size="xs" c="dimmed">counted from {date(one.added_at)} to {date(one.retired_at)}, {one.part === 'public' ? 'public' : 'held out'}</Text>
            </Card>
          ))}
        </Stack>
      )}
    </Fetched>
  );
}

export default function Suite() {
  const { suite: id } = useParams({ strict: false }) as { suite: string };
  const session = useSession();
  const client = useQueryClient();
  const view = useQuery({ queryKey: ['suite', id], queryFn: () => api.get<View>(`/v1/suites/${id}`) });
  const author = has(session, 'operator', 'client');
  const again = () => void client.invalidateQueries();
  return (
    <Fetched of={view}>
      {(data) => (
        <>
          <Heading title={data.name} trail={[{ label: 'Benchmarks', to: '/benchmarks' }]} />
          {data.summary !== '' && <Text mb="md">{data.summary}</Text>}
          <Tabs defaultValue={data.runs.length > 0 ? 'board' : 'tasks'} keepMounted={false}>
            <Tabs.List mb="md" className="tab-row"><Tabs.Tab value="board">Leaderboard</Tabs.Tab><Tabs.Tab value="tasks">Tasks</Tabs.Tab><Tabs.Tab value="runs">Releases and answers</Tabs.Tab><Tabs.Tab value="changes">Changelog</Tabs.Tab></Tabs.List>
            <Tabs.Panel value="board"><Leaderboard suite={id} /></Tabs.Panel>
            <Tabs.Panel value="tasks"><Tasks suite={id} author={author} /></Tabs.Panel>
            <Tabs.Panel value="runs"><Runs suite={data} author={author} again={again} /></Tabs.Panel>
            <Tabs.Panel value="changes"><Changes suite={id} /></Tabs.Panel>
          </Tabs>
        </>
      )}
    </Fetched>
  );
}
