import { Card, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** One number with its name, and what it rests on below. */
export function Fact({ label, value, under, share }: { label: string; value: ReactNode; under?: ReactNode; share?: number }) {
  return (
    <Card withBorder radius="md" padding="md">
      <Text size="xs" c="dimmed">{label}</Text>
      <Text size="xl" fw={650} className="figures" component="div">{value}</Text>
      {share !== undefined && <div className="bar" role="img" aria-label={`${Math.round(share * 100)} %`}><span style={{ width: `${Math.max(0, Math.min(100, share * 100))}%` }} /></div>}
      {under !== undefined && <Text size="xs" c="dimmed" mt={4} component="div">{under}</Text>}
    </Card>
  );
}
