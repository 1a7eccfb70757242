import { Alert, Anchor, Badge, Card, Code, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api, type Schema } from '../api/client';
import { moment } from '../parts/format';
import { Gate } from '../parts/gate';
import { Empty, Fetched, Heading } from '../parts/states';

type View = Schema<'env_task_view'>;

interface Report {
  passed: boolean;
  items: { name: string; passed: boolean; detail: string }[];
}

function GateReport({ view }: { view: View }) {
  const report = view.report as Report | undefined;
  if (report === undefined) {
    return <Empty title="Not tried yet">The gate tries a version as soon as it comes in.</Empty>;
  }
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h6" mb="xs">What the gate found</Title>
      <Table verticalSpacing={6}>
        <Table.Thead><Table.Tr><Table.Th>Tried</Table.Th><Table.Th ta="right">Result</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {report.items.map((one) => (
            <Table.Tr key={one.name}>
              <Table.Td><Text size="sm">{one.name}</Text><Text size="xs" c="dimmed">{one.detail}</Text></Table.Td>
              <Table.Td ta="right"><Badge color={one.passed ? 'teal' : 'red'} variant="light" tt="none">{one.passed ? 'good' : 'not good'}</Badge></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed" mt="xs">{moment(view.judged_at)}</Text>
    </Card>
  );
}

function Part({ title, text }: { title: string; text: string }) {
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h6" mb="xs">{title}</Title>
      <Code block tabIndex={0} mah={420} style={{ overflow: 'auto', whiteSpace: 'pre-wrap' }}>{text}</Code>
    </Card>
  );
}

/** Texts of several lines stand by themselves. */
function Verifier({ of }: { of: Record<string, unknown> }) {
  const long = Object.entries(of).filter(([, value]) => typeof value === 'string' && value.includes('\n'));
  const short = Object.fromEntries(Object.entries(of).filter(([name]) => !long.some(([other]) => other === name)));
  return (
    <>
      <Part title="Verifier" text={JSON.stringify(short, null, 2)} />
      {long.map(([name, value]) => <Part key={name} title={`Verifier: ${name}`} text={String(value)} />)}
    </>
  );
}

function Files({ view }: { view: View }) {
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h6" mb="xs">Files that an answer finds</Title>
      <Table.ScrollContainer minWidth={420}>
        <Table verticalSpacing={6}>
          <Table.Thead><Table.Tr><Table.Th>Path</Table.Th><Table.Th ta="right">Bytes</Table.Th><Table.Th>SHA-256</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>{view.files.map((one) => <Table.Tr key={one.path}><Table.Td>{one.path}</Table.Td><Table.Td ta="right" className="figures">{one.size_bytes}</Table.Td><Table.Td><Code>{one.sha256.slice(0, 16)}…</Code></Table.Td></Table.Tr>)}</Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

function Versions({ view }: { view: View }) {
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h6" mb="xs">Versions</Title>
      <Table verticalSpacing={6}>
        <Table.Thead><Table.Tr><Table.Th>Version</Table.Th><Table.Th>Gate</Table.Th><Table.Th>Since</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {view.versions.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Td>{one.id === view.id ? <Text size="sm" fw={600}>{one.number}, shown here</Text> : <Anchor size="sm" renderRoot={(props) => <Link to="/environments/$environment/tasks/$task" params={{ environment: view.environment_id, task: one.id }} {...props} />}>{one.number}</Anchor>}</Table.Td>
              <Table.Td><Gate of={one.gate} /></Table.Td>
              <Table.Td>{moment(one.created_at)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

/** One version of a task, with what the gate found. */
export default function EnvironmentTask() {
  const { environment, task } = useParams({ strict: false }) as { environment: string; task: string };
  const view = useQuery({
    queryKey: ['environment-task', task],
    queryFn: () => api.get<View>(`/v1/environment-tasks/${task}`),
    refetchInterval: (state) => (state.state.data?.gate === 'open' ? 1500 : false),
  });
  return (
    <Fetched of={view}>
      {(data) => (
        <>
          <Heading title={data.name} trail={[{ label: 'Environments', to: '/environments' }, { label: 'Tasks', to: `/environments/${environment}` }]}><Gate of={data.gate} /></Heading>
          <Stack>
            {data.versions[0] !== undefined && data.versions[0].id !== data.id && <Alert color="yellow">This is version {data.number}; version {data.versions[0].number} is the current one.</Alert>}
            <GateReport view={data} />
            <Part title="Instruction" text={data.instruction} />
            <Verifier of={data.verifier as Record<string, unknown>} />
            {data.reference !== undefined && <Part title="Reference" text={data.reference} />}
            {data.solution !== undefined && <Part title="An answer that passes" text={data.solution} />}
            {data.files.length > 0 && <Files view={data} />}
            <Versions view={data} />
            <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>Hash of this version: {data.content_hash}</Text>
          </Stack>
        </>
      )}
    </Fetched>
  );
}
