import { Button, Modal, Select, Stack, Switch, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { BulkImport } from './bulk';
import { plural } from './format';
import { Trouble } from './states';

const SOURCES = [
  { value: 'onet', label: 'O*NET', files: 'The ZIP of its text files, as it is published (CC BY 4.0: name O*NET where you show its titles).', accept: '.zip,.txt' },
  { value: 'esco', label: 'ESCO', files: 'The ZIP of its CSV files, or occupations_en.csv or skills_en.csv under that name.', accept: '.zip,.csv' },
  { value: 'own', label: 'Our own list', files: 'A CSV with the columns kind (occupation or skill), code, label and others (| between).', accept: '.csv' },
];

function nameOf(source: string) {
  return SOURCES.find((one) => one.value === source)?.label ?? source;
}

/** The lists that titles and skills are named by, and how they get here. */
export function TaxonomyImport() {
  const [opened, { open, close }] = useDisclosure(false);
  const [source, setSource] = useState('onet');
  const [adds, setAdds] = useState(false);
  const [keeps, setKeeps] = useState(false);
  const lists = useQuery({ queryKey: ['taxonomies'], enabled: opened, queryFn: () => api.get<Schema<'taxonomy_count_list'>>('/v1/taxonomies') });
  const chosen = SOURCES.find((one) => one.value === source) ?? SOURCES[0];
  const there = lists.data?.items ?? [];
  return (
    <>
      <Button variant="default" size="xs" onClick={open}>Standard names</Button>
      <Modal opened={opened} onClose={close} title="Standard names" size="lg">
        <Stack align="flex-start">
          {lists.isError && <Trouble error={lists.error} retry={() => void lists.refetch()} />}
          <Text size="sm">
            Lists of occupations and skills that people pick from when they confirm a résumé.{' '}
            {lists.isSuccess && (there.length === 0 ? 'None is imported yet.' : `Imported so far: ${there.map((one) => `${plural(one.concept_count, one.kind)} (${nameOf(one.source)})`).join(', ')}.`)}
          </Text>
          <Select label="List" data={SOURCES} value={source} onChange={(value) => value !== null && setSource(value)} allowDeselect={false} description={chosen?.files} w="100%" />
          <Switch label="Add to the list that is there, instead of taking its place" checked={adds} onChange={(event) => setAdds(event.currentTarget.checked)} />
          <Switch label="Take the good rows even if some are bad" checked={keeps} onChange={(event) => setKeeps(event.currentTarget.checked)} />
          <BulkImport path={(name) => `/v1/taxonomy-imports?source=${source}&mode=${adds ? 'add' : 'replace'}&on_error=${keeps ? 'keep' : 'rollback'}&name=${name}`} label="Choose a file" accept={chosen?.accept ?? ''} noun={['entry', 'entries']} touches={['taxonomies', 'concepts']} />
        </Stack>
      </Modal>
    </>
  );
}
