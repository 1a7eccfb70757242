import { Anchor, Button, Card, Group, Modal, Select, Stack, Switch, Table, Text, TextInput, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, query, type Schema } from '../api/client';
import { Duplicates } from '../parts/duplicates';
import { date } from '../parts/format';
import { has, useSession } from '../parts/session';
import { Empty, Heading, Loading, Trouble } from '../parts/states';
import { LEVELS } from '../parts/vetting';

type Member = Schema<'pool_member'>;

function Revoke({ member, close }: { member: Member | null; close: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const revoke = useMutation({
    mutationFn: () => api.write('POST', `/v1/qualifications/${member?.id}/revocation`, { reason }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['pool'] });
      setReason('');
      close();
    },
  });
  return (
    <Modal opened={member !== null} onClose={close} title={`Take back ${member?.name}'s qualification`}>
      <Stack>
        <Textarea label="Reason, for the person" description="Your name and the reason are kept." autosize minRows={2} value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus />
        {revoke.isError && <Trouble error={revoke.error} />}
        <Group justify="flex-end"><Button color="red" disabled={reason.length < 10} loading={revoke.isPending} onClick={() => revoke.mutate()}>Take it back</Button></Group>
      </Stack>
    </Modal>
  );
}

const scale = (theta: number) => Math.round(50 + 10 * theta);

export default function Pool() {
  const session = useSession();
  const [domain, setDomain] = useState<string | null>(null);
  const [level, setLevel] = useState<string | null>(null);
  const [ended, setEnded] = useState(false);
  const [name, setName] = useState('');
  const [settled] = useDebouncedValue(name, 300);
  const [chosen, setChosen] = useState<Member | null>(null);
  const bank = useQuery({ queryKey: ['bank'], queryFn: () => api.get<Schema<'bank_view'>>('/v1/bank') });
  const pool = useInfiniteQuery({
    queryKey: ['pool', domain, level, ended, settled],
    queryFn: ({ pageParam }) => api.get<Schema<'qualification_list'>>(`/v1/qualifications${query({ domain: domain ?? undefined, difficulty: level ?? undefined, ended: ended ? 'true' : undefined, name: settled, after: pageParam || undefined })}`),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const rows = pool.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack>
      <Heading title="Pool" trail={[{ label: 'Vetting', to: '/vetting' }]}><Button variant="default" component="a" href="/v1/qualification-export" download="qualifications.csv">Export CSV</Button></Heading>
      <Group align="flex-end">
        <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Select label="Field" placeholder="all" clearable value={domain} onChange={setDomain} data={(bank.data?.domains ?? []).map((one) => one.domain)} />
        <Select label="Level, at least" placeholder="any" clearable value={level} onChange={setLevel} data={[1, 2, 3].map((one) => ({ value: String(one), label: LEVELS[one] }))} />
        <Switch label="Also ended ones" checked={ended} onChange={(event) => setEnded(event.currentTarget.checked)} mb={8} />
      </Group>
      {pool.isPending && <Loading />}
      {pool.isError && <Trouble error={pool.error} retry={() => void pool.refetch()} />}
      {pool.isSuccess && (rows.length === 0 ? <Empty title="Nobody fits">Qualifications come from interviews, and end after a year.</Empty> : (
        <Card withBorder radius="md" padding={0}>
          <Table.ScrollContainer minWidth={680}>
            <Table verticalSpacing="xs" horizontalSpacing="lg">
              <Table.Thead><Table.Tr><Table.Th>Person</Table.Th><Table.Th>Field</Table.Th><Table.Th>Expertise</Table.Th><Table.Th>Issued</Table.Th><Table.Th>Ends</Table.Th><Table.Th /></Table.Tr></Table.Thead>
              <Table.Tbody>{rows.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td><Text size="sm">{one.name}</Text></Table.Td>
                  <Table.Td><Text size="sm">{one.domain}, {LEVELS[one.difficulty]}</Text></Table.Td>
                  <Table.Td><Text size="sm" className="figures">{scale(one.estimate)} [{scale(one.interval_low)}–{scale(one.interval_high)}], n {one.item_count}</Text></Table.Td>
                  <Table.Td><Text size="sm">{date(one.issued_at)}</Text><Text size="xs" c="dimmed">{one.issued_by === 'scorer' ? 'by the program' : 'by a person'}</Text></Table.Td>
                  <Table.Td><Text size="sm">{one.revoked_at === undefined ? date(one.expires_at) : `taken back ${date(one.revoked_at)}`}</Text>{one.reason !== undefined && <Text size="xs" c="dimmed">{one.reason}</Text>}</Table.Td>
                  <Table.Td ta="right"><Group gap="xs" justify="flex-end" wrap="nowrap"><Anchor size="sm" renderRoot={(props) => <Link to="/interviews/$interview/result" params={{ interview: one.interview_id }} {...props} />}>Evidence</Anchor>{has(session, 'operator') && one.revoked_at === undefined && <Button size="compact-xs" variant="default" onClick={() => setChosen(one)}>Take back</Button>}</Group></Table.Td>
                </Table.Tr>
              ))}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Card>
      ))}
      {pool.hasNextPage && <Group><Button variant="default" loading={pool.isFetchingNextPage} onClick={() => void pool.fetchNextPage()}>More</Button></Group>}
      <Revoke member={chosen} close={() => setChosen(null)} />
      {has(session, 'operator', 'auditor') && <Duplicates />}
    </Stack>
  );
}
