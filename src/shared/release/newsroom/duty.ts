/** A week or a span of weeks, and who answers: `2026-W47: elin`, `2026-W48..W51: jonas`, `2026-W52..2027-W02: elin`. */
const SPAN = /^(\d{4})-W(\d{2})(?:\.\.(?:(\d{4})-)?W(\d{2}))?$/;

/** Nobody plans further, and a mistyped year must not fill the table. */
const WEEKS_MOST = 106;

/** The ISO weeks a key of `duty` names, `2026-W48` to `2026-W51`; undefined when it is not a span of weeks that exist. */
export function weeksOf(key: string): string[] | undefined {
  const match = SPAN.exec(key.trim());
  if (!match) return undefined;
  const from = { year: Number(match[1]), week: Number(match[2]) };
  const to = match[4] === undefined ? from : { year: Number(match[3] ?? match[1]), week: Number(match[4]) };
  const exists = ({ year, week }: typeof from) => week >= 1 && week <= weeksIn(year);
  if (!exists(from) || !exists(to)) return undefined;
  const weeks: string[] = [];
  let { year, week } = from;
  while (year < to.year || (year === to.year && week <= to.week)) {
    weeks.push(`${year}-W${String(week).padStart(2, '0')}`);
    if (weeks.length > WEEKS_MOST) return undefined;
    week += 1;
    if (week > weeksIn(year)) {
      year += 1;
      week = 1;
    }
  }
  return weeks.length === 0 ? undefined : weeks;
}

/** 53 in years whose 1 January or 31 December is a Thursday (ISO 8601), else 52. */
function weeksIn(year: number): number {
  const thursday = (month: number, day: number) => new Date(Date.UTC(year, month, day)).getUTCDay() === 4;
  return thursday(0, 1) || thursday(11, 31) ? 53 : 52;
}
