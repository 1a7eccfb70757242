import { Button, Card, Center, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api } from '../api/client';
import type { Session } from '../parts/session';
import { Trouble } from '../parts/states';

export default function SignIn() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    try {
      const session = await api.write<Session>('POST', '/v1/sessions', { email: form.get('email'), password: form.get('password') });
      client.clear();
      client.setQueryData(['session'], session);
      const next = new URLSearchParams(window.location.search).get('next');
      await navigate({ to: (next !== null && next.startsWith('/') && !next.startsWith('//') ? next : '/') as '/' });
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Center component="main" mih="100vh" p="md">
      <Card withBorder padding="xl" radius="md" w={380} maw="100%">
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <div>
              <Title order={1} size="h3">Sign in to Periti</Title>
              <Text size="sm" c="dimmed">Expert data: open, fair and provable.</Text>
            </div>
            <TextInput name="email" label="E-mail" type="email" autoComplete="username" required autoFocus />
            <PasswordInput name="password" label="Password" autoComplete="current-password" required />
            {error !== null && <Trouble error={error} />}
            <Button type="submit" loading={busy}>Sign in</Button>
          </Stack>
        </form>
      </Card>
    </Center>
  );
}
