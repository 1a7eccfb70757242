import { Button, Card, Group, NumberInput, Select, SimpleGrid, Stack, Switch, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, Problem, type Schema } from '../api/client';
import { money } from '../parts/format';
import { Fetched, Heading, Trouble } from '../parts/states';

const GUIDELINE = '# 1 What to look for\n\nSay what makes an answer good.\n\n# 2 How to decide\n\nSay how to weigh it.\n';

interface Draft {
  organisation_id: string | null;
  name: string;
  domain: string;
  task_type: string | null;
  parameters: Record<string, unknown>;
  guideline: string;
  redundancy: number;
  review: boolean;
  price: number;
  currency: string;
  budget: number | '';
  deadline: string;
}

const START: Draft = {
  organisation_id: null, name: '', domain: '', task_type: null, parameters: {}, guideline: GUIDELINE, redundancy: 3, review: true, price: 2, currency: 'USD', budget: '', deadline: '',
};

function bodyOf(draft: Draft) {
  return {
    organisation_id: draft.organisation_id,
    name: draft.name,
    domain: draft.domain === '' ? 'general' : draft.domain,
    task_type: draft.task_type,
    parameters: draft.parameters,
    guideline: draft.guideline,
    redundancy: draft.redundancy,
    review_layers: draft.review ? 1 : 0,
    price_minor: Math.round(draft.price * 100),
    currency: draft.currency,
    ...(draft.budget === '' ? {} : { budget_minor: Math.round(draft.budget * 100) }),
    ...(draft.deadline === '' ? {} : { deadline_at: new Date(draft.deadline + 'T23:59:59').toISOString() }),
  };
}

interface Parameter {
  type: 'array' | 'string' | 'integer' | 'number';
  title?: string;
}

/** What a task type leaves open, as its schema says. */
function Parameters({ of: type, values, change, fault }: {
  of?: Schema<'type_view'>; values: Record<string, unknown>; change: (values: Record<string, unknown>) => void; fault: (field: string) => string | undefined;
}) {
  const schema = (type?.definition as { parameters?: { properties?: Record<string, Parameter>; required?: string[] } } | undefined)?.parameters;
  const put = (name: string, value: unknown) => {
    const { [name]: _, ...rest } = values;
    change(value === '' ? rest : { ...rest, [name]: value });
  };
  return (
    <>
      {Object.entries(schema?.properties ?? {}).map(([name, one]) => {
        const required = schema?.required?.includes(name) ?? false;
        const label = (one.title ?? name) + (required ? '' : ' (optional)');
        const common = { label, required, error: fault(`parameters.${name}`) ?? fault(name) };
        if (one.type === 'array') {
          return <TagsInput key={name} {...common} description="Press Enter after each" value={(values[name] ?? []) as string[]} onChange={(value) => put(name, value)} />;
        }
        if (one.type === 'string') {
          return <TextInput key={name} {...common} value={String(values[name] ?? '')} onChange={(event) => put(name, event.currentTarget.value)} />;
        }
        return <NumberInput key={name} {...common} value={values[name] === undefined ? '' : Number(values[name])} onChange={(value) => put(name, value === '' ? '' : Number(value))} />;
      })}
    </>
  );
}

export default function NewCampaign() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [draft, setDraft] = useState(START);
  const set = <Name extends keyof Draft>(name: Name, value: Draft[Name]) => setDraft((old) => ({ ...old, [name]: value }));
  const organisations = useQuery({ queryKey: ['organisations'], queryFn: () => api.get<Schema<'organisation_list'>>('/v1/organisations?limit=200') });
  const types = useQuery({ queryKey: ['types'], queryFn: () => api.get<Schema<'type_list'>>('/v1/task-types'), staleTime: Infinity });
  const add = useMutation({
    mutationFn: () => api.write<Schema<'made'>>('POST', '/v1/campaigns', bodyOf(draft)),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['campaigns'] });
      await navigate({ to: '/campaigns/$campaign/$tab', params: { campaign: made.id, tab: 'import' } });
    },
  });
  const fault = (field: string) => (add.error instanceof Problem && add.error.field === field ? add.error.detail : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Fetched of={types}>
      {(known) => (
        <form onSubmit={submit}>
          <Heading title="New campaign" trail={[{ label: 'Campaigns', to: '/campaigns' }]}><Button type="submit" loading={add.isPending}>Create</Button></Heading>
          {add.isError && <Trouble error={add.error} />}
          <SimpleGrid cols={{ base: 1, md: 2 }} mt="md">
            <Card withBorder radius="md" padding="lg">
              <Stack>
                <Select label="Client" required searchable value={draft.organisation_id} onChange={(value) => set('organisation_id', value)} error={fault('organisation_id')}
                  data={(organisations.data?.items ?? []).filter((one) => one.kind === 'client').map((one) => ({ value: one.id, label: one.name }))}
                  nothingFoundMessage="No client yet: add one under People" />
                <TextInput label="Name" required value={draft.name} onChange={(event) => set('name', event.currentTarget.value)} error={fault('name')} />
                <TextInput label="Field of expertise" placeholder="law, medicine, …" value={draft.domain} onChange={(event) => set('domain', event.currentTarget.value)} />
                <Select label="Task type" required value={draft.task_type} onChange={(value) => setDraft((old) => ({ ...old, task_type: value, parameters: {} }))} error={fault('task_type')}
                  data={known.items.map((one) => ({ value: one.name, label: one.title }))}
                  description={known.items.find((one) => one.name === draft.task_type)?.summary} />
                <Parameters of={known.items.find((one) => one.name === draft.task_type)} values={draft.parameters} change={(values) => set('parameters', values)} fault={fault} />
                <Group grow align="flex-start">
                  <NumberInput label="Answers for each task" min={1} max={25} value={draft.redundancy} onChange={(value) => set('redundancy', Number(value))} />
                  <NumberInput label={`Pay for an accepted answer (${draft.currency})`} min={0} step={0.25} decimalScale={2} value={draft.price} onChange={(value) => set('price', Number(value))} error={fault('price_minor')} />
                </Group>
                <Group grow align="flex-start">
                  <NumberInput label="Budget (optional)" min={0} value={draft.budget} onChange={(value) => set('budget', value === '' ? '' : Number(value))} />
                  <TextInput label="Deadline (optional)" type="date" value={draft.deadline} onChange={(event) => set('deadline', event.currentTarget.value)} error={fault('deadline_at')} />
                </Group>
                <Switch label="Every answer is reviewed" checked={draft.review} onChange={(event) => set('review', event.currentTarget.checked)} />
                <Text size="sm" c="dimmed">A thousand tasks would cost at most {money(Math.round(draft.price * 100) * draft.redundancy * 1000, draft.currency)}: 1,000 × {draft.redundancy} × {money(Math.round(draft.price * 100), draft.currency)}.</Text>
              </Stack>
            </Card>
            <Card withBorder radius="md" padding="lg">
              <Textarea label="Guideline (Markdown)" description="Each heading is a clause that reviews name." autosize minRows={18} maxRows={32} value={draft.guideline} onChange={(event) => set('guideline', event.currentTarget.value)} error={fault('guideline')}
                styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }} />
            </Card>
          </SimpleGrid>
        </form>
      )}
    </Fetched>
  );
}
