import { Card, Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Export } from './export';

/** A card with a title, a sentence that says what it shows, and its rows to take away. */
export function Panel({ title, hint, rows, name, children }: { title: string; hint?: ReactNode; rows?: readonly object[]; name?: string; children: ReactNode }) {
  return (
    <Card withBorder radius="md" padding="md" component="section" aria-label={title}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={3} size="h6">{title}</Title>
        {rows !== undefined && <Export rows={rows} name={name ?? title.toLowerCase().replaceAll(' ', '-')} />}
      </Group>
      {hint !== undefined && <Text size="xs" c="dimmed" mb="sm" maw={760}>{hint}</Text>}
      {children}
    </Card>
  );
}
