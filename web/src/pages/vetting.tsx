import { Anchor, Button, Card, Group, Modal, NumberInput, Select, SimpleGrid, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { has, useSession } from '../parts/session';
import { Empty, Fetched, Heading, State, Trouble } from '../parts/states';
import { LEVELS, rate } from '../parts/vetting';

function NewListing({ opened, close }: { opened: boolean; close: () => void }) {
  const client = useQueryClient();
  const bank = useQuery({ queryKey: ['bank'], queryFn: () => api.get<Schema<'bank_view'>>('/v1/bank'), enabled: opened });
  const [draft, setDraft] = useState({ title: '', description: '', domain: '', difficulty: '2', low: 40, high: 80, hours: 10, days: 7, items: 8 });
  const set = (more: Partial<typeof draft>) => setDraft({ ...draft, ...more });
  const add = useMutation({
    mutationFn: () => api.write('POST', '/v1/listings', {
      title: draft.title, description: draft.description, domain: draft.domain, difficulty: Number(draft.difficulty),
      rate_low_minor: Math.round(draft.low * 100), rate_high_minor: Math.round(draft.high * 100), hours_week: draft.hours, answer_days: draft.days, item_max: draft.items,
    }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['listings'] });
      close();
    },
  });
  const domains = (bank.data?.domains ?? []).map((one) => ({ value: one.domain, label: `${one.domain} (${one.live_count} questions)` }));
  return (
    <Modal opened={opened} onClose={close} title="New listing" size="lg">
      <Stack>
        <TextInput label="Title" required value={draft.title} onChange={(event) => set({ title: event.currentTarget.value })} data-autofocus />
        <Textarea label="What the work is" autosize minRows={3} value={draft.description} onChange={(event) => set({ description: event.currentTarget.value })} />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <Select label="Field" required data={domains} value={draft.domain || null} onChange={(value) => set({ domain: value ?? '' })} />
          <Select label="Level" data={[1, 2, 3].map((level) => ({ value: String(level), label: LEVELS[level] }))} value={draft.difficulty} onChange={(value) => set({ difficulty: value ?? '2' })} />
          <NumberInput label="Pay from, an hour (USD)" min={0} value={draft.low} onChange={(value) => set({ low: Number(value) })} />
          <NumberInput label="to" min={0} value={draft.high} onChange={(value) => set({ high: Number(value) })} />
          <NumberInput label="Hours a week" min={1} max={80} value={draft.hours} onChange={(value) => set({ hours: Number(value) })} />
          <NumberInput label="Answer within days" min={1} max={90} value={draft.days} onChange={(value) => set({ days: Number(value) })} />
          <NumberInput label="Questions at most" min={3} max={40} value={draft.items} onChange={(value) => set({ items: Number(value) })} />
        </SimpleGrid>
        {add.isError && <Trouble error={add.error} />}
        <Group justify="flex-end"><Button onClick={() => add.mutate()} disabled={draft.title.length < 3 || draft.domain === ''} loading={add.isPending}>Make a draft</Button></Group>
      </Stack>
    </Modal>
  );
}

export default function Vetting() {
  const session = useSession();
  const [opened, form] = useDisclosure(false);
  const listings = useQuery({ queryKey: ['listings'], queryFn: () => api.get<Schema<'listing_list'>>('/v1/listings?limit=200') });
  return (
    <Stack>
      <Heading title="Vetting">
        <Button variant="default" renderRoot={(props) => <Link to="/bank" {...props} />}>Question bank</Button>
        <Button variant="default" renderRoot={(props) => <Link to="/grading" {...props} />}>Grading</Button>
        <Button variant="default" renderRoot={(props) => <Link to="/pool" {...props} />}>Pool</Button>
        <Button variant="default" renderRoot={(props) => <Link to="/fairness" {...props} />}>Fairness</Button>
        {has(session, 'operator') && <Button onClick={form.open}>New listing</Button>}
      </Heading>
      <NewListing opened={opened} close={form.close} />
      <Fetched of={listings}>
        {(data) => data.items.length === 0
          ? <Empty title="There are no listings yet">A listing says what is assessed, how long it takes and when an answer comes.</Empty>
          : (
            <Card withBorder radius="md" padding={0}>
              <Table.ScrollContainer minWidth={600}>
                <Table verticalSpacing="sm" horizontalSpacing="lg">
                  <Table.Thead><Table.Tr><Table.Th>Listing</Table.Th><Table.Th>Field</Table.Th><Table.Th>Pay</Table.Th><Table.Th>State</Table.Th></Table.Tr></Table.Thead>
                  <Table.Tbody>{data.items.map((one) => (
                    <Table.Tr key={one.id}>
                      <Table.Td><Anchor size="sm" renderRoot={(props) => <Link to="/vetting/$listing" params={{ listing: one.id }} {...props} />}>{one.title}</Anchor></Table.Td>
                      <Table.Td><Text size="sm">{one.domain}, {LEVELS[one.difficulty]}</Text></Table.Td>
                      <Table.Td><Text size="sm">{rate(one)}</Text></Table.Td>
                      <Table.Td><State of={one.listing_state} /></Table.Td>
                    </Table.Tr>
                  ))}</Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            </Card>
          )}
      </Fetched>
    </Stack>
  );
}
