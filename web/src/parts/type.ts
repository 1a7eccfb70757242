/** A task type as the server defines it: what is shown and what is asked. */

export type Answer = Record<string, unknown>;

export interface Option {
  value: string | number;
  label: string;
  key?: string;
}

export interface Ask {
  kind: 'choice' | 'scale' | 'text' | 'list';
  path: string;
  title: string;
  optional?: boolean;
  sides?: boolean;
  unless?: { path: string; value: unknown };
  options?: (Option | string)[];
  ends?: [string, string];
  /** Of a list: its members, the word on the button, and what its numbers begin with. */
  fields?: Field[];
  add?: string;
  numbered?: string;
}

export interface Field {
  name: string;
  title: string;
  kind: 'text' | 'line' | 'number' | 'choice';
  optional?: boolean;
  options?: string[];
  first?: number;
}

export interface Show {
  kind: 'markdown' | 'text' | 'sides';
  path?: string;
  title: string;
  optional?: boolean;
}

export interface Definition {
  name: string;
  title: string;
  labels?: { name: string; path: string }[];
  sides?: { value: string; path: string }[];
  layout: { show: Show[]; ask: Ask[] };
  answer: { required?: string[] };
}

export function at(tree: unknown, pointer: string): unknown {
  return pointer.split('/').slice(1).reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined), tree);
}

/** Paths of answers have one step: they name a member. */
export function put(answer: Answer, pointer: string, value: unknown): Answer {
  const next = { ...answer };
  if (value === undefined || value === '') {
    delete next[pointer.slice(1)];
  } else {
    next[pointer.slice(1)] = value;
  }
  return next;
}

export function options(ask: Ask): Option[] {
  return (ask.options ?? []).map((one, index) =>
    typeof one === 'string' ? { value: one, label: one, key: index < 9 ? String(index + 1) : undefined } : one);
}

export function isAsked(ask: Ask, answer: Answer): boolean {
  return ask.unless === undefined || at(answer, ask.unless.path) !== ask.unless.value;
}

/** Whether a list has what it needs: one member at least unless it is optional, and no needed field empty. */
function isWhole(ask: Ask, items: Answer[]): boolean {
  return (ask.optional === true || items.length > 0)
    && items.every((item) => (ask.fields ?? []).every((field) => field.optional === true || item[field.name] !== undefined));
}

/** What is still missing, or nothing. */
export function lacks(definition: Definition, answer: Answer): Ask | undefined {
  return definition.layout.ask.find((ask) => isAsked(ask, answer) && (ask.kind === 'list'
    ? !isWhole(ask, (at(answer, ask.path) ?? []) as Answer[])
    : ask.optional !== true && at(answer, ask.path) === undefined));
}

/** Only what is asked: a strength that was chosen before the tie is left out. */
export function trimmed(definition: Definition, answer: Answer): Answer {
  return definition.layout.ask.reduce((kept, ask) => (isAsked(ask, kept) ? kept : put(kept, ask.path, undefined)), answer);
}

/** The sides in the order of this presentation. */
export function sidesInOrder(definition: Definition, presentation: unknown): { value: string; path: string; name: string }[] {
  const order = (at(presentation, '/order') as string[] | undefined) ?? [];
  const sides = definition.sides ?? [];
  const sorted = order.length === sides.length ? order.flatMap((value) => sides.filter((side) => side.value === value)) : sides;
  return sorted.map((side, index) => ({ ...side, name: `Answer ${index + 1}` }));
}

/** What a task is about in a line: the beginning of the first text that its type shows. */
export function leadOf(definition: Definition | undefined, payload: unknown): string {
  const shown = definition?.layout.show.find((one) => one.path !== undefined);
  const text = shown === undefined ? undefined : at(payload, shown.path as string);
  return typeof text === 'string' ? text.slice(0, 140) : '';
}

/** A label in the words of the question that it comes from. */
export function labelTitle(definition: Definition | undefined, name: string): string {
  const path = definition?.labels?.find((one) => one.name === name)?.path;
  return definition?.layout.ask.find((ask) => ask.path === path)?.title ?? name.replaceAll('_', ' ');
}
