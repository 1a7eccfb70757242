import { Alert, Button, Card, Checkbox, Group, Modal, NumberInput, Stack, Stepper, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { date, moment, money, words } from '../parts/format';
import { Rich } from '../parts/rich';
import { PayPreview } from '../parts/pay-preview';
import { Empty, Fetched, Heading, State, Trouble } from '../parts/states';

type Offer = Schema<'offer_view'>;

export function Terms({ terms }: { terms: Offer['terms'] }) {
  const currency = terms.currency ?? 'USD';
  const rows: [string, string | undefined][] = [
    ['An hour of work', terms.hour_minor === undefined ? undefined : money(terms.hour_minor, currency)],
    ['An accepted unit', terms.price_minor === undefined ? undefined : money(terms.price_minor, currency)],
    ['At most', terms.week_cap_min === undefined ? undefined : `${terms.week_cap_min / 60} hours a week`],
    ['Notice', terms.notice_days === undefined ? undefined : `${terms.notice_days} days`],
    ['If ended early', terms.kill_minor === undefined ? undefined : money(terms.kill_minor, currency)],
    ['Ends', terms.ends_at === undefined ? undefined : date(terms.ends_at)],
    ['Also', terms.note],
  ];
  return <dl className="facts">{rows.map(([name, value]) => value === undefined ? null : <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

function useAct(offer: Offer, done?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ act, body }: { act: string; body?: unknown }) => api.write('POST', `/v1/offers/${offer.id}/${act}`, body),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['offers'] });
      done?.();
    },
  });
}

function Counter({ offer, close }: { offer: Offer; close: () => void }) {
  const act = useAct(offer, close);
  const [hour, setHour] = useState<number | string>((offer.terms.hour_minor ?? offer.terms.price_minor ?? 0) / 100);
  const [message, setMessage] = useState('');
  const member = offer.terms.hour_minor === undefined ? 'price_minor' : 'hour_minor';
  return (
    <Modal opened onClose={close} title="Ask for other terms">
      <Stack>
        <NumberInput label={member === 'hour_minor' ? 'An hour of work' : 'An accepted unit'} decimalScale={2} min={0} value={hour} onChange={setHour} data-autofocus />
        <Textarea label="Why" autosize minRows={2} value={message} onChange={(event) => setMessage(event.currentTarget.value)} />
        {act.isError && <Trouble error={act.error} />}
        <Group justify="flex-end"><Button loading={act.isPending} onClick={() => act.mutate({ act: 'answer', body: { verdict: 'counter', message: message || undefined, terms: { ...offer.terms, [member]: Math.round(Number(hour) * 100) } } })}>Send</Button></Group>
      </Stack>
    </Modal>
  );
}

const STEP_WORDS: Record<string, string> = {
  agreement: 'I have read the agreement and sign it.',
  conflict: 'I work for nobody whose interests stand against the client\'s.',
  confidentiality: 'I keep what I learn in confidence, and bring no confidential material of others.',
  guideline: 'I have read the guideline in force.',
};

/** What stands between acceptance and the queue. */
function Steps({ offer }: { offer: Offer }) {
  const act = useAct(offer, () => setAgreed(false));
  const [name, setName] = useState('');
  const [agreed, setAgreed] = useState(false);
  const next = offer.steps.find((one) => one.done_at === undefined);
  const agreement = useQuery({ queryKey: ['agreement', offer.id, offer.changed_at], enabled: next?.step_name === 'agreement', queryFn: () => api.get<Schema<'offer_agreement'>>(`/v1/offers/${offer.id}/agreement`) });
  const text = useQuery({ queryKey: ['offer-guideline', offer.id], enabled: next?.step_name === 'guideline', queryFn: () => api.get<Schema<'offer_reading'>>(`/v1/offers/${offer.id}/guideline`) });
  if (next === undefined) {
    return null;
  }
  const hash = next.step_name === 'agreement' ? agreement.data?.content_hash : next.step_name === 'guideline' ? text.data?.content_hash : undefined;
  return (
    <Stack mt="md">
      <Stepper active={offer.steps.indexOf(next)} size="xs" allowNextStepsSelect={false} orientation="horizontal" wrap>
        {offer.steps.map((one) => <Stepper.Step key={one.step_name} label={words(one.step_name)} description={one.done_at === undefined ? undefined : moment(one.done_at)} />)}
      </Stepper>
      {next.step_name === 'agreement' && agreement.data !== undefined && <Card withBorder bg="var(--mantine-color-default-hover)" padding="md"><Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>{agreement.data.text}</Text></Card>}
      {next.step_name === 'guideline' && text.data !== undefined && <Card withBorder bg="var(--mantine-color-default-hover)" padding="md" mah={360} style={{ overflowY: 'auto' }} tabIndex={0} aria-label="Guideline"><Rich text={text.data.body} /></Card>}
      {next.step_name === 'calibration' && <Text size="sm">A few tasks whose answer is known: you learn after each what it is, and why. Your minutes are paid as calibration. The queue opens when it is passed.</Text>}
      {next.step_name === 'calibration' && <Group><Button component={Link} to={`/offers/${offer.id}/calibration`}>Go to the calibration</Button></Group>}
      {next.step_name !== 'calibration' && <Checkbox label={STEP_WORDS[next.step_name]} checked={agreed} onChange={(event) => setAgreed(event.currentTarget.checked)} />}
      {next.step_name !== 'calibration' && <Group align="flex-end">
        <TextInput label="Sign with your name" placeholder={offer.expert} value={name} onChange={(event) => setName(event.currentTarget.value)} flex={1} miw={180} />
        <Button disabled={!agreed || name.trim() === ''} loading={act.isPending} onClick={() => act.mutate({ act: 'steps', body: { step: next.step_name, signed_name: name, content_hash: hash } })}>Sign</Button>
      </Group>}
      {act.isError && <Trouble error={act.error} />}
    </Stack>
  );
}

function Leave({ offer, close }: { offer: Offer; close: () => void }) {
  const act = useAct(offer, close);
  const [reason, setReason] = useState('');
  return (
    <Modal opened onClose={close} title="Leave after all">
      <Stack>
        <Text size="sm" c="dimmed">Your seat is proposed to somebody else at once. What you have earned stays yours.</Text>
        <TextInput label="Why" value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus />
        {act.isError && <Trouble error={act.error} />}
        <Group justify="flex-end"><Button color="red" variant="light" disabled={reason.trim().length < 3} loading={act.isPending} onClick={() => act.mutate({ act: 'drop', body: { reason } })}>Leave</Button></Group>
      </Stack>
    </Modal>
  );
}

function One({ offer }: { offer: Offer }) {
  const act = useAct(offer);
  const [consent, setConsent] = useState(false);
  const [countering, setCountering] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const cut = (offer.cut_percent ?? 0) > 0;
  const undo = offer.undo_until !== undefined && new Date(offer.undo_until) > new Date() && ['accepted', 'declined', 'countered'].includes(offer.state);
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label={offer.campaign}>
      <Group justify="space-between" mb="xs"><div><Title order={2} size="h5">{offer.campaign}</Title><Text size="sm" c="dimmed">{offer.requirement} · {offer.client}</Text></div><State of={offer.state} /></Group>
      <Terms terms={offer.terms} />
      <PayPreview of={`offers/${offer.id}`} />
      {offer.state === 'open' && (
        <Stack mt="md" gap="sm">
          {cut && (
            <Alert color="orange" title={`This pays ${offer.cut_percent?.toFixed(0)} % less than before`}>
              <Text size="sm">Under the same guideline you were paid {money(offer.rate_before, offer.terms.currency ?? 'USD')}.</Text>
              <Checkbox mt="xs" label="I have seen it and agree" checked={consent} onChange={(event) => setConsent(event.currentTarget.checked)} />
            </Alert>
          )}
          <Text size="sm" c="dimmed">Answer by {moment(offer.answer_by)}. You can take an answer back within a day.</Text>
          <Group>
            <Button loading={act.isPending} disabled={cut && !consent} onClick={() => act.mutate({ act: 'answer', body: { verdict: 'accept', consent_cut: consent } })}>Accept</Button>
            <Button variant="default" onClick={() => setCountering(true)}>Ask for other terms</Button>
            <Button variant="default" loading={act.isPending} onClick={() => act.mutate({ act: 'answer', body: { verdict: 'decline' } })}>Decline</Button>
          </Group>
        </Stack>
      )}
      {offer.state === 'accepted' && <Steps offer={offer} />}
      {offer.state === 'engaged' && <Text size="sm" mt="md">Its queue is open to you, under Today.</Text>}
      {offer.state === 'countered' && <Text size="sm" mt="md" c="dimmed">You asked for other terms; the operator answers.</Text>}
      {act.isError && <Trouble error={act.error} />}
      {(undo || ['accepted', 'engaged'].includes(offer.state)) && (
        <Group mt="md" gap="xs">
          {undo && <Button size="xs" variant="default" loading={act.isPending} onClick={() => act.mutate({ act: 'undo' })}>Take my answer back (until {moment(offer.undo_until)})</Button>}
          {['accepted', 'engaged'].includes(offer.state) && <Button size="xs" variant="default" onClick={() => setLeaving(true)}>Leave after all</Button>}
        </Group>
      )}
      {countering && <Counter offer={offer} close={() => setCountering(false)} />}
      {leaving && <Leave offer={offer} close={() => setLeaving(false)} />}
    </Card>
  );
}

export default function Offers() {
  const offers = useQuery({ queryKey: ['offers'], queryFn: () => api.get<Schema<'offer_list'>>('/v1/offers?limit=100') });
  return (
    <>
      <Heading title="Offers" />
      <Fetched of={offers}>
        {(data) => data.items.length === 0
          ? <Empty title="No offers yet">A match proposes you when your profile fits what a campaign asks for. Your profile says why it did not.</Empty>
          : <Stack maw={720}>{data.items.map((one) => <One key={one.id} offer={one} />)}</Stack>}
      </Fetched>
    </>
  );
}
