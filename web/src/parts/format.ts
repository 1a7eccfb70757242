/** Numbers, money and times as people read them. */

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const digitsOf = (currency: string) => new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

export function money(minor: number | undefined, currency: string): string {
  if (minor === undefined) {
    return '–';
  }
  return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(minor / 10 ** digitsOf(currency));
}

/** For an axis: no more than three figures. */
export function moneyShort(minor: number, currency: string): string {
  return new Intl.NumberFormat(undefined, { style: 'currency', currency, notation: 'compact', maximumSignificantDigits: 3 }).format(minor / 10 ** digitsOf(currency));
}

/** Minor units of an amount as people write it; null: it is none, or the currency is none. */
export function minorOf(text: string, currency: string): number | null {
  if (!/^[A-Za-z]{3}$/.test(currency)) {
    return null;
  }
  const digits = digitsOf(currency);
  const parts = /^(\d{1,12})(?:[.,](\d+))?$/.exec(text.trim());
  if (parts === null || (parts[2] ?? '').length > digits) {
    return null;
  }
  return Number(parts[1] + (parts[2] ?? '').padEnd(digits, '0'));
}

/** What `minorOf` reads. */
export function minorText(minor: number, currency: string): string {
  const digits = digitsOf(currency);
  return (minor / 10 ** digits).toFixed(digits);
}

export function count(value: number): string {
  return new Intl.NumberFormat(undefined, { notation: value >= 100000 ? 'compact' : 'standard', maximumFractionDigits: 1 }).format(value);
}

export function date(value: string | undefined): string {
  return value === undefined ? '–' : new Date(value).toLocaleDateString(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
}

export function moment(value: string | undefined): string {
  return value === undefined
    ? '–'
    : new Date(value).toLocaleString(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}

export const zoneName = zone;

/** `.86 [.81–.90]`: an estimate never stands without its interval. */
export function estimate(value: number | undefined, low: number | undefined, high: number | undefined): string {
  if (value === undefined || low === undefined || high === undefined) {
    return 'not known yet';
  }
  const short = (x: number) => x.toFixed(2).replace(/^(-?)0\./, '$1.');
  return `${short(value)} [${short(low)}–${short(high)}]`;
}

export function plural(n: number, one: string, many = one + 's'): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

export function words(code: string): string {
  const text = code.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
