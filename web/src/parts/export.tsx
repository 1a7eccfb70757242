import { Button, Group } from '@mantine/core';

type Row = Record<string, unknown>;

/** A text that a spreadsheet would take for a formula begins with an apostrophe. */
function cell(value: unknown): string {
  const plain = value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Comma-separated values with a line of names; a name that any row has is a column. */
export function csv(rows: readonly object[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [names.join(','), ...rows.map((row) => names.map((name) => cell((row as Row)[name])).join(','))].join('\r\n') + '\r\n';
}

function save(name: string, type: string, text: string) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** The rows of a table or chart, to take away. */
export function Export({ rows, name }: { rows: readonly object[]; name: string }) {
  if (rows.length === 0) {
    return null;
  }
  return (
    <Group gap={4} wrap="nowrap">
      <Button size="compact-xs" variant="subtle" onClick={() => save(`${name}.csv`, 'text/csv', csv(rows))} aria-label={`Export ${name} as CSV`}>CSV</Button>
      <Button size="compact-xs" variant="subtle" onClick={() => save(`${name}.json`, 'application/json', JSON.stringify(rows, null, 1))} aria-label={`Export ${name} as JSON`}>JSON</Button>
    </Group>
  );
}
