import { Card, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, type Schema } from '../../api/client';
import { count, moment, plural } from '../../parts/format';
import { Empty, Fetched } from '../../parts/states';
import { Whisker } from '../../parts/whisker';

type Quality = Schema<'quality_view'>;
const MIN = 30;
const NAMES: Record<string, string> = { alpha: 'Krippendorff’s α', fleiss: 'Fleiss’ κ', cohen: 'Cohen’s κ (mean of pairs)', percent: 'Share of agreeing pairs' };

function Overall({ quality, label }: { quality: Quality; label: string }) {
  const rows = quality.agreements.filter((one) => one.label === label && one.stratum === '' && one.left_id === '');
  return (
    <Card withBorder radius="md" padding="md">
      <Title order={3} size="h6" mb="xs">Agreement over all experts</Title>
      <Stack gap={6}>{rows.map((one) => (
        <Group key={one.metric} justify="space-between"><Text size="sm">{NAMES[one.metric]}</Text>
          <Group gap="xs"><Whisker value={one.estimate} low={one.low} high={one.high} label={one.metric} /><Text size="xs" c="dimmed" className="figures">n {count(one.unit_count)}</Text></Group></Group>
      ))}</Stack>
    </Card>
  );
}

function Pairs({ quality, label }: { quality: Quality; label: string }) {
  const rows = quality.agreements.filter((one) => one.label === label && one.metric === 'cohen' && one.left_id !== '' && one.left_id !== 'truth');
  return (
    <Card withBorder radius="md" padding="md">
      <Title order={3} size="h6" mb="xs">Cohen’s κ, pair by pair</Title>
      {rows.length === 0 ? <Text size="sm" c="dimmed">No two experts have answered the same tasks yet.</Text> : (
        <Table.ScrollContainer minWidth={380}>
          <Table verticalSpacing={4}><Table.Tbody>{rows.map((one) => (
            <Table.Tr key={one.left_id + one.right_id}><Table.Td>{one.left_name} and {one.right_name}</Table.Td><Table.Td><Whisker value={one.estimate} low={one.low} high={one.high} label={`${one.left_name} and ${one.right_name}`} /></Table.Td><Table.Td ta="right" className="figures">n {count(one.unit_count)}</Table.Td></Table.Tr>
          ))}</Table.Tbody></Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}

function Raters({ quality, label }: { quality: Quality; label: string }) {
  const rows = quality.raters.filter((one) => one.label === label && one.domain === '');
  const kappa = (id: string) => quality.agreements.find((one) => one.label === label && one.left_id === 'truth' && one.right_id === id);
  return (
    <Card withBorder radius="md" padding="md">
      <Title order={3} size="h6">Raters against the inferred truth</Title>
      <Text size="xs" c="dimmed" mb="xs">The share of a rater’s answers that agree with the inferred answer. Experts take part in inferring it; models do not. Evidence for a person, never a verdict.</Text>
      <Table.ScrollContainer minWidth={520}>
        <Table verticalSpacing={4}>
          <Table.Thead><Table.Tr><Table.Th>Rater</Table.Th><Table.Th>Kind</Table.Th><Table.Th>Agrees with the truth (95 %)</Table.Th><Table.Th>κ with the truth</Table.Th><Table.Th ta="right">n</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>{rows.map((one) => (
            <Table.Tr key={one.rater_id}>
              <Table.Td>{one.rater_name}</Table.Td><Table.Td>{one.rater_kind}</Table.Td>
              <Table.Td>{one.label_count < MIN ? <Text size="sm" c="dimmed">not enough yet ({one.label_count} of {MIN})</Text> : <Whisker value={one.accuracy} low={one.low} high={one.high} label={one.rater_name} />}</Table.Td>
              <Table.Td>{kappa(one.rater_id) === undefined ? '–' : <Whisker value={kappa(one.rater_id)?.estimate} low={kappa(one.rater_id)?.low} high={kappa(one.rater_id)?.high} label={`κ ${one.rater_name}`} />}</Table.Td>
              <Table.Td ta="right" className="figures">{count(one.label_count)}</Table.Td>
            </Table.Tr>
          ))}</Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

export function QualityTab({ campaign }: { campaign: Schema<'campaign_row'> }) {
  const quality = useQuery({ queryKey: ['quality', campaign.id], queryFn: () => api.get<Quality>(`/v1/campaigns/${campaign.id}/quality`), refetchInterval: 15000 });
  return (
    <Fetched of={quality}>
      {(data) => data.runs.length === 0
        ? <Empty title="Nothing to measure yet">Truth and agreement are computed as answers arrive.</Empty>
        : (
          <Stack gap="xl">{data.runs.map((run) => (
            <section key={run.label}>
              <Group justify="space-between" mb="xs"><Title order={2} size="h5">{run.label}</Title><Text size="xs" c="dimmed">{plural(run.label_count, 'answer')} on {plural(run.item_count, 'task')} · {run.engine}, {plural(run.rounds, 'round')}, seed {run.seed} · {moment(run.facts_at)}</Text></Group>
              <SimpleGrid cols={{ base: 1, md: 2 }} mb="md"><Overall quality={data} label={run.label} /><Pairs quality={data} label={run.label} /></SimpleGrid>
              <Raters quality={data} label={run.label} />
            </section>
          ))}</Stack>
        )}
    </Fetched>
  );
}
