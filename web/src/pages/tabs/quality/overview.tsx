import { Button, Group, NumberInput, ScrollArea, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import { api, type Schema } from '../../../api/client';
import { count, money, plural } from '../../../parts/format';
import { Panel } from '../../../parts/panel';
import { has, useSession } from '../../../parts/session';
import { Fetched, Trouble } from '../../../parts/states';
import { Whisker } from '../../../parts/whisker';
import { Rows, type Which } from './rows';

type Quality = Schema<'quality_view'>;
type Agreement = Quality['agreements'][number];
const NAMES: Record<string, string> = { alpha: 'Krippendorff’s α', fleiss: 'Fleiss’ κ', cohen: 'Cohen’s κ (mean of pairs)', percent: 'Share of agreeing pairs' };

/** Agreements on one scale, each with its interval and open to the answers behind its count. */
function Estimates({ campaign, rows, nameOf, whichOf }: { campaign: string; rows: Agreement[]; nameOf: (one: Agreement) => string; whichOf: (one: Agreement) => Which }) {
  const [which, setWhich] = useState<Which>();
  return (
    <div className="estimates">
      {rows.map((one) => (
        <Fragment key={`${one.metric} ${one.left_id} ${one.right_id} ${one.stratum}`}>
          <Text size="sm">{nameOf(one)}</Text>
          <Whisker value={one.estimate} low={one.low} high={one.high} label={nameOf(one)} />
          <Button size="compact-xs" variant="subtle" aria-label={`n ${count(one.unit_count)} tasks behind ${nameOf(one)}`} onClick={() => setWhich(whichOf(one))}>n {count(one.unit_count)}</Button>
        </Fragment>
      ))}
      {which !== undefined && <Rows campaign={campaign} which={which} close={() => setWhich(undefined)} />}
    </div>
  );
}

function Overall({ campaign, quality, label }: { campaign: string; quality: Quality; label: string }) {
  const rows = quality.agreements.filter((one) => one.label === label && one.left_id === '' && one.stratum === '');
  return (
    <Panel title="Agreement over all experts" hint="Beyond chance, with 95 % intervals by bootstrap over tasks." rows={rows} name="agreement">
      <Estimates campaign={campaign} rows={rows} nameOf={(one) => NAMES[one.metric] ?? one.metric} whichOf={() => ({ title: 'All answers', label })} />
    </Panel>
  );
}

function Strata({ campaign, quality, label }: { campaign: string; quality: Quality; label: string }) {
  const rows = quality.agreements.filter((one) => one.label === label && one.stratum !== '' && one.metric === 'alpha');
  return (
    <Panel title="Agreement by domain" hint="Krippendorff’s α on the tasks of each domain. Press a count for its answers." rows={rows} name="agreement-by-domain">
      {rows.length === 0
        ? <Text size="sm" c="dimmed">All tasks are of one domain.</Text>
        : <Estimates campaign={campaign} rows={rows} nameOf={(one) => one.stratum} whichOf={(one) => ({ title: `Answers in ${one.stratum}`, label, stratum: one.stratum })} />}
    </Panel>
  );
}

function Pairs({ campaign, quality, label }: { campaign: string; quality: Quality; label: string }) {
  const rows = quality.agreements.filter((one) => one.label === label && one.metric === 'cohen' && one.left_id !== '' && one.left_id !== 'truth');
  return (
    <Panel title="Cohen’s κ, pair by pair" hint="Press a count for what both said." rows={rows} name="agreement-by-pair">
      {rows.length === 0
        ? <Text size="sm" c="dimmed">No two experts have answered the same tasks yet.</Text>
        : (
          <ScrollArea.Autosize mah={320} type="auto">
            <Estimates campaign={campaign} rows={rows} nameOf={(one) => `${one.left_name} and ${one.right_name}`} whichOf={(one) => ({ title: `${one.left_name} and ${one.right_name}`, label, rater_id: one.left_id, other_id: one.right_id, other_name: one.right_name })} />
          </ScrollArea.Autosize>
        )}
    </Panel>
  );
}

function StopForm({ campaign, saving }: { campaign: string; saving: Schema<'saving'> }) {
  const client = useQueryClient();
  const [target, setTarget] = useState<number | string>(saving.target_certainty ?? 0.95);
  const [min, setMin] = useState<number | string>(saving.label_min ?? 2);
  const [max, setMax] = useState<number | string>(saving.label_max ?? 5);
  const refresh = () => client.invalidateQueries({ queryKey: ['saving', campaign] });
  const set = useMutation({ mutationFn: () => api.write('PUT', `/v1/campaigns/${campaign}/stop-rule`, { target_certainty: Number(target), label_min: Number(min), label_max: Number(max) }), onSuccess: refresh });
  const clear = useMutation({ mutationFn: () => api.write('DELETE', `/v1/campaigns/${campaign}/stop-rule`), onSuccess: refresh });
  return (
    <Stack gap="xs" mt="sm">
      <Group gap="xs" align="flex-end">
        <NumberInput label="Sure from" size="xs" w={100} value={target} onChange={setTarget} min={0.51} max={0.999} step={0.01} decimalScale={3} />
        <NumberInput label="At least" size="xs" w={90} value={min} onChange={setMin} min={1} max={25} />
        <NumberInput label="At most" size="xs" w={90} value={max} onChange={setMax} min={1} max={25} />
        <Button size="xs" onClick={() => set.mutate()} loading={set.isPending}>{saving.target_certainty === undefined ? 'Turn on' : 'Change'}</Button>
        {saving.target_certainty !== undefined && <Button size="xs" variant="default" onClick={() => clear.mutate()} loading={clear.isPending}>Turn off</Button>}
      </Group>
      {set.isError && <Trouble error={set.error} />}
      {clear.isError && <Trouble error={clear.error} />}
    </Stack>
  );
}

export function Saving({ campaign }: { campaign: string }) {
  const operator = has(useSession(), 'operator');
  const saving = useQuery({ queryKey: ['saving', campaign], queryFn: () => api.get<Schema<'saving'>>(`/v1/campaigns/${campaign}/stop-rule`), refetchInterval: 15000 });
  return (
    <Panel title="Answers enough" hint="A task takes no more answers once its own is sure, or the cap is reached. Every change is kept with the certainty that it rests on." rows={saving.data?.counts ?? []} name="demand">
      <Fetched of={saving}>
        {(data) => (
          <>
            {data.target_certainty === undefined
              ? <Text size="sm">Off: every task takes as many answers as the campaign says.</Text>
              : <Text size="sm">Sure from {data.target_certainty}, {data.label_min} to {plural(data.label_max ?? 0, 'answer')} a task. <strong>{data.saved_count >= 0 ? `${plural(data.saved_count, 'answer')} saved` : `${plural(-data.saved_count, 'answer')} more`}</strong>, {money(Math.abs(data.saved_minor), data.currency)}, on {plural(data.task_count, 'settled task')}.</Text>}
            {data.counts.length > 0 && (
              <Table verticalSpacing={4} mt="xs"><Table.Thead><Table.Tr><Table.Th>Tasks are</Table.Th><Table.Th ta="right">Tasks</Table.Th><Table.Th ta="right">Answers wanted</Table.Th><Table.Th ta="right">without the rule</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>{data.counts.map((one) => <Table.Tr key={one.reason}><Table.Td>{({ sure: 'sure', cap: 'at the cap', unsure: 'not sure yet', minimum: 'below the minimum', plain: 'not under the rule' } as Record<string, string>)[one.reason]}</Table.Td><Table.Td ta="right" className="figures">{count(one.task_count)}</Table.Td><Table.Td ta="right" className="figures">{count(one.wanted)}</Table.Td><Table.Td ta="right" className="figures">{count(one.wanted_plain)}</Table.Td></Table.Tr>)}</Table.Tbody></Table>
            )}
            {operator && <StopForm key={`${data.target_certainty}`} campaign={campaign} saving={data} />}
          </>
        )}
      </Fetched>
    </Panel>
  );
}

export function Overview({ campaign, quality, label }: { campaign: string; quality: Quality; label: string }) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} style={{ alignItems: 'start' }}>
      <Overall campaign={campaign} quality={quality} label={label} />
      <Saving campaign={campaign} />
      <Strata campaign={campaign} quality={quality} label={label} />
      <Pairs campaign={campaign} quality={quality} label={label} />
    </SimpleGrid>
  );
}
