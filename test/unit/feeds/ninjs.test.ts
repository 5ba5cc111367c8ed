import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type FeedOf, feedText } from '../../support/feed-documents.ts';
import { sampleInvitation, samplePublisher, sampleView, sampleWithdrawn } from '../../support/views.ts';

/*
 * The parts of the IPTC's schema that we use (ninjs-schema_3.2.json): the same members, types and enumerations, and like it nothing beside them.
 */
const Uri = z.string().regex(/^[a-z][a-z0-9+.-]*:\S+$/);
const Moment = z.iso.datetime();
const Text = z.strictObject({ role: z.string().optional(), contentType: z.string().optional(), value: z.string() });
const Rendition = z.strictObject({
  name: z.string(),
  href: Uri.optional(),
  contentType: z.string().optional(),
  title: z.string().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  sizeInBytes: z.int().optional(),
});
const members = {
  uri: Uri,
  type: z.enum(['text', 'audio', 'video', 'picture', 'graphic', 'composite', 'component', 'event', 'planning']).optional(),
  profile: z.string().optional(),
  version: z.string().optional(),
  firstCreated: Moment.optional(),
  versionCreated: Moment.optional(),
  embargoedUntil: Moment.optional(),
  pubStatus: z.enum(['usable', 'withheld', 'canceled']).optional(),
  urgency: z.int().min(1).max(9).optional(),
  copyrightHolder: z.string().optional(),
  usageTerms: z.string().optional(),
  edNote: z.string().optional(),
  language: z.string().optional(),
  headlines: z.array(Text).optional(),
  descriptions: z.array(Text).optional(),
  bodies: z.array(Text).optional(),
  subjects: z.array(z.strictObject({ name: z.string().optional(), literal: z.string().optional() })).optional(),
  infoSources: z.array(z.strictObject({ name: z.string().optional(), role: z.string().optional() })).optional(),
  title: z.string().optional(),
  by: z.string().optional(),
  renditions: z.array(Rendition).optional(),
  altIds: z.array(z.strictObject({ role: z.string().optional(), value: z.string().optional() })).optional(),
  standard: z.strictObject({ name: z.string(), version: z.string(), schema: Uri }).optional(),
  rightsInfo: z.strictObject({ linkedRights: Uri }).optional(),
};
const Part = z.strictObject({ ...members, name: z.string(), rel: z.string().optional() });
const Ninjs = z.strictObject({ ...members, associations: z.array(Part.extend({ associations: z.array(Part).optional() })).optional() });

const FEED: FeedOf = { list: 'all', live: [sampleInvitation(), sampleView()], gone: [sampleWithdrawn()] };
const read = (feed: FeedOf, publisher = samplePublisher()) => Ninjs.parse(JSON.parse(feedText('ninjs', feed, publisher)));

describe('the feed for news desks', () => {
  test('is one valid ninjs object with the releases as its associations, also when it is empty', () => {
    expect(read(FEED)).toMatchObject({ type: 'composite', standard: { name: 'ninjs', version: '3.2' }, title: 'Region Älvmark' });
    expect(read(FEED).associations).toHaveLength(3);
    expect(read({ list: 'language:en', live: [], gone: [] }).associations).toEqual([]);
  });

  test('a release has its id, version, times, status, text and registration number', () => {
    const item = read(FEED).associations![1]!;
    expect(item).toMatchObject({
      uri: 'urn:uuid:5c0f6a52-7f0e-4a35-9b53-0d7f6d1f2a01',
      type: 'text',
      version: '3',
      firstCreated: '2026-11-19T08:30:00.123Z',
      pubStatus: 'usable',
      language: 'sv',
      headlines: [{ value: sampleView().content.title }],
      descriptions: [{ value: sampleView().content.lead }],
      subjects: [
        { name: 'Regional utveckling', literal: 'regional-utveckling' },
        { name: 'Näringsliv', literal: 'naringsliv' },
      ],
    });
    expect(item.bodies!.map((body) => body.contentType)).toEqual(['text/html', 'text/plain']);
    expect(item.altIds).toContainEqual({ role: 'registration', value: 'RUN 2026-0417' });
    // Public means free to use now.
    expect(item).not.toHaveProperty('embargoedUntil');
  });

  test('a picture carries credit and terms itself, with the address of its licence where there is one', () => {
    const licences = { press: { name: 'CC BY 4.0', url: 'https://licences.example/by/4.0/' } };
    const [picture] = read(FEED, samplePublisher({ licences })).associations![1]!.associations!;
    expect(picture).toMatchObject({
      type: 'picture',
      by: 'Mira Alm/Region Älvmark',
      usageTerms: 'CC BY 4.0',
      rightsInfo: { linkedRights: 'https://licences.example/by/4.0/' },
      renditions: [{ name: 'main', contentType: 'image/jpeg', width: 1600, sizeInBytes: 128_000 }, { name: 'thumbnail' }],
    });
  });

  test('a withdrawn release is canceled, with the reason and without its title', () => {
    const item = read(FEED).associations![2]!;
    expect(item).toMatchObject({
      uri: 'urn:uuid:9a1d2c3b-1111-4222-8333-444455556604',
      pubStatus: 'canceled',
      versionCreated: '2026-11-20T12:15:00.000Z',
      edNote: 'Uppgifterna lämnades av misstag innan beslutet var fattat.',
    });
    expect(item).not.toHaveProperty('headlines');
  });
});
