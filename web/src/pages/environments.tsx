import { Alert, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { api, type Schema } from '../api/client';
import { date, plural } from '../parts/format';
import { GateBar } from '../parts/gate';
import { New } from '../parts/new';
import { has, useSession } from '../parts/session';
import { Empty, Fetched, Heading, State } from '../parts/states';

function Tile({ environment }: { environment: Schema<'environment_view'> }) {
  return (
    <Card withBorder radius="md" padding="lg" renderRoot={(props) => <Link to="/environments/$environment" params={{ environment: environment.id }} {...props} />} c="inherit" td="none">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={2} size="h5">{environment.name}</Title>
        <State of={environment.state} />
      </Group>
      <Text size="sm" c="dimmed" mb="md" lineClamp={2}>{environment.summary || `Since ${date(environment.created_at)}`}</Text>
      <GateBar of={environment} />
      <Text size="sm" className="figures" mt={6}>{plural(environment.task_count, 'task')}</Text>
    </Card>
  );
}

export default function Environments() {
  const session = useSession();
  const navigate = useNavigate();
  const [opened, add] = useDisclosure(false);
  const list = useQuery({ queryKey: ['environments'], queryFn: () => api.get<Schema<'environment_list'>>('/v1/environments?limit=200') });
  const author = has(session, 'operator', 'client');
  return (
    <>
      <Heading title="Environments">{author && <Button size="xs" onClick={add.open}>New environment</Button>}</Heading>
      <New title="New environment" path="/v1/environments" about="What it is for" opened={opened} close={add.close} made={(id) => void navigate({ to: '/environments/$environment', params: { environment: id } })} />
      <Fetched of={list}>
        {(data) => data.items.length === 0
          ? <Empty title="No environment yet">An environment holds tasks whose answers a machine can judge: code, mathematics, files. A trainer asks it for rewards.</Empty>
          : (
            <Stack>
              <SimpleGrid cols={{ base: 1, sm: 2 }}>{data.items.map((one) => <Tile key={one.id} environment={one} />)}</SimpleGrid>
              {data.next !== undefined && <Alert>Only the first 200 are shown; the command <code>periti environment list --all</code> lists them all.</Alert>}
            </Stack>
          )}
      </Fetched>
    </>
  );
}
