import { Anchor, Button, Card, Group, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { date } from '../parts/format';
import { Empty, Fetched, Heading, Trouble } from '../parts/states';
import { Stage } from '../parts/vetting';

const FIELDS = ['biology', 'finance', 'law', 'medicine', 'physics', 'software', 'statistics', 'writing'];

function Practice() {
  const navigate = useNavigate();
  const [domain, setDomain] = useState<string | null>(null);
  const practise = useMutation({
    mutationFn: () => api.write<Schema<'made'>>('POST', '/v1/practice', { domain }),
    onSuccess: (made) => navigate({ to: '/interviews/$interview', params: { interview: made.id } }),
  });
  return (
    <Card withBorder radius="md" padding="lg">
      <Stack gap="sm">
        <Title order={2} size="h5">Practise first</Title>
        <Text size="sm">Two questions that are no longer used, scored in full. Nobody else sees it.</Text>
        {practise.isError && <Trouble error={practise.error} />}
        <Group align="flex-end"><Select label="Field" data={FIELDS} value={domain} onChange={setDomain} w={220} /><Button variant="default" disabled={domain === null} loading={practise.isPending} onClick={() => practise.mutate()}>Practise</Button></Group>
      </Stack>
    </Card>
  );
}

export default function Applications() {
  const applications = useQuery({ queryKey: ['applications'], queryFn: () => api.get<Schema<'application_list'>>('/v1/applications?limit=100') });
  return (
    <Stack>
      <Heading title="Applications"><Button renderRoot={(props) => <Link to="/resume" {...props} />} variant="default">Résumé</Button><Button renderRoot={(props) => <Link to="/roles" {...props} />} variant="default">Open roles</Button></Heading>
      <Fetched of={applications}>
        {(data) => data.items.length === 0
          ? <Empty title="You have not applied yet"><Anchor size="sm" underline="always" renderRoot={(props) => <Link to="/roles" {...props} />}>See the open roles</Anchor>. One result counts for every role of the field.</Empty>
          : (
            <Table.ScrollContainer minWidth={520}>
              <Table verticalSpacing="sm">
                <Table.Thead><Table.Tr><Table.Th>Role</Table.Th><Table.Th>Stands</Table.Th><Table.Th>Applied</Table.Th><Table.Th>Answer by</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>{data.items.map((one) => (
                  <Table.Tr key={one.id}>
                    <Table.Td><Anchor size="sm" renderRoot={(props) => <Link to="/applications/$application" params={{ application: one.id }} {...props} />}>{one.title}</Anchor></Table.Td>
                    <Table.Td><Stage of={one.application_state} /></Table.Td>
                    <Table.Td><Text size="sm">{date(one.applied_at)}</Text></Table.Td>
                    <Table.Td><Text size="sm">{date(one.due_at)}</Text></Table.Td>
                  </Table.Tr>
                ))}</Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
      </Fetched>
      <Practice />
    </Stack>
  );
}
