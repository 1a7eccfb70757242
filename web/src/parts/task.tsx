import { Button, Card, Group, SegmentedControl, Stack, Text, Textarea, Title, UnstyledButton } from '@mantine/core';
import type { Ref } from 'react';
import type { Key } from './keys';
import { Rich } from './rich';
import { ListAsk } from './list';
import { type Answer, type Ask, at, type Definition, isAsked, options, put, sidesInOrder } from './type';

interface Shown {
  definition: Definition;
  payload: unknown;
  presentation: unknown;
  answer: Answer;
  choose?: (value: string) => void;
}

function Sides({ definition, payload, presentation, answer, choose }: Shown) {
  const ask = definition.layout.ask.find((one) => one.sides === true);
  const chosen = ask === undefined ? undefined : at(answer, ask.path);
  return (
    <div className="sides">
      {sidesInOrder(definition, presentation).map((side, index) => (
        <Card key={side.value} withBorder padding="md" radius="md" className="side" data-chosen={chosen === side.value}>
          <Group justify="space-between" mb="xs">
            <Title order={3} size="h6">{side.name}</Title>
            {choose !== undefined && (
              <Button size="compact-xs" variant={chosen === side.value ? 'filled' : 'light'} onClick={() => choose(side.value)} aria-pressed={chosen === side.value}>
                {chosen === side.value ? 'Chosen' : `Choose (${index + 1})`}
              </Button>
            )}
            {choose === undefined && chosen === side.value && <Text size="xs" fw={600} c="blue">Chosen</Text>}
          </Group>
          <Rich text={String(at(payload, side.path) ?? '')} />
        </Card>
      ))}
    </div>
  );
}

/** The left half: what the task shows. */
export function Shows(shown: Shown) {
  return (
    <Stack gap="lg">
      {shown.definition.layout.show.map((show, index) => {
        if (show.kind === 'sides') {
          return <Sides key={index} {...shown} />;
        }
        const text = at(shown.payload, show.path ?? '');
        return text === undefined ? null : (
          <section key={index} aria-label={show.title}>
            <Text size="xs" c="dimmed" tt="uppercase" fw={600} mb={4}>{show.title}</Text>
            <Card withBorder padding="md" radius="md"><Rich text={String(text)} /></Card>
          </section>
        );
      })}
    </Stack>
  );
}

function Choice({ ask, keyed, definition, presentation, answer, set }: { ask: Ask; keyed: boolean; definition: Definition; presentation: unknown; answer: Answer; set: (value: unknown) => void }) {
  const chosen = at(answer, ask.path);
  const sides = ask.sides === true ? sidesInOrder(definition, presentation).map((side, index) => ({ value: side.value, label: side.name, key: String(index + 1) })) : [];
  return (
    <Stack gap={6} role="radiogroup" aria-label={ask.title}>
      {[...sides, ...options(ask)].map((one) => (
        <UnstyledButton key={String(one.value)} role="radio" aria-checked={chosen === one.value} onClick={() => set(one.value)}>
          <Card withBorder padding="xs" radius="sm" className="side" data-chosen={chosen === one.value}>
            <Group justify="space-between">
              <Text size="sm" fw={chosen === one.value ? 600 : 400}>{one.label}</Text>
              {keyed && one.key !== undefined && <Text size="xs" c="dimmed">{one.key}</Text>}
            </Group>
          </Card>
        </UnstyledButton>
      ))}
    </Stack>
  );
}

function Scale({ ask, answer, set }: { ask: Ask; answer: Answer; set: (value: unknown) => void }) {
  const chosen = at(answer, ask.path);
  return (
    <Stack gap={2}>
      <SegmentedControl
        fullWidth
        aria-label={ask.title}
        value={chosen === undefined ? '' : String(chosen)}
        onChange={(value) => set(options(ask).find((one) => String(one.value) === value)?.value)}
        data={options(ask).map((one) => ({ value: String(one.value), label: one.label }))}
      />
      {ask.ends !== undefined && (
        <Group justify="space-between">
          <Text size="xs" c="dimmed">{ask.ends[0]}</Text>
          <Text size="xs" c="dimmed">{ask.ends[1]}</Text>
        </Group>
      )}
    </Stack>
  );
}

/** The right half: what the task asks. */
export function Asks({ definition, presentation, answer, change, note, keyed = true }: {
  definition: Definition; presentation: unknown; answer: Answer; change: (answer: Answer) => void; note?: Ref<HTMLTextAreaElement>; keyed?: boolean;
}) {
  const firstChoice = definition.layout.ask.find((ask) => ask.kind === 'choice');
  const firstText = definition.layout.ask.find((ask) => ask.kind === 'text' && isAsked(ask, answer));
  return (
    <Stack gap="lg">
      {definition.layout.ask.filter((ask) => isAsked(ask, answer)).map((ask) => {
        const set = (value: unknown) => change(put(answer, ask.path, value));
        return (
          <div key={ask.path}>
            <Text size="sm" fw={600} mb={6}>{ask.title}{ask.optional === true && <Text component="span" c="dimmed" fw={400}> (optional)</Text>}</Text>
            {ask.kind === 'choice' && <Choice ask={ask} keyed={keyed && ask === firstChoice} definition={definition} presentation={presentation} answer={answer} set={set} />}
            {ask.kind === 'scale' && <Scale ask={ask} answer={answer} set={set} />}
            {ask.kind === 'list' && <ListAsk ask={ask} items={(at(answer, ask.path) ?? []) as Answer[]} set={set} />}
            {ask.kind === 'text' && (
              <Textarea ref={ask === firstText ? note : undefined} aria-label={ask.title} autosize minRows={3} maxRows={14} value={String(at(answer, ask.path) ?? '')} onChange={(event) => set(event.currentTarget.value)} />
            )}
          </div>
        );
      })}
    </Stack>
  );
}

/** One key for each option of the first choice; brackets move along the first scale. */
export function keysOf(definition: Definition, presentation: unknown, answer: Answer, change: (answer: Answer) => void): Key[] {
  const keys: Key[] = [];
  const choice = definition.layout.ask.find((ask) => ask.kind === 'choice');
  const scale = definition.layout.ask.find((ask) => ask.kind === 'scale' && isAsked(ask, answer));
  if (choice !== undefined) {
    const sides = choice.sides === true ? sidesInOrder(definition, presentation).map((side, index) => ({ value: side.value as string | number, label: side.name, key: String(index + 1) })) : [];
    for (const one of [...sides, ...options(choice)]) {
      if (one.key !== undefined) {
        keys.push({ key: one.key, what: `Choose ${one.label}`, run: () => change(put(answer, choice.path, one.value)) });
      }
    }
  }
  if (scale !== undefined) {
    const step = (ask: Ask, by: number) => {
      const all = options(ask);
      const now = all.findIndex((one) => one.value === at(answer, ask.path));
      const next = now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + by));
      change(put(answer, ask.path, all[next].value));
    };
    keys.push({ key: '[', what: `${scale.title} Less`, run: () => step(scale, -1) }, { key: ']', what: `${scale.title} More`, run: () => step(scale, 1) });
  }
  return keys;
}
