import { Alert, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { type Schema } from '../../../api/client';
import { money, plural } from '../../../parts/format';
import { Keys } from '../../../parts/keys';
import { Parts } from '../../../parts/score';
import { Fetched, State } from '../../../parts/states';
import { OfferTo, Override, Reject, Standing, useCandidates } from './decide';
import { EditRequirement } from './requirement';
import { WhatIf } from './what-if';

type Ask = Schema<'match_ask_row'>;
type Campaign = Schema<'campaign_row'>;
type Candidate = Schema<'candidate'>;
type Proposal = Schema<'proposal_row'>;
type Requirement = Schema<'requirement'>;

const plain = (check: string) => check.replace(/^(skill|language|credential|domain|country|currency) /, (_all, kind: string) => kind === 'skill' ? '' : `${kind} `);

interface Acting {
  kind: 'offer' | 'override' | 'reject';
  proposal: Proposal;
  dropped?: Candidate;
}

const difference = (value: number) => `${value > 0 ? '+' : ''}${value.toFixed(2).replace('-', '−')}`;

/** "2 to 4 from DE, level 7" */
const boundWords = (one: NonNullable<Requirement['demand']['bounds']>[number]) => `${one.most === undefined ? `≥ ${one.least}` : (one.least ?? 0) === 0 ? `≤ ${one.most}` : `${one.least}–${one.most}`} from ${[one.country, one.level === undefined ? undefined : `level ${one.level}`].filter(Boolean).join(', ')}`;

/** Who else could sit: each may be dragged onto a proposal; the same is done by its button, or by key. */
function Bench({ run, requirement, currency, drag }: { run: string; requirement: Requirement; currency: string; drag: (candidate: Candidate | undefined) => void }) {
  const candidates = useCandidates(run, requirement.id);
  return (
    <Card withBorder radius="md" padding="md" component="section" aria-label="Who else could sit">
      <Title order={3} size="h6">Who else could sit</Title>
      <Text size="xs" c="dimmed" mb="sm">Drag somebody onto a proposal, or choose <i>Somebody else</i> there.</Text>
      <Fetched of={candidates}>
        {(data) => {
          const others = data.items.filter((one) => one.standing !== 'seated');
          return others.length === 0 ? <Text size="sm" c="dimmed">Nobody.</Text> : (
            <Stack gap={6} mah={248} style={{ overflowY: 'auto' }} tabIndex={0} role="group" aria-label="Candidates, the best first">{others.map((one) => (
              <Card key={one.expert_id} withBorder padding={8} radius="sm" draggable style={{ cursor: 'grab', flexShrink: 0 }} onDragStart={(event) => { event.dataTransfer.effectAllowed = 'move'; event.dataTransfer.setData('text/plain', one.name); drag(one); }} onDragEnd={() => drag(undefined)}>
                <Group justify="space-between" wrap="nowrap"><Text size="sm">{one.name}</Text><Text size="sm" className="figures">{one.score.toFixed(2)}</Text></Group>
                <Standing of={one} currency={currency} />
              </Card>
            ))}</Stack>
          );
        }}
      </Fetched>
    </Card>
  );
}

/** One proposal; somebody else may be dropped on it. */
function Row({ proposal, chosen, choose, held, act }: { proposal: Proposal; chosen: boolean; choose: () => void; held?: Candidate; act: (acting: Acting) => void }) {
  const [over, setOver] = useState(false);
  const may = held !== undefined && held.expert_id !== proposal.person_id;
  return (
    <Group justify="space-between" py="sm" px="xs" align="flex-start" className="seat" data-chosen={chosen} data-over={over && may} onClick={choose}
      onDragOver={(event) => { if (may) { event.preventDefault(); setOver(true); } }} onDragLeave={() => setOver(false)}
      onDrop={(event) => { event.preventDefault(); setOver(false); if (may) { act({ kind: 'override', proposal, dropped: held }); } }}>
      <Stack gap={4} flex={1} miw={220}>
        <Group gap="xs"><Text size="sm" fw={600}>{proposal.name}</Text><Text size="sm" className="figures">{proposal.match_score.toFixed(2)}</Text>{proposal.origin !== 'match' && <State of={proposal.origin} />}{proposal.chance !== undefined && <Text size="xs" c="dimmed">drawn, chance {Math.round(proposal.chance * 100)} %</Text>}</Group>
        <Parts parts={proposal.score_parts as Record<string, number>} />
        <Text size="xs" c="dimmed">{proposal.runner_up_name === undefined ? 'Nobody else is free for it.' : `${proposal.origin === 'override' ? 'Instead of' : 'Next:'} ${proposal.runner_up_name}, ${proposal.runner_up_score?.toFixed(2)} (${difference((proposal.runner_up_score ?? 0) - proposal.match_score)})`}{proposal.reason !== undefined && ` · ${proposal.reason}`}</Text>
        {proposal.limited_by !== undefined && <Text size="xs" fw={600}>Here for a limit: {proposal.limited_by}</Text>}
      </Stack>
      <Group gap={4}>
        <Button size="compact-xs" onClick={() => act({ kind: 'offer', proposal })}>Offer</Button>
        <Button size="compact-xs" variant="default" onClick={() => act({ kind: 'override', proposal })}>Somebody else</Button>
        <Button size="compact-xs" variant="default" onClick={() => act({ kind: 'reject', proposal })}>Reject</Button>
      </Group>
    </Group>
  );
}

export function Board({ campaign, match, requirements, proposals }: { campaign: Campaign; match: Schema<'campaign_match'>; requirements: Requirement[]; proposals: Proposal[] }) {
  const [chosen, setChosen] = useState(requirements[0]?.id);
  const [row, setRow] = useState(0);
  const [acting, setActing] = useState<Acting>();
  const [editing, setEditing] = useState<Requirement>();
  const [held, setHeld] = useState<Candidate>();
  const requirement = requirements.find((one) => one.id === chosen);
  const ask = match.asks.find((one: Ask) => one.requirement_id === chosen);
  const rows = proposals.filter((one) => one.requirement_id === chosen);
  const at = rows[Math.min(row, rows.length - 1)];
  const relaxed = (ask?.relaxed ?? []) as { check: string; experts: number }[];
  return (
    <Stack>
      <Keys keys={[
        { key: 'j', what: 'Next proposal', run: () => setRow(Math.min(row + 1, rows.length - 1)) },
        { key: 'k', what: 'Proposal before', run: () => setRow(Math.max(row - 1, 0)) },
        { key: 'Enter', what: 'Offer', run: () => at !== undefined && setActing({ kind: 'offer', proposal: at }) },
        { key: 'o', what: 'Somebody else', run: () => at !== undefined && setActing({ kind: 'override', proposal: at }) },
        { key: 'r', what: 'Reject', run: () => at !== undefined && setActing({ kind: 'reject', proposal: at }) },
        { key: 'n', what: 'Next requirement', run: () => setChosen(requirements[(requirements.findIndex((one) => one.id === chosen) + 1) % requirements.length]?.id) },
      ]} />
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} role="radiogroup" aria-label="Requirements">
        {requirements.map((one) => {
          const its = match.asks.find((other: Ask) => other.requirement_id === one.id);
          const waiting = proposals.filter((other) => other.requirement_id === one.id).length;
          return (
            <Card key={one.id} component="button" type="button" role="radio" aria-checked={one.id === chosen} withBorder radius="md" padding="md" className="side" data-chosen={one.id === chosen} onClick={() => { setChosen(one.id); setRow(0); }}>
              <Group justify="space-between" wrap="nowrap" align="flex-start"><Text fw={600} size="sm">{one.name}</Text><State of={one.state} /></Group>
              <Text size="xs" c="dimmed" lineClamp={2}>{[(one.demand.skills ?? []).map((skill) => `${skill.name} ${skill.level}`).join(', '), (one.demand.languages ?? []).join(', ').toUpperCase(), one.demand.hours === undefined ? '' : `${one.demand.hours} h`, one.demand.rate_minor === undefined ? '' : `≤ ${money(one.demand.rate_minor, one.demand.currency ?? campaign.currency)}`, ...(one.demand.bounds ?? []).map(boundWords)].filter(Boolean).join(' · ') || 'anybody'}</Text>
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
            {rows.length === 0 ? <Text size="sm" c="dimmed">{match.run_id === undefined ? 'Run the match to see who fits.' : 'Nothing waits for a decision here.'}</Text> : (
              <Stack gap={0}>
                {rows.map((one, index) => (
                  <Row key={one.id} proposal={one} chosen={one === at} choose={() => setRow(index)} held={held} act={setActing} />
                ))}
              </Stack>
            )}
          </Card>
          <Stack className="work-answer">
            {match.run_id !== undefined && ask !== undefined && rows.length > 0 && <Bench run={match.run_id} requirement={requirement} currency={requirement.demand.currency ?? campaign.currency} drag={setHeld} />}
            {match.run_id !== undefined && ask !== undefined && <WhatIf key={requirement.id} run={match.run_id} requirement={requirement} currency={requirement.demand.currency ?? campaign.currency} />}
          </Stack>
        </div>
      )}
      {acting?.kind === 'offer' && <OfferTo campaign={campaign} proposal={acting.proposal} requirement={requirement} close={() => setActing(undefined)} />}
      {acting?.kind === 'override' && <Override campaign={campaign} proposal={acting.proposal} dropped={acting.dropped} close={() => setActing(undefined)} />}
      {acting?.kind === 'reject' && <Reject campaign={campaign} proposal={acting.proposal} close={() => setActing(undefined)} />}
      {editing !== undefined && <EditRequirement campaign={campaign} requirement={editing} close={() => setEditing(undefined)} />}
    </Stack>
  );
}
