import { Alert, Button, Card, Group, Modal, Select, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { api, type Schema } from '../api/client';
import { GuidelineDrawer } from '../parts/guideline';
import { type Key, Keys } from '../parts/keys';
import { type Lease, useActiveTime, useDefinition, useDraft, useHeartbeat, useLease } from '../parts/lease';
import { Empty, Fetched, Heading, Trouble } from '../parts/states';
import { Asks, keysOf, Shows } from '../parts/task';
import { useWorkLog } from '../parts/worklog';
import { type Answer, type Definition, lacks, put, trimmed } from '../parts/type';

const REASONS = [
  { value: 'outside_expertise', label: 'Outside my expertise' },
  { value: 'unclear', label: 'The task is unclear' },
  { value: 'broken', label: 'The task is broken' },
  { value: 'conflict', label: 'A conflict of interest' },
  { value: 'too_long', label: 'It takes too long' },
  { value: 'other', label: 'Another reason' },
];

function Skip({ lease, opened, close, done }: { lease: Lease; opened: boolean; close: () => void; done: () => void }) {
  const [reason, setReason] = useState<string | null>(null);
  const [message, setMessage] = useState('');
  const skip = useMutation({
    mutationFn: () => api.write('POST', `/v1/leases/${lease.id}/skip`, { reason_code: reason, message }),
    onSuccess: done,
  });
  return (
    <Modal opened={opened} onClose={close} title="Skip this task">
      <Stack>
        <Text size="sm">You will not get it again. Skipping costs you nothing.</Text>
        <Select label="Why?" data={REASONS} value={reason} onChange={setReason} data-autofocus />
        <Textarea label="In words (optional)" value={message} onChange={(event) => setMessage(event.currentTarget.value)} autosize minRows={2} />
        {skip.isError && <Trouble error={skip.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>Back to the task</Button>
          <Button onClick={() => skip.mutate()} disabled={reason === null} loading={skip.isPending}>Skip</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/* A task may take longer than its terms allow at first: the reason is kept, the time counts at once. */
function Longer({ lease }: { lease: Lease }) {
  const [opened, shown] = useDisclosure(false);
  const [reason, setReason] = useState('');
  const ask = useMutation({
    mutationFn: () => api.write<Schema<'extension'>>('POST', `/v1/leases/${lease.id}/extension`, { reason }),
    onSuccess: (more) => {
      notifications.show({ message: `${Math.round(more.seconds / 60)} more minutes count for this task.` });
      shown.close();
    },
  });
  return (
    <>
      <Button variant="default" size="xs" onClick={shown.open}>I need longer</Button>
      <Modal opened={opened} onClose={shown.close} title="I need longer">
        <Stack>
          <Textarea label="Why does it take longer?" value={reason} onChange={(event) => setReason(event.currentTarget.value)} autosize minRows={2} data-autofocus />
          {ask.isError && <Trouble error={ask.error} />}
          <Group justify="flex-end"><Button onClick={() => ask.mutate()} disabled={reason.trim().length < 3} loading={ask.isPending}>Ask</Button></Group>
        </Stack>
      </Modal>
    </>
  );
}

/** Whether the answer is written rather than chosen, and needs room. */
function writes(definition: Definition): boolean {
  return definition.layout.ask.some((ask) => ask.kind === 'list') || !definition.layout.ask.some((ask) => ask.kind === 'choice');
}

function Work({ lease, definition }: { lease: Lease; definition: Definition }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const first = (lease.draft ?? lease.answer ?? {}) as Answer;
  const [answer, setAnswer] = useState<Answer>(first);
  const [changed, setChanged] = useState(false);
  const [assist, setAssist] = useState('none');
  const [guideline, shownGuideline] = useDisclosure(false);
  const [skipping, shownSkip] = useDisclosure(false);
  const note = useRef<HTMLTextAreaElement>(null);
  const spent = useActiveTime();
  const ended = useWorkLog(lease.id);
  const saved = useDraft(lease.id, answer, changed);
  const lost = useHeartbeat(lease.id, true);
  const change = (next: Answer) => {
    setAnswer(next);
    setChanged(true);
  };
  const leave = async (next?: string) => {
    await client.invalidateQueries({ queryKey: ['work'] });
    if (next !== undefined) {
      await navigate({ to: '/task/$lease', params: { lease: next } });
    } else {
      await navigate({ to: '/today' });
    }
  };
  const isFirst = lease.submission_id === undefined;
  const onward = async () => {
    const claimed = isFirst
      ? await api.write<Schema<'claimed'>>('POST', `/v1/campaigns/${lease.campaign_id}/claims`).catch(() => ({ lease_id: undefined }))
      : { lease_id: undefined };
    await leave(claimed.lease_id);
  };
  const submit = useMutation({
    mutationFn: () => api.write<Schema<'answer_made'>>('POST', `/v1/leases/${lease.id}/submission${isFirst ? '?next=true' : ''}`, { answer: trimmed(definition, answer), ai_assist: assist, active_ms: Math.round(spent()) }),
    onSuccess: async (made) => {
      notifications.show({ message: 'Submitted.' });
      await leave(made.next_lease_id);
    },
  });
  const missing = lacks(definition, answer);
  const ready = missing === undefined && !submit.isPending;
  const keys: Key[] = [
    ...keysOf(definition, lease.presentation, answer, change),
    { key: 'N', what: 'Write the reason', run: () => note.current?.focus() },
    { key: 'Escape', what: 'Leave the text field', run: () => (document.activeElement as HTMLElement | null)?.blur() },
    { key: 'G', what: 'Open the guideline', run: shownGuideline.open },
    { key: 'S', what: 'Skip, with a reason', run: shownSkip.open },
    { key: 'Enter', what: 'Submit', run: () => ready && submit.mutate() },
  ];
  return (
    <>
      <Keys keys={keys} />
      <Heading title={lease.campaign_name} sample={lease.is_sample} trail={[{ label: 'Today', to: '/today' }]}>
        <Longer lease={lease} />
        <Button variant="default" size="xs" onClick={shownGuideline.open}>Guideline (G)</Button>
        {isFirst && <Button variant="default" size="xs" onClick={shownSkip.open}>Skip (S)</Button>}
      </Heading>
      {saved === 'failed' && <Alert color="yellow" mb="md" role="alert">Your draft is not saved right now. Keep this page open: it is tried again every few seconds.</Alert>}
      {lost !== null && <Alert color="red" mb="md" role="alert">{lost.detail}</Alert>}
      <div className={writes(definition) ? 'work work-even' : 'work'}>
        <Shows definition={definition} payload={lease.payload} presentation={lease.presentation} answer={answer}
          choose={(value) => {
            const ask = definition.layout.ask.find((one) => one.sides === true);
            if (ask !== undefined) {
              change(put(answer, ask.path, value));
            }
          }} />
        <Card withBorder radius="md" padding="md" className="work-answer" component="section" aria-label="Your answer">
          <Stack>
            <Asks definition={definition} presentation={lease.presentation} answer={answer} change={change} note={note} />
            <div>
              <Text size="sm" fw={600} mb={6}>Help by a model</Text>
              <SegmentedControl size="xs" fullWidth aria-label="Help by a model" value={assist} onChange={setAssist}
                data={[{ value: 'none', label: 'None' }, { value: 'grammar', label: 'Grammar' }, { value: 'declared', label: 'More' }]} />
            </div>
            {submit.isError && <Trouble error={submit.error} />}
            <Button onClick={() => submit.mutate()} disabled={!ready} loading={submit.isPending}>Submit (Enter)</Button>
            <Text size="xs" c="dimmed" role="status">
              {missing !== undefined ? `Still open: ${missing.title}` : saved === 'saved' ? 'Draft saved.' : saved === 'saving' ? 'Saving the draft…' : 'Press ? for the keys.'}
            </Text>
          </Stack>
        </Card>
      </div>
      <GuidelineDrawer campaign={lease.campaign_id} opened={guideline} close={shownGuideline.close} />
      <Skip lease={lease} opened={skipping} close={shownSkip.close} done={() => { ended(); void onward(); }} />
    </>
  );
}

export default function Task() {
  const { lease: id } = useParams({ strict: false }) as { lease: string };
  const lease = useLease(id);
  const definition = useDefinition(lease.data?.campaign_id);
  useEffect(() => {
    void window.scrollTo(0, 0); // a promise in newer browsers, which an effect must not give back
  }, [id]);
  return (
    <Fetched of={lease}>
      {(data) => data.state !== 'held' || new Date(data.expires_at) < new Date()
        ? <Empty title="This task is not in your hands any more">It was {data.state === 'held' ? 'left too long' : data.state}. Start another one from Today.</Empty>
        : <Fetched of={definition}>{(type) => <Work key={data.id} lease={data} definition={type} />}</Fetched>}
    </Fetched>
  );
}
