/** Columns as wide as their widest cell, two spaces between; the last is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, width(cell));
  return rows
    .map((row) =>
      row
        .map((cell, index) => (index === row.length - 1 ? cell : pad(cell, widths[index]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Fills up with spaces to a width in characters as a person counts them. */
export function pad(text: string, to: number): string {
  return text + ' '.repeat(Math.max(0, to - width(text)));
}

/** Puts a number at the right edge of its column. */
export function padLeft(text: string, to: number): string {
  return ' '.repeat(Math.max(0, to - width(text))) + text;
}

function width(text: string): number {
  return [...new Intl.Segmenter().segment(text)].length;
}

/** Cuts a text that is too long for its place, with an ellipsis. */
export function cut(text: string, most: number): string {
  const letters = [...new Intl.Segmenter().segment(text)].map((part) => part.segment);
  return letters.length <= most
    ? text
    : `${letters
        .slice(0, Math.max(0, most - 1))
        .join('')
        .trimEnd()}…`;
}

/** 4518 → `4 518`, with spaces that do not break. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '\u00a0');
}

/** 2 430 ms → `2.4 s`; minutes and hours in words above that. */
export function span(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** `Thu 19 Nov 2026 09:30:00` in that zone. */
export function moment(date: Date, timezone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(date);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return `${part('weekday')} ${part('day')} ${part('month')} ${part('year')} ${clock(date, timezone)}`;
}

/** `09:30:00` in that zone. */
export function clock(date: Date, timezone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(date);
}

/** `09:30:00` today, `19 Nov 09:30` on another day. */
export function shortMoment(date: Date, now: Date, timezone: string): string {
  const day = (value: Date) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: timezone, day: 'numeric', month: 'short', year: 'numeric' }).format(value);
  return day(date) === day(now) ? clock(date, timezone) : `${day(date).replace(/ \d{4}$/, '')} ${clock(date, timezone).slice(0, 5)}`;
}
