import { describe, expect, it } from 'vitest';
import { composeDigest, type DigestInput } from '../../../src/shared/mail/digest-letter.ts';
import { sampleEnglish, sampleInvitation, samplePublisher, sampleView } from '../../support/views.ts';

const publisher = samplePublisher();
const items = [sampleInvitation(), sampleView(), sampleEnglish()];

function digest(overrides: Partial<DigestInput> = {}) {
  return composeDigest({ frequency: 'daily', language: 'sv', date: new Date('2026-11-23T06:00:00Z'), items, ...overrides }, publisher);
}

describe('a digest', () => {
  it('says in its subject how much there is, from whom and for which day', () => {
    expect(digest().subject).toBe('3 nyheter från Region Älvmark, måndag 23 november');
    expect(digest({ language: 'en', frequency: 'weekly' }).subject).toBe('3 news items from Region Älvmark, Monday 23 November');
    expect(digest({ items: [sampleInvitation()] }).subject).toBe('Pressvisning: så blir det nya sjukhusköket i Älvstad');
  });

  it('has each release once: kind and time, title as a link, lead, topics, and for an invitation when and where', () => {
    const { html, text } = digest();
    expect(html.match(/<h2/g)).toHaveLength(3);
    expect(html).toMatch(/<h2[^>]*><a href="https:\/\/press\.alvmark\.example\/releases\/pressvisning[^"]*"[^>]*>Pressvisning: så blir/);
    for (const part of [html, text]) {
      expect(part).toContain('Tid: tisdag 1 december 2026 kl. 10.00–11.30');
      expect(part).toContain('Plats: Älvstads sjukhus, entré B');
      expect(part.replace(/\s+/g, ' ')).toContain('Medier kan fotografera');
      expect(part).not.toMatch(/[Ll]okalmedia/);
    }
    expect(html).toContain('href="https://press.alvmark.example/topics/naringsliv/"');
    expect(text).toContain('Ämnen: Regional utveckling, Näringsliv');
  });

  it('marks what was corrected, with the note', () => {
    for (const part of [digest().html.replace(/<[^>]+>/g, ''), digest().text.replace(/\s+/g, ' ')])
      expect(part).toContain('Rättelse 19 november 2026 kl. 10.05: Beloppet till Vård utan vägsträcka');
  });

  it('tells of every correction its reader has had no letter about, the newest first', () => {
    const view = sampleView();
    const again = {
      n: 4,
      kind: 'major' as const,
      publishedAt: new Date('2026-11-21T09:00:00Z'),
      changeNote: 'Orten heter Lillån.',
      conceal: false,
    };
    const { html, text } = digest({ items: [{ ...view, n: 4, history: [...view.history, again] }] });
    for (const part of [html.replace(/<[^>]+>/g, ''), text.replace(/\s+/g, ' ')]) {
      expect(part).toMatch(
        /Rättelse 21 november 2026 kl\. 10\.00: Orten heter Lillån\.[\s\S]*Rättelse 19 november[\s\S]*Beloppet till Vård/,
      );
      expect(part).not.toContain('Stavningen av');
    }
  });

  it('stays a letter though one release was corrected all week', () => {
    const view = sampleView();
    const history = Array.from({ length: 60 }, (_, index) => ({
      ...view.history[2]!,
      n: index + 2,
      changeNote: `${index} ${'ord '.repeat(499)}`,
    }));
    const { html, text } = digest({ items: [{ ...view, n: 61, history: [view.history[0]!, ...history] }] });
    for (const part of [html, text]) expect(Buffer.byteLength(part)).toBeLessThan(100_000);
  });

  it('names the language of each release that is not the letter’s own', () => {
    expect(digest().html).toMatch(/<h2 lang="en"/);
    const english = digest({ language: 'en' });
    expect(english.html).toMatch(/<html lang="en"/);
    expect(english.html.match(/<h2 lang="sv"/g)).toHaveLength(2);
    expect(english.html).toContain('Regional development');
    expect(digest({ language: 'de', items: [sampleInvitation()] }).html).toMatch(/<html lang="en"[\s\S]*<h2 lang="sv"/);
  });

  it('has the footer of every letter: why it came, the way out, how to change it', () => {
    const { html, text } = digest();
    for (const part of [html, text]) for (const link of ['/unsubscribe/', '/preferences/', '/privacy/']) expect(part).toContain(link);
  });

  it('of very many has the newest with their leads, then titles, then the way to the rest', () => {
    const { html, text } = digest({ items: Array.from({ length: 250 }, () => sampleInvitation()) });
    for (const part of [html, text]) {
      expect(part).toContain('Också publicerat');
      expect(part).toContain('Och 120 till');
      expect(part).toContain('https://press.alvmark.example/archive/2026/11/');
    }
    expect(html.match(/class="entry"/g)).toHaveLength(30);
  });

  it('fits a terminal', () => {
    for (const line of digest().text.split('\n')) if (!line.includes('https://')) expect([...line].length, line).toBeLessThanOrEqual(72);
  });
});
