import { Alert, Anchor, Badge, Breadcrumbs, Button, Card, Center, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Problem } from '../api/client';

/** What went wrong, what is safe, what to do. */
export function Trouble({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = error instanceof Problem ? error : null;
  return (
    <Alert color="red" title={problem?.status === 404 ? 'There is no such thing' : 'This did not work'} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{problem?.detail ?? String(error)}</Text>
        {problem?.requestId !== undefined && (
          <Text size="xs" c="dimmed">
            Request {problem.requestId}
          </Text>
        )}
        {retry !== undefined && (
          <Button size="xs" variant="light" color="red" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Card withBorder padding="xl" radius="md">
      <Center>
        <Stack gap={4} align="center" maw={460}>
          <Text fw={600}>{title}</Text>
          <Text size="sm" c="dimmed" ta="center" component="div">
            {children}
          </Text>
        </Stack>
      </Center>
    </Card>
  );
}

export function Loading({ rows = 4 }: { rows?: number }) {
  return (
    <Stack gap="sm" aria-busy="true" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={44} radius="sm" />
      ))}
    </Stack>
  );
}

/** The three states of everything that is fetched. */
export function Fetched<Data>({ of, children }: { of: UseQueryResult<Data>; children: (data: Data) => ReactNode }) {
  if (of.isPending) {
    return <Loading />;
  }
  if (of.isError) {
    return <Trouble error={of.error} retry={() => void of.refetch()} />;
  }
  return <>{children(of.data)}</>;
}

/** A page above this one. */
export interface Above {
  label: string;
  to: string;
}

export function Heading({ title, sample, trail = [], children }: { title: string; sample?: boolean; trail?: Above[]; children?: ReactNode }) {
  return (
    <Stack gap={4} mb="md">
      {trail.length > 0 && (
        <Breadcrumbs separator="›" separatorMargin={6} aria-label="Where this page is" component="nav">
          {trail.map((above) => <Anchor key={above.to} size="xs" c="dimmed" renderRoot={(props) => <Link to={above.to as '/'} {...props} />}>{above.label}</Anchor>)}
        </Breadcrumbs>
      )}
      <Group justify="space-between" align="center" gap="sm">
        <Group gap="sm" wrap="nowrap">
          <Title order={1} size="h3">
            {title}
          </Title>
          {sample === true && <SampleBadge />}
        </Group>
        <Group gap="xs">{children}</Group>
      </Group>
    </Stack>
  );
}

export function SampleBadge() {
  return (
    <Badge color="grape" variant="light" title="Made for show; none of it is real">
      Sample
    </Badge>
  );
}

const COLOURS: Record<string, string> = {
  open: 'teal', active: 'teal', standing: 'yellow', appealed: 'blue', resting: 'gray', retired: 'gray', accepted: 'teal', ready: 'teal', done: 'teal', overturned: 'teal',
  posted: 'teal', paid: 'teal', approved: 'teal', sent: 'blue', planned: 'blue', due: 'blue', promised: 'gray', undone: 'gray', dropped: 'gray', refused: 'red', replaced: 'gray', held: 'yellow', overdue: 'red', 'credit note': 'gray',
  pending: 'blue', importing: 'blue', making: 'blue', running: 'blue', waiting: 'blue', full: 'blue',
  paused: 'yellow', returned: 'yellow', draft: 'gray', superseded: 'gray', closed: 'gray', ended: 'gray', cancelled: 'gray',
  rejected: 'red', failed: 'red', rolled_back: 'red', upheld: 'red',
};

export function State({ of }: { of: string }) {
  return (
    <Badge color={COLOURS[of] ?? 'gray'} variant="light" tt="none">
      {of.replaceAll('_', ' ')}
    </Badge>
  );
}
