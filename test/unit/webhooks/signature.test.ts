import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { type EventRow, eventId, webhookEvent } from '../../../src/shared/webhooks/event.ts';
import { newWebhookSecret, webhookHeaders, writeWebhookSecret } from '../../../src/shared/webhooks/signature.ts';

const ROW: EventRow = {
  publication: 12,
  release: '7d1c9f4e-2f57-4f0a-8a54-0c9e5b1f6a11',
  n: 2,
  kind: 'major',
  hash: 'a'.repeat(64),
  publishedAt: new Date('2026-11-19T08:30:00Z'),
  note: 'Tiden var fel.',
  slug: 'arena',
  language: 'sv',
  title: 'Arenan öppnar',
  takenBack: false,
};

describe('a message', () => {
  it('is verified by the reference implementation, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const secret = newWebhookSecret();
        const body = JSON.stringify({ text });
        const headers = webhookHeaders({ id: eventId(ROW), body, at: new Date() }, [secret]);
        expect(new Webhook(writeWebhookSecret(secret)).verify(body, headers)).toEqual({ text });
      }),
    );
  });

  it('is refused by it when a byte, the id or the secret is another', () => {
    const secret = newWebhookSecret();
    const headers = webhookHeaders({ id: 'rev_1', body: '{"a":1}', at: new Date() }, [secret]);
    const webhook = new Webhook(writeWebhookSecret(secret));
    expect(() => webhook.verify('{"a":2}', headers)).toThrow();
    expect(() => webhook.verify('{"a":1}', { ...headers, 'webhook-id': 'rev_2' })).toThrow();
    expect(() => new Webhook(writeWebhookSecret(newWebhookSecret())).verify('{"a":1}', headers)).toThrow();
  });

  it('carries two signatures while a secret is being replaced, and either verifies it', () => {
    const [young, old] = [newWebhookSecret(), newWebhookSecret()];
    const headers = webhookHeaders({ id: 'rev_1', body: '{}', at: new Date() }, [young, old]);
    for (const secret of [young, old]) expect(new Webhook(writeWebhookSecret(secret)).verify('{}', headers)).toEqual({});
  });
});

describe('an event', () => {
  it('names ids, hash, addresses and title, and what was corrected', () => {
    expect(webhookEvent(ROW, 'https://press.alvmark.example')).toEqual({
      type: 'release.corrected',
      timestamp: '2026-11-19T08:30:00.000Z',
      data: {
        publication: 12,
        release: ROW.release,
        revision: 2,
        kind: 'major',
        hash: ROW.hash,
        language: 'sv',
        address: 'https://press.alvmark.example/releases/arena/',
        shortAddress: expect.stringMatching(/^https:\/\/press\.alvmark\.example\/r\/[0-9a-z]{9}$/),
        title: 'Arenan öppnar',
        note: 'Tiden var fel.',
      },
    });
  });

  it('about a text that was taken back since repeats nothing of it', () => {
    const { data } = webhookEvent({ ...ROW, takenBack: true }, 'https://press.alvmark.example');
    expect(data).not.toHaveProperty('title');
    expect(data).not.toHaveProperty('note');
  });

  it('about a withdrawal has no title and gives the public reason', () => {
    const event = webhookEvent(
      { ...ROW, kind: 'withdrawal', title: null, note: 'Beslutet var inte justerat.' },
      'https://press.alvmark.example',
    );
    expect(event.type).toBe('release.withdrawn');
    expect(event.data).toMatchObject({ note: 'Beslutet var inte justerat.' });
    expect(event.data).not.toHaveProperty('title');
  });
});
