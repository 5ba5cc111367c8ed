import { expect, test } from 'vitest';
import { interfaceLanguage, topicName } from '../../../src/shared/release/newsroom/newsroom.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';

test('a topic without a name in a language has the one in the language around it', () => {
  const topics = { halsa: { names: { sv: 'Hälsa', en: 'Health' }, unlisted: false }, vagar: { names: { sv: 'Vägar' }, unlisted: false } };
  const newsroom = { ...sampleNewsroom(), topics };
  expect(['sv', 'en', 'sv-FI', 'ar'].map((language) => topicName(newsroom, 'halsa', language))).toEqual([
    'Hälsa',
    'Health',
    'Hälsa',
    'Health',
  ]);
  expect([topicName(newsroom, 'vagar', 'ar'), topicName(newsroom, 'okant', 'sv')]).toEqual(['Vägar', 'okant']);
});

test('Swedish stands around Swedish and the national minority languages, English around every other', () => {
  const around = (languages: string[]) => new Set(languages.map(interfaceLanguage));
  expect(around(['sv', 'sv-FI', 'fi', 'fi-SE', 'fit', 'se', 'sma', 'smj', 'rom', 'yi'])).toEqual(new Set(['sv']));
  expect(around(['en', 'en-GB', 'de', 'ar', 'so', 'fr', 'svm'])).toEqual(new Set(['en']));
});
