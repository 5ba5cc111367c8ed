import { Conflict, Failure, Forbidden, formatProblem, InvalidInput, messageOf } from '../../shared/platform/failure.ts';

/** PostgreSQL: undefined table, undefined column. */
const NOT_MIGRATED = new Set(['42P01', '42703']);

/** An error in words: the problem, and below it what to do. Its stack is shown only where somebody looks for a fault (LOG_LEVEL=debug). */
export function describeError(error: unknown, debug: boolean): { text: string; json: Record<string, unknown> } {
  const stack = debug && error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : '';
  if (error instanceof InvalidInput) {
    return {
      text: error.problems.map(formatProblem).join('\n') + stack,
      json: { code: error.code, message: error.message, problems: error.problems },
    };
  }
  if (error instanceof Conflict || error instanceof Forbidden) {
    const text = `${error.message}\n  ${error.remedy.replaceAll('\n', '\n  ')}`;
    return { text: text + stack, json: { code: error.code, message: error.message, remedy: error.remedy, ...error.fields } };
  }
  if (error instanceof Failure) return { text: error.message + stack, json: { code: error.code, message: error.message, ...error.fields } };
  if (NOT_MIGRATED.has((error as { code?: string }).code ?? '')) {
    const message = 'The database does not have the tables of this version.';
    return { text: `${message}\n  Bring it up to date:  ./depesch migrate${stack}`, json: { code: 'not_migrated', message } };
  }
  const hint = debug ? '' : '\n  This is not an error we know. LOG_LEVEL=debug shows where it came from.';
  return { text: `${messageOf(error)}${hint}${stack}`, json: { code: 'unexpected', message: messageOf(error) } };
}
