import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NewsroomShape } from '../../../src/shared/release/newsroom/newsroom-shape.ts';
import { RetentionShape } from '../../../src/shared/release/newsroom/retention.ts';
import { SENDING_LIMITS_SHAPE } from '../../../src/shared/release/newsroom/sending-limits.ts';

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../../newsroom.example.yaml'), 'utf8');

test('newsroom.example.yaml shows every setting there is, those with a default as remarks', () => {
  const limits = ['bodyBytes', 'imageBytes', 'attachmentBytes', ...Object.keys(SENDING_LIMITS_SHAPE)];
  const names = [...Object.keys(NewsroomShape.shape), ...Object.keys(RetentionShape.shape), ...limits];
  const shown = (name: string) => new RegExp(`^[#\\s]*([a-z]+: *\\{.*)?\\b${name}:`, 'm').test(EXAMPLE);
  expect(names.filter((name) => !shown(name))).toEqual([]);
});
