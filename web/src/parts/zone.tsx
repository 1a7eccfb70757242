import { Autocomplete } from '@mantine/core';

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')];

/** A time zone by its name, such as Europe/Berlin. */
export function ZoneInput({ value, change, description }: { value: string; change: (zone: string) => void; description?: string }) {
  return <Autocomplete label="Time zone" description={description} required value={value} onChange={change} data={ZONES} limit={40} maxLength={60} />;
}
