import { describe, expect, it } from 'vitest';
import { relayOf } from '../../../src/shared/mail/relay.ts';

const relay = (smtpUrl: string) => relayOf({ smtpUrl, inboxPort: undefined });

describe('the relay that SMTP_URL names', () => {
  it.each(['smtp://127.0.0.1:25', 'smtp://localhost:25', 'smtp://[::1]:25'])(
    'is spoken to in the clear on this machine, whatever certificate it made itself: %s',
    (url) => expect(relay(url)).toMatchObject({ ignoreTLS: true, requireTLS: false, secure: false }),
  );

  it.each([
    'smtp://127.0.0.1:25?requireTLS=true',
    'smtp://127.0.0.1:25?tls.rejectUnauthorized=false',
    'smtp://news:secret@127.0.0.1:587',
    'smtp://mail.example.org:25',
  ])('is asked for STARTTLS where the address wants it, a password crosses or the line leaves this machine: %s', (url) =>
    expect(relay(url).ignoreTLS).toBe(false),
  );

  it('gets a password over an encrypted line alone, or on this machine', () => {
    expect(relay('smtp://news:secret@mail.example.org:587').requireTLS).toBe(true);
    expect(relay('smtp://news:secret@127.0.0.1:587').requireTLS).toBe(false);
  });

  it('is reached at the port for submission when the address names none', () => {
    expect(relay('smtp://mail.example.org').name).toBe('mail.example.org:587');
    expect(relay('smtps://mail.example.org').name).toBe('mail.example.org:465');
  });
});
