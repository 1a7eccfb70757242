import { Button, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { Trouble } from './states';

/** Name and summary of a new thing at `path`; `made` gets its identifier. */
export function New({ title, path, about, opened, close, made }: {
  title: string; path: string; about: string; opened: boolean; close: () => void; made: (id: string) => void;
}) {
  const [name, setName] = useState('');
  const [summary, setSummary] = useState('');
  const add = useMutation({
    mutationFn: () => api.write<Schema<'made'>>('POST', path, { name, summary }),
    onSuccess: (one) => made(one.id),
  });
  return (
    <Modal opened={opened} onClose={close} title={title}>
      <form onSubmit={(event) => { event.preventDefault(); add.mutate(); }}>
        <Stack>
          <TextInput label="Name" required value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
          <Textarea label={about} autosize minRows={2} value={summary} onChange={(event) => setSummary(event.currentTarget.value)} />
          {add.isError && <Trouble error={add.error} />}
          <Button type="submit" loading={add.isPending} disabled={name.trim() === ''}>Add</Button>
        </Stack>
      </form>
    </Modal>
  );
}
