import type { Problem } from '../platform/failure.ts';
import type { ReleaseContent } from './content.ts';
import { formatAmount, formatLocalDate } from './dates.ts';
import { quotesOf } from './markdown/quotes.ts';

/** What a careful colleague would point out. Advice never stops a release. */
export function adviseOn(content: ReleaseContent): Problem[] {
  return [...sums(content), ...quotes(content), ...form(content), ...leadTwice(content), ...pasted(content), ...days(content)];
}

function advice(field: string, message: string, remedy: string, line?: number): Problem {
  return { at: line === undefined ? '' : `line ${line}`, field, message, remedy, severity: 'advice' };
}

function sums({ decisions, language }: ReleaseContent): Problem[] {
  if (decisions?.total === undefined) return [];
  const amounts = decisions.items.map((item) => item.amount);
  // In öre, so that no tenth of an öre is invented.
  const sum = amounts.reduce<number>((total, amount) => total + Math.round((amount ?? 0) * 100), 0) / 100;
  if (sum === decisions.total) return [];
  const missing = amounts.filter((amount) => amount === undefined).length;
  const message = `the items make ${formatAmount(sum, language)}, total says ${formatAmount(decisions.total, language)}`;
  return [advice('decisions', message, missing > 0 ? `${missing} of the items have no amount.` : 'Correct the total or an item.')];
}

function quotes(content: ReleaseContent): Problem[] {
  const nameless = quotesOf(content).filter((quote) => quote.speaker === undefined);
  const first = nameless[0];
  if (!first) return hyphens(content);
  if (content.speakers.length === 0) {
    return [
      advice(
        'speakers',
        'is missing while the text quotes somebody.',
        'List who speaks, with name and title, so that quotes are set off.',
        undefined,
      ),
      ...hyphens(content),
    ];
  }
  const shown = (text: string) => (text.length > 40 ? `${text.slice(0, 40).trimEnd()}…` : text);
  const remedy = `Name one of speakers in the paragraph: ${content.speakers.map((speaker) => speaker.name).join(', ')}.`;
  return [
    ...nameless.map((quote) => advice('body', `the quote "${shown(quote.text)}" names no speaker.`, remedy, quote.line)),
    ...hyphens(content),
  ];
}

/** A quote that opens with a hyphen is a list item in Markdown. */
function hyphens(content: ReleaseContent): Problem[] {
  const speaking = /^- .*(säger|menar|berättar|says|said)\b/iu;
  const lines = content.body.split('\n');
  return lines.flatMap((line, index) =>
    speaking.test(`${line} ${lines[index + 1] ?? ''}`) && content.speakers.length > 0
      ? [advice('body', 'a quote opens with a hyphen and becomes a list.', 'Open it with a dash and a space: – ', index + 1)]
      : [],
  );
}

function form(content: ReleaseContent): Problem[] {
  const found: Problem[] = [];
  if (content.type === 'invitation' && content.event === undefined) {
    found.push(
      advice('event', 'is missing in an invitation.', 'Give title, start and place, so that readers can put it into their calendars.'),
    );
  }
  if (content.registration === undefined) {
    found.push(
      advice('registration', 'is missing.', 'Give the registration number, or the reason for having none: exempt, minor importance'),
    );
  }
  return found;
}

function leadTwice({ lead, body }: ReleaseContent): Problem[] {
  const plain = (text: string) =>
    text
      .replace(/[\s*_]+/gu, ' ')
      .trim()
      .toLowerCase();
  if (!plain(body.split(/\n\s*\n/)[0]!).startsWith(plain(lead))) return [];
  return [advice('body', 'begins with the lead, which already stands above it.', 'Take the repeated paragraph out of the text.', 1)];
}

/** Nobody wraps lines at more than this; a longer one that ends a sentence is a paragraph as a word processor hands it over. */
const WRAPPED_MOST = 160;
const SENTENCE_END = /[.!?:…”"]$/u;
/** Begins a list, a quotation, a table row or a heading, or belongs to one. */
const OWN_LINE = /^(?:\s|[-+*>|#]|\d+[.)]\s)/;
const BULLET = /^\s*[•·▪◦]\s/u;

/** What a text from a word processor looks like: no empty lines between paragraphs, and points with signs of their own. */
function pasted({ body }: ReleaseContent): Problem[] {
  const lines = body.split('\n');
  const together = lines.findIndex((line, index) => {
    const next = lines[index + 1] ?? '';
    return (
      line.length > WRAPPED_MOST &&
      SENTENCE_END.test(line.trimEnd()) &&
      !OWN_LINE.test(line) &&
      next.trim() !== '' &&
      !OWN_LINE.test(next) &&
      !BULLET.test(next)
    );
  });
  const bullet = lines.findIndex((line) => BULLET.test(line));
  return [
    ...(together < 0
      ? []
      : [advice('body', 'runs on into the paragraph before.', 'Leave an empty line between paragraphs.', together + 2)]),
    ...(bullet < 0
      ? []
      : [
          advice(
            'body',
            `begins a point with ${lines[bullet]!.trim()[0]}, which makes no list.`,
            'Begin each point with a hyphen and a space, and leave an empty line before the first.',
            bullet + 1,
          ),
        ]),
  ];
}

// `i dag` as often means nowadays.
const RELATIVE_DAY = /(?<!\p{L})(i går|igår|i morgon|imorgon|i förrgår|yesterday|tomorrow)(?!\p{L})/iu;

const WEEKDAYS: Record<string, readonly string[]> = {
  sv: ['söndag', 'måndag', 'tisdag', 'onsdag', 'torsdag', 'fredag', 'lördag'],
  en: ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'],
};
const MONTHS: Record<string, readonly string[]> = {
  sv: 'januari februari mars april maj juni juli augusti september oktober november december'.split(' '),
  en: 'january february march april may june july august september october november december'.split(' '),
};

/** Days that mean another day tomorrow, and weekdays that do not belong to their date. Quotes may say what they like. */
function days(content: ReleaseContent): Problem[] {
  const found: Problem[] = [];
  for (const { field, text, line } of linesOf(content)) {
    const relative = RELATIVE_DAY.exec(text)?.[1];
    if (relative) found.push(advice(field, `"${relative}" means another day to whoever reads it later.`, 'Write the date.', line));
    const wrong = wrongWeekday(text, content.language);
    if (wrong) found.push(advice(field, wrong.message, wrong.remedy, line));
  }
  return found;
}

function linesOf(content: ReleaseContent): { field: string; text: string; line?: number }[] {
  let quoting = false;
  const body = content.body.split('\n').map((text, index) => {
    quoting = /^[–—“”"]/.test(text) || (quoting && text.trim() !== '');
    return { field: 'body', text: quoting ? '' : text, line: index + 1 };
  });
  return [{ field: 'lead', text: content.lead }, ...body];
}

function wrongWeekday(text: string, language: string): { message: string; remedy: string } | undefined {
  const weekdays = WEEKDAYS[language];
  const months = MONTHS[language];
  if (!weekdays || !months) return undefined;
  const written = new RegExp(
    `(${weekdays.join('|')})(?:en)?,? (?:den )?(\\d{1,2})(?:st|nd|rd|th)? (${months.join('|')}),? (\\d{4})`,
    'iu',
  ).exec(text);
  if (!written) return undefined;
  const [said, weekday, day, month, year] = written;
  const date = new Date(Date.UTC(Number(year), months.indexOf(month!.toLowerCase()), Number(day)));
  const right = weekdays[date.getUTCDay()]!;
  if (right === weekday!.toLowerCase() || Number.isNaN(date.getTime())) return undefined;
  return { message: `"${said}" is not right.`, remedy: `${formatLocalDate(date.toISOString().slice(0, 10), language)} is a ${right}.` };
}
