import { Button, Card, Group, NumberInput, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import type { Answer, Ask, Field } from './type';

function set(item: Answer, name: string, value: unknown): Answer {
  const { [name]: _, ...rest } = item;
  return value === undefined || value === '' || value === null ? rest : { ...rest, [name]: value };
}

function FieldInput({ field, item, change }: { field: Field; item: Answer; change: (item: Answer) => void }) {
  const label = field.title + (field.optional === true ? ' (optional)' : '');
  const value = item[field.name];
  const text = String(value ?? '');
  switch (field.kind) {
    case 'number':
      return <NumberInput label={label} size="xs" value={value === undefined ? '' : Number(value)} onChange={(next) => change(set(item, field.name, next === '' ? undefined : Number(next)))} />;
    case 'choice':
      return <Select label={label} size="xs" clearable={field.optional} data={field.options ?? []} value={value === undefined ? null : text} onChange={(next) => change(set(item, field.name, next))} />;
    case 'line':
      return <TextInput label={label} size="xs" value={text} onChange={(event) => change(set(item, field.name, event.currentTarget.value))} />;
    default:
      return <Textarea label={label} size="xs" autosize minRows={1} maxRows={8} value={text} onChange={(event) => change(set(item, field.name, event.currentTarget.value))} />;
  }
}

/** The first free number: names stay the same when others go. */
function nextName(ask: Ask, items: Answer[]): string {
  const taken = new Set(items.map((item) => item.id));
  let number = 1;
  while (taken.has(`${ask.numbered}${number}`)) {
    number += 1;
  }
  return `${ask.numbered}${number}`;
}

function fresh(ask: Ask, items: Answer[]): Answer {
  const first = Object.fromEntries((ask.fields ?? []).filter((field) => field.first !== undefined).map((field) => [field.name, field.first]));
  return ask.numbered === undefined ? first : { id: nextName(ask, items), ...first };
}

/** A list of members, each with its fields. */
export function ListAsk({ ask, items, set: change }: { ask: Ask; items: Answer[]; set: (items: Answer[] | undefined) => void }) {
  const put = (next: Answer[]) => change(next.length === 0 ? undefined : next);
  const swap = (index: number) => put(items.map((item, at) => (at === index ? items[index - 1] : at === index - 1 ? items[index] : item)));
  return (
    <Stack gap="sm">
      {items.map((item, index) => (
        <Card key={String(item.id ?? index)} withBorder padding="sm" radius="sm" component="fieldset">
          <Group justify="space-between" mb={4}>
            <Text size="xs" fw={600} component="legend" style={{ float: 'left' }}>{String(item.id ?? index + 1)}</Text>
            <Group gap={4}>
              {index > 0 && <Button size="compact-xs" variant="subtle" color="gray" onClick={() => swap(index)} aria-label={`Move ${String(item.id ?? index + 1)} up`}>Up</Button>}
              <Button size="compact-xs" variant="subtle" color="gray" onClick={() => put(items.filter((_, at) => at !== index))} aria-label={`Remove ${String(item.id ?? index + 1)}`}>Remove</Button>
            </Group>
          </Group>
          <Stack gap={6}>
            {(ask.fields ?? []).map((field) => <FieldInput key={field.name} field={field} item={item} change={(next) => put(items.map((old, at) => (at === index ? next : old)))} />)}
          </Stack>
        </Card>
      ))}
      <Group><Button size="xs" variant="light" onClick={() => put([...items, fresh(ask, items)])}>{ask.add ?? 'Add'}</Button></Group>
    </Stack>
  );
}

/** The same for reading. */
export function ListInWords({ ask, items }: { ask: Ask; items: Answer[] }) {
  return (
    <Stack gap={6}>
      <Text size="sm" c="dimmed">{ask.title}</Text>
      {items.map((item, index) => (
        <div key={String(item.id ?? index)}>
          {(ask.fields ?? []).filter((field) => item[field.name] !== undefined).map((field, place) => (
            <Text key={field.name} size={place === 0 ? 'sm' : 'xs'} c={place === 0 ? undefined : 'dimmed'}>
              {place === 0 ? `${String(item.id ?? index + 1)} ` : `${field.title}: `}{String(item[field.name])}
            </Text>
          ))}
        </div>
      ))}
    </Stack>
  );
}
