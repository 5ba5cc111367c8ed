import { describe, expect, it } from 'vitest';
import { atTheDesk } from '../../../src/producers/desk/problems/at-the-desk.ts';
import { renderProblems } from '../../../src/producers/desk/problems/problem-list.ts';
import { inSwedish } from '../../../src/producers/desk/problems/swedish.ts';
import { deskWords } from '../../../src/producers/desk/words.ts';
import type { ReleaseForm } from '../../../src/shared/intake/raw-release.ts';
import { parseReleaseForm } from '../../../src/shared/intake/release-file.ts';
import { InvalidInput, type Problem, problemWith } from '../../../src/shared/platform/failure.ts';
import { checkContent } from '../../../src/shared/release/check.ts';
import type { ReleaseContent } from '../../../src/shared/release/content.ts';
import { inspectAsset } from '../../../src/shared/release/files/assets.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { photo } from '../../support/pictures.ts';
import { sampleEnglish, sampleView } from '../../support/views.ts';

const newsroom = sampleNewsroom();

const EMPTY = { title: 'Rubrik', lead: 'Ingress.', body: 'Text.', images: [], attachments: [] };

function found(fields: string, boxes: Partial<ReleaseForm> = {}): readonly Problem[] {
  try {
    return parseReleaseForm({ ...EMPTY, ...boxes, fields }, { name: 'Övriga uppgifter', newsroom }).problems;
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
}

/** What is said of a file that is not taken. */
async function refused(name: string, data: string | Buffer, kind: 'image' | 'attachment'): Promise<readonly Problem[]> {
  const limits = { imageBytes: 3_000, attachmentBytes: 3_000 };
  try {
    await inspectAsset({ name, data: Buffer.from(data), kind, limits });
    return [];
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
}

const advised = (overrides: Partial<ReleaseContent>) => checkContent({ ...sampleView().content, ...overrides }, newsroom);
const { registration: _, ...unregistered } = sampleEnglish().content;

const CASES: Readonly<Record<string, readonly Problem[]>> = {
  'fields of a form': [
    ...found('topcs: [a]\nlanguage: klingonska\ntype: inbjudning\nletters: kanske\ntitle: Två'),
    ...found('language: sv\nxyzzy: 1\nevent:\n  title: x\n  start: i morgon\n  stream: www\n  plats: y'),
    ...found('language: sv\nevent:\n  title: x\n  start: 2026-12-01 10:00\n  end: 2026-12-01 09:00'),
    ...found('language: sv\ndecisions:\n  by: x\n  date: 2026-13-01\n  items:\n    - title: x\n      amount: mycket'),
    ...found('language: sv\ncontacts:\n  - name: x\n    phones: [hem]\n    email: x'),
    ...found('language: sv\ntopics: [kulturr]\nimages:\n  - file: a.jpg'),
    ...found('language: sv\nspeakers: Anna\ndecisions: tre'),
    ...found('language: sv', {
      title: '',
      lead: 'x'.repeat(2_000),
      body: '# Rubrik\n\n<b>fet</b> [](https://x.example) [x](y) ![z](z.png)',
    }),
  ],
  'lines that are not written as facts': [
    ...found('Ämnen: kultur\nhej'),
    ...found('language: sv\ntopics:\n\t- kultur\nslug: a: b\nslug: c'),
    ...found('language: sv\nslug:c\nregistration: "RUN'),
    ...found('language: sv\nregistration: [RUN\nslug: @a'),
    ...found('language: sv\nregistration: > RUN\nevent:\n   title: x\n  start: y'),
    ...found('language: sv\nevent:\n  title: x\n  start: 2026-12-01 10:00\n  programme: |\n    Fika\n    25.99 Mat\n    10.00'),
    ...found(
      'language: sv\nevent:\n  place: x\ndecisions:\n  total: 1 kr\nfacts:\n  - {}\ncontacts:\n  - title: x\nspeakers:\n  - title: x',
    ),
    ...found('language: sv\ndecisions:\n  by: x\n  date: 2026-11-18\n  items:\n    - amount: 1 kr\npressContacts:\n  - title: x'),
  ],
  'advice on a text': [
    ...advised({ body: '- Ja, säger Karin Ekholm.\n\n– Nej, säger någon.\n\nDet var i går, onsdag 19 november 2026.' }),
    ...advised({ lead: 'Text', body: `Text\n\n${'Ord '.repeat(60)}slut.\nNästa.\n• En` }),
    ...advised({
      type: 'invitation',
      event: undefined,
      speakers: [],
      contacts: [...sampleView().content.contacts, sampleView().content.contacts[0]!],
    }),
    ...advised({ decisions: { ...sampleView().content.decisions!, total: 1 } }),
    ...checkContent(unregistered as ReleaseContent, newsroom),
  ],
  'pictures and a correction': [
    ...advised({ images: sampleView().content.images.map((image) => ({ ...image, alt: '', credit: '', licence: 'pres' })) }),
    ...advised({ images: sampleView().content.images.map((image) => ({ ...image, decorative: true })) }),
    ...found('language: sv\nimages: []', { images: Array.from({ length: 51 }, () => ({ asset: 'a'.repeat(64), name: 'a.jpg' })) }),
    problemWith('slug', 'is fixed as a-b since the first publication.', 'Leave slug out.'),
    problemWith('publishAt', 'cannot stand in a correction.', 'Remove it; a correction is published by hand: release correct.'),
  ],
  'files that are not taken': [
    ...(await refused('a.jpg', 'x'.repeat(4_000), 'image')),
    ...(await refused('a.jpg', '', 'image')),
    ...(await refused('a.jpg', 'ingen bild', 'image')),
    ...(await refused('a.jpg', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'image')),
    ...(await refused('a.jpg', (await photo({ width: 60, height: 40 })).subarray(0, 900), 'image')),
    ...(await refused('program.exe', 'x', 'attachment')),
    ...(await refused('program', 'x', 'attachment')),
    ...(await refused('beslut.pdf', 'x', 'attachment')),
    ...(await refused('tabell.csv', Buffer.from([0xff, 0xfe]), 'attachment')),
    problemWith('images', 'no file is chosen.', 'Choose one, then press the button.'),
    problemWith('a.jpg', 'comes with more than 67\u00a0MB at once.', 'Add it by itself.'),
  ],
};

describe('what is wrong, at the desk', () => {
  it.each(Object.entries(CASES))('is said in Swedish: %s', (_name, problems) => {
    expect(problems.length).toBeGreaterThan(3);
    const unknown = problems.filter((problem) => !inSwedish(problem)).map(({ message, remedy }) => `${message} | ${remedy}`);
    expect(unknown).toEqual([]);
  });

  it('speaks in English of boxes and ticks, not of fields in a file', () => {
    const remedies = Object.values(CASES).flatMap((problems) => problems.map(({ remedy }) => atTheDesk(remedy)));
    expect(remedies.filter((remedy) => /\b(decorative|credit|attachments|images):/.test(remedy))).toEqual([]);
    expect(remedies.filter((remedy) => remedy.includes('./depesch'))).toEqual([]);
    expect(remedies).toContain('Say what the picture shows, or tick “Only decoration”.');
  });

  it('leads to the box of a form, also of a picture and of an attachment', () => {
    const problems = [
      problemWith('images[1].alt', 'is missing.', 'Add it.'),
      problemWith('attachments[0].title', 'is empty.', 'Fill it in.'),
    ];
    expect(renderProblems(deskWords('sv'), problems, { form: '' }).toString()).toBe(
      '<ul>\n<li><strong><a href="#images-1-alt">Bild 2, Alt-text</a>:</strong> saknas. Lägg till det.</li>\n' +
        '<li><strong><a href="#attachments-0-title">Bilaga 1, Titel</a>:</strong> är tomt. Fyll i det.</li>\n</ul>\n',
    );
    const elsewhere = { ...problemWith('images', 'has a box of its own.', 'Remove it here and write it there.'), at: 'Övriga uppgifter:4' };
    expect(renderProblems(deskWords('sv'), [elsewhere], { form: '' }).toString()).toContain(
      '<strong>Övriga uppgifter, rad 4:</strong> <code>images</code> har en egen ruta.',
    );
  });

  it('names box, line and field, and falls back to English, marked as such', () => {
    const problems = [
      problemWith('body', 'is empty.', 'Fill it in.'),
      { ...problemWith('topcs', 'is not a field that can stand here.', 'Near: topics. Possible here: topics.'), at: 'Övriga uppgifter:2' },
      problemWith('x', 'says something new <b>.', 'Do something.'),
    ];
    expect(renderProblems(deskWords('sv'), problems).toString()).toBe(
      '<ul>\n<li><strong>Text:</strong> är tomt. Fyll i det.</li>\n' +
        '<li><strong>Övriga uppgifter, rad 2:</strong> <code>topcs</code> är inget fält som kan stå här. Menar du topics?</li>\n' +
        '<li><code>x</code> <span lang="en">says something new &lt;b&gt;. Do something.</span></li>\n</ul>\n',
    );
    expect(renderProblems(deskWords('en'), problems.slice(0, 1)).toString()).toContain('<strong>Text:</strong> is empty. Fill it in.');
  });
});
