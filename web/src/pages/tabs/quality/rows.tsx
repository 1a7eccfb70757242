import { Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Schema } from '../../../api/client';
import { PagedRows } from './paged';

/** Which answers stand behind a number. */
export interface Which {
  title: string;
  label: string;
  value?: string;
  said?: string;
  rater_id?: string;
  other_id?: string;
  other_name?: string;
  stratum?: string;
}

const share = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(2).replace(/^0\./, '.'));

export function Rows({ campaign, which, close }: { campaign: string; which: Which; close: () => void }) {
  const { title, other_name, ...filter } = which;
  return (
    <PagedRows<Schema<'answer_row'>> title={title} name="answers" path={`/v1/campaigns/${campaign}/quality/answers`} filter={filter} close={close} minWidth={560}
      head={['Task', 'Who', 'Said', ...(other_name === undefined ? [] : [`${other_name} said`]), 'Inferred', 'Probability']}>
      {(rows) => rows.map((one) => (
        <Table.Tr key={one.task_id + one.rater_id}>
          <Table.Td><Link to="/tasks/$task" params={{ task: one.task_id }}>{one.external_id ?? one.task_id.slice(-6)}</Link></Table.Td>
          <Table.Td className="name">{one.rater_name ?? one.rater_id}</Table.Td>
          <Table.Td fw={one.said === one.value ? undefined : 600}>{one.said}{one.final !== one.said && ` → ${one.final}`}</Table.Td>
          {other_name !== undefined && <Table.Td fw={one.other_said === one.said ? undefined : 600}>{one.other_said ?? '–'}</Table.Td>}
          <Table.Td>{one.value ?? '–'}</Table.Td>
          <Table.Td className="figures">{share(one.probability)}</Table.Td>
        </Table.Tr>
      ))}
    </PagedRows>
  );
}
