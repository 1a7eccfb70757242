import { Button, Group, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../../../api/client';
import { count } from '../../../parts/format';
import { Panel } from '../../../parts/panel';
import { Fetched } from '../../../parts/states';
import { Whisker } from '../../../parts/whisker';
import { type Reviewed, ReviewedRows } from './reviewed';

const AMONG = [
  { among: 'rejected', title: 'Rejected' }, { among: 'returned', title: 'Returned' }, { among: 'fixed', title: 'Mended' },
  { among: 'overturned', title: 'Overturned' }, { among: 'divided', title: 'Divided' },
] as const;

/** A count that opens to its reviews. */
function Opened({ n, label, open }: { n: number; label: string; open: () => void }) {
  return n === 0 ? <Text size="sm" c="dimmed" className="figures">0</Text> : <Button size="compact-xs" variant="subtle" aria-label={`${count(n)}: ${label}`} onClick={open}>{count(n)}</Button>;
}

/** A share with its interval, whose count opens to its reviews. */
function Rate({ share, n, min, label, open }: { share: Schema<'share'>; n: number; min: number; label: string; open: () => void }) {
  return (
    <Group gap="xs" wrap="nowrap">
      {share.value === undefined ? <Text size="sm" c="dimmed">not enough yet ({n} of {min})</Text> : <Whisker value={share.value} low={share.low} high={share.high} label={label} />}
      {n > 0 && <Button size="compact-xs" variant="subtle" aria-label={`n ${count(n)} behind: ${label}`} onClick={open}>n {count(n)}</Button>}
    </Group>
  );
}

/** Where the guideline itself is in doubt. */
export function Clauses({ campaign }: { campaign: string }) {
  const [open, setOpen] = useState<Reviewed>();
  const clauses = useQuery({ queryKey: ['clauses', campaign], queryFn: () => api.get<Schema<'clause_list'>>(`/v1/campaigns/${campaign}/quality/clauses`) });
  return (
    <Panel title="Clauses in doubt" hint="A clause that is named often is hard to keep. One whose verdicts fall on appeal, or on whose tasks experts differ, is hard to read: mend the clause before you mend the people." rows={clauses.data?.items ?? []} name="clauses">
      <Fetched of={clauses}>
        {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">No review has named a clause yet ({count(data.review_count)} reviews).</Text> : (
          <Table.ScrollContainer minWidth={980}>
            <Table verticalSpacing={4} horizontalSpacing={6}>
              <Table.Thead><Table.Tr><Table.Th>Clause</Table.Th><Table.Th>Named in (of {count(data.review_count)} reviews)</Table.Th><Table.Th>In doubt</Table.Th>{AMONG.map((one) => <Table.Th key={one.among} ta="right">{one.title}</Table.Th>)}</Table.Tr></Table.Thead>
              <Table.Tbody>{data.items.map((one) => (
                <Table.Tr key={one.clause_code}>
                  <Table.Td>{one.clause_code} {one.title}</Table.Td>
                  <Table.Td><Rate share={one.named} n={one.review_count} min={1} label={`Reviews that name clause ${one.clause_code}`} open={() => setOpen({ title: `Reviews that name clause ${one.clause_code}`, clause_code: one.clause_code })} /></Table.Td>
                  <Table.Td>{one.doubted.value === undefined ? <Text size="sm" c="dimmed" miw={110}>not enough yet ({one.review_count} of 5)</Text> : <Whisker value={one.doubted.value} low={one.doubted.low} high={one.doubted.high} label={`Clause ${one.clause_code} in doubt`} />}</Table.Td>
                  {AMONG.map(({ among, title }) => <Table.Td key={among} ta="right"><Opened n={one[among]} label={`${title} by clause ${one.clause_code}`} open={() => setOpen({ title: `${title} by clause ${one.clause_code}`, clause_code: one.clause_code, among })} /></Table.Td>)}
                </Table.Tr>
              ))}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Fetched>
      {open !== undefined && <ReviewedRows campaign={campaign} which={open} close={() => setOpen(undefined)} />}
    </Panel>
  );
}

export function Reviewers({ campaign }: { campaign: string }) {
  const [open, setOpen] = useState<Reviewed>();
  const reviewers = useQuery({ queryKey: ['reviewers', campaign], queryFn: () => api.get<Schema<'reviewer_list'>>(`/v1/campaigns/${campaign}/quality/reviewers`) });
  return (
    <Panel title="Reviewers" hint="Reviewers are judged too: how often they return or reject, how often that falls on appeal, and what they make of planted submissions whose fault is known. Press a count for its reviews." rows={reviewers.data?.items ?? []} name="reviewers">
      <Fetched of={reviewers}>
        {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">Nobody reviews this campaign.</Text> : (
          <Table.ScrollContainer minWidth={820}>
            <Table verticalSpacing={4}>
              <Table.Thead><Table.Tr><Table.Th>Reviewer</Table.Th><Table.Th>Returns or rejects</Table.Th><Table.Th>Overturned on appeal</Table.Th><Table.Th>Plants judged right</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{data.items.map((one) => {
                const of = (title: string, among: Reviewed['among']) => () => setOpen({ title: `${title} ${one.pseudonym}`, engagement_id: one.engagement_id, among });
                return (
                  <Table.Tr key={one.engagement_id}><Table.Td className="name">{one.pseudonym}</Table.Td>
                    <Table.Td><Rate share={one.harshness} n={one.review_count} min={30} label={`${one.pseudonym} returns or rejects`} open={of('Reviews by', 'all')} /></Table.Td>
                    <Table.Td><Rate share={one.overturn_rate} n={one.appealed} min={10} label={`${one.pseudonym} overturned`} open={of('Appealed reviews by', 'appealed')} /></Table.Td>
                    <Table.Td><Rate share={one.plants_right} n={one.planted} min={10} label={`${one.pseudonym} plants`} open={of('Planted submissions judged by', 'planted')} /></Table.Td></Table.Tr>
                );
              })}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Fetched>
      {open !== undefined && <ReviewedRows campaign={campaign} which={open} close={() => setOpen(undefined)} />}
    </Panel>
  );
}
