import { Alert, Anchor, Badge, Button, Card, Code, Group, Modal, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { date } from '../parts/format';
import { useSession } from '../parts/session';
import { Empty, Fetched, Heading, SampleBadge, Trouble } from '../parts/states';
import { PersonDialog, type Member } from './person';

function AddOrganisation({ opened, close }: { opened: boolean; close: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<string | null>('client');
  const add = useMutation({
    mutationFn: () => api.write('POST', '/v1/organisations', { name, kind }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['organisations'] });
      setName('');
      close();
    },
  });
  return (
    <Modal opened={opened} onClose={close} title="New organisation">
      <Stack>
        <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <Select label="Kind" value={kind} onChange={setKind} data={['client', 'vendor']} />
        {add.isError && <Trouble error={add.error} />}
        <Group justify="flex-end"><Button onClick={() => add.mutate()} disabled={name.trim() === ''} loading={add.isPending}>Add</Button></Group>
      </Stack>
    </Modal>
  );
}

function Rename({ id, name, opened, close }: { id: string; name: string; opened: boolean; close: () => void }) {
  const client = useQueryClient();
  const [given, setGiven] = useState(name);
  const rename = useMutation({
    mutationFn: () => api.write('PATCH', `/v1/organisations/${id}`, { name: given }),
    onSuccess: async () => {
      await client.invalidateQueries();
      close();
    },
  });
  return (
    <Modal opened={opened} onClose={close} title="Rename the organisation">
      <Stack>
        <TextInput label="Name" description="Invoices and deliveries that were issued keep the name of then" value={given} onChange={(event) => setGiven(event.currentTarget.value)} data-autofocus />
        {rename.isError && <Trouble error={rename.error} />}
        <Group justify="flex-end"><Button onClick={() => rename.mutate()} disabled={given.trim() === '' || given === name} loading={rename.isPending}>Rename</Button></Group>
      </Stack>
    </Modal>
  );
}

function AddPerson({ organisation, roles, opened, close }: { organisation: string; roles: string[]; opened: boolean; close: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<string | null>(roles[0]);
  const add = useMutation({
    mutationFn: () => api.write<Schema<'person_made'>>('POST', '/v1/people', { organisation_id: organisation, name, email, role }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['people', organisation] }),
  });
  const again = () => {
    add.reset();
    setName('');
    setEmail('');
    close();
  };
  return (
    <Modal opened={opened} onClose={again} title="New person">
      {add.isSuccess ? (
        <Stack>
          <Alert title="Added" color="teal"><Text size="sm">Give {name} this password; it is shown only here.</Text><Code block mt="xs">{add.data.password}</Code></Alert>
          <Group justify="flex-end"><Button onClick={again}>Done</Button></Group>
        </Stack>
      ) : (
        <Stack>
          <TextInput label="Full name" value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
          <TextInput label="E-mail" type="email" value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
          <Select label="Role" value={role} onChange={setRole} data={roles} />
          {add.isError && <Trouble error={add.error} />}
          <Group justify="flex-end"><Button onClick={() => add.mutate()} disabled={name.trim() === '' || email.trim() === '' || role === null} loading={add.isPending}>Add</Button></Group>
        </Stack>
      )}
    </Modal>
  );
}

/** One line a person, with all roles. */
function membersOf(rows: Schema<'member_row'>[]): Member[] {
  const members = new Map<string, Member>();
  for (const { role, ...row } of rows) {
    const known = members.get(row.id);
    if (known === undefined) {
      members.set(row.id, { ...row, roles: [role] });
    } else {
      known.roles.push(role);
    }
  }
  return [...members.values()];
}

export default function People() {
  const session = useSession();
  const [chosen, setChosen] = useState(session.organisation_id);
  const [addingOrganisation, organisationShown] = useDisclosure(false);
  const [addingPerson, personShown] = useDisclosure(false);
  const [renaming, renameShown] = useDisclosure(false);
  const organisations = useQuery({ queryKey: ['organisations'], queryFn: () => api.get<Schema<'organisation_list'>>('/v1/organisations?limit=200') });
  const people = useQuery({ queryKey: ['people', chosen], queryFn: () => api.get<Schema<'member_list'>>(`/v1/organisations/${chosen}/people?limit=200`) });
  const [shown, setShown] = useState<string | null>(null);
  const own = chosen === session.organisation_id;
  const kind = organisations.data?.items.find((one) => one.id === chosen)?.kind;
  const roles = own ? ['expert', 'reviewer', 'operator', 'finance', 'auditor'] : kind === 'vendor' ? ['expert', 'reviewer'] : ['client'];
  const name = own ? session.organisation_name : organisations.data?.items.find((one) => one.id === chosen)?.name ?? '';
  const members = membersOf(people.data?.items ?? []);
  const person = members.find((one) => one.id === shown);
  return (
    <>
      <Heading title="People">
        <Select size="xs" aria-label="Organisation" value={chosen} onChange={(value) => setChosen(value ?? session.organisation_id)} allowDeselect={false}
          data={[{ value: session.organisation_id, label: `${session.organisation_name} (yours)` }, ...(organisations.data?.items ?? []).filter((one) => one.id !== session.organisation_id).map((one) => ({ value: one.id, label: one.name }))]} />
        <Button size="xs" variant="default" onClick={renameShown.open}>Rename</Button>
        <Button size="xs" variant="default" onClick={organisationShown.open}>New organisation</Button>
        <Button size="xs" onClick={personShown.open}>New person</Button>
      </Heading>
      <Fetched of={people}>
        {(data) => data.items.length === 0 ? <Empty title="Nobody here yet">Add the people who may sign in for this organisation.</Empty> : (
          <Card withBorder radius="md" padding={0}>
            <Table.ScrollContainer minWidth={300}>
              <Table verticalSpacing="xs">
                <Table.Thead><Table.Tr><Table.Th>Name</Table.Th><Table.Th visibleFrom="xs">E-mail</Table.Th><Table.Th>Role</Table.Th><Table.Th visibleFrom="xs">Since</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>{membersOf(data.items).map((one) => (
                  <Table.Tr key={one.id}><Table.Td><Group gap="xs"><Anchor component="button" size="sm" onClick={() => setShown(one.id)}>{one.name}</Anchor>{one.is_sample === 1 && <SampleBadge />}{one.disabled_at !== undefined && <Badge size="sm" variant="light" color="red">closed</Badge>}</Group><Text size="xs" c="dimmed" hiddenFrom="xs">{one.email}</Text></Table.Td><Table.Td visibleFrom="xs">{one.email}</Table.Td><Table.Td>{one.roles.join(', ')}</Table.Td><Table.Td visibleFrom="xs">{date(one.since_at)}</Table.Td></Table.Tr>
                ))}</Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </Card>
        )}
      </Fetched>
      {person !== undefined && <PersonDialog person={person} roles={roles} own={person.id === session.person_id} close={() => setShown(null)} />}
      <Rename key={`${chosen} ${name}`} id={chosen} name={name} opened={renaming} close={renameShown.close} />
      <AddOrganisation opened={addingOrganisation} close={organisationShown.close} />
      <AddPerson key={chosen} organisation={chosen} roles={roles} opened={addingPerson} close={personShown.close} />
    </>
  );
}
