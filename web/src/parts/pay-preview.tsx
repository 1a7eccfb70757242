import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, type Schema } from '../api/client';
import { count, estimate, money, plural } from './format';

const hours = (minutes: number) => minutes < 90 ? plural(minutes, 'minute') : plural(Math.round(minutes / 60), 'hour');

/** What this work paid for an hour, from people on it; of few it says only how many there are. */
export function PayPreview({ of }: { of: string }) {
  const preview = useQuery({ queryKey: ['pay-preview', of], queryFn: () => api.get<Schema<'pay_preview'>>(`/v1/${of}/pay-preview`), retry: false });
  const data = preview.data;
  if (data === undefined) {
    return preview.isError ? null : <Text size="xs" c="dimmed">Looking up what it paid…</Text>;
  }
  return (
    <div>
      {data.middle_minor === undefined
        ? <Text size="xs" c="dimmed">What an hour of it paid: not enough yet ({data.people} of {data.people_min} people)</Text>
        : <Text size="sm"><Text span fw={650} className="figures">{money(data.middle_minor, data.currency)}</Text> for an hour worked, half of people between {money(data.low_minor, data.currency)} and {money(data.high_minor, data.currency)} <Text span size="xs" c="dimmed">({plural(data.people, 'person', 'people')}, four weeks)</Text></Text>}
      {(data.acceptance !== undefined || (data.answers_left ?? 0) > 0) && (
        <Text size="xs" c="dimmed">
          {[data.acceptance === undefined ? null : `${estimate(data.acceptance, data.acceptance_low, data.acceptance_high)} accepted, n ${count(data.judged ?? 0)}`,
            data.answers_left === undefined ? null : `${plural(data.answers_left, 'answer')} left${data.minutes_left === undefined ? '' : `, about ${hours(data.minutes_left)}`}`].filter((one) => one !== null).join(' · ')}
        </Text>
      )}
    </div>
  );
}
