import { Button, Group, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, query, type Schema } from '../api/client';
import { money, words } from './format';
import { Fetched } from './states';

export const timeText = (seconds: number) => seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')} min`;
export const CLASSES = ['guidelines', 'training', 'calibration', 'work', 'rework', 'review', 'waiting', 'meeting', 'skipped', 'abandoned'];

/** The minutes of one engagement in one week, by class: the same for the person and the operator. */
export function Sheet({ engagement, title, week }: { engagement: string; title: string; week: string }) {
  const sheet = useQuery({ queryKey: ['time', engagement, week], queryFn: () => api.get<Schema<'sheet_view'>>(`/v1/engagements/${engagement}/time` + query({ week })) });
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text fw={600} size="sm">{title}</Text>
        <Button component="a" size="compact-xs" variant="subtle" href={`/v1/engagements/${engagement}/time-log`}>Download the log</Button>
      </Group>
      <Fetched of={sheet}>
        {(data) => data.classes.length === 0 ? <Text size="sm" c="dimmed">No minutes in this week.</Text> : (
          <>
            <Table.ScrollContainer minWidth={420}>
              <Table verticalSpacing={4}>
                <Table.Thead><Table.Tr><Table.Th>Class</Table.Th><Table.Th ta="right">Worked</Table.Th><Table.Th ta="right">Paid</Table.Th><Table.Th ta="right">An hour</Table.Th><Table.Th ta="right">Amount</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>{data.classes.map((one) => (
                  <Table.Tr key={`${one.class} ${one.terms_number}`}>
                    <Table.Td>{words(one.class)}</Table.Td>
                    <Table.Td ta="right" className="figures">{timeText(one.seconds)}</Table.Td>
                    <Table.Td ta="right" className="figures">{timeText(one.paid_s)}</Table.Td>
                    <Table.Td ta="right" className="figures">{one.hour_minor === 0 ? 'nothing' : money(one.hour_minor, one.currency)}</Table.Td>
                    <Table.Td ta="right" className="figures">{money(one.amount_minor, one.currency)}</Table.Td>
                  </Table.Tr>
                ))}</Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            {data.beyond_cap_s > 0 && <Text size="xs" className="late" mt={4}>{timeText(data.beyond_cap_s)} beyond the week's cap are not paid.</Text>}
          </>
        )}
      </Fetched>
    </div>
  );
}
