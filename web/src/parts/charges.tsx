import { Button, Card, Checkbox, Group, NumberInput, SegmentedControl, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../api/client';
import { minorOf, minorText, moment, money } from './format';
import { Fetched, Trouble } from './states';

type Charge = Schema<'charge_rule_row'>;
type Campaign = Schema<'campaign_row'>;

const percent = (points: number) => `${(points / 100).toLocaleString(undefined, { maximumFractionDigits: 2 })} %`;

function says(one: Charge, currency: string): string {
  const rest = one.markup_points === 0 ? 'the cost' : `the cost and ${percent(one.markup_points)}`;
  return one.unit_minor === undefined ? `${rest} for everything` : `${money(one.unit_minor, currency)} for an accepted unit, ${rest} for the rest`;
}

/** What holds from now on; what was charged before stays as it was. */
function ChargeForm({ campaign, now, done }: { campaign: Campaign; now?: Charge; done: () => void }) {
  const client = useQueryClient();
  const [by, setBy] = useState(now?.unit_minor === undefined ? 'cost' : 'unit');
  const [unit, setUnit] = useState(now?.unit_minor === undefined ? '' : minorText(now.unit_minor, campaign.currency));
  const [markup, setMarkup] = useState<number | string>((now?.markup_points ?? 0) / 100);
  const [discloses, setDiscloses] = useState(now?.discloses_share === 1);
  const minor = minorOf(unit, campaign.currency);
  const set = useMutation({
    mutationFn: () => api.write('POST', `/v1/campaigns/${campaign.id}/charges`, { unit_minor: by === 'unit' ? minor : undefined, markup_points: Math.round(Number(markup) * 100), discloses_share: discloses }),
    onSuccess: async () => {
      await Promise.all(['charges', 'spend'].map((key) => client.invalidateQueries({ queryKey: [key, campaign.id] })));
      done();
    },
  });
  return (
    <form onSubmit={(event) => { event.preventDefault(); set.mutate(); }} onKeyDown={(event) => event.key === 'Escape' && done()}>
      <Stack gap="xs">
        <SegmentedControl aria-label="How the client is charged" value={by} onChange={setBy} data={[{ value: 'cost', label: 'Cost and markup' }, { value: 'unit', label: 'A price a unit' }]} />
        <Group align="flex-start" gap="xs">
          {by === 'unit' && <TextInput label={`For an accepted unit, in ${campaign.currency}`} required value={unit} onChange={(event) => setUnit(event.currentTarget.value)} error={unit !== '' && minor === null ? 'An amount such as 12.50' : undefined} />}
          <NumberInput label={by === 'unit' ? 'Markup on the rest, percent' : 'Markup on the cost, percent'} min={0} max={1000} decimalScale={2} value={markup} onChange={setMarkup} />
        </Group>
        <Checkbox label="The client sees what the work costs" checked={discloses} onChange={(event) => setDiscloses(event.currentTarget.checked)} />
        {set.isError && <Trouble error={set.error} />}
        <Group gap="xs"><Button type="submit" loading={set.isPending} disabled={by === 'unit' && minor === null}>Charge so from now on</Button><Button variant="default" onClick={done}>Cancel</Button></Group>
      </Stack>
    </form>
  );
}

/** What the client is charged, and since when: for the office. */
export function Charges({ campaign, sets }: { campaign: Campaign; sets: boolean }) {
  const charges = useQuery({ queryKey: ['charges', campaign.id], queryFn: () => api.get<Schema<'charge_list'>>(`/v1/campaigns/${campaign.id}/charges`) });
  const [open, setOpen] = useState(false);
  return (
    <Card withBorder radius="md" padding="md" component="section" aria-label="What the client is charged">
      <Group justify="space-between" mb="xs"><Title order={3} size="h6">What the client is charged</Title>{sets && <Button size="compact-xs" variant="subtle" onClick={() => setOpen(!open)} aria-expanded={open}>{open ? 'Close' : 'Change the charge'}</Button>}</Group>
      <Fetched of={charges}>
        {(data) => (
          <Stack gap="sm">
            <Text size="sm">{data.items[0] === undefined ? 'What the work costs; nobody said otherwise.' : `${says(data.items[0], campaign.currency)[0]?.toUpperCase()}${says(data.items[0], campaign.currency).slice(1)}; ${data.items[0].discloses_share === 1 ? 'the client sees what the work costs' : 'the client does not see what the work costs'}.`}</Text>
            {open && <ChargeForm campaign={campaign} now={data.items[0]} done={() => setOpen(false)} />}
            {data.items.length > 1 && (
              <Table.ScrollContainer minWidth={320}>
                <Table verticalSpacing={4} aria-label="Charges since the beginning">
                  <Table.Thead><Table.Tr><Table.Th>In force since</Table.Th><Table.Th>Charge</Table.Th></Table.Tr></Table.Thead>
                  <Table.Tbody>{data.items.map((one) => <Table.Tr key={one.id}><Table.Td className="name">{moment(one.since_at)}</Table.Td><Table.Td>{says(one, campaign.currency)}</Table.Td></Table.Tr>)}</Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            )}
          </Stack>
        )}
      </Fetched>
    </Card>
  );
}
