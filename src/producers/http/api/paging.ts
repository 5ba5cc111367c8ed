import { z } from 'zod';
import { wrongInput } from '../../../shared/platform/failure.ts';
import { MOST_ROWS, USUAL_ROWS } from '../limits.ts';

/** Every list comes in pages; the cursor's inside is nobody's business. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MOST_ROWS).default(USUAL_ROWS),
  before: z.string().max(200).optional().describe('`next` of the page before.'),
});

export function writeCursor(parts: readonly number[]): string {
  return Buffer.from(parts.join('.')).toString('base64url');
}

/** The numbers of a cursor of ours. Throws InvalidInput for anything else. */
export function readCursor(cursor: string | undefined, length: number): number[] | undefined {
  if (cursor === undefined) return undefined;
  const parts = Buffer.from(cursor, 'base64url').toString('utf8').split('.');
  if (parts.length === length && parts.every((part) => /^\d{1,9}$/.test(part))) return parts.map(Number);
  throw wrongInput('before', 'is not a page of this list.', 'Leave it out, or use "next" of the page before.');
}
