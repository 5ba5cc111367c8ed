import fc from 'fast-check';
import MailComposer from 'nodemailer/lib/mail-composer';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { type Addressee, addresseeOf } from '../../../src/shared/mail/addressee.ts';
import { composeLetter, type Letter } from '../../../src/shared/mail/letter.ts';
import { PLACEHOLDER_TOKENS } from '../../../src/shared/mail/links.ts';
import { type LetterFrame, prepareRaw } from '../../../src/shared/mail/raw.ts';
import { sampleEnglish, samplePublisher, sampleView } from '../../support/views.ts';

const publisher = samplePublisher();
const frame: LetterFrame = {
  sender: { name: 'Region Älvmark', address: 'nyheter@alvmark.example', domain: 'alvmark.example' },
  publisher,
  date: new Date('2026-11-19T09:05:00Z'),
};
const keys = { links: Buffer.alloc(32, 1), messageId: Buffer.alloc(32, 2) };
const subscriber = '5c0f6a52-7f0e-4a35-9b53-0d7f6d1f2a01';

function addressee(mailing = 1, address = 'kim@lillan.example', someone = subscriber): Addressee {
  const person = { subscriber: someone, address, tokenKey: Buffer.alloc(16, 3) };
  const letter = { release: '77d1f7a0-52cf-4c5c-8a9d-3b8f3e6f2a03', mailing };
  return addresseeOf({ keys, person, letter, follows: mailing > 1 ? { ...letter, mailing: 1 } : undefined, domain: frame.sender.domain });
}

function withTokens(text: string, { unsubscribeToken, preferencesToken }: Addressee): string {
  return text.replaceAll(PLACEHOLDER_TOKENS.unsubscribe, unsubscribeToken).replaceAll(PLACEHOLDER_TOKENS.preferences, preferencesToken);
}

/** The same letter made by nodemailer for this one person, without any splicing. */
function composedDirectly(letter: Letter, person: Addressee): Promise<Buffer> {
  return new MailComposer({
    from: { name: frame.sender.name, address: frame.sender.address },
    to: person.address,
    subject: letter.subject,
    date: frame.date,
    messageId: person.messageId,
    text: withTokens(letter.text, person),
    html: withTokens(letter.html, person),
    textEncoding: 'quoted-printable',
  })
    .compile()
    .build();
}

async function header(raw: Buffer, name: string): Promise<string | undefined> {
  return (await PostalMime.parse(raw)).headers.find(({ key }) => key === name)?.value;
}

describe('a spliced letter', () => {
  it('says the same as one composed for the person alone, wherever line breaks fall', async () => {
    const near = fc.string({ unit: 'binary', maxLength: 120 }).map((text) => text.toWellFormed().replace(/[\0\r\n]/g, ' '));
    await fc.assert(
      fc.asyncProperty(fc.uuid(), near, near, near, async (someone, before, between, subject) => {
        const text = `${before}${PLACEHOLDER_TOKENS.unsubscribe}${between}\n.${PLACEHOLDER_TOKENS.preferences}\n${before}`;
        const letter: Letter = {
          kind: 'release',
          release: 'r',
          n: 1,
          language: 'sv',
          subject: `x${subject}`,
          html: `<p>${text}</p>`,
          text,
        };
        const person = addressee(1, 'kim@lillan.example', someone);
        const [spliced, direct] = await Promise.all([
          prepareRaw(letter, frame).then((raw) => PostalMime.parse(raw(person))),
          composedDirectly(letter, person).then((raw) => PostalMime.parse(raw)),
        ]);
        for (const part of ['html', 'text', 'subject', 'messageId', 'from', 'to', 'date'] as const)
          expect(spliced[part], part).toEqual(direct[part]);
      }),
      { numRuns: 200 },
    );
  });

  it('holds each person’s own links in header, text and HTML, and nobody else’s', async () => {
    const raw = await prepareRaw(composeLetter(sampleView(), publisher), frame);
    const people = ['kim@lillan.example', 'sam@granback.example'].map((address, index) =>
      addressee(3, address, subscriber.replace(/.$/, String(index))),
    );
    for (const person of people) {
      const other = people.find((one) => one !== person)!;
      const mail = await PostalMime.parse(raw(person));
      for (const text of [mail.html!, mail.text!]) {
        expect(text).toContain(`https://press.alvmark.example/unsubscribe/${person.unsubscribeToken}`);
        expect(text).toContain(`https://press.alvmark.example/preferences/${person.preferencesToken}`);
        expect(text).not.toContain('the-recipients-own');
        expect(text).not.toContain(other.unsubscribeToken);
      }
      expect(mail.headers.find(({ key }) => key === 'list-unsubscribe')!.value).toContain(`/unsubscribe/${person.unsubscribeToken}>`);
    }
  });

  it('has the headers of a list that one can leave with one click', async () => {
    const raw = (await prepareRaw(composeLetter(sampleEnglish(), publisher), frame))(addressee());
    expect(await header(raw, 'list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    expect(await header(raw, 'list-unsubscribe')).toMatch(
      /^<https:\/\/press\.alvmark\.example\/unsubscribe\/[\w-]{43}>, *<mailto:press@alvmark\.example\?subject=unsubscribe%20[\w-]{43}>$/,
    );
    expect(await header(raw, 'list-id')).toBe('<releases.press.alvmark.example>');
    expect(await header(raw, 'list-help')).toContain('<https://press.alvmark.example/subscribe>');
    expect(await header(raw, 'auto-submitted')).toBe('auto-generated');
    expect(await header(raw, 'content-language')).toBe('en');
    expect(await header(raw, 'date')).toBe('Thu, 19 Nov 2026 09:05:00 +0000');
    expect((await PostalMime.parse(raw)).replyTo).toEqual([{ name: 'Region Älvmark', address: 'press@alvmark.example' }]);
    expect(await header(raw, 'in-reply-to')).toBeUndefined();
  });

  it('names the person’s own address to leave by mail where mail that comes back is read', async () => {
    const returning = await prepareRaw(composeLetter(sampleEnglish(), publisher), { ...frame, bounceDomain: 'bounces.alvmark.example' });
    const leaveToken = 'abcdefghijklmnopqrstuvwxyz234567abcdefghij';
    expect(await header(returning({ ...addressee(), leaveToken }), 'list-unsubscribe')).toMatch(
      new RegExp(`^<https://\\S+>, *<mailto:u\\+${leaveToken}@bounces\\.alvmark\\.example\\?subject=unsubscribe>$`),
    );
  });

  it('of a later run follows the first letter the person got', async () => {
    const raw = await prepareRaw(composeLetter(sampleView(), publisher), frame);
    const first = await header(raw(addressee(1)), 'message-id');
    const later = raw(addressee(3));
    expect(await header(later, 'in-reply-to')).toBe(first);
    expect(await header(later, 'references')).toBe(first);
    expect(await header(later, 'message-id')).not.toBe(first);
  });

  it('made again has the same bytes', async () => {
    const letter = composeLetter(sampleView(), publisher);
    const [one, other] = await Promise.all([prepareRaw(letter, frame), prepareRaw(letter, frame)]);
    expect(one(addressee()).equals(other(addressee()))).toBe(true);
  });

  it('is ASCII with CRLF line ends and no line over 998 bytes, whatever the title', async () => {
    const title = `Åäö – ${'långtord'.repeat(200)} 文字 🚋`;
    const view = sampleView();
    const letter = composeLetter({ ...view, content: { ...view.content, title } }, publisher, { run: 'first' });
    const raw = (await prepareRaw(letter, frame))(addressee());
    const lines = raw.toString('latin1').split('\r\n');
    expect(raw.toString('latin1')).toMatch(/^[\x20-\x7e\r\n\t]*$/);
    expect(lines.every((line) => line.length <= 998 && !/[\r\n]/.test(line))).toBe(true);
    expect((await PostalMime.parse(raw)).subject).toBe(title);
  });

  it('is a text part and an HTML part, text first', async () => {
    const raw = (await prepareRaw(composeLetter(sampleView(), publisher), frame))(addressee()).toString();
    expect(raw).toMatch(/Content-Type: multipart\/alternative;/);
    expect([...raw.matchAll(/^Content-Type: (text\/\w+)/gm)].map((match) => match[1])).toEqual(['text/plain', 'text/html']);
  });
});
