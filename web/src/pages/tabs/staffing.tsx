import { Button, Card, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, type Schema } from '../../api/client';
import { DayChart } from '../../parts/chart';
import { moment, money } from '../../parts/format';
import { Empty, Fetched, State, Trouble } from '../../parts/states';
import { CalibrationPanel } from './calibration';
import { Board } from './staffing/board';
import { Limits, RunWith } from './staffing/limits';
import { EditRequirement } from './staffing/requirement';

type Campaign = Schema<'campaign_row'>;

function Reply({ campaign, offer }: { campaign: Campaign; offer: Schema<'offer_view'> }) {
  const client = useQueryClient();
  const act = useMutation({
    mutationFn: ({ path, body }: { path: string; body: unknown }) => api.write('POST', `/v1/offers/${offer.id}/${path}`, body),
    onSuccess: () => client.invalidateQueries({ queryKey: ['staffing', campaign.id] }),
  });
  const counter = offer.counter as { hour_minor?: number; price_minor?: number } | undefined;
  return (
    <Stack gap={4} align="flex-end">
      {offer.state === 'countered' && (
        <>
          <Text size="xs">asks {money(counter?.hour_minor ?? counter?.price_minor, offer.terms.currency ?? campaign.currency)}{offer.counter_message !== undefined && `: ${offer.counter_message}`}</Text>
          <Group gap={4}><Button size="compact-xs" loading={act.isPending} onClick={() => act.mutate({ path: 'reply', body: { verdict: 'agree' } })}>Agree</Button><Button size="compact-xs" variant="default" onClick={() => act.mutate({ path: 'reply', body: { verdict: 'hold' } })}>Hold</Button></Group>
        </>
      )}
      {['open', 'countered', 'accepted'].includes(offer.state) && <Button size="compact-xs" variant="subtle" color="red" onClick={() => act.mutate({ path: 'withdrawal', body: { reason: 'The operator withdrew it' } })}>Withdraw</Button>}
      {act.isError && <Text size="xs" c="red" role="alert">{act.error.message}</Text>}
    </Stack>
  );
}

function Timeline({ staffing }: { staffing: Schema<'staffing'> }) {
  const chart = useMemo(() => {
    const known = staffing.days.map((one) => one.happened_day);
    const first = Math.min(...known) - 1; /* the day before anything happened, so that one day is a line, too */
    const last = Math.max(...known, Math.floor(Date.now() / 86400000));
    const days = known.length === 0 ? [] : Array.from({ length: Math.min(last - first + 1, 730) }, (_, index) => first + index);
    const of = (day: number, kind: string) => staffing.days.find((one) => one.happened_day === day && one.kind === kind)?.event_count ?? 0;
    let filled = 0;
    let offered = 0;
    const seats: number[] = [];
    const offers: number[] = [];
    for (const day of days) {
      filled += of(day, 'engaged') - of(day, 'dropped');
      offered += of(day, 'offered');
      seats.push(Math.max(0, filled));
      offers.push(offered);
    }
    return { times: days.map((day) => day * 86400), lines: [{ name: 'Seats filled', values: seats }, { name: 'Offers made', values: offers }, { name: 'Plan', values: days.map(() => staffing.seats), dashed: true }] };
  }, [staffing]);
  return chart.times.length === 0 ? <Text size="sm" c="dimmed">No offer has been made yet.</Text> : <DayChart {...chart} height={180} />;
}

export function StaffingTab({ campaign }: { campaign: Campaign }) {
  const client = useQueryClient();
  const [adding, add] = useDisclosure(false);
  const [choosing, choose] = useDisclosure(false);
  const requirements = useQuery({ queryKey: ['requirements', campaign.id], queryFn: () => api.get<Schema<'requirement_list'>>(`/v1/campaigns/${campaign.id}/requirements`) });
  const match = useQuery({ queryKey: ['staffing', campaign.id, 'match'], queryFn: () => api.get<Schema<'campaign_match'>>(`/v1/campaigns/${campaign.id}/match`) });
  const proposals = useQuery({ queryKey: ['staffing', campaign.id, 'proposals'], queryFn: () => api.get<Schema<'proposal_list'>>(`/v1/campaigns/${campaign.id}/proposals?limit=200`) });
  const offers = useQuery({ queryKey: ['staffing', campaign.id, 'offers'], queryFn: () => api.get<Schema<'offer_list'>>(`/v1/campaigns/${campaign.id}/offers?limit=200`) });
  const staffing = useQuery({ queryKey: ['staffing', campaign.id, 'days'], queryFn: () => api.get<Schema<'staffing'>>(`/v1/campaigns/${campaign.id}/staffing`) });
  const run = useMutation({
    mutationFn: async (options: Record<string, unknown>) => {
      const begun = await api.write<Schema<'match_begun'>>('POST', '/v1/match-runs', options);
      for (;;) {
        const job = await api.get<Schema<'job'>>(`/v1/jobs/${begun.job_id}`);
        if (job.state === 'failed' || job.state === 'cancelled') {
          throw new Error(job.fault_text ?? 'The match was cancelled.');
        }
        if (job.state === 'done') {
          return;
        }
        await new Promise((done) => setTimeout(done, 400));
      }
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['staffing'] }),
  });
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">{match.data?.run_id === undefined ? 'No match has been made yet.' : `Matched ${moment(match.data.created_at)}, together with all open campaigns you may reach.`} <Text span inherit visibleFrom="sm">? shows the keys.</Text></Text>
        <Group gap="xs"><Button size="xs" variant="default" onClick={add.open}>Ask for experts</Button><Button size="xs" variant="default" onClick={choose.open} disabled={run.isPending || (requirements.data?.items.length ?? 0) === 0}>Run with…</Button><Button size="xs" onClick={() => run.mutate({})} loading={run.isPending} disabled={(requirements.data?.items.length ?? 0) === 0}>Run the match</Button></Group>
      </Group>
      {run.isError && <Trouble error={run.error} />}
      <Fetched of={requirements}>
        {(data) => data.items.length === 0
          ? <Empty title="Nothing is asked for yet">Say how many experts of which kind the campaign needs; the match fills the seats of all open campaigns at once.</Empty>
          : <Fetched of={match}>{(made) => <Fetched of={proposals}>{(waiting) => <Board campaign={campaign} match={made} requirements={data.items} proposals={waiting.items} />}</Fetched>}</Fetched>}
      </Fetched>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Card withBorder radius="md" padding="lg">
          <Title order={3} size="h6" mb="sm">Offers</Title>
          <Fetched of={offers}>
            {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">None yet.</Text> : (
              <Table verticalSpacing="xs"><Table.Tbody>{data.items.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td><Text size="sm">{one.expert}</Text><Text size="xs" c="dimmed">{one.requirement} · {money(one.terms.hour_minor ?? one.terms.price_minor, one.terms.currency ?? campaign.currency)}{(one.cut_percent ?? 0) > 0 && ` · cut of ${one.cut_percent?.toFixed(0)} %`}</Text></Table.Td>
                  <Table.Td><State of={one.state} />{one.state === 'open' && <Text size="xs" c="dimmed">until {moment(one.answer_by)}</Text>}{one.state === 'accepted' && <Text size="xs" c="dimmed">{one.steps.filter((step) => step.done_at !== undefined).length} of {one.steps.length} steps</Text>}</Table.Td>
                  <Table.Td ta="right"><Reply campaign={campaign} offer={one} /></Table.Td>
                </Table.Tr>
              ))}</Table.Tbody></Table>
            )}
          </Fetched>
        </Card>
        <Card withBorder radius="md" padding="lg">
          <Title order={3} size="h6" mb="sm">Seats by day</Title>
          <Fetched of={staffing}>{(data) => <Timeline staffing={data} />}</Fetched>
        </Card>
      </SimpleGrid>
      <Limits campaign={campaign} match={match.data} />
      <CalibrationPanel campaign={campaign} />
      {choosing && <RunWith run={(options) => run.mutate(options)} close={choose.close} />}
      {adding && <EditRequirement campaign={campaign} close={add.close} />}
    </Stack>
  );
}
