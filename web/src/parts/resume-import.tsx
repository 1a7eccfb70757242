import { Anchor, Button, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { BulkImport } from './bulk';

/** Résumés of many people from one CSV; each person confirms their own. */
export function ResumeImport() {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" size="xs" onClick={open}>Import résumés</Button>
      <Modal opened={opened} onClose={close} title="Import résumés" size="lg">
        <Stack align="flex-start">
          <Text size="sm">A CSV with one row a person. Who has no account yet gets one without a password. Each person finds the fields under Résumé; nothing counts before they confirm it. The same row twice adds nothing.</Text>
          <Anchor size="sm" href="/v1/resume-imports/template" download="resumes.csv">Columns and an example</Anchor>
          <BulkImport path={(name) => `/v1/resume-imports?name=${name}`} label="Choose a CSV" accept=".csv" noun={['résumé', 'résumés']} touches={['people', 'experts']} />
        </Stack>
      </Modal>
    </>
  );
}
