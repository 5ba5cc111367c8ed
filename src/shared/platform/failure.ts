/** One thing wrong with what somebody handed us: where it stands, what is wrong, and what to do about it. */
export type Problem = {
  /** `file:line` or a JSON path such as `images[0].alt`; empty when the whole input is meant. */
  readonly at: string;
  /** The field's name as the person wrote it. */
  readonly field: string;
  /** What is wrong with the value, as one sentence. */
  readonly message: string;
  /** What to do, as one sentence. */
  readonly remedy: string;
  /** Advice never stops anything; an error does. */
  readonly severity: 'error' | 'advice';
};

/** Every failure of ours carries a stable code, the ids it concerns, and the original as `cause`. */
export class Failure extends Error {
  readonly code: string;
  readonly fields: Readonly<Record<string, unknown>>;
  constructor(code: string, message: string, options: { cause?: unknown; fields?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.fields = options.fields ?? {};
  }
}

/** Trying again cannot help: the job's receipt becomes `failed` and a person decides. */
export class Permanent extends Failure {}

/** Outside text did not fit. Carries every problem found, not just the first. */
export class InvalidInput extends Failure {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super('invalid_input', problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

/** The error that says of a field what is wrong with it and what to do. Where the input has lines or paths, add `at`. */
export function problemWith(field: string, message: string, remedy: string): Problem {
  return { at: '', field, message, remedy, severity: 'error' };
}

/** What to throw when one field is wrong. */
export function wrongInput(field: string, message: string, remedy: string): InvalidInput {
  return new InvalidInput([problemWith(field, message, remedy)]);
}

/** The wish is understood but the state of things forbids it (HTTP 409). `remedy` says what to do instead. */
export class Conflict extends Failure {
  readonly remedy: string;
  constructor(code: string, message: string, remedy: string, fields: Record<string, unknown> = {}) {
    super(code, message, { fields });
    this.remedy = remedy;
  }
}

/** The person may not do this (HTTP 403). */
export class Forbidden extends Failure {
  readonly remedy: string;
  constructor(code: string, message: string, remedy: string, fields: Record<string, unknown> = {}) {
    super(code, message, { fields });
    this.remedy = remedy;
  }
}

/** What was asked for does not exist (HTTP 404). */
export class NotFound extends Failure {
  constructor(what: string, id: string) {
    super('not_found', `${what} "${id}" does not exist`, { fields: { what, id } });
  }
}

/** A message that begins so goes on from the field's name (`title is missing.`); any other is set off by a colon. */
const GOES_ON = /^(is|are|has|have|was|were|cannot|stands|leaves|begins|does)\b/;

/** `place field problem`, and the remedy indented on the next line. */
export function formatProblem(problem: Problem): string {
  const field = problem.field && !GOES_ON.test(problem.message) ? `${problem.field}:` : problem.field;
  const advice = problem.severity === 'advice' ? ' (advice; publishing is possible)' : '';
  const first = [problem.at, field, `${problem.message}${advice}`].filter(Boolean).join(' ');
  return problem.remedy ? `${first}\n  ${problem.remedy.replaceAll('\n', '\n  ')}` : first;
}

/** Makes an exhaustive switch fail to compile when a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${String(value)}`);
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
