import { Group, Table, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';

export interface BarRow {
  label: string;
  values: number[];
}

const HEIGHT = 190;
const LEFT = 72;
const BOTTOM = 24;
const TOP = 10;

/** A round step, so that three or four of them hold what is shown. */
function stepOf(span: number): number {
  const rough = Math.max(span, 1) / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? rough;
}

function ticks(low: number, high: number, step: number): number[] {
  return Array.from({ length: Math.round((high - low) / step) + 1 }, (_, index) => low + index * step);
}

/** Bars from zero, one colour a series, with the same numbers as a table below. */
export function Bars({ rows, series, format, label, first }: { rows: BarRow[]; series: string[]; format: (value: number) => string; label: string; first: string }) {
  const { ref, width } = useElementSize();
  const all = rows.flatMap((row) => row.values);
  const least = Math.min(0, ...all);
  const most = Math.max(0, ...all, least === 0 ? 1 : 0);
  const step = stepOf(most - least);
  const low = Math.floor(least / step) * step;
  const high = Math.ceil(most / step) * step;
  const py = (value: number) => TOP + ((HEIGHT - BOTTOM - TOP) * (high - value)) / (high - low);
  const slot = Math.max(1, (width - LEFT - 4) / Math.max(1, rows.length));
  const bar = Math.max(2, Math.min(22, (slot * 0.72) / series.length));
  const every = Math.ceil(64 / slot);
  return (
    <div>
      {series.length > 1 && (
        <Group gap="md" mb={4}>
          {series.map((name, index) => <Group key={name} gap={6} wrap="nowrap"><span className={`swatch bar-${index}`} aria-hidden /><Text size="xs">{name}</Text></Group>)}
        </Group>
      )}
      <div ref={ref}>
        {width > 0 && (
          <svg width={width} height={HEIGHT} role="img" aria-label={label} className="band">
            {ticks(low, high, step).map((tick) => (
              <g key={tick}><line x1={LEFT} x2={width} y1={py(tick)} y2={py(tick)} className="band-rule" /><text x={LEFT - 8} y={py(tick) + 4} textAnchor="end">{format(tick)}</text></g>
            ))}
            {rows.map((row, place) => (
              <g key={row.label}>
                {row.values.map((value, index) => {
                  const x = LEFT + place * slot + (slot - bar * series.length) / 2 + index * bar;
                  return <rect key={series[index]} x={x} width={Math.max(1, bar - 1)} y={Math.min(py(value), py(0))} height={Math.max(value === 0 ? 0 : 1, Math.abs(py(value) - py(0)))} rx={2} className={`bar-${index}`}><title>{`${row.label}, ${series[index]}: ${format(value)}`}</title></rect>;
                })}
                {place % every === 0 && <text x={LEFT + place * slot + slot / 2} y={HEIGHT - 6} textAnchor="middle">{row.label}</text>}
              </g>
            ))}
            <line x1={LEFT} x2={width} y1={py(0)} y2={py(0)} className="bar-zero" />
          </svg>
        )}
      </div>
      <details>
        <summary><Text component="span" size="xs" c="dimmed">As a table</Text></summary>
        <Table verticalSpacing={2} mt={4}>
          <Table.Thead><Table.Tr><Table.Th>{first}</Table.Th>{series.map((name) => <Table.Th key={name} ta="right">{name}</Table.Th>)}</Table.Tr></Table.Thead>
          <Table.Tbody>{rows.map((row) => (
            <Table.Tr key={row.label}><Table.Td>{row.label}</Table.Td>{row.values.map((value, index) => <Table.Td key={series[index]} ta="right" className="figures">{format(value)}</Table.Td>)}</Table.Tr>
          ))}</Table.Tbody>
        </Table>
      </details>
    </div>
  );
}
