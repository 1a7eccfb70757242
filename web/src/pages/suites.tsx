import { Alert, Button, Card, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { api, type Schema } from '../api/client';
import { date, plural } from '../parts/format';
import { New } from '../parts/new';
import { has, useSession } from '../parts/session';
import { Empty, Fetched, Heading } from '../parts/states';

function Tile({ suite }: { suite: Schema<'suite_page_row'> }) {
  return (
    <Card withBorder radius="md" padding="lg" renderRoot={(props) => <Link to="/benchmarks/$suite" params={{ suite: suite.id }} {...props} />} c="inherit" td="none">
      <Title order={2} size="h5">{suite.name}</Title>
      <Text size="sm" c="dimmed" mb="xs" lineClamp={2}>{suite.summary || `Since ${date(suite.created_at)}`}</Text>
      <Text size="sm" className="figures">{plural(suite.task_count, 'task')}, {plural(suite.run_count, 'file')} of answers</Text>
    </Card>
  );
}

export default function Suites() {
  const session = useSession();
  const navigate = useNavigate();
  const [opened, add] = useDisclosure(false);
  const list = useQuery({ queryKey: ['suites'], queryFn: () => api.get<Schema<'suite_list'>>('/v1/suites?limit=200') });
  return (
    <>
      <Heading title="Benchmarks">{has(session, 'operator', 'client') && <Button size="xs" onClick={add.open}>New suite</Button>}</Heading>
      <New title="New suite" path="/v1/suites" about="What it measures" opened={opened} close={add.close} made={(id) => void navigate({ to: '/benchmarks/$suite', params: { suite: id } })} />
      <Fetched of={list}>
        {(data) => data.items.length === 0
          ? <Empty title="No suite yet">A suite holds your own tasks, some public, some held out. Models answer them; the table says how good each is, and how sure that is.</Empty>
          : (
            <Stack>
              <SimpleGrid cols={{ base: 1, sm: 2 }}>{data.items.map((one) => <Tile key={one.id} suite={one} />)}</SimpleGrid>
              {data.next !== undefined && <Alert>Only the first 200 are shown; the command <code>periti suite list --all</code> lists them all.</Alert>}
            </Stack>
          )}
      </Fetched>
    </>
  );
}
