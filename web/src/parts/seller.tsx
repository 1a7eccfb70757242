import { Button, Card, Group, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { Fetched, Trouble } from './states';

type View = Schema<'seller_view'>;

/** Without blanks, in capitals; nothing when nothing was said. */
const bare = (text: string) => text.trim() === '' ? undefined : text.replaceAll(' ', '').toUpperCase();

function SellerForm({ seller, done }: { seller: View; done: () => void }) {
  const client = useQueryClient();
  const [draft, setDraft] = useState({ legal_name: '', address: '', country: '', tax_number: '', number_prefix: 'INV', account_number: '', bank_code: '', ...seller });
  const put = (change: Partial<typeof draft>) => setDraft((old) => ({ ...old, ...change }));
  const save = useMutation({
    mutationFn: () => api.write('PUT', '/v1/seller', { ...draft, country: draft.country.toUpperCase(), number_prefix: draft.number_prefix.toUpperCase(), account_number: bare(draft.account_number), bank_code: bare(draft.bank_code) }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['seller'] });
      done();
    },
  });
  return (
    <form onSubmit={(event) => { event.preventDefault(); save.mutate(); }}>
      <Stack gap="xs">
        <TextInput label="Legal name" maxLength={200} required value={draft.legal_name} onChange={(event) => put({ legal_name: event.currentTarget.value })} />
        <TextInput label="Address" description="Street and place" inputWrapperOrder={['label', 'input', 'description', 'error']} maxLength={500} required value={draft.address} onChange={(event) => put({ address: event.currentTarget.value })} />
        <TextInput label="Tax number" description="A VAT number with its country, such as DE123456789" inputWrapperOrder={['label', 'input', 'description', 'error']} maxLength={40} required value={draft.tax_number} onChange={(event) => put({ tax_number: event.currentTarget.value })} />
        <SimpleGrid cols={2}>
          <TextInput label="Country" placeholder="DE" minLength={2} maxLength={2} required value={draft.country} onChange={(event) => put({ country: event.currentTarget.value })} />
          <TextInput label="Numbers begin with" placeholder="INV" maxLength={10} required value={draft.number_prefix} onChange={(event) => put({ number_prefix: event.currentTarget.value })} />
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label="Clients pay to (optional)" description="IBAN, or account number" inputWrapperOrder={['label', 'input', 'description', 'error']} maxLength={42} value={draft.account_number} onChange={(event) => put({ account_number: event.currentTarget.value })} />
          <TextInput label="Of its bank (optional)" description="BIC, or routing number" inputWrapperOrder={['label', 'input', 'description', 'error']} maxLength={11} value={draft.bank_code} onChange={(event) => put({ bank_code: event.currentTarget.value })} />
        </SimpleGrid>
        {save.isError && <Trouble error={save.error} />}
        <Group><Button type="submit" loading={save.isPending}>Save</Button></Group>
      </Stack>
    </form>
  );
}

/** What stands on the house's invoices about the seller; without it none is issued. */
export function Seller() {
  const [editing, setEditing] = useState(false);
  const seller = useQuery({ queryKey: ['seller'], queryFn: () => api.get<View>('/v1/seller') });
  const said = seller.data?.legal_name !== undefined;
  return (
    <Card withBorder radius="md" padding="md" component="section" aria-label="Seller">
      <Group justify="space-between" mb="xs"><Title order={3} size="h6">Seller</Title>{said && <Button size="compact-xs" variant="subtle" onClick={() => setEditing(!editing)} aria-expanded={editing} aria-label={editing ? 'Cancel the change of the seller' : 'Change the seller'}>{editing ? 'Cancel' : 'Change'}</Button>}</Group>
      <Fetched of={seller}>
        {(data) => editing || !said ? (
          <Stack gap="xs">
            <Text size="xs" c="dimmed">{said ? 'Documents that were issued keep what they say.' : 'An invoice has to say who sells. For all campaigns of your organisation.'}</Text>
            <SellerForm seller={data} done={() => setEditing(false)} />
          </Stack>
        ) : <Stack gap={2}><Text size="sm" fw={600}>{data.legal_name}</Text><Text size="sm">{data.address}, {data.country}</Text><Text size="sm">{data.tax_number}</Text><Text size="sm" c={data.account_number === undefined ? 'dimmed' : undefined}>{data.account_number === undefined ? 'Invoices do not say where to pay to.' : `Paid to ${data.account_number}`}</Text><Text size="xs" c="dimmed">Numbers such as {data.number_prefix}-{new Date().getUTCFullYear()}-0001, for all clients</Text></Stack>}
      </Fetched>
    </Card>
  );
}
