import { Alert, Button, Card, Group, Modal, Select, Stack, Text, Textarea, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { words } from '../parts/format';
import { GuidelineDrawer, useGuideline } from '../parts/guideline';
import { Keys } from '../parts/keys';
import { type Lease, useDefinition, useHeartbeat, useLease } from '../parts/lease';
import { Empty, Fetched, Heading, Trouble } from '../parts/states';
import { Asks, Shows } from '../parts/task';
import { type Answer, type Definition, lacks, trimmed } from '../parts/type';
import { AnswerInWords } from './submission';

const REASONS = ['incorrect', 'incomplete', 'ignores_guideline', 'unsupported', 'unclear', 'low_effort', 'wrong_format', 'other'];

function useOnward(lease: Lease) {
  const navigate = useNavigate();
  const client = useQueryClient();
  return async () => {
    await client.invalidateQueries({ queryKey: ['reviews'] });
    const next = await api.write<Schema<'review_claimed'>>('POST', `/v1/campaigns/${lease.campaign_id}/review-claims`).catch(() => ({ lease_id: undefined }));
    if (next.lease_id !== undefined) {
      await navigate({ to: '/review/$lease', params: { lease: next.lease_id } });
    } else {
      await navigate({ to: '/review' });
    }
  };
}

/** Return or reject: not without clause, reason and words. */
function Adverse({ lease, verdict, close }: { lease: Lease; verdict: 'return' | 'reject' | null; close: () => void }) {
  const guideline = useGuideline(lease.campaign_id);
  const onward = useOnward(lease);
  const [clause, setClause] = useState<string | null>(null);
  const [reason, setReason] = useState<string | null>(null);
  const [message, setMessage] = useState('');
  const decide = useMutation({
    mutationFn: () => api.write('POST', `/v1/leases/${lease.id}/review`, { verdict, clause_code: clause, reason_code: reason, message }),
    onSuccess: onward,
  });
  return (
    <Modal opened={verdict !== null} onClose={close} title={verdict === 'reject' ? 'Reject the answer' : 'Return it for revision'} size="lg">
      <Stack>
        <Text size="sm" c="dimmed">The author reads this at once{verdict === 'reject' && ' and may appeal'}.</Text>
        <Select label="Clause of the guideline" searchable data-autofocus value={clause} onChange={setClause}
          data={(guideline.data?.clauses ?? []).map((one) => ({ value: one.code, label: `${one.code} ${one.title}` }))} />
        <Select label="Reason" value={reason} onChange={setReason} data={REASONS.map((one) => ({ value: one, label: words(one) }))} />
        <Textarea label="What was wrong, and what would be right" autosize minRows={4} value={message} onChange={(event) => setMessage(event.currentTarget.value)} />
        {decide.isError && <Trouble error={decide.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>Back</Button>
          <Button color={verdict === 'reject' ? 'red' : undefined} onClick={() => decide.mutate()} loading={decide.isPending} disabled={clause === null || reason === null || message.trim() === ''}>
            {verdict === 'reject' ? 'Reject' : 'Return'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Fix({ lease, definition, opened, close }: { lease: Lease; definition: Definition; opened: boolean; close: () => void }) {
  const onward = useOnward(lease);
  const [answer, setAnswer] = useState<Answer>((lease.answer ?? {}) as Answer);
  const decide = useMutation({
    mutationFn: () => api.write('POST', `/v1/leases/${lease.id}/review`, { verdict: 'fix', answer: trimmed(definition, answer) }),
    onSuccess: onward,
  });
  return (
    <Modal opened={opened} onClose={close} title="Fix and accept" size="lg">
      <Stack>
        <Asks definition={definition} presentation={lease.presentation} answer={answer} change={setAnswer} />
        {decide.isError && <Trouble error={decide.error} />}
        <Group justify="flex-end"><Button onClick={() => decide.mutate()} loading={decide.isPending} disabled={lacks(definition, answer) !== undefined}>Accept as mended</Button></Group>
      </Stack>
    </Modal>
  );
}

function Decide({ lease }: { lease: Lease }) {
  const onward = useOnward(lease);
  const [message, setMessage] = useState('');
  const decide = useMutation({
    mutationFn: (verdict: 'uphold' | 'overturn') => api.write('POST', `/v1/leases/${lease.id}/appeal-decision`, { verdict, message }),
    onSuccess: onward,
  });
  return (
    <Card withBorder radius="md" padding="md">
      <Stack>
        <Alert variant="light">An appeal. Judge the answer by itself: you do not see what was said of it before.</Alert>
        <Textarea label="Why, for the author" autosize minRows={3} value={message} onChange={(event) => setMessage(event.currentTarget.value)} />
        {decide.isError && <Trouble error={decide.error} />}
        <Button onClick={() => decide.mutate('overturn')} disabled={message.trim().length < 3} loading={decide.isPending}>It deserves acceptance</Button>
        <Button variant="default" onClick={() => decide.mutate('uphold')} disabled={message.trim().length < 3} loading={decide.isPending}>It does not</Button>
      </Stack>
    </Card>
  );
}

function Judge({ lease, definition }: { lease: Lease; definition: Definition }) {
  const onward = useOnward(lease);
  const [guideline, shownGuideline] = useDisclosure(false);
  const [fixing, shownFix] = useDisclosure(false);
  const [verdict, setVerdict] = useState<'return' | 'reject' | null>(null);
  const lost = useHeartbeat(lease.id, true);
  const accept = useMutation({
    mutationFn: () => api.write('POST', `/v1/leases/${lease.id}/review`, { verdict: 'accept' }),
    onSuccess: async () => {
      notifications.show({ message: 'Accepted.' });
      await onward();
    },
  });
  const review = lease.stage === 'review';
  return (
    <>
      <Keys keys={review ? [
        { key: 'A', what: 'Accept', run: () => !accept.isPending && accept.mutate() },
        { key: 'F', what: 'Fix and accept', run: shownFix.open },
        { key: 'B', what: 'Back to the author', run: () => setVerdict('return') },
        { key: 'R', what: 'Reject', run: () => setVerdict('reject') },
        { key: 'G', what: 'Open the guideline', run: shownGuideline.open },
      ] : [{ key: 'G', what: 'Open the guideline', run: shownGuideline.open }]} />
      <Heading title={lease.campaign_name} sample={lease.is_sample} trail={[{ label: 'Review', to: '/review' }]}>
        <Button variant="default" size="xs" onClick={shownGuideline.open}>Guideline (G)</Button>
      </Heading>
      {lost !== null && <Alert color="red" mb="md" role="alert">{lost.detail}</Alert>}
      <div className="work">
        <Shows definition={definition} payload={lease.payload} presentation={lease.presentation} answer={(lease.answer ?? {}) as Answer} />
        <Stack className="work-answer">
          <Card withBorder radius="md" padding="md">
            <Title order={2} size="h6" mb="xs">The answer</Title>
            <AnswerInWords definition={definition} presentation={lease.presentation} answer={(lease.answer ?? {}) as Answer} />
          </Card>
          {review ? (
            <Card withBorder radius="md" padding="md">
              <Stack gap="xs">
                {accept.isError && <Trouble error={accept.error} />}
                <Button onClick={() => accept.mutate()} loading={accept.isPending}>Accept (A)</Button>
                <Button variant="light" onClick={shownFix.open}>Fix and accept (F)</Button>
                <Button variant="default" onClick={() => setVerdict('return')}>Return (B)</Button>
                <Button variant="light" color="red" onClick={() => setVerdict('reject')}>Reject (R)</Button>
                <Text size="xs" c="dimmed">You see neither the author nor other answers.</Text>
              </Stack>
            </Card>
          ) : <Decide lease={lease} />}
        </Stack>
      </div>
      <GuidelineDrawer campaign={lease.campaign_id} opened={guideline} close={shownGuideline.close} />
      <Adverse lease={lease} verdict={verdict} close={() => setVerdict(null)} />
      <Fix lease={lease} definition={definition} opened={fixing} close={shownFix.close} />
    </>
  );
}

export default function Review() {
  const { lease: id } = useParams({ strict: false }) as { lease: string };
  const lease = useLease(id);
  const definition = useDefinition(lease.data?.campaign_id);
  return (
    <Fetched of={lease}>
      {(data) => data.state !== 'held'
        ? <Empty title="This review is not in your hands any more">It was {data.state}. Take another one from the queue.</Empty>
        : <Fetched of={definition}>{(type) => <Judge key={data.id} lease={data} definition={type} />}</Fetched>}
    </Fetched>
  );
}
