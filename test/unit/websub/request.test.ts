import { describe, expect, it } from 'vitest';
import { parseHubRequest } from '../../../src/shared/websub/request.ts';
import { findFeed, findFeedType } from '../../../src/shared/websub/topics.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';

const publisher = { newsroom: sampleNewsroom(), baseUrl: 'https://press.alvmark.example' };
const FORM = {
  'hub.mode': 'subscribe',
  'hub.topic': 'https://press.alvmark.example/atom.xml',
  'hub.callback': 'https://reader.example/push?of=1',
};
const read = (form: Record<string, unknown>, allowPrivate = false) => parseHubRequest({ ...FORM, ...form }, publisher, allowPrivate);

describe('a topic', () => {
  it('is a feed of this newsroom, in any format, language and topic', () => {
    for (const path of ['/rss.xml', '/atom.xml', '/feed.json', '/en/rss.xml', '/topics/naringsliv/atom.xml']) {
      expect(findFeed(publisher, `https://press.alvmark.example${path}`)).toBe(path);
      expect(findFeedType(publisher.newsroom, path)).toMatch(/^application\//);
    }
  });

  it('is nothing else: no page, no unlisted topic, no other house, no other spelling', () => {
    for (const topic of [
      'https://press.alvmark.example/',
      'https://press.alvmark.example/topics/lokalmedia/rss.xml',
      'https://press.alvmark.example/topics/finns-inte/rss.xml',
      'https://press.alvmark.example/releases/arena/rss.xml',
      'https://press.alvmark.example/rss.xml?x=1',
      'https://press.alvmark.example:8443/rss.xml',
      'https://press.alvmark.example.evil.example/rss.xml',
      'http://press.alvmark.example/rss.xml',
      '/rss.xml',
      '',
    ]) {
      expect([topic, findFeed(publisher, topic)]).toEqual([topic, undefined]);
    }
  });
});

describe('a request to the hub', () => {
  it('is read with its lease held to one to ten days', () => {
    expect(read({})).toMatchObject({ mode: 'subscribe', feed: '/atom.xml', secret: null, leaseSeconds: 864_000 });
    expect(read({ 'hub.lease_seconds': '60' }).leaseSeconds).toBe(86_400);
    expect(read({ 'hub.lease_seconds': '200000' }).leaseSeconds).toBe(200_000);
    expect(read({ 'hub.lease_seconds': '99999999' }).leaseSeconds).toBe(864_000);
    expect(read({ 'hub.lease_seconds': 'soon' }).leaseSeconds).toBe(864_000);
    expect(read({ 'hub.secret': 'å'.repeat(99) }).secret).toHaveLength(99);
  });

  it.each([
    ['no mode', { 'hub.mode': undefined }, 'hub.mode=subscribe'],
    ['a publisher’s ping', { 'hub.mode': 'publish' }, 'its own newsroom alone'],
    ['a topic that is no feed', { 'hub.topic': 'https://other.example/rss.xml' }, 'not one of our feeds'],
    ['a secret of 200 bytes', { 'hub.secret': 'å'.repeat(100) }, 'longer than 199 bytes'],
    ['a callback that is no address', { 'hub.callback': 'reader' }, 'not an http or https address'],
    ['a callback of another kind', { 'hub.callback': 'file:///etc/passwd' }, 'not an http or https address'],
    ['a callback with a password', { 'hub.callback': 'https://a:b@reader.example/' }, 'without name, password'],
    ['a callback too long', { 'hub.callback': `https://reader.example/${'a'.repeat(1_000)}` }, 'longer than 1000'],
    ['a callback on this machine', { 'hub.callback': 'http://127.0.0.1/' }, 'not a public address'],
    ['a callback at a mail server', { 'hub.callback': 'http://mail.example:25/' }, 'port 25, which is not for the web'],
    ['two callbacks', { 'hub.callback': ['https://a.example/', 'https://b.example/'] }, 'not an http or https address'],
  ])('with %s is refused with the reason', (_what, form, says) => {
    expect(() => read(form)).toThrow(says);
  });

  it('may name a private callback when the house allows it', () => {
    expect(read({ 'hub.callback': 'http://127.0.0.1:9000/push' }, true).callback.host).toBe('127.0.0.1:9000');
    expect(read({ 'hub.callback': 'http://127.0.0.1:81/push' }, true).callback.port).toBe('81');
    expect(read({ 'hub.callback': 'https://reader.example:8443/push' }).callback.port).toBe('8443');
  });
});
