import { InvalidInput, messageOf, type Problem, problemWith } from '../platform/failure.ts';
import { readYaml, type YamlFile } from '../release/newsroom/yaml-file.ts';
import { pathOf } from '../release/problems.ts';
import { cleanFile } from '../release/read-text.ts';
import { splitFrontMatter } from './front-matter.ts';
import { parseProgramme } from './programme.ts';

/** A release as read, before the schema: with its problems so far and a way from fields to lines. */
export type Raw = { readonly value: Record<string, unknown>; readonly problems: Problem[]; readonly locate: (problem: Problem) => Problem };

/** From the text of a release file: Markdown with YAML front matter. Throws InvalidInput when it cannot be parted into fields and text. */
export function rawText(text: string, name: string): Raw {
  const file = cleanFile(text, name);
  const { front, frontLine, body, bodyLine, problems } = splitFrontMatter(file.text, name);
  if (problems.length > 0) throw new InvalidInput(problems);
  const yaml = readYaml(front, name, frontLine);
  const raw = rawValue(yaml.value, locator(name, yaml, bodyLine));
  raw.problems.unshift(...file.problems, ...yaml.problems);
  if (yaml.value === undefined) throw new InvalidInput(raw.problems);
  if ('body' in raw.value) {
    const remedy = 'Write the text below the second line of three hyphens.';
    const at = `${name}:${yaml.lineOf(['body'])}`;
    raw.problems.push({ at, field: 'body', message: 'cannot stand among the fields.', remedy, severity: 'error' });
  }
  return { ...raw, value: { ...raw.value, body } };
}

/** A picture or an attachment of a form: its fields as they were typed. */
export type FormEntry = Readonly<Record<string, string>>;

/** A release as a form has it: what is long or always there in boxes of their own, as are pictures and attachments; the other fields as YAML. */
export type ReleaseForm = {
  readonly title: string;
  readonly lead: string;
  readonly body: string;
  readonly images: readonly FormEntry[];
  readonly attachments: readonly FormEntry[];
  readonly fields: string;
};

/** From a form; `name` stands in front of the line numbers of its fields. Throws InvalidInput when the fields are none. */
export function rawForm({ fields, ...boxes }: ReleaseForm, name: string): Raw {
  const file = cleanFile(fields, name);
  const yaml = readYaml(file.text, name);
  const inFields = locator(name, yaml);
  const raw = rawValue(yaml.value, (problem) => (boxOf(problem, boxes) ? problem : inFields(problem)));
  raw.problems.unshift(...file.problems, ...yaml.problems);
  if (yaml.value === undefined) throw new InvalidInput(raw.problems);
  for (const box of Object.keys(boxes).filter((key) => key in raw.value)) {
    raw.problems.push(inFields(problemWith(box, 'has a box of its own.', 'Remove it here and write it there.')));
  }
  return { ...raw, value: { ...raw.value, ...boxes } };
}

function boxOf({ field }: Problem, boxes: object): boolean {
  return String(pathOf(field)[0]) in boxes;
}

/** From the text of a JSON file, with its lines. Throws InvalidInput. */
export function rawJsonText(text: string, name: string): Raw {
  try {
    const yaml = readYaml(text, name);
    return rawValue(JSON.parse(text), locator(name, yaml));
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    const at = `${name}:${faultyLine(text)}`;
    throw new InvalidInput([
      { at, field: '', message: `is not JSON: ${messageOf(error)}.`, remedy: 'Correct the place it names.', severity: 'error' },
    ]);
  }
}

/** The first line up to which the text is no beginning of JSON, from 1. */
function faultyLine(text: string): number {
  const lines = text.split('\n');
  let [good, bad] = [0, lines.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (mayGoOn(lines.slice(0, middle).join('\n').trimEnd())) good = middle;
    else bad = middle;
  }
  return bad;
}

function mayGoOn(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return true;
  } catch (error) {
    const message = messageOf(error);
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? -1);
    return /end of JSON input|Unterminated/.test(message) || position >= beginning.length;
  }
}

/** Reads a programme written as text, and throws when the whole is no group of fields. */
export function rawValue(value: unknown, locate: Raw['locate']): Raw {
  if (value === undefined || value === null || value === '') return { value: {}, problems: [], locate };
  if (typeof value !== 'object' || Array.isArray(value)) {
    const message = `is ${Array.isArray(value) ? 'a list' : 'plain text'}, not a group of fields.`;
    throw new InvalidInput([locate(problemWith('the release', message, 'Write fields as name: value.'))]);
  }
  const copy = { ...value } as Record<string, unknown>;
  const event = copy.event as { programme?: unknown } | null | undefined;
  if (typeof event !== 'object' || event === null || typeof event.programme !== 'string') return { value: copy, problems: [], locate };
  const { items, problems } = parseProgramme(event.programme);
  return { value: { ...copy, event: { ...event, programme: items } }, problems: problems.map(locate), locate };
}

function locator(name: string, yaml: YamlFile, bodyLine?: number): Raw['locate'] {
  return (problem) => {
    const within = Number(/^line (\d+)$/.exec(problem.at)?.[1] ?? 0);
    if (problem.at !== '' && within === 0) return problem;
    if (bodyLine !== undefined && problem.field === 'body') return { ...problem, at: `${name}:${bodyLine + Math.max(0, within - 1)}` };
    const path = pathOf(problem.field);
    const line = within > 0 ? yaml.textLineOf(path) + within - 1 : yaml.lineOf(path);
    return { ...problem, at: `${name}:${line}` };
  };
}
