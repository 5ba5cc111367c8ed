import { expect, test } from 'vitest';
import { z } from 'zod';
import { problemsOf } from '../../../src/shared/release/problems.ts';

const schema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(50).optional(),
  language: z.string().max(10).optional(),
  items: z.array(z.string()).min(1).max(2).optional(),
});

test.each([
  [{ limit: '0' }, '"0" is less than 1.', 'The least is 1.'],
  [{ limit: '51' }, '"51" is more than 50.', 'The most is 50.'],
  [{ language: 'mycket svenska' }, 'has more than 10 characters.', 'Shorten it.'],
  [{ items: [] }, 'has no entries.', 'Add one, or leave the field out.'],
  [{ items: ['a', 'b', 'c'] }, 'has more than 2 entries.', 'Shorten it.'],
])('a size that does not fit is told as what it is the size of: %j', (value, message, remedy) => {
  const { error } = schema.safeParse(value);
  expect(problemsOf(error!, value, schema)).toMatchObject([{ message, remedy }]);
});
