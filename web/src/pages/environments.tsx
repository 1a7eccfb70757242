import { Alert, Button, Card, Group, Modal, SimpleGrid, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { date, plural } from '../parts/format';
import { GateBar } from '../parts/gate';
import { has, useSession } from '../parts/session';
import { Empty, Fetched, Heading, State, Trouble } from '../parts/states';

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

function Add({ opened, close }: { opened: boolean; close: () => void }) {
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [summary, setSummary] = useState('');
  const add = useMutation({
    mutationFn: () => api.write<Schema<'made'>>('POST', '/v1/environments', { name, summary }),
    onSuccess: (made) => navigate({ to: '/environments/$environment', params: { environment: made.id } }),
  });
  return (
    <Modal opened={opened} onClose={close} title="New environment">
      <form onSubmit={(event) => { event.preventDefault(); add.mutate(); }}>
        <Stack>
          <TextInput label="Name" required value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
          <Textarea label="What it is for" autosize minRows={2} value={summary} onChange={(event) => setSummary(event.currentTarget.value)} />
          {add.isError && <Trouble error={add.error} />}
          <Button type="submit" loading={add.isPending} disabled={name.trim() === ''}>Add</Button>
        </Stack>
      </form>
    </Modal>
  );
}

export default function Environments() {
  const session = useSession();
  const [opened, add] = useDisclosure(false);
  const list = useQuery({ queryKey: ['environments'], queryFn: () => api.get<Schema<'environment_list'>>('/v1/environments?limit=200') });
  const author = has(session, 'operator', 'client');
  return (
    <>
      <Heading title="Environments">{author && <Button size="xs" onClick={add.open}>New environment</Button>}</Heading>
      <Add opened={opened} close={add.close} />
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
