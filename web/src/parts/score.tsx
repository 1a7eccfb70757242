import { Group, Text, Tooltip } from '@mantine/core';
import { words } from './format';

/** What a score is made of, as small bars with their numbers. */
export function Parts({ parts }: { parts: Record<string, number> }) {
  return (
    <Group gap="sm" wrap="wrap">
      {Object.entries(parts).map(([name, value]) => (
        <Tooltip key={name} label={`${words(name)}: ${value.toFixed(2)} of 1`}>
          <div style={{ width: 64 }} role="img" aria-label={`${words(name)} ${value.toFixed(2)} of 1`}>
            <Text size="xs" c="dimmed" lh={1.2}>{name} {value.toFixed(2).replace(/^0/, '')}</Text>
            <div className="bar" style={{ height: 4 }}><span style={{ width: `${Math.round(value * 100)}%` }} /></div>
          </div>
        </Tooltip>
      ))}
    </Group>
  );
}
