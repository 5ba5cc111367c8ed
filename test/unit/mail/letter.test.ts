import { describe, expect, it } from 'vitest';
import { composeLetter } from '../../../src/shared/mail/letter.ts';
import { LETTER_BYTES } from '../../../src/shared/mail/letter-parts.ts';
import { renderContent } from '../../../src/shared/release/markdown/markdown.ts';
import { earlierContent, firstView } from '../../support/letter-kinds.ts';
import { sampleEnglish, sampleInvitation, samplePublisher, sampleView, sampleWithdrawn } from '../../support/views.ts';

const publisher = samplePublisher();

/** Text of the HTML in reading order, as with pictures off. */
function readable(html: string): string {
  return html
    .slice(html.indexOf('role="article"'))
    .replace(/<img[^>]*alt="([^"]*)"[^>]*>/g, ' $1 ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&nbsp;| /g, ' ')
    .replace(/\s+/g, ' ');
}

function inOrder(text: string, parts: readonly string[]): void {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    expect(at, `"${part}" after character ${from}`).toBeGreaterThanOrEqual(0);
    from = at + part.length;
  }
}

const PARTS = [
  'Pressmeddelande',
  'Klart: tre nya mötesplatser',
  'Det beslutade regionala',
  'Två personer bär in stolar',
  'Mira Alm/Region Älvmark',
  'Arena Storforsa ligger på Ågatan',
  'säger Karin Ekholm',
  'Så valdes projekten',
  'Beslut',
  'Studenter möter inlandet',
  '985 500 kr',
  'Summa',
  '2 835 500 kr',
  'Program',
  'torsdag 3 december 2026 kl. 09.00–15.30',
  '09.45',
  'Företag som växer',
  'Fakta om mötesplatserna',
  'För mer information',
  'Jon Dahl',
  'Om Arena Storforsa',
  'Sara Lind-Öst',
  'Presskontakt',
  'Elin Sand',
  'Bilagor',
  'Beslut § 84',
  'Mer om detta',
  'Om Region Älvmark',
  'Regionens hus',
  'RUN 2026-0417',
  'Du får brevet för att',
  'Avsluta prenumerationen',
];

describe('a letter', () => {
  const letter = composeLetter(firstView(), publisher);

  it('has everything in the order of the page, readable with pictures off', () => {
    expect(letter).toMatchObject({
      kind: 'release',
      n: 1,
      language: 'sv',
      subject: 'Klart: tre nya mötesplatser i inlandet får 2 835 500 kronor',
    });
    inOrder(readable(letter.html), PARTS);
  });

  it('says the same in its text part, in the same order', () => {
    inOrder(letter.text.replace(/\s+/g, ' '), PARTS);
  });

  it('underlines every heading of its text part, those of the release too', () => {
    for (const heading of ['Så valdes projekten', 'Beslut', 'Presskontakt'])
      expect(letter.text).toContain(`\n\n${heading}\n${'-'.repeat(heading.length)}\n`);
    expect(letter.text).not.toMatch(/\n{3}/);
  });

  it('fits a terminal: no line of text over 72 characters but addresses', () => {
    for (const line of letter.text.split('\n')) if (!/https?:\/\//.test(line)) expect([...line].length, line).toBeLessThanOrEqual(72);
  });

  it('has links that can be rung, written to and followed from anywhere', () => {
    expect(letter.html).toContain('href="tel:0701740605"');
    expect(letter.html).toContain('href="mailto:jon.dahl@alvmark.example"');
    expect(letter.html).toContain('href="https://press.alvmark.example/releases/klart-tre-nya-motesplatser');
    for (const [, address] of letter.html.matchAll(/(?:href|src)="([^"]*)"/g)) expect(address).toMatch(/^(https:\/\/|mailto:|tel:)/);
    // As it was written: no address of ours stands before it, nothing about the reader after it.
    expect(letter.html).toContain('<a href="https://www.alvmark.example/tillvaxt"');
    expect(letter.text).toContain('<https://www.alvmark.example/tillvaxt>');
  });

  it('makes links within the newsroom whole', () => {
    const view = firstView();
    const linked = { ...view, rendered: { ...view.rendered, body: '<p><a href="/releases/annat/">Läs mer</a></p>' } };
    expect(composeLetter(linked, publisher).html).toContain('href="https://press.alvmark.example/releases/annat/"');
  });

  it('loads nothing but the newsroom’s own picture, and hides none', () => {
    const images = [...letter.html.matchAll(/<img[^>]*>/g)].map(([tag]) => tag);
    const sizes = images.map((tag) => /src="https:\/\/press\.alvmark\.example\/assets\/[0-9a-f]{64}-(\d+)\.jpg"/.exec(tag)?.[1]);
    expect(sizes).toEqual(['960', '480']);
    for (const tag of images) expect(tag).toMatch(/ alt="[^"]+" width="(612|120)" height="\d{2,3}"/);
    expect(letter.html).not.toMatch(/<script|<link|@import|url\(|<iframe|<form/);
  });

  it('lays out with tables that say they are for layout, and tables of data keep their headers', () => {
    for (const [table] of letter.html.matchAll(/<table[^>]*>/g))
      expect(/role="presentation"/.test(table) || /class="table"/.test(table), table).toBe(true);
    expect(letter.html.match(/<th[^>]*scope="row"/g)).toHaveLength(4);
  });

  it('has its styles in the elements, and a dark dress', () => {
    expect(letter.html).toMatch(/<h1 style="[^"]*font-size: 31px/);
    expect(letter.html).toContain('@media (prefers-color-scheme: dark)');
  });

  it('never passes 100 kB: a long text gives way to a link, contacts and the way out stay', () => {
    const view = firstView();
    const body = Array.from(
      { length: 1_500 },
      (_, index) => `Stycke ${index} handlar om något som tar en hel rad i anspråk, och lite till.`,
    ).join('\n\n');
    const content = { ...view.content, body };
    const long = composeLetter({ ...view, content, rendered: renderContent(content) }, publisher);
    expect(Buffer.byteLength(long.html)).toBeLessThanOrEqual(LETTER_BYTES);
    expect(Buffer.byteLength(long.html)).toBeGreaterThan(LETTER_BYTES / 2);
    inOrder(readable(long.html), ['Stycke 0 handlar', 'Läs resten på webben', 'Beslut', 'Presskontakt', 'Avsluta prenumerationen']);
    expect(Buffer.byteLength(long.text)).toBeLessThanOrEqual(LETTER_BYTES);
    inOrder(long.text, ['Stycke 0 handlar', 'Läs resten på webben', 'Presskontakt', 'Avsluta prenumerationen']);
  });

  it('has the pictures after the first small, and leaves an album to the page', () => {
    const view = firstView();
    const [first, second] = view.content.images;
    const album = { ...view, content: { ...view.content, images: [first!, ...Array.from({ length: 9 }, () => second!)] } };
    const { html, text } = composeLetter(album, publisher);
    expect(html.match(/<img/g)).toHaveLength(7);
    for (const part of [readable(html), text]) inOrder(part, ['Fler bilder', 'Karta över inlandet', '3 bilder till på webben']);
  });

  it('shows in a list of letters what it is about: its lead, for a correction what was wrong', () => {
    const preview = (html: string) => /<div style="display:none[^"]*">([^<]*)<\/div>/.exec(html)![1];
    expect(preview(letter.html)).toBe(firstView().content.lead);
    expect(preview(composeLetter(sampleView(), publisher).html)).toMatch(/^Beloppet till Vård/);
    expect(preview(composeLetter(sampleWithdrawn(), publisher).html)).toMatch(/^Du har fått ett brev.*Använd dem inte\.$/);
  });

  it('cannot be broken by what people write', () => {
    const view = firstView();
    const evil = '</title><script>alert(1)</script>"\'&<b>';
    const content = { ...view.content, title: evil, lead: evil, images: [{ ...view.content.images[0]!, alt: evil, caption: evil }] };
    const { html, subject } = composeLetter({ ...view, content }, publisher);
    expect(subject).toBe(evil);
    expect(html).not.toContain('<script');
    expect(html.match(/<title>/g)).toHaveLength(1);
  });
});

describe('a correction', () => {
  it('says so in the subject and what changed in the first lines', () => {
    const letter = composeLetter(sampleView(), publisher);
    expect(letter).toMatchObject({
      kind: 'correction',
      n: 3,
      subject: 'Rättelse: Klart: tre nya mötesplatser i inlandet får 2 835 500 kronor',
    });
    inOrder(readable(letter.html), [
      'Rättelse 19 november 2026 kl. 10.05',
      'Beloppet till Vård',
      'Det här brevet ersätter',
      'Klart: tre nya',
    ]);
    expect(letter.text.split('\n').slice(0, 9).join(' ')).toContain('Beloppet till Vård');
  });

  it('tells whoever missed one correction, or has had no letter yet, of both, the newest first; the others of the newest alone', () => {
    const view = sampleView();
    const [first, second, third] = view.history;
    const missed = { ...second!, kind: 'major' as const, changeNote: 'Bussen går från station C.' };
    const twice = { ...view, history: [first!, missed, third!] };
    const told = composeLetter(twice, publisher, { run: 'major', had: 1 });
    for (const part of [readable(told.html), told.text])
      inOrder(part, [
        'Rättelse 19 november 2026 kl. 10.05',
        'Beloppet till Vård',
        'Rättelse 19 november 2026 kl. 09.41',
        'Bussen går',
        'ersätter',
      ]);
    const newest = composeLetter(twice, publisher, { run: 'major', had: 2 });
    expect(newest).toEqual(composeLetter(twice, publisher));
    expect(newest.text).not.toContain('Bussen går');
    // They may have read the text elsewhere while their letter waited.
    const waited = composeLetter(twice, publisher, { run: 'first' });
    expect(waited.kind).toBe('release');
    inOrder(waited.text, ['Beloppet till Vård', 'Bussen går']);
  });

  it('shows before the text each changed passage as it was and as it is', () => {
    const letter = composeLetter(sampleView(), publisher, { earlier: { title: '', content: earlierContent() } });
    inOrder(readable(letter.html), [
      'Det här brevet ersätter',
      'Rubrik',
      'Före: Klart: tre nya mötesplatser i inlandet får 2 853 500 kronor',
      'Nu: Klart: tre nya mötesplatser i inlandet får 2 835 500 kronor',
      'Text',
      'Tillagt: Projektet ska pågå',
      'i maj , säger Karin Ekholm',
      'i mars , säger Karin Ekholm',
      'Beslut',
      'Summa: 2 853 500 kr',
      'Det beslutade regionala',
    ]);
    expect(letter.html).toMatch(/<del style="text-decoration: line-through;">maj<\/del>/);
    expect(letter.html).toMatch(/<ins style="font-weight: 700; text-decoration: underline;">mars<\/ins>/);
    inOrder(letter.text.replaceAll('\u00a0', ' '), [
      'Rubrik\nFöre: Klart',
      '*2 853 500* kronor\nNu:   Klart',
      '*2 835 500* kronor\n\nText\nTillagt: Projektet',
      '*628 000*',
      '*610 000*',
      '=====',
    ]);
  });

  it('says that the text is new where nearly everything changed, and where to see it', () => {
    const earlier = {
      ...earlierContent(),
      title: 'Något helt annat',
      body: Array.from({ length: 20 }, (_, at) => `Stycke ${at}.`).join('\n\n'),
    };
    const { html, text } = composeLetter(sampleView(), publisher, { earlier: { title: '', content: earlier } });
    for (const part of [readable(html), text.replace(/\s+/g, ' ')]) {
      inOrder(part, ['hela texten är ny', 'Se på webben vad som har ändrats', 'Klart: tre nya']);
      expect(part).not.toContain('Stycke 1.');
    }
    expect(html).toMatch(/href="https:\/\/press\.alvmark\.example\/releases\/klart[^"]*\/changes\/"/);
  });

  it('compares nothing for those whose first letter it is', () => {
    const letter = composeLetter(sampleView(), publisher, { run: 'first', earlier: { title: '', content: earlierContent() } });
    expect(letter.html + letter.text).not.toContain('i maj,');
    expect(letter.html).not.toContain('<del');
  });

  it('whose newest change is minor still tells those who have the wrong text', () => {
    const view = sampleView();
    const minor = { n: 4, kind: 'minor' as const, publishedAt: view.publishedAt, changeNote: 'Ett kommatecken.', conceal: false };
    const letter = composeLetter(
      { ...view, n: 4, kind: 'minor', changeNote: minor.changeNote, history: [...view.history, minor] },
      publisher,
    );
    expect(letter.kind).toBe('correction');
    expect(letter.text).toContain('Beloppet till Vård');
    expect(letter.text).not.toContain('kommatecken');
  });

  it('whose note is concealed still says that it replaces what its readers have', () => {
    const view = sampleView();
    const history = [
      ...view.history.map((line) => ({ ...line, changeNote: null })),
      { n: 4, kind: 'minor' as const, publishedAt: view.publishedAt, changeNote: null, conceal: true },
    ];
    const letter = composeLetter({ ...view, n: 4, kind: 'minor', changeNote: null, history }, publisher, { run: 'major', had: 1 });
    expect(letter).toMatchObject({ kind: 'correction', subject: expect.stringMatching(/^Rättelse: /) });
    for (const part of [readable(letter.html), letter.text.replace(/\s+/g, ' ')]) {
      inOrder(part, [
        'Rättelse 19',
        'Vad som rättades visas inte, av hänsyn till enskild.',
        'ersätter det du fick tidigare',
        'Klart: tre nya',
      ]);
    }
  });

  it('that is the first letter its readers get shows the note, but replaces nothing', () => {
    const letter = composeLetter(sampleView(), publisher, { run: 'first' });
    expect(letter).toMatchObject({ kind: 'release', subject: 'Klart: tre nya mötesplatser i inlandet får 2 835 500 kronor' });
    expect(letter.text).toContain('Beloppet till Vård');
    expect(letter.text).not.toContain('ersätter');
  });
});

describe('a withdrawal', () => {
  it('gives date, reason and press contact; the title stands in the subject alone', () => {
    const letter = composeLetter(sampleWithdrawn(), publisher, {
      run: 'withdrawal',
      earlier: { title: 'Regionen inrättar ny beredskapsenhet' },
    });
    expect(letter).toMatchObject({ kind: 'withdrawal', subject: 'Återkallat: Regionen inrättar ny beredskapsenhet' });
    for (const text of [readable(letter.html), letter.text]) {
      inOrder(text.replace(/\s+/g, ' '), ['20 november 2026 kl. 13.15', 'är återkallat', 'av misstag', 'Elin Sand', '070-174 06 17']);
      expect(text).not.toContain('beredskapsenhet');
    }
  });

  it('without the title says whose it is', () => {
    expect(composeLetter(sampleWithdrawn({ language: 'en' }), publisher).subject).toBe('Withdrawn: press release from Region Älvmark');
  });
});

describe('languages and types', () => {
  it('an English release is an English letter', () => {
    const letter = composeLetter(sampleEnglish(), publisher);
    expect(letter.html).toMatch(/<html lang="en"/);
    inOrder(readable(letter.html), ['Press release', '19 November 2026 at 10:00', 'På svenska', 'For more information', 'Unsubscribe']);
  });

  it('a release in a language we have no words in keeps its own lang and gets English around it', () => {
    const view = sampleEnglish();
    const letter = composeLetter({ ...view, content: { ...view.content, language: 'de' } }, publisher);
    expect(letter.language).toBe('de');
    expect(letter.html).toMatch(/<html lang="en"/);
    for (const part of ['h1', 'p class="lead"', 'div class="body"']) expect(letter.html, part).toMatch(new RegExp(`<${part} lang="de"`));
    expect(letter.text).toContain('Press contact');
    const gone = composeLetter(sampleWithdrawn({ language: 'de' }), publisher);
    expect(gone.html).toMatch(/<html lang="en"[\s\S]*<p lang="de"[^>]*>Uppgifterna/);
  });

  it('an invitation has time and place before the text', () => {
    const letter = composeLetter(sampleInvitation(), publisher);
    for (const text of [readable(letter.html), letter.text]) inOrder(text, ['Pressinbjudan', 'Tid och plats', 'entré B', 'Köket lagar']);
  });
});
