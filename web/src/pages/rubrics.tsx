import { Alert, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { api, type Schema } from '../api/client';
import { date, plural } from '../parts/format';
import { New } from '../parts/new';
import { has, useSession } from '../parts/session';
import { Empty, Fetched, Heading } from '../parts/states';

function Tile({ rubric }: { rubric: Schema<'rubric_page_row'> }) {
  return (
    <Card withBorder radius="md" padding="lg" renderRoot={(props) => <Link to="/rubrics/$rubric" params={{ rubric: rubric.id }} {...props} />} c="inherit" td="none">
      <Group justify="space-between" wrap="nowrap" align="baseline">
        <Title order={2} size="h5">{rubric.name}</Title>
        <Text size="sm" c="dimmed" className="figures">{plural(rubric.version_count, 'version')}</Text>
      </Group>
      <Text size="sm" c="dimmed" lineClamp={2}>{rubric.summary || `Since ${date(rubric.created_at)}`}</Text>
    </Card>
  );
}

export default function Rubrics() {
  const session = useSession();
  const navigate = useNavigate();
  const [opened, add] = useDisclosure(false);
  const list = useQuery({ queryKey: ['rubrics'], queryFn: () => api.get<Schema<'rubric_list'>>('/v1/rubrics?limit=200') });
  return (
    <>
      <Heading title="Rubrics">{has(session, 'operator', 'client') && <Button size="xs" onClick={add.open}>New rubric</Button>}</Heading>
      <New title="New rubric" path="/v1/rubrics" about="What it is for" opened={opened} close={add.close} made={(id) => void navigate({ to: '/rubrics/$rubric', params: { rubric: id } })} />
      <Fetched of={list}>
        {(data) => data.items.length === 0
          ? <Empty title="No rubric yet">A rubric is what answers are graded by: criteria with points. Its versions are kept, and it says how well each criterion measures.</Empty>
          : (
            <Stack>
              <SimpleGrid cols={{ base: 1, sm: 2 }}>{data.items.map((one) => <Tile key={one.id} rubric={one} />)}</SimpleGrid>
              {data.next !== undefined && <Alert>Only the first 200 are shown; the command <code>periti rubrics list --all</code> lists them all.</Alert>}
            </Stack>
          )}
      </Fetched>
    </>
  );
}
