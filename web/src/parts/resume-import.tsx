import { Anchor, Button, FileButton, Modal, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Schema } from '../api/client';
import { plural } from './format';
import { Trouble } from './states';

type Report = Schema<'resume_import'>;

function Outcome({ report }: { report: Report }) {
  return (
    <>
      <Text size="sm" role="status">{plural(report.row_count, 'row')} read: {plural(report.added_count, 'résumé')} added, {report.known_count.toLocaleString()} known already, {report.bad_count.toLocaleString()} could not be imported.</Text>
      {report.errors.length > 0 && (
        <Table.ScrollContainer minWidth={320}>
          <Table verticalSpacing={4}>
            <Table.Thead><Table.Tr><Table.Th>Line</Table.Th><Table.Th>Column</Table.Th><Table.Th>What was wrong</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{report.errors.slice(0, 50).map((one) => <Table.Tr key={one.line}><Table.Td>{one.line}</Table.Td><Table.Td>{one.field}</Table.Td><Table.Td>{one.message}</Table.Td></Table.Tr>)}</Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {report.errors.length > 50 && <Text size="sm" c="dimmed">And {report.errors.length - 50} more; mend these first, and import the file again.</Text>}
    </>
  );
}

/** Résumés of many people from one CSV; each person confirms their own. */
export function ResumeImport() {
  const client = useQueryClient();
  const [opened, { open, close }] = useDisclosure(false);
  const run = useMutation({
    mutationFn: (file: File) => api.upload<Report>('/v1/resume-imports', file),
    onSuccess: () => client.invalidateQueries({ queryKey: ['people'] }),
  });
  return (
    <>
      <Button variant="default" size="xs" onClick={open}>Import résumés</Button>
      <Modal opened={opened} onClose={close} title="Import résumés" size="lg">
        <Stack align="flex-start">
          <Text size="sm">A CSV with one row a person, at most 5,000. Who has no account yet gets one without a password. Each person finds the fields under Résumé; nothing counts before they confirm it. The same row twice adds nothing.</Text>
          <Anchor size="sm" href="/v1/resume-imports/template" download="resumes.csv">Columns and an example</Anchor>
          <FileButton onChange={(file) => file !== null && run.mutate(file)} accept=".csv">
            {(props) => <Button loading={run.isPending} {...props}>Choose a CSV</Button>}
          </FileButton>
          {run.isError && <Trouble error={run.error} />}
          {run.data !== undefined && <Outcome report={run.data} />}
        </Stack>
      </Modal>
    </>
  );
}
