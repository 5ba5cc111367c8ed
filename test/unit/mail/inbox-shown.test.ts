import { expect, test } from 'vitest';
import { isInboxShown } from '../../../src/shared/mail/inbox-reader.ts';

const here = { smtpUrl: undefined, host: '127.0.0.1', baseUrl: 'http://localhost:8080' };

test('the local inbox is shown only where no real mail leaves and nobody else can reach the newsroom', () => {
  expect(isInboxShown(here)).toBe(true);
  expect(isInboxShown({ ...here, smtpUrl: 'smtp://127.0.0.1:25' })).toBe(false);
  expect(isInboxShown({ ...here, host: '0.0.0.0' })).toBe(false);
  expect(isInboxShown({ ...here, baseUrl: 'https://press.example.org' })).toBe(false);
});
