import PostalMime, { type Email } from 'postal-mime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sender } from '../../../src/shared/delivery/sender.ts';
import { parseToken } from '../../../src/shared/mail/links.ts';
import { type LetterWorld, openLetterWorld } from '../../support/letters.ts';
import { correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';

/* Letters as they arrive, read by a parser that is not ours. */

const KIM = 'kim@lillan.example';

let world: LetterWorld;
let sender: Sender;

beforeAll(async () => {
  world = await openLetterWorld();
  await world.people([{ address: KIM }, { address: 'sam@granback.example' }]);
  sender = await world.sender();
});
afterAll(() => world.close());

/** Sends the run of revision `n` and gives Kim's letters so far, oldest first. */
async function kimsLetters(release: string, n: number): Promise<Email[]> {
  await world.emailJob(release, n);
  await world.send(sender, release, n);
  const raw = world.smtp.letters.filter((letter) => letter.to === KIM).map((letter) => letter.raw);
  return Promise.all(raw.map((text) => PostalMime.parse(text)));
}

const headerOf = (letter: Email, name: string) => letter.headers.find(({ key }) => key === name)?.value;

it('a release, its correction and its withdrawal arrive as one thread that each says what it is', async () => {
  const content = plainContent({}, 'Simhallen');
  const { release } = await publish(world, content);
  const [first] = await kimsLetters(release, 1);
  expect(first!.subject).toBe('Simhallen får nya öppettider');
  expect(first!.from).toEqual({ name: 'Region Älvmark', address: 'news@localhost' });
  expect(first!.to).toEqual([{ name: '', address: KIM }]);

  await correct(world, release, { ...content, body: 'De nya tiderna gäller till maj.' }, { kind: 'major', note: 'Månaden var fel.' });
  const [, second] = await kimsLetters(release, 2);
  expect(second!.subject).toBe('Rättelse: Simhallen får nya öppettider');
  expect(second!.text).toMatch(/Månaden var fel\.[\s\S]*till maj/);

  await withdraw(world, release, 'Beslutet var inte justerat.');
  const letters = await kimsLetters(release, 3);
  expect(letters).toHaveLength(3);
  const third = letters[2]!;
  expect(third.subject).toBe('Återkallat: Simhallen får nya öppettider');
  for (const part of [third.text!, third.html!]) {
    expect(part).toContain('Beslutet var inte justerat.');
    expect(part).not.toContain('Simhallen');
  }

  expect(first!.inReplyTo).toBeUndefined();
  for (const later of [second!, third]) expect([later.inReplyTo, later.references]).toEqual([first!.messageId, first!.messageId]);
  expect(new Set(letters.map((letter) => letter.messageId)).size).toBe(3);
});

it('every letter carries the recipient’s own way out, in header, text and HTML', async () => {
  const { release } = await publish(world, plainContent({}, 'Färjan'));
  await kimsLetters(release, 1);
  const rows = await world.rows(release, 1);
  const letters = world.smtp.letters.filter((letter) => letter.raw.includes('F=C3=A4rjan'));
  expect(letters).toHaveLength(2);
  for (const { raw, to } of letters) {
    const letter = await PostalMime.parse(raw);
    const token = /\/unsubscribe\/([\w-]+)>/.exec(headerOf(letter, 'list-unsubscribe')!)![1]!;
    expect(parseToken(token)).toEqual({ subscriber: rows.find((row) => row.address === to)!.subscriber });
    expect(letter.text).toContain(`/unsubscribe/${token}`);
    expect(letter.html).toContain(`/unsubscribe/${token}`);
    expect(headerOf(letter, 'list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
  }
});

it('a correction shows what changed since the text that was mailed, minor changes with it', async () => {
  const content = plainContent({ body: 'Bron öppnar i april.\n\nDen är tolv meter brd.' }, 'Bron');
  const { release } = await publish(world, content);
  await kimsLetters(release, 1);
  const spelled = content.body.replace('brd', 'bred');
  await correct(world, release, { ...content, body: spelled }, { kind: 'minor', note: '' });
  await correct(world, release, { ...content, body: spelled.replace('april', 'maj') }, { kind: 'major', note: 'Fel månad.' });
  const letter = (await kimsLetters(release, 3)).at(-1)!;
  expect(letter.text).toMatch(
    /Fel månad\.[\s\S]*Före: Bron öppnar i \*april\*\.\nNu: {3}Bron öppnar i \*maj\*\.[\s\S]*meter \*brd\*\.\nNu: {3}Den är tolv meter \*bred\*\./,
  );
  expect(letter.html).toMatch(/<del[^>]*>april<\/del>[\s\S]*<ins[^>]*>maj<\/ins>[\s\S]*<h1/);
});

it('a concealed correction shows nothing of the text before it, and neither does any later one', async () => {
  const content = plainContent({ body: 'Patienten Hemligsson berättar om vården.' }, 'Vården');
  const { release } = await publish(world, content);
  await kimsLetters(release, 1);
  const calm = { ...content, body: 'En patient berättar om vården.' };
  await correct(world, release, calm, { kind: 'major', note: 'Ett namn skulle inte ha stått där.', conceal: true });
  const second = (await kimsLetters(release, 2)).at(-1)!;
  await correct(world, release, { ...calm, body: 'En patient berättar om hemtjänsten.' }, { kind: 'major', note: 'Fel verksamhet.' });
  const third = (await kimsLetters(release, 3)).at(-1)!;
  for (const letter of [second, third]) for (const part of [letter.text, letter.html]) expect(part).not.toContain('Hemligsson');
  expect(second.text).toContain('Ett namn skulle inte ha stått där.');
  expect(second.html).not.toContain('<del');
  expect(third.text).toContain('Före: En patient berättar om *vården*.');
});
