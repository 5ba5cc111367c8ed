import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InterfaceLanguage } from '../release/newsroom/newsroom.ts';

/**
 * A release file to begin with, every field explained. What is required stands there to be written over; a field that may be left out
 * has a # right before its name (`#images:`), and taking those signs away gives a release that can be read.
 */
export function releaseTemplate(language: InterfaceLanguage): string {
  return readFileSync(join(import.meta.dirname, 'templates', `release.${language}.md`), 'utf8');
}
