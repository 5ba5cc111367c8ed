import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { CONTENT, type DemoPlan, readPlan } from '../../src/producers/demo/plan.ts';
import { readReleaseText } from '../../src/shared/intake/release-file.ts';
import { sha256Hex } from '../../src/shared/platform/canonical.ts';
import { checkContent } from '../../src/shared/release/check.ts';
import type { ReleaseContent } from '../../src/shared/release/content.ts';
import { isoWeek, localDay } from '../../src/shared/release/dates.ts';
import { freezeContent } from '../../src/shared/release/freeze.ts';
import { quotesOf } from '../../src/shared/release/markdown/quotes.ts';
import type { Newsroom } from '../../src/shared/release/newsroom/newsroom.ts';
import { readNewsroomFile } from '../../src/shared/release/newsroom/newsroom-file.ts';
import { slugOf } from '../../src/shared/release/slugs.ts';
import { openCsv } from '../../src/shared/subscribers/csv-file.ts';
import { type RowReading, readRow } from '../../src/shared/subscribers/row.ts';

const DAY_MS = 86_400_000;
const WRITTEN_FOR = new Date('2026-11-23T11:00Z');
// The tag 0x8825 that opens the position, as a little-endian camera writes it.
const GPS_TAG = Buffer.from([0x25, 0x88]);
const SHORTEST = 'regionens-vaxel-far-nytt-nummer.md';
const MEDIA_TYPES: Record<string, string> = { jpg: 'image/jpeg', png: 'image/png', pdf: 'application/pdf' };

const releaseFiles = readdirSync(join(CONTENT, 'releases')).map((name) => `releases/${name}`);
const pictures = readdirSync(join(CONTENT, 'bilder'));
const attachments = readdirSync(join(CONTENT, 'bilagor'));

let newsroom: Newsroom;
let plan: DemoPlan;
const contents = new Map<string, ReleaseContent>();

async function readRelease(file: string): Promise<ReleaseContent> {
  const path = join(CONTENT, file);
  const { content } = await readReleaseText(await readFile(path, 'utf8'), {
    name: basename(path),
    resolve: async (name: string) => {
      const data = await readFile(resolve(dirname(path), name));
      return { asset: sha256Hex(data), name: basename(name), mediaType: MEDIA_TYPES[name.split('.').at(-1)!]!, bytes: data.length };
    },
  });
  return content;
}

beforeAll(async () => {
  newsroom = await readNewsroomFile(join(CONTENT, 'newsroom.yaml'));
  plan = await readPlan(WRITTEN_FOR, newsroom.timezone);
  for (const file of releaseFiles) contents.set(file, await readRelease(file));
});

describe('the releases of the demo', () => {
  it.each(releaseFiles)('%s has nothing to remark on: no error, no wrong sum, no quote by a stranger', (file) => {
    const content = freezeContent(contents.get(file)!, newsroom);
    // The shortest one has title, lead and body only; that it lacks a registration number is advice.
    const advised = file.endsWith(SHORTEST) ? ['registration'] : [];
    expect(checkContent(content, newsroom).map(({ field }) => field)).toEqual(advised);
    expect(quotesOf(content).filter((quote) => !quote.speaker)).toEqual([]);
  });

  it('state totals that are the sums of their items', () => {
    const decided = [...contents.values()].flatMap(({ decisions }) => (decisions ? [decisions] : []));
    expect(decided).toHaveLength(4);
    for (const { items, total } of decided) expect(items.reduce((sum, item) => sum + (item.amount ?? 0), 0)).toBe(total);
  });

  it('are thirteen, nine Swedish and four English, and a correction of one of them', () => {
    const firsts = [...contents].filter(([file]) => !file.endsWith('.correction.md')).map(([, content]) => content);
    expect(firsts.filter(({ language }) => language === 'sv')).toHaveLength(9);
    expect(firsts.filter(({ language }) => language === 'en')).toHaveLength(4);
    expect(firsts.filter(({ translationOf }) => translationOf)).toHaveLength(2);
    expect(contents.size).toBe(14);
  });

  it('have each an address of their own, the one the plan names', () => {
    const planned = [...plan.steps.filter((step) => step.kind === 'publish'), plan.scheduled, plan.oneMore];
    expect(planned).toHaveLength(13);
    expect(new Set(planned.map(({ slug }) => slug)).size).toBe(13);
    for (const { slug, file } of planned) {
      const content = contents.get(file)!;
      expect(content.slug ?? slugOf(content.title)).toBe(slug);
    }
  });

  it('hold between them everything a release can hold', () => {
    const all = [...contents.values()];
    const some = (is: (content: ReleaseContent) => boolean) => all.some(is);
    expect(new Set(all.map(({ type }) => type))).toEqual(new Set(['press-release', 'invitation', 'news']));
    expect(some(({ urgent }) => urgent)).toBe(true);
    expect(some(({ registration }) => registration?.startsWith('exempt') ?? false)).toBe(true);
    expect(some(({ title }) => title.includes('&') && title.includes('<'))).toBe(true);
    expect(some(({ title }) => title.includes('\u00a0'))).toBe(true);
    expect(some(({ event, type }) => type === 'invitation' && event!.programme.some(({ points }) => points.length > 0))).toBe(true);
    expect(some(({ event, type }) => type === 'press-release' && event !== undefined)).toBe(true);
    expect(some(({ contacts }) => new Set(contacts.map(({ about }) => about)).size > 2)).toBe(true);
    expect(some(({ pressContacts }) => pressContacts.length === 0)).toBe(true);
    expect(some(({ images }) => images.some(({ decorative }) => decorative))).toBe(true);
    expect(some(({ attachments: attached }) => attached.length > 0)).toBe(true);
    expect(some(({ topics }) => topics.some((topic) => newsroom.topics[topic]!.unlisted))).toBe(true);
    expect(some(({ images, topics, facts, contacts }) => images.length + topics.length + facts.length + contacts.length === 0)).toBe(true);
  });

  it('point only to releases that are public before them', () => {
    const order = plan.steps.filter((step) => step.kind === 'publish').map(({ slug }) => slug);
    for (const content of contents.values()) {
      const mine = order.includes(content.slug!) ? order.indexOf(content.slug!) : order.length;
      for (const slug of [...content.related, ...(content.translationOf ? [content.translationOf] : [])]) {
        expect(order.indexOf(slug), `${content.slug} → ${slug}`).toBeGreaterThanOrEqual(0);
        if (slug === content.translationOf) expect(order.indexOf(slug)).toBeLessThan(mine);
      }
    }
  });
});

describe('the plan of the demo', () => {
  const fortnight = Array.from({ length: 28 }, (_, half) => new Date(WRITTEN_FOR.getTime() - 7 * DAY_MS + (half * DAY_MS) / 2));

  it.each(fortnight)('started on %s, dates nothing before its decision or its first text, nor on a weekend', async (now) => {
    const { steps, moveDates } = await readPlan(now, newsroom.timezone);
    const publishedAt = new Map<string, Date>();
    const been: string[] = [];
    const ahead: string[] = [];
    for (const step of steps) {
      expect(step.at < now).toBe(true);
      expect([0, 6]).not.toContain(step.at.getUTCDay());
      if (step.kind !== 'publish') {
        expect(step.at > publishedAt.get(step.slug)!, step.slug).toBe(true);
        continue;
      }
      publishedAt.set(step.slug, step.at);
      const { decisions, event } = contents.get(step.file)!;
      if (decisions) expect(moveDates(decisions.date) <= localDay(step.at, newsroom.timezone), step.slug).toBe(true);
      if (event) {
        // No event had been when it was announced; those of spring and summer have been since, and their pages say so.
        expect(moveDates(event.start) > localDay(step.at, newsroom.timezone), step.slug).toBe(true);
        (moveDates(event.start) > now.toISOString().slice(0, 16) ? ahead : been).push(step.slug);
      }
    }
    expect([been, ahead]).toEqual([
      ['snabbussen-till-lillan', 'express-bus-to-lillan'],
      ['invigning-arena-alvdal', 'fyra-motesplatser-i-inlandet'],
    ]);
  });

  it('has somebody on duty in every week the demo shows', () => {
    const weeks = new Set<string>();
    for (let at = Date.UTC(2025, 6, 23); at < Date.UTC(2027, 2, 14); at += 7 * DAY_MS) weeks.add(isoWeek(new Date(at), newsroom.timezone));
    expect([...weeks].filter((week) => !(newsroom.duty[week]! in newsroom.contacts))).toEqual([]);
  });
});

describe('the files of the demo', () => {
  it.each(pictures.filter((name) => name.endsWith('.jpg')))(
    '%s is large enough for a page and small enough for the checkout',
    async (name) => {
      const data = await readFile(join(CONTENT, 'bilder', name));
      const { width, height } = await sharp(data).metadata();
      expect([width, height]).toEqual([1600, 1067]);
      expect(data.length).toBeLessThanOrEqual(150_000);
    },
  );

  it('show one picture with a camera position in it, for the newsroom to remove', async () => {
    const positions = await Promise.all(
      pictures.map(async (name) => {
        const { exif } = await sharp(join(CONTENT, 'bilder', name)).metadata();
        return exif?.includes(GPS_TAG) ? name : [];
      }),
    );
    expect(positions.flat()).toEqual(['biblioteket.jpg']);
  });

  it('are small PDF documents where they are attachments', async () => {
    expect(attachments).toHaveLength(2);
    for (const name of attachments) {
      const data = await readFile(join(CONTENT, 'bilagor', name));
      expect(data.subarray(0, 5).toString()).toBe('%PDF-');
      expect(data.length).toBeLessThanOrEqual(60_000);
    }
  });

  it('are all used', () => {
    const texts = releaseFiles.map((file) => readFileSync(join(CONTENT, file), 'utf8')).join('\n');
    expect([...pictures, ...attachments].filter((name) => !texts.includes(name))).toEqual([]);
  });

  it('name nobody that exists: addresses under .example, telephone numbers of the series for fiction', () => {
    const texts = readdirSync(CONTENT, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(md|yaml|csv)$/.test(name));
    for (const name of texts) {
      const text = readFileSync(join(CONTENT, name), 'utf8');
      const hosts = [...text.matchAll(/(?:https?:\/\/|@)([\p{L}\d.-]+)/gu)].map(([, host]) => host!.replace(/[.-]+$/, ''));
      const real = hosts.filter((host) => host.includes('.') && !host.endsWith('.example') && host !== 'creativecommons.org');
      expect(real, name).toEqual([]);
      const phones = [...text.matchAll(/(?<!\d-)\b0\d{1,3}-\d[\d\u00a0 ]+\d/g)].map(([phone]) => phone);
      expect(
        phones.filter((phone) => !/^(070-174 06 (0[5-9]|[1-9]\d)|0980-319 [2-9]\d)$/.test(phone)),
        name,
      ).toEqual([]);
    }
  });
});

describe('the subscribers of the demo', () => {
  async function readRows(name: string): Promise<RowReading[]> {
    const { rows, unused } = await openCsv(await readFile(join(CONTENT, name)));
    expect(unused).toEqual([]);
    return (await Array.fromAsync(rows())).map((row) => readRow(row, { newsroom, defaults: {}, now: WRITTEN_FOR }));
  }

  it('are two hundred, each once, and an import takes every row', async () => {
    const wanted = (await readRows('subscribers.csv')).map((row) => ('wanted' in row ? row.wanted.address : row.problems));
    expect(wanted.filter((address) => typeof address !== 'string')).toEqual([]);
    expect(new Set(wanted).size).toBe(200);
    expect(wanted).toHaveLength(200);
  });

  it('come with twelve rows that no import takes, each for a reason of its own', async () => {
    const refused = (await readRows('subscribers-bad.csv')).map((row) =>
      'problems' in row ? `${row.problems[0]!.field} ${row.problems[0]!.message}` : 'taken',
    );
    expect(refused).not.toContain('taken');
    expect(new Set(refused).size).toBe(12);
  });
});
