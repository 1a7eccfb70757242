import { Alert, Badge, Button, Card, Group, Select, SimpleGrid, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, query, type Schema } from '../api/client';
import { estimate, plural } from '../parts/format';
import { has, useSession } from '../parts/session';
import { Empty, Fetched, Heading, Trouble } from '../parts/states';

const VERDICTS: Record<string, string> = { 'not enough data': 'gray', none: 'teal', 'no impact': 'teal', possible: 'yellow', shown: 'red' };
const share = (value: number | undefined) => (value === undefined ? '–' : `${Math.round(100 * value)} %`);

function Rates({ groups }: { groups: Schema<'rate_view'>[] }) {
  const attributes = [...new Set(groups.map((one) => one.attribute))];
  return (
    <>
      {attributes.map((attribute) => (
        <Card key={attribute} withBorder radius="md" padding="lg">
          <Title order={2} size="h6" mb="xs">{attribute.replaceAll('_', ' ')}</Title>
          <Table.ScrollContainer minWidth={560}>
            <Table verticalSpacing={6}>
              <Table.Thead><Table.Tr><Table.Th>Group</Table.Th><Table.Th ta="right">Passed</Table.Th><Table.Th ta="right">Rate</Table.Th><Table.Th>Impact ratio</Table.Th><Table.Th>Verdict</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{groups.filter((one) => one.attribute === attribute).map((one) => (
                <Table.Tr key={one.group}>
                  <Table.Td><Text size="sm">{one.group}{one.reference && <Text component="span" size="xs" c="dimmed"> reference</Text>}</Text></Table.Td>
                  <Table.Td ta="right"><Text size="sm">{one.passed} of {one.persons}</Text></Table.Td>
                  <Table.Td ta="right"><Text size="sm">{share(one.rate)}</Text></Table.Td>
                  <Table.Td><Text size="sm" className="figures">{one.low === undefined ? '–' : estimate(one.ratio, one.low, one.high)}</Text></Table.Td>
                  <Table.Td><Badge variant="light" tt="none" color={VERDICTS[one.verdict] ?? 'gray'}>{one.verdict}</Badge></Table.Td>
                </Table.Tr>
              ))}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Card>
      ))}
    </>
  );
}

const BIAS: Record<string, string> = { 'no sign': 'teal', milder: 'yellow', stricter: 'yellow' };
const signed = (value: number) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(2)}`;

function Graders() {
  const report = useQuery({ queryKey: ['graders'], queryFn: () => api.get<Schema<'grader_report_view'>>('/v1/fairness/graders') });
  return (
    <Card withBorder radius="md" padding="lg">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <div><Title order={2} size="h6">The people who grade</Title><Text size="sm" c="dimmed">Chance sends at least a twentieth of the judgements to a second person, who cannot tell. It changes no result.</Text></div>
          <Button component="a" size="xs" variant="default" href="/v1/fairness/graders.csv" download="graders.csv">Export</Button>
        </Group>
        <Fetched of={report}>
          {(data) => (
            <>
              <Text size="sm">{plural(data.draws, 'judgement')} drawn for, {data.chosen} chosen, {data.done} done. {data.answers < data.answers_min ? `Agreement: not enough yet (${data.answers} of ${data.answers_min} answers).` : (
                <>Same category: <span className="figures">{estimate(data.alike, data.alike_low, data.alike_high)}</span>. Krippendorff’s alpha: <span className="figures">{estimate(data.alpha, data.alpha_low, data.alpha_high)}</span>, n {data.answers}.</>)}</Text>
              {data.graders.length > 0 && (
                <Table.ScrollContainer minWidth={520}>
                  <Table verticalSpacing={6}>
                    <Table.Thead><Table.Tr><Table.Th>Grader</Table.Th><Table.Th ta="right">Answers</Table.Th><Table.Th>Points more than others</Table.Th><Table.Th>Verdict</Table.Th></Table.Tr></Table.Thead>
                    <Table.Tbody>{data.graders.map((one) => (
                      <Table.Tr key={one.id}>
                        <Table.Td><Text size="sm">{one.name}</Text></Table.Td>
                        <Table.Td ta="right"><Text size="sm">{one.answers}</Text></Table.Td>
                        <Table.Td><Text size="sm" className="figures">{one.bias === undefined || one.low === undefined || one.high === undefined ? '–' : `${signed(one.bias)} [${signed(one.low)}, ${signed(one.high)}]`}</Text></Table.Td>
                        <Table.Td><Badge variant="light" tt="none" color={BIAS[one.verdict] ?? 'gray'}>{one.verdict}</Badge></Table.Td>
                      </Table.Tr>
                    ))}</Table.Tbody>
                  </Table>
                </Table.ScrollContainer>
              )}
            </>
          )}
        </Fetched>
      </Stack>
    </Card>
  );
}

function Items({ domains }: { domains: string[] }) {
  const [domain, setDomain] = useState<string | null>(null);
  const [attribute, setAttribute] = useState<string | null>('sex');
  const [focal, setFocal] = useState('female');
  const [reference, setReference] = useState('male');
  const run = useMutation({ mutationFn: () => api.write<Schema<'dif_list'>>('POST', '/v1/fairness/items', { domain, attribute, focal, reference }) });
  return (
    <Card withBorder radius="md" padding="lg">
      <Stack>
        <div><Title order={2} size="h6">Questions that are harder for one group</Title><Text size="sm" c="dimmed">Among people of the same score. Questions of class C are put aside until a person has looked.</Text></div>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
          <Select label="Field" data={domains} value={domain} onChange={setDomain} />
          <Select label="What parts them" data={[{ value: 'sex', label: 'sex' }, { value: 'ethnicity', label: 'ethnicity' }, { value: 'age_band', label: 'age' }, { value: 'disability', label: 'disability' }]} value={attribute} onChange={setAttribute} allowDeselect={false} />
          <TextInput label="Group to protect" value={focal} onChange={(event) => setFocal(event.currentTarget.value)} />
          <TextInput label="Compared with" value={reference} onChange={(event) => setReference(event.currentTarget.value)} />
        </SimpleGrid>
        <Group><Button variant="default" disabled={domain === null || focal === '' || reference === ''} loading={run.isPending} onClick={() => run.mutate()}>Compare</Button></Group>
        {run.isError && <Trouble error={run.error} />}
        {run.isSuccess && (run.data.items.length === 0 ? <Text size="sm" role="status">Nobody of both groups has been interviewed in this field.</Text> : (
          <Table verticalSpacing={6}><Table.Thead><Table.Tr><Table.Th>Question</Table.Th><Table.Th>Class</Table.Th><Table.Th ta="right">Answers</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{run.data.items.map((one) => <Table.Tr key={one.item_id}><Table.Td><Text size="sm">{one.code}</Text></Table.Td><Table.Td><Badge variant="light" tt="none" color={one.class === 'C' ? 'red' : one.class === 'B' ? 'yellow' : 'gray'}>{one.class}{one.suspended && ', put aside'}</Badge></Table.Td><Table.Td ta="right">{one.answers}</Table.Td></Table.Tr>)}</Table.Tbody></Table>
        ))}
      </Stack>
    </Card>
  );
}

export default function Fairness() {
  const session = useSession();
  const [domain, setDomain] = useState<string | null>(null);
  const bank = useQuery({ queryKey: ['bank'], queryFn: () => api.get<Schema<'bank_view'>>('/v1/bank') });
  const domains = (bank.data?.domains ?? []).map((one) => one.domain);
  const impact = useQuery({ queryKey: ['impact', domain], queryFn: () => api.get<Schema<'impact_view'>>(`/v1/fairness/impact${query({ domain: domain ?? undefined })}`) });
  return (
    <Stack>
      <Heading title="Fairness" trail={[{ label: 'Vetting', to: '/vetting' }]}>
        <Button variant="default" component="a" href="/v1/fairness/bias-audit.csv" download="bias-audit.csv">Bias audit, CSV</Button>
        <Button variant="default" component="a" href="/v1/fairness/bias-audit.html" download="bias-audit.html">to publish</Button>
        <Button variant="default" component="a" href="/v1/fairness/technical-file.html" download="technical-file.html">Technical file</Button>
      </Heading>
      <Alert color="gray" title="Where this comes from">People may say something of themselves, and take it back. No score, grade or client can read it. A group of fewer than 30 gets no verdict.</Alert>
      <Group><Select label="Field" placeholder="all" clearable data={domains} value={domain} onChange={setDomain} /></Group>
      <Fetched of={impact}>
        {(data) => (
          <>
            <Text size="sm" c="dimmed">{plural(data.interviews, 'interview')} with a result, {data.unknown} of them by people who said nothing of themselves.</Text>
            {data.groups.length === 0 ? <Empty title="Nobody has said anything of themselves yet">Rates of groups appear as soon as people do.</Empty> : <Rates groups={data.groups} />}
          </>
        )}
      </Fetched>
      <Graders />
      {has(session, 'operator') && <Items domains={domains} />}
    </Stack>
  );
}
