import { AppShell, Badge, Box, Burger, Button, Center, Group, Indicator, Loader, Menu, NavLink, Popover, ScrollArea, Stack, Text, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Spotlight, spotlight } from '@mantine/spotlight';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Navigate, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { api, Problem, type Schema } from './api/client';
import { moment } from './parts/format';
import { has, type Role, type Session, SessionProvider } from './parts/session';
import { Trouble } from './parts/states';

interface Place {
  to: string;
  label: string;
  roles: Role[];
}

const PLACES: Place[] = [
  { to: '/today', label: 'Today', roles: ['expert'] },
  { to: '/work', label: 'My work', roles: ['expert'] },
  { to: '/offers', label: 'Offers', roles: ['expert'] },
  { to: '/profile', label: 'Profile', roles: ['expert'] },
  { to: '/earnings', label: 'Earnings', roles: ['expert', 'reviewer'] },
  { to: '/review', label: 'Review', roles: ['reviewer'] },
  { to: '/campaigns', label: 'Campaigns', roles: ['operator', 'client', 'finance', 'auditor'] },
  { to: '/environments', label: 'Environments', roles: ['operator', 'client', 'auditor'] },
  { to: '/rubrics', label: 'Rubrics', roles: ['operator', 'client', 'reviewer', 'auditor'] },
  { to: '/benchmarks', label: 'Benchmarks', roles: ['operator', 'client', 'auditor'] },
  { to: '/applications', label: 'Applications', roles: ['expert'] },
  { to: '/grading', label: 'Grading', roles: ['reviewer'] },
  { to: '/vetting', label: 'Vetting', roles: ['operator', 'auditor'] },
  { to: '/experts', label: 'Experts', roles: ['operator'] },
  { to: '/money', label: 'Money', roles: ['operator', 'finance', 'auditor'] },
  { to: '/books', label: 'Book', roles: ['finance', 'auditor'] },
  { to: '/payouts', label: 'Payouts', roles: ['finance'] },
  { to: '/people', label: 'People', roles: ['operator'] },
];

function Notices() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const notices = useQuery({
    queryKey: ['notices'],
    queryFn: () => api.get<Schema<'notice_list'>>('/v1/notices?limit=20'),
    refetchInterval: 30000,
  });
  const items = notices.data?.items ?? [];
  const unread = items.filter((one) => one.read_at === undefined).length;
  const markRead = async () => {
    if (unread > 0 && items[0] !== undefined) {
      await api.write('POST', `/v1/notices/${items[0].id}/read`);
      await client.invalidateQueries({ queryKey: ['notices'] });
    }
  };
  return (
    <Popover position="bottom-end" width={340} onClose={() => void markRead()}>
      <Indicator disabled={unread === 0} label={unread} size={16}>
        <Popover.Target>
          <Button variant="subtle" size="compact-sm" color="gray" aria-label={`Notices, ${unread} unread`}>
            Notices
          </Button>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown p={0}>
        <ScrollArea.Autosize mah={420}>
          {items.length === 0 && <Text p="md" size="sm" c="dimmed">Nothing yet. Feedback on your work appears here.</Text>}
          {items.map((one) => (
            <UnstyledButton key={one.id} p="sm" w="100%" onClick={() => void navigate({ to: one.link as '/' })}>
              <Text size="sm" fw={one.read_at === undefined ? 600 : 400}>{one.title}</Text>
              <Text size="xs" c="dimmed" lineClamp={2}>{one.message}</Text>
              <Text size="xs" c="dimmed">{moment(one.happened_at)}</Text>
            </UnstyledButton>
          ))}
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}

function Person({ session }: { session: Session }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  const signOut = async () => {
    await api.write('DELETE', '/v1/session');
    client.clear();
    await navigate({ to: '/sign-in' });
  };
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button variant="subtle" color="gray" size="compact-sm">{session.name}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {session.organisation_name} · {session.roles.join(', ')}
        </Menu.Label>
        <Menu.Item onClick={() => setColorScheme(dark ? 'light' : 'dark')}>{dark ? 'Light' : 'Dark'} colours</Menu.Item>
        <Menu.Item onClick={() => void navigate({ to: '/keys' })}>API keys and password</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Palette({ session }: { session: Session }) {
  const navigate = useNavigate();
  const office = has(session, 'operator', 'client', 'finance', 'auditor');
  const campaigns = useQuery({
    queryKey: ['campaigns'],
    queryFn: () => api.get<Schema<'campaign_list'>>('/v1/campaigns?limit=200'),
    enabled: office,
  });
  const actions = [
    ...[...PLACES, { to: '/skill', label: 'My skill', roles: ['expert'] as Role[] }].filter((place) => has(session, ...place.roles)).map((place) => ({
      id: place.to, label: place.label, description: 'Go there', onClick: () => void navigate({ to: place.to as '/' }),
    })),
    ...(has(session, 'operator') ? [{ id: 'new', label: 'New campaign', description: 'Scope a campaign', onClick: () => void navigate({ to: '/campaigns/new' }) }] : []),
    ...(campaigns.data?.items ?? []).map((one) => ({
      id: one.id, label: one.name, description: `Campaign of ${one.organisation_name}`,
      onClick: () => void navigate({ to: '/campaigns/$campaign', params: { campaign: one.id } }),
    })),
  ];
  return <Spotlight actions={actions} shortcut={['mod + K']} searchProps={{ placeholder: 'Go to…', 'aria-label': 'Go to' }} nothingFound="Nothing like that" highlightQuery />;
}

function Inside({ session }: { session: Session }) {
  const [open, rail] = useDisclosure(false);
  const location = useLocation();
  const places = PLACES.filter((place) => has(session, ...place.roles));
  useEffect(() => {
    rail.close();
  }, [location.pathname]); // eslint-disable-line
  return (
    <SessionProvider value={session}>
      <AppShell header={{ height: 52 }} navbar={{ width: 196, breakpoint: 'sm', collapsed: { mobile: !open } }} padding="lg">
        <AppShell.Header>
          <Group h="100%" px="md" justify="space-between" wrap="nowrap">
            <Group gap="sm" wrap="nowrap">
              <Burger opened={open} onClick={rail.toggle} hiddenFrom="sm" size="sm" aria-label="Open the menu" />
              <Text component={Link} to="/" fw={700} c="inherit" td="none">Periti</Text>
              <Badge variant="light" color="gray" tt="none" visibleFrom="xs">{session.organisation_name}</Badge>
            </Group>
            <Group gap="xs" wrap="nowrap">
              <Button variant="default" size="compact-sm" onClick={spotlight.open} visibleFrom="sm">Go to… <Text component="span" size="xs" c="dimmed" ml={6}>Ctrl K</Text></Button>
              <Notices />
              <Person session={session} />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar p="xs" aria-label="Places">
          {places.map((place) => (
            <NavLink key={place.to} renderRoot={(props) => <Link to={place.to} {...props} />} label={place.label} active={location.pathname.startsWith(place.to)} />
          ))}
        </AppShell.Navbar>
        <AppShell.Main>
          <Box maw="var(--page-wide)" mx="auto">
            <Outlet />
          </Box>
        </AppShell.Main>
      </AppShell>
      <Palette session={session} />
    </SessionProvider>
  );
}

/** What surrounds every page of somebody who is signed in. */
export function Frame() {
  const session = useQuery({ queryKey: ['session'], queryFn: () => api.get<Session>('/v1/session'), staleTime: 60000 });
  const location = useLocation();
  if (session.isPending) {
    return <Center h="100vh"><Loader aria-label="Loading" /></Center>;
  }
  if (session.isError) {
    return session.error instanceof Problem && session.error.status === 401 ? (
      <Navigate to="/sign-in" search={{ next: location.pathname } as never} replace />
    ) : (
      <Stack p="xl" maw={520} mx="auto"><Trouble error={session.error} retry={() => void session.refetch()} /></Stack>
    );
  }
  return <Inside session={session.data} />;
}

