import { Button, Card, Drawer, Group, Modal, NumberInput, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../../../api/client';
import { money, plural } from '../../../parts/format';
import { Parts } from '../../../parts/score';
import { Fetched, Trouble } from '../../../parts/states';

type Campaign = Schema<'campaign_row'>;
type Candidate = Schema<'candidate'>;
type Proposal = Schema<'proposal_row'>;
type Requirement = Schema<'requirement'>;

export const useCandidates = (run: string | undefined, requirement: string) => useQuery({
  queryKey: ['candidates', run, requirement], enabled: run !== undefined,
  queryFn: () => api.get<Schema<'candidate_list'>>(`/v1/match-runs/${run}/candidates?requirement_id=${requirement}&limit=40`),
});

/** How a candidate stands: free, seated elsewhere, or what is missing. */
export function Standing({ of, currency }: { of: Candidate; currency: string }) {
  return <Text size="xs" c={of.standing === 'misses' ? 'orange' : 'dimmed'}>{of.standing === 'misses' ? of.misses : of.standing === 'elsewhere' ? `sits in ${of.seated_in}` : of.standing} · {money(of.rate_minor, currency)} · {of.weekly_hours} h</Text>;
}

export function OfferTo({ campaign, proposal, requirement, close }: { campaign: Campaign; proposal: Proposal; requirement?: Requirement; close: () => void }) {
  const client = useQueryClient();
  const [hour, setHour] = useState<number | string>((requirement?.demand.rate_minor ?? 0) / 100);
  const [cap, setCap] = useState<number | string>(requirement?.demand.hours ?? '');
  const [notice, setNotice] = useState<number | string>(7);
  const [kill, setKill] = useState<number | string>('');
  const [note, setNote] = useState('');
  const make = useMutation({
    mutationFn: () => api.write('POST', `/v1/proposals/${proposal.id}/offer`, {
      terms: {
        currency: campaign.currency, hour_minor: Number(hour) > 0 ? Math.round(Number(hour) * 100) : undefined, week_cap_min: cap === '' || Number(cap) === 0 ? undefined : Number(cap) * 60,
        notice_days: Number(notice), kill_minor: kill === '' ? undefined : Math.round(Number(kill) * 100), note: note || undefined,
      },
    }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['staffing', campaign.id] });
      notifications.show({ message: `Offered to ${proposal.name}.` });
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={`Offer to ${proposal.name}`}>
      <Stack>
        <Group grow><NumberInput label={`An hour of work, ${campaign.currency}`} description="0: by accepted unit" min={0} decimalScale={2} value={hour} onChange={setHour} data-autofocus /><NumberInput label="Hours a week at most" description="Empty: no cap" min={0} max={168} value={cap} onChange={setCap} /></Group>
        <Group grow><NumberInput label="Notice, days" min={0} max={365} value={notice} onChange={setNotice} /><NumberInput label="If ended early" min={0} decimalScale={2} value={kill} onChange={setKill} /></Group>
        <Textarea label="What is paid, in words" autosize minRows={2} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
        <Text size="xs" c="dimmed">A rate below what this expert was paid under the same guideline is shown as a cut and needs consent.</Text>
        {make.isError && <Trouble error={make.error} />}
        <Group justify="flex-end"><Button onClick={() => make.mutate()} loading={make.isPending}>Send the offer</Button></Group>
      </Stack>
    </Modal>
  );
}

/** Somebody else for a seat: with the effect on the whole, and a reason that is kept. */
export function Override({ campaign, proposal, dropped, close }: { campaign: Campaign; proposal: Proposal; dropped?: Candidate; close: () => void }) {
  const client = useQueryClient();
  const [chosen, setChosen] = useState(dropped);
  const [reason, setReason] = useState('');
  const candidates = useCandidates(proposal.run_id, proposal.requirement_id);
  const effect = useQuery({
    queryKey: ['effect', proposal.id, chosen?.expert_id], enabled: chosen !== undefined,
    queryFn: () => api.write<Schema<'what_if'>>('POST', `/v1/match-runs/${proposal.run_id}/what-if`, { requirement_id: proposal.requirement_id, with: chosen?.expert_id, without: proposal.person_id }),
  });
  const save = useMutation({
    mutationFn: () => api.write('POST', `/v1/proposals/${proposal.id}/override`, { expert: chosen?.expert_id, reason }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['staffing', campaign.id] });
      close();
    },
  });
  const loss = effect.data === undefined ? undefined : effect.data.score_before - effect.data.score_after;
  return (
    <Drawer opened onClose={close} position="right" size="lg" title={`Instead of ${proposal.name}`}>
      <Stack>
        <Fetched of={candidates}>
          {(data) => (
            <Stack gap={4} role="radiogroup" aria-label="Candidates">
              {data.items.filter((one) => one.expert_id !== proposal.person_id).map((one) => (
                <Card key={one.expert_id} component="button" type="button" role="radio" aria-checked={chosen?.expert_id === one.expert_id} withBorder padding="xs" radius="sm" className="side" data-chosen={chosen?.expert_id === one.expert_id} onClick={() => setChosen(one)}>
                  <Group justify="space-between" wrap="nowrap"><Text size="sm" fw={600}>{one.name}</Text><Text size="sm" className="figures">{one.score.toFixed(2)}</Text></Group>
                  <Parts parts={one.parts as Record<string, number>} />
                  <Standing of={one} currency={campaign.currency} />
                </Card>
              ))}
            </Stack>
          )}
        </Fetched>
        {chosen !== undefined && (
          <Card withBorder padding="md" style={{ position: 'sticky', bottom: 0 }}>
            {effect.isError && <Trouble error={effect.error} />}
            {loss !== undefined && <Text size="sm" mb="xs" role="status">{loss > 0.0005 ? `The team as a whole loses ${loss.toFixed(3)} of ${effect.data?.score_before.toFixed(2)}.` : 'The team as a whole loses nothing.'} {plural(effect.data?.move_count ?? 0, 'seat')} would change hands.</Text>}
            <TextInput label="Why" description="Kept with both" data-autofocus={dropped !== undefined || undefined} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
            {save.isError && <Trouble error={save.error} />}
            <Group justify="flex-end" mt="sm"><Button disabled={reason.trim().length < 3} loading={save.isPending} onClick={() => save.mutate()}>Give the seat to {chosen.name}</Button></Group>
          </Card>
        )}
      </Stack>
    </Drawer>
  );
}


/** No, with a reason that is kept: the seat is filled anew. */
export function Reject({ campaign, proposal, close }: { campaign: Campaign; proposal: Proposal; close: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const reject = useMutation({
    mutationFn: () => api.write<Schema<'rejected'>>('POST', `/v1/proposals/${proposal.id}/rejection`, { reason }),
    onSuccess: async (reply) => {
      await client.invalidateQueries({ queryKey: ['staffing', campaign.id] });
      notifications.show({ message: reply.proposed > 0 ? 'Rejected; somebody else is proposed for the seat.' : 'Rejected; nobody else is left for the seat.' });
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={`Not ${proposal.name}`}>
      <Stack>
        <Text size="sm" c="dimmed">The seat is proposed to the next best at once; {proposal.name} is not proposed for it again.</Text>
        <TextInput label="Why" description="Kept with the proposal" value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus />
        {reject.isError && <Trouble error={reject.error} />}
        <Group justify="flex-end"><Button onClick={() => reject.mutate()} disabled={reason.trim().length < 3} loading={reject.isPending}>Reject</Button></Group>
      </Stack>
    </Modal>
  );
}
