import { Alert, Card, List, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, type Schema } from '../api/client';
import { Trouble } from './states';

function Evidence({ items }: { items: Schema<'duplicate_evidence'>[] }) {
  return <List size="sm">{items.map((one) => <List.Item key={one.kind}>{one.detail}</List.Item>)}</List>;
}

/** For the office: pairs of accounts with what is alike. Nothing is shown where there are none. */
export function Duplicates() {
  const found = useQuery({ queryKey: ['duplicates'], queryFn: () => api.get<Schema<'duplicate_list'>>('/v1/duplicates') });
  if (found.isError) {
    return <Trouble error={found.error} />;
  }
  if (found.data === undefined || found.data.items.length === 0) {
    return null;
  }
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h5">Perhaps one person with two accounts</Title>
      <Text size="sm" c="dimmed" mb="sm">Evidence, no verdict: both people see the same. Ask before you decide anything.</Text>
      <Stack gap="md">
        {found.data.items.map((pair) => (
          <div key={`${pair.left_id} ${pair.right_id}`}>
            <Text fw={600} style={{ overflowWrap: 'anywhere' }}>{pair.left_name} ({pair.left_address}) and {pair.right_name} ({pair.right_address})</Text>
            <Evidence items={pair.evidence} />
          </div>
        ))}
      </Stack>
    </Card>
  );
}

/** For the person: what the office sees of them. */
export function DuplicatesOfMe() {
  const found = useQuery({ queryKey: ['duplicates-of-me'], queryFn: () => api.get<Schema<'duplicate_own_list'>>('/v1/duplicates-of-me') });
  if (found.isError) {
    return <Trouble error={found.error} />;
  }
  return (found.data?.items ?? []).map((one) => (
    <Alert key={one.address + one.evidence.map((of) => of.kind).join()} color="yellow" title={`The account ${one.address} looks like yours`}>
      <Evidence items={one.evidence} />
      <Text size="sm" mt="xs">The office sees this too. Nothing follows from it by itself: if the account is yours, say which one to keep; if not, say so.</Text>
    </Alert>
  ));
}
