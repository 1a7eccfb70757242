import { Alert, Blockquote, Button, Card, Divider, Group, List, Modal, Radio, Stack, Text, Textarea, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { moment } from './format';
import { has, useSession } from './session';
import { Trouble } from './states';

type Pair = Schema<'duplicate_case'>;
type Mine = Schema<'duplicate_of_me'>;
type Choice = { value: string; label: string };

const ANSWERS: Choice[] = [{ value: 'mine', label: 'It is mine too' }, { value: 'another', label: 'It is somebody else’s' }, { value: 'explanation', label: 'It is not that simple' }];
const FINDINGS: Choice[] = [{ value: 'same', label: 'One person' }, { value: 'different', label: 'Two people' }, { value: 'unclear', label: 'Cannot tell' }];

const labelOf = (choices: Choice[], value: string | undefined) => choices.find((one) => one.value === value)?.label ?? value;

function Evidence({ items }: { items: Schema<'duplicate_evidence'>[] }) {
  return <List size="sm">{items.map((one) => <List.Item key={one.kind}>{one.detail}</List.Item>)}</List>;
}

/** What somebody said, with their words where there are any. */
function Said({ who, what, words, at }: { who: string; what: string | undefined; words: string | undefined; at: string | undefined }) {
  return (
    <div>
      <Text size="sm"><b>{who}:</b> {what} <Text span size="xs" c="dimmed">{moment(at)}</Text></Text>
      {words !== undefined && <Blockquote p="xs" my={4} fz="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{words}</Blockquote>}
    </div>
  );
}

function Found({ of, who }: { of: Pair | Mine; who: string }) {
  return of.finding === undefined ? null : <Said who={who} what={labelOf(FINDINGS, of.finding)} words={of.reason} at={of.found_at} />;
}

/** One of a few choices with words, which `send` takes to the server. */
function Say({ title, about, choices, label, needsWords, first, send, stale, close }: {
  title: string; about: string; choices: Choice[]; label: string; needsWords: (choice: string) => boolean;
  first: { choice: string | undefined; words: string | undefined };
  send: (choice: string, words: string) => Promise<unknown>; stale: string; close: () => void;
}) {
  const client = useQueryClient();
  const [choice, setChoice] = useState(first.choice ?? '');
  const [words, setWords] = useState(first.words ?? '');
  const saying = useMutation({
    mutationFn: () => send(choice, words.trim()),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [stale] });
      close();
    },
  });
  const needed = needsWords(choice);
  return (
    <Modal opened onClose={close} title={title}>
      <form onSubmit={(event) => { event.preventDefault(); saying.mutate(); }}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">{about}</Text>
          <Radio.Group label="Whose is it?" value={choice} onChange={setChoice} required>
            <Stack gap="xs" mt="xs">{choices.map((one) => <Radio key={one.value} value={one.value} label={one.label} />)}</Stack>
          </Radio.Group>
          <Textarea label={label} required={needed} autosize minRows={2} maxLength={500} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
          {saying.isError && <Trouble error={saying.error} />}
          <Group><Button type="submit" loading={saying.isPending} disabled={choice === '' || (needed && words.trim().length < 3)}>Send</Button><Button variant="default" onClick={close}>Cancel</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}

function PairCard({ pair, find }: { pair: Pair; find: (() => void) | undefined }) {
  return (
    <Stack gap="xs">
      <Text fw={600} style={{ overflowWrap: 'anywhere' }}>{pair.left_name} ({pair.left_address}) and {pair.right_name} ({pair.right_address})</Text>
      <Evidence items={pair.evidence} />
      {pair.replies.map((one) => <Said key={one.person_id} who={one.person_id === pair.left_id ? pair.left_address : pair.right_address} what={labelOf(ANSWERS, one.answer)} words={one.message} at={one.replied_at} />)}
      {pair.replies.length === 0 && <Text size="sm" c="dimmed">Neither has replied.</Text>}
      <Found of={pair} who="Finding" />
      {find !== undefined && <Group><Button size="xs" variant="default" onClick={find} aria-label={`${pair.finding === undefined ? 'Record a finding' : 'Change the finding'} about ${pair.left_address} and ${pair.right_address}`}>{pair.finding === undefined ? 'Record a finding' : 'Change the finding'}</Button></Group>}
    </Stack>
  );
}

/** For the office: pairs of accounts with what is alike and what was said. Nothing is shown where there are none. */
export function Duplicates() {
  const session = useSession();
  const [chosen, setChosen] = useState<Pair | null>(null);
  const found = useQuery({ queryKey: ['duplicates'], queryFn: () => api.get<Schema<'duplicate_list'>>('/v1/duplicates') });
  if (found.isError) {
    return <Trouble error={found.error} retry={() => void found.refetch()} />;
  }
  if (found.data === undefined || found.data.items.length === 0) {
    return null;
  }
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h5">Perhaps one person with two accounts</Title>
      <Text size="sm" c="dimmed" mb="sm">Evidence, no verdict: both people see the same and can reply. A finding is read by both; nothing happens to the accounts by it.</Text>
      <Stack gap="md">
        {found.data.items.map((pair, at) => (
          <Stack key={pair.id} gap="md">
            {at > 0 && <Divider />}
            <PairCard pair={pair} find={has(session, 'operator') ? () => setChosen(pair) : undefined} />
          </Stack>
        ))}
      </Stack>
      {chosen !== null && (
        <Say title="What do you find?" about="Both people read your finding and its reason. Nothing happens to their accounts by it."
          choices={FINDINGS} label="Reason" needsWords={() => true} first={{ choice: chosen.finding, words: chosen.reason }} stale="duplicates" close={() => setChosen(null)}
          send={(finding, reason) => api.write('POST', `/v1/duplicates/${chosen.id}/finding`, { finding, reason })} />
      )}
    </Card>
  );
}

/** For the person: what the office sees of them, their reply, and what the office found. */
export function DuplicatesOfMe() {
  const [chosen, setChosen] = useState<Mine | null>(null);
  const found = useQuery({ queryKey: ['duplicates-of-me'], queryFn: () => api.get<Schema<'duplicate_own_list'>>('/v1/duplicates-of-me') });
  if (found.isError) {
    return <Trouble error={found.error} retry={() => void found.refetch()} />;
  }
  return (
    <>
      {(found.data?.items ?? []).map((one) => (
        <Alert key={one.id} color="yellow" title={`The account ${one.address} looks like yours`}>
          <Stack gap="xs">
            <Evidence items={one.evidence} />
            <Text size="sm">The office sees this too, and your reply beside it. Nothing follows from it by itself.</Text>
            {one.answer !== undefined && <Said who="Your reply" what={labelOf(ANSWERS, one.answer)} words={one.message} at={one.replied_at} />}
            <Found of={one} who="The office found" />
            <Group><Button size="xs" variant="default" onClick={() => setChosen(one)} aria-label={`${one.answer === undefined ? 'Reply' : 'Change your reply'} about ${one.address}`}>{one.answer === undefined ? 'Reply' : 'Change your reply'}</Button></Group>
          </Stack>
        </Alert>
      ))}
      {chosen !== null && (
        <Say title={`The account ${chosen.address}`} about="The office reads your reply beside the evidence; the other account does not."
          choices={ANSWERS} label="In your words" needsWords={(answer) => answer === 'explanation'} first={{ choice: chosen.answer, words: chosen.message }} stale="duplicates-of-me" close={() => setChosen(null)}
          send={(answer, message) => api.write('POST', `/v1/duplicates-of-me/${chosen.id}/reply`, message === '' ? { answer } : { answer, message })} />
      )}
    </>
  );
}
