import { Alert, Button, Card, Drawer, Group, Modal, NumberInput, Select, SimpleGrid, Slider, Stack, Table, TagsInput, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { api, type Schema } from '../../api/client';
import { DayChart } from '../../parts/chart';
import { moment, money, plural } from '../../parts/format';
import { Keys } from '../../parts/keys';
import { Parts } from '../../parts/score';
import { Empty, Fetched, State, Trouble } from '../../parts/states';
import { CalibrationPanel } from './calibration';

type Campaign = Schema<'campaign_row'>;
type Requirement = Schema<'requirement'>;
type Ask = Schema<'match_ask_row'>;
type Proposal = Schema<'proposal_row'>;
type Candidate = Schema<'candidate'>;

const plain = (check: string) => check.replace(/^(skill|language|credential|domain|country|currency) /, (_all, kind: string) => kind === 'skill' ? '' : `${kind} `);

/* ---------------------------------------------------------------- requirements */

function Edit({ campaign, requirement, close }: { campaign: Campaign; requirement?: Requirement; close: () => void }) {
  const client = useQueryClient();
  const pools = useQuery({ queryKey: ['pools'], queryFn: () => api.get<Schema<'pool_list'>>('/v1/pools?limit=200') });
  const before = requirement?.demand;
  const [name, setName] = useState(requirement?.name ?? '');
  const [seats, setSeats] = useState<number | string>(requirement?.seats ?? 1);
  const [skills, setSkills] = useState((before?.skills ?? []).map((one) => `${one.name}: ${one.level}`));
  const [languages, setLanguages] = useState(before?.languages ?? ['en']);
  const [hours, setHours] = useState<number | string>(before?.hours ?? '');
  const [rate, setRate] = useState<number | string>(before?.rate_minor === undefined ? '' : before.rate_minor / 100);
  const [pool, setPool] = useState<string | null>(before?.pool_id ?? null);
  const [text, setText] = useState(before?.text ?? '');
  const save = useMutation({
    mutationFn: () => {
      const demand = {
        ...before,
        skills: skills.map((one) => {
          const [, skill, level] = /^(.*?)(?::\s*(\d+))?$/.exec(one.trim()) ?? [];
          return { name: skill, level: level === undefined ? 1 : Number(level) };
        }),
        languages, hours: hours === '' ? undefined : Number(hours), rate_minor: rate === '' ? undefined : Math.round(Number(rate) * 100),
        currency: rate === '' ? undefined : before?.currency ?? campaign.currency, pool_id: pool ?? undefined, text: text || undefined,
      };
      return requirement === undefined
        ? api.write('POST', `/v1/campaigns/${campaign.id}/requirements`, { name, seats: Number(seats), demand })
        : api.write('PUT', `/v1/requirements/${requirement.id}`, { name, seats: Number(seats), state: requirement.state, demand }, { 'If-Match': `"${requirement.version_number}"` });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['requirements', campaign.id] });
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={requirement === undefined ? 'Ask for experts' : requirement.name} size="lg">
      <Stack>
        <Group grow align="flex-start"><TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus /><NumberInput label="Seats" min={1} max={10000} value={seats} onChange={setSeats} /></Group>
        <TagsInput label="Skills" description="With the least level behind a colon, as contract law: 5" value={skills} onChange={setSkills} />
        <TagsInput label="Languages" value={languages} onChange={setLanguages} />
        <Group grow><NumberInput label="Hours a week, least" min={0} max={168} value={hours} onChange={setHours} /><NumberInput label={`Rate ceiling, ${campaign.currency} an hour`} min={0} decimalScale={2} value={rate} onChange={setRate} /></Group>
        <Select label="Only from the pool" clearable placeholder="Everybody" value={pool} onChange={setPool} data={(pools.data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))} />
        <Textarea label="The work in words" description="Ranks experts by what they have done" autosize minRows={2} value={text} onChange={(event) => setText(event.currentTarget.value)} />
        {save.isError && <Trouble error={save.error} />}
        <Group justify="flex-end"><Button onClick={() => save.mutate()} loading={save.isPending} disabled={name.trim() === ''}>Save</Button></Group>
      </Stack>
    </Modal>
  );
}

/* ---------------------------------------------------------------- what if */

/** Sliders that answer at once, from the prices of the run. */
function WhatIf({ run, requirement, currency }: { run: string; requirement: Requirement; currency: string }) {
  const base = { seats: requirement.seats, rate: (requirement.demand.rate_minor ?? 0) / 100, hours: requirement.demand.hours ?? 0, level: 0 };
  const [asked, setAsked] = useState(base);
  const [settled] = useDebouncedValue(asked, 120);
  const changed = JSON.stringify(settled) !== JSON.stringify(base);
  const answer = useQuery({
    queryKey: ['what-if', run, requirement.id, settled], enabled: changed,
    queryFn: () => api.write<Schema<'what_if'>>('POST', `/v1/match-runs/${run}/what-if`, {
      requirement_id: requirement.id, level: settled.level,
      seats: settled.seats === base.seats ? undefined : settled.seats,
      rate_minor: settled.rate === base.rate ? undefined : Math.round(settled.rate * 100),
      hours: settled.hours === base.hours ? undefined : settled.hours,
    }),
  });
  const slide = (name: keyof typeof base, label: string, min: number, max: number, step: number, show: (value: number) => string) => (
    <div>
      <Group justify="space-between"><Text size="sm">{label}</Text><Text size="sm" className="figures" fw={600}>{show(asked[name])}</Text></Group>
      <Slider thumbLabel={label} min={min} max={max} step={step} label={null} value={asked[name]} onChange={(value) => setAsked({ ...asked, [name]: value })} />
    </div>
  );
  const data = changed ? answer.data : undefined;
  return (
    <Card withBorder radius="md" padding="md">
      <Title order={3} size="h6" mb="sm">What if</Title>
      <Stack gap="sm">
        {slide('seats', 'Seats', 0, Math.max(10, base.seats * 3), 1, (value) => String(value))}
        {base.rate > 0 && slide('rate', 'Rate ceiling', 0, Math.round(base.rate * 2), 1, (value) => money(Math.round(value * 100), currency))}
        {base.hours > 0 && slide('hours', 'Hours a week', 0, 60, 1, (value) => String(value))}
        {(requirement.demand.skills ?? []).length > 0 && slide('level', 'Levels', -3, 3, 1, (value) => value === 0 ? 'as asked' : value > 0 ? `+${value}` : String(value))}
        <div aria-live="polite">
          {!changed && <Text size="sm" c="dimmed">Move a slider: what it changes stands here at once.</Text>}
          {answer.isError && <Trouble error={answer.error} />}
          {data !== undefined && (
            <Stack gap={2}>
              <Text size="sm"><b>{data.after.filled} of {data.after.wanted}</b> seats filled (now {data.before.filled} of {data.before.wanted})</Text>
              <Text size="sm">Mean score {data.after.quality?.toFixed(2) ?? '–'} (now {data.before.quality?.toFixed(2) ?? '–'}), {money(data.after.week_minor, currency)} a week (now {money(data.before.week_minor, currency)})</Text>
              {data.others_lost > 0 && <Text size="sm" c="orange">Other requirements lose {plural(data.others_lost, 'seat')}.</Text>}
              {data.move_count > 0 && <Text size="xs" c="dimmed">{data.moves.slice(0, 6).map((one) => `${one.comes ? 'in' : 'out'}: ${one.name}`).join(' · ')}{data.move_count > 6 && ` and ${data.move_count - 6} more`}</Text>}
            </Stack>
          )}
        </div>
        {changed && <Group><Button size="xs" variant="subtle" onClick={() => setAsked(base)}>Back to what is asked</Button></Group>}
      </Stack>
    </Card>
  );
}

/* ---------------------------------------------------------------- decisions */

function OfferTo({ campaign, proposal, requirement, close }: { campaign: Campaign; proposal: Proposal; requirement?: Requirement; close: () => void }) {
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
function Override({ campaign, proposal, close }: { campaign: Campaign; proposal: Proposal; close: () => void }) {
  const client = useQueryClient();
  const [chosen, setChosen] = useState<Candidate>();
  const [reason, setReason] = useState('');
  const candidates = useQuery({
    queryKey: ['candidates', proposal.run_id, proposal.requirement_id],
    queryFn: () => api.get<Schema<'candidate_list'>>(`/v1/match-runs/${proposal.run_id}/candidates?requirement_id=${proposal.requirement_id}&limit=40`),
  });
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
                  <Text size="xs" c={one.standing === 'misses' ? 'orange' : 'dimmed'}>{one.standing === 'misses' ? one.misses : one.standing === 'free' ? 'free' : `sits in ${one.seated_in}`} · {money(one.rate_minor, campaign.currency)} · {one.weekly_hours} h</Text>
                </Card>
              ))}
            </Stack>
          )}
        </Fetched>
        {chosen !== undefined && (
          <Card withBorder padding="md" style={{ position: 'sticky', bottom: 0 }}>
            {effect.isError && <Trouble error={effect.error} />}
            {loss !== undefined && <Text size="sm" mb="xs" role="status">{loss > 0.0005 ? `The team as a whole loses ${loss.toFixed(3)} of ${effect.data?.score_before.toFixed(2)}.` : 'The team as a whole loses nothing.'} {plural(effect.data?.move_count ?? 0, 'seat')} would change hands.</Text>}
            <TextInput label="Why" description="Kept with both" value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
            {save.isError && <Trouble error={save.error} />}
            <Group justify="flex-end" mt="sm"><Button disabled={reason.trim().length < 3} loading={save.isPending} onClick={() => save.mutate()}>Give the seat to {chosen.name}</Button></Group>
          </Card>
        )}
      </Stack>
    </Drawer>
  );
}

/* ---------------------------------------------------------------- the board */

interface Acting {
  kind: 'offer' | 'override';
  proposal: Proposal;
}

function Board({ campaign, match, requirements, proposals }: { campaign: Campaign; match: Schema<'campaign_match'>; requirements: Requirement[]; proposals: Proposal[] }) {
  const client = useQueryClient();
  const [chosen, setChosen] = useState(requirements[0]?.id);
  const [row, setRow] = useState(0);
  const [acting, setActing] = useState<Acting>();
  const [editing, setEditing] = useState<Requirement>();
  const requirement = requirements.find((one) => one.id === chosen);
  const ask = match.asks.find((one: Ask) => one.requirement_id === chosen);
  const rows = proposals.filter((one) => one.requirement_id === chosen);
  const at = rows[Math.min(row, rows.length - 1)];
  const reject = useMutation({
    mutationFn: (proposal: Proposal) => api.write<Schema<'rejected'>>('POST', `/v1/proposals/${proposal.id}/rejection`, { reason: 'The operator chose otherwise' }),
    onSuccess: async (reply) => {
      await client.invalidateQueries({ queryKey: ['staffing', campaign.id] });
      notifications.show({ message: reply.proposed > 0 ? 'Rejected; somebody else is proposed for the seat.' : 'Rejected; nobody else is left for the seat.' });
    },
  });
  const relaxed = (ask?.relaxed ?? []) as { check: string; experts: number }[];
  return (
    <Stack>
      <Keys keys={[
        { key: 'j', what: 'Next proposal', run: () => setRow(Math.min(row + 1, rows.length - 1)) },
        { key: 'k', what: 'Proposal before', run: () => setRow(Math.max(row - 1, 0)) },
        { key: 'Enter', what: 'Offer', run: () => at !== undefined && setActing({ kind: 'offer', proposal: at }) },
        { key: 'o', what: 'Somebody else', run: () => at !== undefined && setActing({ kind: 'override', proposal: at }) },
        { key: 'r', what: 'Reject', run: () => at !== undefined && reject.mutate(at) },
        { key: 'n', what: 'Next requirement', run: () => setChosen(requirements[(requirements.findIndex((one) => one.id === chosen) + 1) % requirements.length]?.id) },
      ]} />
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} role="radiogroup" aria-label="Requirements">
        {requirements.map((one) => {
          const its = match.asks.find((other: Ask) => other.requirement_id === one.id);
          const waiting = proposals.filter((other) => other.requirement_id === one.id).length;
          return (
            <Card key={one.id} component="button" type="button" role="radio" aria-checked={one.id === chosen} withBorder radius="md" padding="md" className="side" data-chosen={one.id === chosen} onClick={() => { setChosen(one.id); setRow(0); }}>
              <Group justify="space-between" wrap="nowrap" align="flex-start"><Text fw={600} size="sm">{one.name}</Text><State of={one.state} /></Group>
              <Text size="xs" c="dimmed" lineClamp={2}>{[(one.demand.skills ?? []).map((skill) => `${skill.name} ${skill.level}`).join(', '), (one.demand.languages ?? []).join(', ').toUpperCase(), one.demand.hours === undefined ? '' : `${one.demand.hours} h`, one.demand.rate_minor === undefined ? '' : `≤ ${money(one.demand.rate_minor, one.demand.currency ?? campaign.currency)}`].filter(Boolean).join(' · ') || 'anybody'}</Text>
              {its === undefined ? <Text size="xs" mt={6}>{plural(one.seats, 'seat')}, not matched yet</Text> : (
                <>
                  <div className="bar" style={{ margin: '8px 0 4px' }}><span style={{ width: `${its.wanted_count === 0 ? 100 : Math.round(100 * its.filled_count / its.wanted_count)}%` }} /></div>
                  <Text size="xs" c="dimmed">{its.filled_count} of {its.wanted_count} seats filled, {waiting} to decide · {its.eligible_count.toLocaleString()} fit</Text>
                </>
              )}
            </Card>
          );
        })}
      </SimpleGrid>
      {requirement !== undefined && (
        <div className="work">
          <Card withBorder radius="md" padding="md">
            <Group justify="space-between" mb="xs"><Title order={3} size="h6">{requirement.name}</Title><Button size="compact-xs" variant="default" onClick={() => setEditing(requirement)}>Edit</Button></Group>
            {ask !== undefined && ask.filled_count < ask.wanted_count && (
              <Alert variant="light" color="orange" mb="sm">
                <Text size="sm" fw={600}>{plural(ask.wanted_count - ask.filled_count, 'seat')} cannot be filled</Text>
                <Text size="sm">{relaxed.length === 0 ? 'No single change would bring anybody in: several things are missing at once.' : `What would bring people in: ${relaxed.slice(0, 4).map((one) => `${plain(one.check)} (${plural(one.experts, 'expert')})`).join(', ')}.`}</Text>
              </Alert>
            )}
            {reject.isError && <Trouble error={reject.error} />}
            {rows.length === 0 ? <Text size="sm" c="dimmed">{match.run_id === undefined ? 'Run the match to see who fits.' : 'Nothing waits for a decision here.'}</Text> : (
              <Stack gap={0}>
                {rows.map((one, index) => (
                  <Group key={one.id} justify="space-between" py="sm" px="xs" align="flex-start" style={{ borderTop: index === 0 ? undefined : '1px solid var(--mantine-color-default-border)', background: one === at ? 'var(--mantine-color-default-hover)' : undefined, borderRadius: 6 }} onClick={() => setRow(index)}>
                    <Stack gap={4} flex={1} miw={220}>
                      <Group gap="xs"><Text size="sm" fw={600}>{one.name}</Text><Text size="sm" className="figures">{one.match_score.toFixed(2)}</Text>{one.origin !== 'match' && <State of={one.origin} />}</Group>
                      <Parts parts={one.score_parts as Record<string, number>} />
                      <Text size="xs" c="dimmed">{one.runner_up_name === undefined ? 'Nobody else is free for it.' : `${one.origin === 'override' ? 'Instead of' : 'Next:'} ${one.runner_up_name}, ${one.runner_up_score?.toFixed(2)} (${((one.runner_up_score ?? 0) - one.match_score).toFixed(2).replace('-', '−')})`}{one.reason !== undefined && ` · ${one.reason}`}</Text>
                    </Stack>
                    <Group gap={4}>
                      <Button size="compact-xs" onClick={() => setActing({ kind: 'offer', proposal: one })}>Offer</Button>
                      <Button size="compact-xs" variant="default" onClick={() => setActing({ kind: 'override', proposal: one })}>Somebody else</Button>
                      <Button size="compact-xs" variant="default" loading={reject.isPending} onClick={() => reject.mutate(one)}>Reject</Button>
                    </Group>
                  </Group>
                ))}
              </Stack>
            )}
          </Card>
          <Stack className="work-answer">{match.run_id !== undefined && ask !== undefined && <WhatIf key={requirement.id} run={match.run_id} requirement={requirement} currency={requirement.demand.currency ?? campaign.currency} />}</Stack>
        </div>
      )}
      {acting?.kind === 'offer' && <OfferTo campaign={campaign} proposal={acting.proposal} requirement={requirement} close={() => setActing(undefined)} />}
      {acting?.kind === 'override' && <Override campaign={campaign} proposal={acting.proposal} close={() => setActing(undefined)} />}
      {editing !== undefined && <Edit campaign={campaign} requirement={editing} close={() => setEditing(undefined)} />}
    </Stack>
  );
}

/* ---------------------------------------------------------------- offers and the timeline */

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
  const requirements = useQuery({ queryKey: ['requirements', campaign.id], queryFn: () => api.get<Schema<'requirement_list'>>(`/v1/campaigns/${campaign.id}/requirements`) });
  const match = useQuery({ queryKey: ['staffing', campaign.id, 'match'], queryFn: () => api.get<Schema<'campaign_match'>>(`/v1/campaigns/${campaign.id}/match`) });
  const proposals = useQuery({ queryKey: ['staffing', campaign.id, 'proposals'], queryFn: () => api.get<Schema<'proposal_list'>>(`/v1/campaigns/${campaign.id}/proposals?limit=200`) });
  const offers = useQuery({ queryKey: ['staffing', campaign.id, 'offers'], queryFn: () => api.get<Schema<'offer_list'>>(`/v1/campaigns/${campaign.id}/offers?limit=200`) });
  const staffing = useQuery({ queryKey: ['staffing', campaign.id, 'days'], queryFn: () => api.get<Schema<'staffing'>>(`/v1/campaigns/${campaign.id}/staffing`) });
  const run = useMutation({
    mutationFn: async () => {
      const begun = await api.write<Schema<'match_begun'>>('POST', '/v1/match-runs', {});
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
        <Group gap="xs"><Button size="xs" variant="default" onClick={add.open}>Ask for experts</Button><Button size="xs" onClick={() => run.mutate()} loading={run.isPending} disabled={(requirements.data?.items.length ?? 0) === 0}>Run the match</Button></Group>
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
      <CalibrationPanel campaign={campaign} />
      {adding && <Edit campaign={campaign} close={add.close} />}
    </Stack>
  );
}

