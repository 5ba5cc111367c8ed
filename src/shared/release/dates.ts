/*
 * Times as the newsroom's clock shows them, and dates, amounts and sizes as Swedish and English write them.
 * Formatters are made once per language and zone: making one costs more than a thousand uses.
 */

const SHAPES = {
  clock: { hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  date: { day: 'numeric', month: 'long', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
  weekday: { weekday: 'long' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(shape: keyof typeof SHAPES, locale: string, timezone: string): Intl.DateTimeFormat {
  const key = `${shape} ${locale} ${timezone}`;
  let made = formatters.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locale, { ...SHAPES[shape], timeZone: timezone });
    formatters.set(key, made);
  }
  return made;
}

/** Swedish and British forms; another language's own when ICU has it, else British, never the machine's. */
function localeOf(language: string): string {
  if (language === 'sv') return 'sv-SE';
  if (language === 'en') return 'en-GB';
  return Intl.DateTimeFormat.supportedLocalesOf(language)[0] ?? 'en-GB';
}

type Wall = { year: number; month: number; day: number; hour: number; minute: number; second: number };

/** What the last moment was on its clock: a page asks for that of its publication again and again. */
let last: { readonly time: number; readonly timezone: string; readonly wall: Wall } | undefined;

function wallOf(date: Date, timezone: string): Wall {
  const time = date.getTime();
  if (last?.time !== time || last.timezone !== timezone) last = { time, timezone, wall: readWall(date, timezone) };
  return last.wall;
}

function readWall(date: Date, timezone: string): Wall {
  // `19/11/2026, 09:30:05`: taking the figures out of the text costs half of asking for its parts.
  const figures = formatter('clock', 'en-GB', timezone).format(date).match(/\d+/g)!.map(Number);
  const [day, month, year, hour, minute, second] = figures as [number, number, number, number, number, number];
  return { year, month, day, hour, minute, second };
}

/** The zone's distance from UTC at that moment, in milliseconds. */
function offsetMs(date: Date, timezone: string): number {
  const wall = wallOf(date, timezone);
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  return asUtc - Math.floor(date.getTime() / 1000) * 1000;
}

/**
 * The moment a canonical LocalMoment names. Without an offset it is read on the zone's clock: an hour that comes twice means the first one,
 * an hour that summer time skips means as much later (RFC 5545 3.3.5).
 */
export function momentOf(localMoment: string, timezone: string): Date {
  if (/(Z|[+-]\d{2}:\d{2})$/.test(localMoment)) return new Date(localMoment);
  const utc = new Date(`${localMoment}Z`).getTime();
  const day = 86_400_000;
  const before = offsetMs(new Date(utc - day), timezone);
  const after = offsetMs(new Date(utc + day), timezone);
  // In the hour that comes twice both readings hold, and the offset from before gives the first.
  const first = new Date(utc - before);
  if (offsetMs(first, timezone) === before) return first;
  const second = new Date(utc - after);
  return offsetMs(second, timezone) === after ? second : first;
}

/** The day on the zone's calendar, `YYYY-MM-DD`. */
export function localDay(date: Date, timezone: string): string {
  const wall = wallOf(date, timezone);
  return `${wall.year}-${String(wall.month).padStart(2, '0')}-${String(wall.day).padStart(2, '0')}`;
}

/** The month on the zone's calendar, `YYYY-MM`. */
export function localMonth(date: Date, timezone: string): string {
  return localDay(date, timezone).slice(0, 7);
}

/** The ISO 8601 week on the zone's calendar, `2026-W47`. */
export function isoWeek(date: Date, timezone: string): string {
  const day = new Date(`${localDay(date, timezone)}T00:00Z`);
  // A week belongs to the year its Thursday lies in.
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  const days = (day.getTime() - Date.UTC(day.getUTCFullYear(), 0, 1)) / 86_400_000;
  return `${day.getUTCFullYear()}-W${String(Math.floor(days / 7) + 1).padStart(2, '0')}`;
}

/** The Monday midnight on the zone's clock at which an ISO week (`2026-W47`) begins. */
export function startOfWeek(week: string, timezone: string): Date {
  const [year, number] = week.split('-W').map(Number) as [number, number];
  // 4 January is always in week 1.
  const day = new Date(Date.UTC(year, 0, 4));
  day.setUTCDate(day.getUTCDate() + 1 - (day.getUTCDay() || 7) + (number - 1) * 7);
  return momentOf(`${day.toISOString().slice(0, 10)}T00:00`, timezone);
}

/** `19 november 2026`, `19 November 2026`. */
export function formatDate(date: Date, language: string, timezone: string): string {
  return formatter('date', localeOf(language), timezone).format(date);
}

/** `torsdag 19 november 2026`, `Thursday 19 November 2026`. */
export function formatDay(date: Date, language: string, timezone: string): string {
  const weekday = formatter('weekday', localeOf(language), timezone).format(date);
  return `${weekday} ${formatDate(date, language, timezone)}`;
}

/** A LocalDate (`2026-11-18`) as the language writes it: `18 november 2026`. */
export function formatLocalDate(day: string, language: string): string {
  return formatDate(new Date(`${day}T12:00Z`), language, 'UTC');
}

/** `2026-11` as `november 2026`, `November 2026`. */
export function formatMonth(month: string, language: string): string {
  return formatter('month', localeOf(language), 'UTC').format(new Date(`${month}-15T12:00Z`));
}

/** `09.30` in Swedish, `09:30` in English. */
export function formatTime(date: Date, language: string, timezone: string): string {
  const wall = wallOf(date, timezone);
  return formatClock(`${String(wall.hour).padStart(2, '0')}:${String(wall.minute).padStart(2, '0')}`, language);
}

/** A time of day `HH:MM` as the language writes it. */
export function formatClock(time: string, language: string): string {
  return language.startsWith('sv') ? time.replace(':', '.') : time;
}

/** `19 november 2026 kl. 09.30`, `19 November 2026 at 09:30`. */
export function formatMoment(date: Date, language: string, timezone: string): string {
  const between = language.startsWith('sv') ? ' kl. ' : language.startsWith('en') ? ' at ' : ' ';
  return `${formatDate(date, language, timezone)}${between}${formatTime(date, language, timezone)}`;
}

const NO_BREAK = '\u00a0';

const numberFormatters = new Map<string, Intl.NumberFormat>();

function formatNumber(number: number, language: string, digits: { least: number; most: number }): string {
  const key = `${language} ${digits.least} ${digits.most}`;
  let made = numberFormatters.get(key);
  if (!made) {
    made = new Intl.NumberFormat(localeOf(language), { minimumFractionDigits: digits.least, maximumFractionDigits: digits.most });
    numberFormatters.set(key, made);
  }
  return made.format(number).replaceAll('\u202f', NO_BREAK);
}

/** `1 240 000 kr` in Swedish, `SEK 1,240,000` in English, öre only when there are any; no-break spaces. */
export function formatAmount(kronor: number, language: string): string {
  const number = formatNumber(kronor, language, Number.isInteger(kronor) ? { least: 0, most: 0 } : { least: 2, most: 2 });
  return language.startsWith('sv') ? `${number}${NO_BREAK}kr` : `SEK${NO_BREAK}${number}`;
}

/** `3,2 MB`, `184 kB`: decimal units, as browsers and file managers count. */
export function formatBytes(bytes: number, language: string): string {
  if (bytes < 1_000) return `${formatNumber(bytes, language, { least: 0, most: 0 })}${NO_BREAK}byte`;
  const [unit, size] =
    bytes < 999_500 ? ['kB', bytes / 1_000] : bytes < 999_500_000 ? ['MB', bytes / 1_000_000] : ['GB', bytes / 1_000_000_000];
  return `${formatNumber(size as number, language, { least: 0, most: unit === 'kB' || (size as number) >= 100 ? 0 : 1 })}${NO_BREAK}${unit}`;
}
