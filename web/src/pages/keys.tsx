import { Alert, Button, Card, Code, Group, PasswordInput, Select, SimpleGrid, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { date } from '../parts/format';
import { Fetched, Heading, State, Trouble } from '../parts/states';

function ApiKeys() {
  const client = useQueryClient();
  const keys = useQuery({ queryKey: ['keys'], queryFn: () => api.get<Schema<'key_list'>>('/v1/keys') });
  const [name, setName] = useState('');
  const [scope, setScope] = useState<string | null>('all');
  const refresh = () => client.invalidateQueries({ queryKey: ['keys'] });
  const add = useMutation({ mutationFn: () => api.write<Schema<'key_made'>>('POST', '/v1/keys', { name, scope }), onSuccess: refresh });
  const revoke = useMutation({ mutationFn: (id: string) => api.write('DELETE', `/v1/keys/${id}`), onSuccess: refresh });
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h6" mb="sm">API keys</Title>
      <Stack>
        <Group align="flex-end"><TextInput label="What for" flex={1} value={name} onChange={(event) => setName(event.currentTarget.value)} /><Select label="Scope" w={160} value={scope} onChange={setScope} data={[{ value: 'all', label: 'read and write' }, { value: 'read', label: 'read' }, { value: 'rewards', label: 'ask for rewards' }]} /><Button onClick={() => add.mutate()} disabled={name.trim() === ''} loading={add.isPending}>Make a key</Button></Group>
        {add.isError && <Trouble error={add.error} />}
        {add.isSuccess && <Alert color="teal" title="Your new key"><Text size="sm">It is shown only here.</Text><Code block mt="xs">{add.data.key}</Code></Alert>}
        <Fetched of={keys}>
          {(data) => <Table verticalSpacing="xs"><Table.Tbody>{data.items.map((one) => (
            <Table.Tr key={one.id}><Table.Td><Text size="sm">{one.name}</Text><Text size="xs" c="dimmed">{one.scope === 'all' ? 'read and write' : one.scope} · made {date(one.created_at)}</Text></Table.Td>
              <Table.Td ta="right">{one.revoked_at === undefined ? <Button size="compact-xs" variant="default" onClick={() => revoke.mutate(one.id)}>Revoke</Button> : <State of="ended" />}</Table.Td></Table.Tr>
          ))}</Table.Tbody></Table>}
        </Fetched>
      </Stack>
    </Card>
  );
}

function Password() {
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const change = useMutation({
    mutationFn: () => api.write('PUT', '/v1/session/password', { old_password: old, new_password: next }),
    onSuccess: () => window.location.assign('/sign-in'),
  });
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h6" mb="sm">Password</Title>
      <form onSubmit={(event) => { event.preventDefault(); change.mutate(); }}>
        <Stack>
          <PasswordInput label="Current password" autoComplete="current-password" value={old} onChange={(event) => setOld(event.currentTarget.value)} />
          <PasswordInput label="New password" description="At least ten characters. You will be signed out everywhere." autoComplete="new-password" value={next} onChange={(event) => setNext(event.currentTarget.value)} />
          {change.isError && <Trouble error={change.error} />}
          <Group><Button type="submit" disabled={old === '' || next.length < 10} loading={change.isPending}>Change</Button></Group>
        </Stack>
      </form>
    </Card>
  );
}

export default function Keys() {
  return <><Heading title="API keys and password" /><SimpleGrid cols={{ base: 1, md: 2 }}><ApiKeys /><Password /></SimpleGrid></>;
}
