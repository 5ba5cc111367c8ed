import { describe, expect, test } from 'vitest';
import type { FeedFrame } from '../../../src/shared/feeds/frame.ts';
import type { FeedMember } from '../../../src/shared/feeds/member.ts';
import { renderMember } from '../../../src/shared/feeds/member.ts';
import { demandFrameParses, demandMemberParses } from '../../../src/shared/feeds/well-formed.ts';
import type { FeedFormat } from '../../../src/shared/release/addresses.ts';
import { samplePublisher, sampleView, sampleWithdrawn } from '../../support/views.ts';

const made = renderMember(sampleView(), samplePublisher());
const member = (format: FeedFormat, text: string): FeedMember => ({ ...made, bytes: { [format]: Buffer.from(text) } });
const frame = (open: string, close: string): FeedFrame => ({ open, around: ['', '', ''], close });

describe('a member', () => {
  test('as it is made parses, of a public and of a withdrawn release', () => {
    demandMemberParses(made);
    demandMemberParses(renderMember(sampleWithdrawn(), samplePublisher()));
  });

  test.each<[string, FeedFormat, string]>([
    ['leaves an element open', 'rss', '<item><title>a</title>'],
    ['ends an element that it did not begin', 'rss', '<item/></channel>'],
    ['ends the document and begins another', 'rss', '</any><any>'],
    ['names an entity that nobody declares', 'atom', '<entry>&nbsp;</entry>'],
    ['holds a control character', 'atom', '<entry>\u0007</entry>'],
    ['ends a CDATA section twice', 'rss', '<item><![CDATA[a]]>]]></item>'],
    ['uses a prefix that no frame binds', 'rss', '<item><geo:lat>1</geo:lat></item>'],
    ['begins a document type', 'rss', '<!DOCTYPE rss><item/>'],
  ])('that %s is refused by its format', (_, format, text) => {
    expect(() => demandMemberParses(member(format, text))).toThrow(`the ${format} of ${made.release} would not parse`);
  });
});

describe('a frame', () => {
  test.each<[string, FeedFormat, FeedFrame]>([
    ['lacks an end', 'rss', frame('<rss><channel>', '</channel>')],
    ['does not bind the prefixes of its members', 'atom', frame('<feed>', '</feed>')],
    ['is closed already where the members go', 'atom', frame('<feed xmlns:at="urn:at"></feed>', '')],
    ['lacks a bracket', 'json', frame('{"items": [', '}')],
  ])('that %s is refused', (_, format, broken) => {
    expect(() => demandFrameParses(format, broken)).toThrow(`the frame of ${format} would not parse`);
  });
});
