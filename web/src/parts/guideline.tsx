import { Accordion, Drawer, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { Rich } from './rich';
import { Fetched } from './states';

export function useGuideline(campaign: string | undefined) {
  return useQuery({
    queryKey: ['guideline', campaign],
    queryFn: () => api.get<Schema<'guideline_view'>>(`/v1/campaigns/${campaign}/guideline`),
    enabled: campaign !== undefined,
    staleTime: 60000,
  });
}

export function Clauses({ guideline, search }: { guideline: Schema<'guideline_view'>; search: string }) {
  const wanted = search.toLowerCase();
  const found = guideline.clauses.filter((one) => (one.code + one.title + one.body).toLowerCase().includes(wanted));
  return (
    <Accordion multiple variant="separated" defaultValue={wanted === '' ? found.slice(0, 1).map((one) => one.code) : []} key={wanted}>
      {found.map((clause) => (
        <Accordion.Item key={clause.code} value={clause.code}>
          <Accordion.Control><Text size="sm" fw={600}>{clause.code} {clause.title}</Text></Accordion.Control>
          <Accordion.Panel><Rich text={clause.body} /></Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

/** The guideline beside the work, with a search over its clauses. */
export function GuidelineDrawer({ campaign, opened, close }: { campaign: string; opened: boolean; close: () => void }) {
  const guideline = useGuideline(campaign);
  const [search, setSearch] = useState('');
  return (
    <Drawer opened={opened} onClose={close} position="right" size="lg" title="Guideline">
      <TextInput placeholder="Search the clauses" aria-label="Search the clauses" value={search} onChange={(event) => setSearch(event.currentTarget.value)} mb="md" data-autofocus />
      <Fetched of={guideline}>{(data) => <Clauses guideline={data} search={search} />}</Fetched>
    </Drawer>
  );
}
