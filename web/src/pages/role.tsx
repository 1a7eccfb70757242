import { Alert, Anchor, Button, Card, Group, PasswordInput, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { has, type Session } from '../parts/session';
import { PayPreview } from '../parts/pay-preview';
import { Bring, GivenBy, usePromise } from '../parts/referral';
import { Fetched, Trouble } from '../parts/states';
import { ListingFacts, OpenPage } from '../parts/vetting';

const linkToken = () => new URLSearchParams(window.location.search).get('link') ?? undefined;

function Apply({ listing, link }: { listing: string; link: string | undefined }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const apply = useMutation({
    mutationFn: () => api.write<Schema<'made'>>('POST', `/v1/listings/${listing}/applications`, { note, link }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['applications'] });
      await navigate({ to: '/applications/$application', params: { application: made.id } });
    },
  });
  return (
    <Card withBorder radius="md" padding="lg">
      <Stack>
        <Title order={2} size="h5">Apply</Title>
        <Textarea label="Anything you want to say" description="Optional. It is not scored." autosize minRows={2} maxLength={2000} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
        {apply.isError && <Trouble error={apply.error} />}
        <Group><Button onClick={() => apply.mutate()} loading={apply.isPending}>Apply</Button></Group>
      </Stack>
    </Card>
  );
}

function SignUp({ listing, link }: { listing: string; link: string | undefined }) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const join = useMutation({
    mutationFn: async () => {
      await api.write('POST', '/v1/sign-ups', { listing_id: listing, link, name, email, password });
      return api.write<Session>('POST', '/v1/sessions', { email, password });
    },
    onSuccess: (session) => client.setQueryData(['session'], session),
  });
  return (
    <Card withBorder radius="md" padding="lg">
      <form onSubmit={(event) => { event.preventDefault(); join.mutate(); }}>
        <Stack>
          <Title order={2} size="h5">Make an account to apply</Title>
          <Text size="sm">You have one? <Anchor size="sm" underline="always" href={`/sign-in?next=${encodeURIComponent(window.location.pathname)}`}>Sign in</Anchor>.</Text>
          <TextInput label="Full name" required autoComplete="name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <TextInput label="E-mail" required type="email" autoComplete="email" value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
          <PasswordInput label="Password" description="At least ten characters" required minLength={10} autoComplete="new-password" value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
          {join.isError && <Trouble error={join.error} />}
          <Group><Button type="submit" loading={join.isPending} disabled={name === '' || email === '' || password.length < 10}>Make the account</Button></Group>
        </Stack>
      </form>
    </Card>
  );
}

export default function Role() {
  const { listing } = useParams({ strict: false }) as { listing: string };
  const role = useQuery({ queryKey: ['role', listing], queryFn: () => api.get<Schema<'listing_row'>>(`/v1/listings/${listing}`) });
  const session = useQuery({ queryKey: ['session'], queryFn: () => api.get<Session>('/v1/session'), retry: false });
  const token = linkToken();
  const promise = usePromise(listing, token);
  const link = promise.isError ? undefined : token;
  return (
    <OpenPage title={role.data?.title ?? 'Role'}>
      <Fetched of={role}>
        {(data) => (
          <>
            {data.listing_state !== 'open' && <Alert color="yellow" title="This role takes no more applications">Others may be open: <Anchor underline="always" renderRoot={(props) => <Link to="/roles" {...props} />}>see all roles</Anchor>.</Alert>}
            {data.description !== '' && <Text style={{ whiteSpace: 'pre-wrap' }}>{data.description}</Text>}
            <ListingFacts listing={data} />
            {data.listing_state === 'open' && <PayPreview of={`listings/${listing}`} />}
            <Text size="sm" c="dimmed">A program alone never turns anybody down: below the mark a person grades your answers, and you may appeal.</Text>
            {token !== undefined && <GivenBy of={promise} />}
            {data.listing_state === 'open' && !session.isPending && (session.data === undefined
              ? <SignUp listing={listing} link={link} />
              : has(session.data, 'expert') ? <><Apply listing={listing} link={link} /><Bring listing={listing} /></> : <Text size="sm" c="dimmed">Experts apply here. You are signed in as {session.data.roles.join(', ')}.</Text>)}
          </>
        )}
      </Fetched>
    </OpenPage>
  );
}
