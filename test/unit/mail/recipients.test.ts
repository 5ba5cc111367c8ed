import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutAddresses } from '../../../src/shared/mail/answers.ts';
import { mailboxOf, mayReceive } from '../../../src/shared/mail/recipients.ts';
import { senderAddress } from '../../../src/shared/mail/sender-address.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';

describe('who may receive', () => {
  const real = (mailRecipients: string | undefined) => ({ smtpUrl: 'smtp://relay.example', mailRecipients });

  it('everybody while letters stay in the local inbox', () => {
    expect(mayReceive({ smtpUrl: undefined, mailRecipients: undefined }, 'kim@lillan.example')).toBe(true);
  });

  it('with a real relay only those allowed: a star, an address, everybody at a domain', () => {
    expect(mayReceive(real('*'), 'kim@lillan.example')).toBe(true);
    expect(mayReceive(real('Kim@Lillan.example, @alvmark.example'), 'kim@lillan.EXAMPLE')).toBe(true);
    expect(mayReceive(real('kim@lillan.example, @alvmark.example'), 'elin@alvmark.example')).toBe(true);
  });

  it('nobody else: not a subdomain, not a domain that ends alike, nobody when nothing is said', () => {
    for (const address of [
      'elin@press.alvmark.example',
      'elin@inte-alvmark.example',
      'alvmark.example@evil.example',
      'kim@lillan.example',
    ]) {
      expect(mayReceive(real('@alvmark.example'), address), address).toBe(false);
    }
    expect(mayReceive(real(undefined), 'kim@lillan.example')).toBe(false);
    expect(mayReceive(real(' , '), 'kim@lillan.example')).toBe(false);
  });
});

describe('an address', () => {
  it('goes out with its domain in ASCII', () => {
    expect(mailboxOf(' kim@Lillån.example ')).toBe('kim@xn--lilln-pra.example');
    expect(mailboxOf("o'neill+news@x.example")).toBe("o'neill+news@x.example");
    expect(mailboxOf('åsa@lillan.example')).toBe('åsa@lillan.example');
  });

  const texts = fc.string({ unit: 'binary', maxLength: 12 });

  it('never lets anything through that could end a header line or a command', () => {
    fc.assert(
      fc.property(texts, texts, (local, domain) => {
        const address = mailboxOf(`${local}@${domain}`);
        if (address !== undefined) expect(address).not.toMatch(/[\s<>\p{Cc}",;:()]/u);
      }),
    );
    for (const text of [
      '',
      '@',
      'kim',
      'kim@',
      '@lillan.example',
      'a b@x.example',
      'kim@x y',
      'kim@x.example>\r\nBcc: all',
      `${'x'.repeat(65)}@x.example`,
    ]) {
      expect(mailboxOf(text), text).toBeUndefined();
    }
  });
});

describe('a server’s text', () => {
  it('is kept without anybody’s address, on one line, cut short', () => {
    expect(withoutAddresses('<kim.berg@lillan.example>: Recipient rejected', 'kim.berg@lillan.example')).toBe(
      '<recipient>: Recipient rejected',
    );
    expect(withoutAddresses('user Kim.Berg unknown', 'kim.berg@lillan.example')).toBe('user <recipient> unknown');
    expect(withoutAddresses('forwarded\tto someone@else.example failed\r\n', 'kim@lillan.example')).toBe('forwarded to <recipient> failed');
    expect(withoutAddresses('x'.repeat(2_000), 'kim@lillan.example').length).toBeLessThan(500);
  });

  it('never holds the address, whatever the server makes of it', () => {
    const addresses = fc
      .tuple(fc.stringMatching(/^[a-z][a-z0-9.+-]{2,20}$/), fc.stringMatching(/^[a-z]{1,9}\.example$/))
      .map((parts) => parts.join('@'));
    fc.assert(
      fc.property(addresses, fc.string(), fc.string(), (address, before, after) => {
        for (const shown of [address, address.toUpperCase(), `<${address}>`]) {
          expect(withoutAddresses(`${before} ${shown} ${after}`, address).toLowerCase()).not.toContain(address);
        }
      }),
    );
  });
});

describe('the sender', () => {
  const baseUrl = 'https://press.alvmark.example';

  it('is MAIL_FROM, with the newsroom’s name when it has none', () => {
    expect(senderAddress({ mailFrom: 'Nyheter <nyheter@alvmark.example>', baseUrl }, sampleNewsroom())).toEqual({
      name: 'Nyheter',
      address: 'nyheter@alvmark.example',
      domain: 'alvmark.example',
    });
    expect(senderAddress({ mailFrom: 'nyheter@alvmark.example', baseUrl }, sampleNewsroom())).toMatchObject({ name: 'Region Älvmark' });
  });

  it('is this house itself while there is only the local inbox', () => {
    expect(senderAddress({ mailFrom: undefined, baseUrl: 'http://localhost:8080' }, sampleNewsroom())).toEqual({
      name: 'Region Älvmark',
      address: 'news@localhost',
      domain: 'localhost',
    });
  });

  it('a MAIL_FROM without an address is refused with the right form', () => {
    expect(() => senderAddress({ mailFrom: 'Region Älvmark', baseUrl }, sampleNewsroom())).toThrow('Write it so');
  });
});
