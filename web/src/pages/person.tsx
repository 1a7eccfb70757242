import { Alert, Button, Checkbox, Code, Group, Modal, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { date } from '../parts/format';
import { Trouble } from '../parts/states';

export type Member = Omit<Schema<'member_row'>, 'role'> & { roles: string[] };

/** A change of a person; the list is read anew when it went well. */
function useChange<Body, Reply>(send: (body: Body) => Promise<Reply>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: send, onSuccess: () => client.invalidateQueries({ queryKey: ['people'] }) });
}

function Identity({ person }: { person: Member }) {
  const [name, setName] = useState(person.name);
  const [email, setEmail] = useState(person.email);
  const save = useChange(() => api.write('PATCH', `/v1/people/${person.id}`, { name, email }));
  return (
    <Stack gap="sm">
      <TextInput label="Full name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <TextInput label="E-mail" description="For signing in" type="email" value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
      {save.isError && <Trouble error={save.error} />}
      <Group justify="flex-end"><Button size="xs" variant="default" onClick={() => save.mutate(undefined)} disabled={(name === person.name && email === person.email) || name.trim() === ''} loading={save.isPending}>Save</Button></Group>
    </Stack>
  );
}

function Roles({ person, roles }: { person: Member; roles: string[] }) {
  const change = useChange((body: { role: string; held: boolean }) => api.write('POST', `/v1/people/${person.id}/roles`, body));
  return (
    <div>
      <Title order={3} size="h6" mb="xs">Roles</Title>
      <Group gap="md">
        {roles.map((role) => <Checkbox key={role} label={role} checked={person.roles.includes(role)} disabled={change.isPending} onChange={(event) => change.mutate({ role, held: event.currentTarget.checked })} />)}
      </Group>
      {change.isError && <Trouble error={change.error} />}
    </div>
  );
}

function Password({ person }: { person: Member }) {
  const make = useChange(() => api.write<Schema<'person_made'>>('POST', `/v1/people/${person.id}/password`));
  return (
    <div>
      <Title order={3} size="h6" mb={4}>Password</Title>
      {make.isSuccess ? <Alert color="teal" title="Made"><Text size="sm">Give {person.name} this password; it is shown only here.</Text><Code block mt="xs">{make.data.password}</Code></Alert> : (
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm" c="dimmed">A new one ends every session of the person.</Text>
          <Button size="xs" variant="default" style={{ flex: 'none' }} onClick={() => make.mutate(undefined)} loading={make.isPending}>Make a new one</Button>
        </Group>
      )}
      {make.isError && <Trouble error={make.error} />}
    </div>
  );
}

function Access({ person }: { person: Member }) {
  const [reason, setReason] = useState('');
  const closed = person.disabled_at !== undefined;
  const change = useChange(() => api.write('PUT', `/v1/people/${person.id}/access`, { allowed: closed, reason }).then(() => setReason('')));
  return (
    <div>
      <Title order={3} size="h6" mb={4}>Access</Title>
      <Text size="sm" c="dimmed">{closed ? `Closed on ${date(person.disabled_at)}: ${person.disabled_reason ?? ''}` : 'Closing ends every session and key at once. Work that was done stays, and so does what is owed for it.'}</Text>
      <Textarea mt="xs" label="Why" description="The person reads it" autosize minRows={2} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      {change.isError && <Trouble error={change.error} />}
      <Group justify="flex-end" mt="xs"><Button size="xs" color={closed ? undefined : 'red'} variant={closed ? 'default' : 'light'} onClick={() => change.mutate(undefined)} disabled={reason.trim() === ''} loading={change.isPending}>{closed ? 'Open the account again' : 'Close the account'}</Button></Group>
    </div>
  );
}

export function PersonDialog({ person, roles, own, close }: { person: Member; roles: string[]; own: boolean; close: () => void }) {
  return (
    <Modal opened onClose={close} title={person.name}>
      <Stack gap="lg">
        <Identity key={person.name + person.email} person={person} />
        <Roles person={person} roles={roles} />
        {own ? <Text size="sm" c="dimmed">This is your own account: another operator can close it or make a new password.</Text> : <><Password person={person} /><Access person={person} /></>}
      </Stack>
    </Modal>
  );
}
