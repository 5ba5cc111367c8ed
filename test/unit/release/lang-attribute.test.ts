import { expect, test } from 'vitest';
import { langAttribute } from '../../../src/shared/release/lang-attribute.ts';

test.each([
  ['fi', ' lang="fi"'],
  ['sv', ' lang="sv"'],
  ['sma', ' lang="sma"'],
  ['so', ' lang="so"'],
  ['ar', ' lang="ar" dir="rtl"'],
  ['fa', ' lang="fa" dir="rtl"'],
  ['ku-Arab', ' lang="ku-Arab" dir="rtl"'],
  ['yi', ' lang="yi" dir="rtl"'],
])('words in %s are marked%s', (language, attribute) => {
  expect(langAttribute(language).toString()).toBe(attribute);
});
