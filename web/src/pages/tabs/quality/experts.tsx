import { Badge, Button, Group, Select, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Schema } from '../../../api/client';
import { count, estimate, moment } from '../../../parts/format';
import { Panel } from '../../../parts/panel';
import { Whisker } from '../../../parts/whisker';
import { inWords } from './gold';
import { PagedRows } from './paged';
import { Rows, type Which } from './rows';

type Quality = Schema<'quality_view'>;
const MIN = 30;

interface Checked {
  id: string;
  name: string;
}

/** What an expert answered where the answer was known. */
function Checks({ campaign, of, close }: { campaign: string; of: Checked; close: () => void }) {
  return (
    <PagedRows<Schema<'check_row'>> title={`Known tasks that ${of.name} answered`} name="checks" path={`/v1/campaigns/${campaign}/quality/checks`} filter={{ engagement_id: of.id }} close={close} minWidth={480}
      head={['Task', 'Said', 'Known', 'Clause', 'When']}>
      {(rows) => rows.map((one) => (
        <Table.Tr key={one.submission_id}>
          <Table.Td><Link to="/tasks/$task" params={{ task: one.task_id }}>{one.external_id ?? one.task_id.slice(-6)}</Link></Table.Td>
          <Table.Td>{inWords(one.answer)}</Table.Td><Table.Td>{inWords(one.known)}</Table.Td><Table.Td>{one.clause_code}</Table.Td><Table.Td className="figures">{moment(one.submitted_at)}</Table.Td>
        </Table.Tr>
      ))}
    </PagedRows>
  );
}

/** People and models on one scale, each open to its answers. */
export function Experts({ campaign, quality, label }: { campaign: string; quality: Quality; label: string }) {
  const [which, setWhich] = useState<Which>();
  const [checked, setChecked] = useState<Checked>();
  const [domain, setDomain] = useState('');
  const domains = [...new Set(quality.raters.filter((one) => one.label === label).map((one) => one.domain))];
  const rows = quality.raters.filter((one) => one.label === label && one.domain === domain).sort((a, b) => (b.accuracy ?? -1) - (a.accuracy ?? -1));
  const kappa = (id: string) => quality.agreements.find((one) => one.label === label && one.left_id === 'truth' && one.right_id === id);
  const top = rows.some((one) => one.is_top === 1);
  return (
    <Panel title="Experts, and models beside them" rows={rows} name="skill"
      hint={<>The chance of a right answer on a task of average difficulty. Experts: posterior of a hierarchical model of all answers, moved by how often two others agree on their tasks, so that hard tasks do not lower anybody. Models and people outside are compared with the inferred answer (Wilson). Evidence for a person, never a verdict. {top ? '' : 'No top group is named: the intervals do not set one apart.'}</>}>
      {domains.length > 1 && <Select label="Domain" size="xs" w={220} mb="sm" allowDeselect={false} value={domain} onChange={(value) => setDomain(value ?? '')} data={domains.map((one) => ({ value: one, label: one === '' ? 'All' : one }))} />}
      <Table.ScrollContainer minWidth={720}>
        <Table verticalSpacing={4}>
          <Table.Thead><Table.Tr><Table.Th>Who</Table.Th><Table.Th>Kind</Table.Th><Table.Th>Accuracy (95 %)</Table.Th><Table.Th>κ with the truth</Table.Th><Table.Th ta="right">Before difficulty</Table.Th><Table.Th ta="right">Gold met</Table.Th><Table.Th ta="right">Answers</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>{rows.map((one) => (
            <Table.Tr key={one.rater_id}>
              <Table.Td><Group gap={6} wrap="nowrap">{one.rater_name}{one.is_top === 1 && <Badge size="xs" color="teal">top group</Badge>}</Group></Table.Td>
              <Table.Td>{one.rater_kind}</Table.Td>
              <Table.Td>{one.accuracy === undefined ? <Text size="sm" c="dimmed">not enough yet ({one.label_count} of {MIN})</Text> : <Whisker value={one.accuracy} low={one.low} high={one.high} label={one.rater_name} />}</Table.Td>
              <Table.Td className="figures">{kappa(one.rater_id) === undefined || domain !== '' ? '–' : estimate(kappa(one.rater_id)?.estimate, kappa(one.rater_id)?.low, kappa(one.rater_id)?.high)}</Table.Td>
              <Table.Td ta="right" className="figures">{one.plain === undefined || one.rater_kind !== 'expert' ? '–' : one.plain.toFixed(2).replace(/^0/, '')}</Table.Td>
              <Table.Td ta="right" className="figures">{one.gold_count === 0 ? '–' : domain !== '' ? `${one.gold_right} of ${one.gold_count}` : <Button size="compact-xs" variant="subtle" aria-label={`${one.gold_right} of ${one.gold_count} known answers met by ${one.rater_name}`} onClick={() => setChecked({ id: one.rater_id, name: one.rater_name })}>{one.gold_right} of {one.gold_count}</Button>}</Table.Td>
              <Table.Td ta="right"><Button size="compact-xs" variant="subtle" aria-label={`${count(one.label_count)} answers of ${one.rater_name}`} onClick={() => setWhich({ title: `Answers of ${one.rater_name}`, label, rater_id: one.rater_id, stratum: domain === '' ? undefined : domain })}>{count(one.label_count)}</Button></Table.Td>
            </Table.Tr>
          ))}</Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {which !== undefined && <Rows campaign={campaign} which={which} close={() => setWhich(undefined)} />}
      {checked !== undefined && <Checks campaign={campaign} of={checked} close={() => setChecked(undefined)} />}
    </Panel>
  );
}
