import { Badge, Group, Text } from '@mantine/core';
import { count } from './format';

interface Counts {
  task_count: number;
  passed_count: number;
  failed_count: number;
  open_count: number;
}

/** How many tasks the gate has passed, refused, or not tried. */
export function GateBar({ of }: { of: Counts }) {
  const share = (part: number) => `${of.task_count === 0 ? 0 : (100 * part) / of.task_count}%`;
  const words = of.task_count === 0 ? 'no task yet' : `${count(of.passed_count)} passed the gate, ${count(of.failed_count)} refused, ${count(of.open_count)} not tried yet`;
  return (
    <>
      <div className="gate-bar" role="img" aria-label={words}>
        <span className="gate-passed" style={{ width: share(of.passed_count) }} />
        <span className="gate-failed" style={{ width: share(of.failed_count) }} />
      </div>
      <Group gap="md" mt={4}><Text size="xs" c="dimmed" className="figures">{words}</Text></Group>
    </>
  );
}

const GATES: Record<string, [string, string]> = { passed: ['teal', 'passed'], failed: ['red', 'refused'], open: ['gray', 'not tried'] };

export function Gate({ of }: { of: string }) {
  const [colour, word] = GATES[of] ?? ['gray', of];
  return <Badge color={colour} variant="light" tt="none">{word}</Badge>;
}
