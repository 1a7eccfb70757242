import { Anchor, Badge, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schema } from '../api/client';
import { money } from './format';

export const LEVELS = ['', 'newcomer', 'practitioner', 'authority'];

const STAGES: Record<string, { colour: string; words: string }> = {
  applied: { colour: 'blue', words: 'interview to do' },
  interviewing: { colour: 'blue', words: 'in the interview' },
  judged: { colour: 'yellow', words: 'graded by a person' },
  qualified: { colour: 'teal', words: 'qualified' },
  declined: { colour: 'red', words: 'declined' },
  withdrawn: { colour: 'gray', words: 'withdrawn' },
};

export function Stage({ of }: { of: string }) {
  const stage = STAGES[of] ?? { colour: 'gray', words: of };
  return <Badge color={stage.colour} variant="light" tt="none">{stage.words}</Badge>;
}

export function rate(listing: Schema<'listing_row'>): string {
  return `${money(listing.rate_low_minor, listing.currency)} – ${money(listing.rate_high_minor, listing.currency)} an hour`;
}

/** What a person should know before they apply. */
export function ListingFacts({ listing }: { listing: Schema<'listing_row'> }) {
  const facts: [string, string][] = [
    ['Pay', rate(listing)],
    ['Field', `${listing.domain}, ${LEVELS[listing.difficulty]}`],
    ['Hours', `about ${listing.hours_week} a week`],
    ['Languages', (listing.languages as unknown as string[]).join(', ')],
    ['Interview', `about ${listing.interview_min} minutes in writing, at most ${listing.item_max} questions, without a clock`],
    ['Answer', `within ${listing.answer_days} days`],
    ['What is assessed', listing.assessed],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

/** A page that people see without being signed in. */
export function OpenPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <Group component="header" h={52} px="md" justify="space-between" className="open-header">
        <Text component={Link} to="/roles" fw={700} c="inherit" td="none">Periti</Text>
        <Anchor size="sm" renderRoot={(props) => <Link to="/" {...props} />}>Sign in</Anchor>
      </Group>
      <Stack component="main" maw={760} mx="auto" p="md" gap="md">
        <Title order={1} size="h3">{title}</Title>
        {children}
      </Stack>
    </>
  );
}
