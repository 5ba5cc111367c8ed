import type { z } from 'zod';
import { type Problem, problemWith } from '../platform/failure.ts';
import { nearest } from '../platform/spelling.ts';

/*
 * From zod's findings to people's words: every problem at once, each with its field as a path (`images[0].alt`), what is wrong and what to do.
 */

export type Path = readonly PropertyKey[];

/** What to do when a field is missing, by its path without numbers. */
export type Remedies = Readonly<Record<string, string>>;

/** A path as people and programs read it: `images[0].alt`. */
function fieldOf(path: Path): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`),
    '',
  );
}

/** The path of a field written so; empty for the empty text. */
export function pathOf(field: string): (string | number)[] {
  return [...field.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((match) => (match[1] === undefined ? match[0] : Number(match[1])));
}

/** All findings of zod as problems, without places; `input` is what was parsed. */
export function problemsOf(error: z.ZodError, input: unknown, schema: z.ZodType, remedies: Remedies = {}): Problem[] {
  return error.issues.flatMap((issue) => explain(issue, { input, schema, remedies }));
}

/** Two remedies for a name that is not known: what was probably meant, and where all names are. */
export function nearMiss(text: string, candidates: readonly string[], otherwise: string): string {
  const near = nearest(text, candidates);
  return near === undefined ? otherwise : `Near: ${near}. ${otherwise}`;
}

/** What is said of a required field that is not there. */
export const MISSING = 'is missing.';

type Context = { readonly input: unknown; readonly schema: z.ZodType; readonly remedies: Remedies };

function explain(issue: z.core.$ZodIssue, context: Context): Problem[] {
  const value = valueAt(context.input, issue.path);
  const at = (message: string, remedy: string) => [problem(issue.path, message, remedy)];
  if (value === undefined && issue.code !== 'unrecognized_keys' && issue.code !== 'custom')
    return at(MISSING, remedyFor(issue.path, context));
  switch (issue.code) {
    case 'custom':
      return at(issue.message, String(issue.params?.remedy ?? ''));
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...issue.path, key], context));
    case 'invalid_type':
      return at(`is ${kindOf(value)}.`, SHAPES[issue.expected] ?? `It must be ${issue.expected}.`);
    case 'invalid_value': {
      const words = issue.values.map(String);
      return at(`"${String(value)}" is none of ${words.join(', ')}.`, nearMiss(String(value), words, `Write one of ${words.join(', ')}.`));
    }
    case 'too_small':
    case 'too_big':
      return at(...wrongSize(issue, value));
    case 'invalid_format':
      return at(`"${String(value)}" ${own(issue.message) ?? 'is not in the form it must have'}.`, context.remedies[bare(issue.path)] ?? '');
    case 'invalid_key':
      return at('is not a possible name here.', issue.issues.map((inner) => inner.message).join(' '));
    default:
      return at(`"${String(value)}" cannot be used: ${issue.message}.`, remedyFor(issue.path, context));
  }
}

/** What is wrong with a list's length, a text's length or a number, and what to do. */
function wrongSize(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, value: unknown): [message: string, remedy: string] {
  const { origin } = issue;
  if (issue.code === 'too_small') {
    if (origin === 'array') return ['has no entries.', 'Add one, or leave the field out.'];
    if (origin === 'string') return [`has fewer than ${issue.minimum} characters.`, 'Write it out.'];
    return [`"${String(value)}" is less than ${issue.minimum}.`, `The least is ${issue.minimum}.`];
  }
  if (origin === 'array' || origin === 'string')
    return [`has more than ${issue.maximum} ${origin === 'array' ? 'entries' : 'characters'}.`, 'Shorten it.'];
  return [`"${String(value)}" is more than ${issue.maximum}.`, `The most is ${issue.maximum}.`];
}

function problem(path: Path, message: string, remedy: string): Problem {
  return problemWith(fieldOf(path), message, remedy);
}

function unknownKey(path: Path, context: Context): Problem {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const known = keysAt(context.schema, parent);
  const here = parent.length === 0 ? 'here' : `under ${fieldOf(parent)}`;
  return problem(path, `is not a field that can stand ${here}.`, nearMiss(key, known, `Possible ${here}: ${known.join(', ')}.`));
}

function remedyFor(path: Path, context: Context): string {
  return context.remedies[bare(path)] ?? 'Add it.';
}

function bare(path: Path): string {
  return fieldOf(path).replace(/\[\d+\]/g, '[]');
}

/** What a schema says in our words; zod's own sentences begin with a capital. */
function own(message: string): string | undefined {
  return /^\p{Lowercase}/u.test(message) ? message : undefined;
}

const SHAPES: Record<string, string> = {
  string: 'Write it as text on one line, or below it, indented, after >-',
  array: 'Write each entry on a line of its own, after a dash.',
  object: 'Write its fields below it, indented, each as name: value.',
  record: 'Write its entries below it, indented, each as name: value.',
};

function kindOf(value: unknown): string {
  if (value === null || value === '') return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of fields';
  return typeof value === 'string' ? 'plain text' : `a ${typeof value}`;
}

function valueAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) => (value === null || value === undefined ? undefined : (value as Record<PropertyKey, unknown>)[part]),
    input,
  );
}

/** Names of the fields that may stand at a path of the schema. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  let here: Definition | undefined = unwrap(schema);
  for (const part of path) {
    const inner: z.ZodType | undefined = here?.element ?? here?.valueType ?? here?.shape?.[String(part)];
    here = inner && unwrap(inner);
  }
  return Object.keys(here?.shape ?? {});
}

type Definition = {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  element?: z.ZodType;
  valueType?: z.ZodType;
  shape?: Record<string, z.ZodType>;
};

function unwrap(schema: z.ZodType): Definition {
  const definition = schema.def as unknown as Definition;
  // A pipe is a preprocessing step and a schema, or a schema and a transform.
  const inner = definition.innerType ?? (definition.in?.def.type === 'transform' ? definition.out : definition.in);
  return inner ? unwrap(inner) : definition;
}
