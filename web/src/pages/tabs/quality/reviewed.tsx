import { Group, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Schema } from '../../../api/client';
import { moment, words } from '../../../parts/format';
import { State } from '../../../parts/states';
import { PagedRows } from './paged';

/** Which reviews stand behind a number. */
export interface Reviewed {
  title: string;
  clause_code?: string;
  engagement_id?: string;
  among?: 'all' | 'rejected' | 'returned' | 'fixed' | 'adverse' | 'appealed' | 'overturned' | 'divided' | 'planted';
}

export function ReviewedRows({ campaign, which, close }: { campaign: string; which: Reviewed; close: () => void }) {
  const { title, ...filter } = which;
  const planted = which.among === 'planted';
  return (
    <PagedRows<Schema<'reviewed_row'>> title={title} name="reviews" path={`/v1/campaigns/${campaign}/quality/reviews`} filter={filter} close={close} minWidth={620}
      head={['Task', 'Reviewer', 'Verdict', ...(planted ? ['Deserves'] : []), 'Clause', 'In words', 'When']}>
      {(rows) => rows.map((one) => (
        <Table.Tr key={one.id}>
          <Table.Td><Link to="/tasks/$task" params={{ task: one.task_id }}>{one.task_id.slice(-6)}</Link></Table.Td>
          <Table.Td className="name">{one.reviewer ?? '–'}</Table.Td>
          <Table.Td><Group gap={6} wrap="nowrap">{words(one.verdict)}{one.appeal_state !== undefined && <State of={one.appeal_state} />}</Group></Table.Td>
          {planted && <Table.Td>{one.expected === 'pass' ? 'Acceptance' : 'An objection'}</Table.Td>}
          <Table.Td>{one.clause_code ?? '–'}</Table.Td>
          <Table.Td><Text size="sm" maw={260}>{one.message ?? '–'}</Text></Table.Td>
          <Table.Td className="figures">{moment(one.decided_at)}</Table.Td>
        </Table.Tr>
      ))}
    </PagedRows>
  );
}
