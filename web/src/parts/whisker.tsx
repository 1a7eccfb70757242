import { Text } from '@mantine/core';
import { estimate } from './format';

/** An estimate with its interval on a line from `from` to `to`; the numbers stand beside it. */
export function Whisker({ value, low, high, from = 0, to = 1, label }: {
  value?: number; low?: number; high?: number; from?: number; to?: number; label: string;
}) {
  if (value === undefined || low === undefined || high === undefined) {
    return <Text size="sm" c="dimmed">not known yet</Text>;
  }
  const place = (x: number) => 4 + (112 * (Math.min(to, Math.max(from, x)) - from)) / (to - from);
  return (
    <span className="whisker">
      <svg width="120" height="16" role="img" aria-label={`${label}: ${estimate(value, low, high)}`}>
        <line x1="4" x2="116" y1="8" y2="8" className="whisker-axis" />
        <line x1={place(low)} x2={place(high)} y1="8" y2="8" className="whisker-range" />
        <line x1={place(value)} x2={place(value)} y1="2" y2="14" className="whisker-mark" />
      </svg>
      <Text component="span" size="sm" className="figures">{estimate(value, low, high)}</Text>
    </span>
  );
}
