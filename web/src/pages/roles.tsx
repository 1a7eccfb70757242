import { Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, type Schema } from '../api/client';
import { Empty, Fetched } from '../parts/states';
import { LEVELS, OpenPage, rate } from '../parts/vetting';

export default function Roles() {
  const listings = useQuery({ queryKey: ['roles'], queryFn: () => api.get<Schema<'listing_list'>>('/v1/listings?limit=100') });
  return (
    <OpenPage title="Open roles">
      <Fetched of={listings}>
        {(data) => {
          const open = data.items.filter((one) => one.listing_state === 'open');
          return open.length === 0
            ? <Empty title="No role is open">Come back later. Whoever has an account is told of new roles.</Empty>
            : (
              <Stack>
                {open.map((one) => (
                  <Card key={one.id} withBorder radius="md" padding="lg">
                    <Title order={2} size="h5"><Anchor inherit renderRoot={(props) => <Link to="/roles/$listing" params={{ listing: one.id }} {...props} />}>{one.title}</Anchor></Title>
                    <Group gap="xs"><Text size="sm" c="dimmed">{rate(one)} · {one.domain}, {LEVELS[one.difficulty]} · about {one.hours_week} hours a week</Text></Group>
                  </Card>
                ))}
              </Stack>
            );
        }}
      </Fetched>
    </OpenPage>
  );
}
