import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import { noteUntrustedProxy, trustProxyOf } from '../../../src/producers/http/proxies.ts';

async function notesOf(trustProxy: string | undefined, headers: Record<string, string>): Promise<unknown[]> {
  const notes: unknown[] = [];
  const app = fastify();
  noteUntrustedProxy(app, { config: { trustProxy }, log: { warn: (...note: unknown[]) => void notes.push(note) } });
  app.get('/', async () => 'ok');
  for (let request = 0; request < 3; request += 1) await app.inject({ url: '/', headers });
  await app.close();
  return notes;
}

describe('a proxy', () => {
  it('that nobody named is told of once, with what to set', async () => {
    const [note, ...more] = await notesOf(undefined, { 'x-forwarded-for': '198.51.100.7' });
    expect(note).toEqual([
      expect.objectContaining({ peer: '127.0.0.1', remedy: expect.stringContaining('TRUST_PROXY=127.0.0.1') }),
      'http.proxy_not_trusted',
    ]);
    expect(more).toEqual([]);
  });

  it('that is named, or that there is none, is nothing to tell', async () => {
    expect(await notesOf('127.0.0.1', { 'x-forwarded-for': '198.51.100.7' })).toEqual([]);
    expect(await notesOf(undefined, {})).toEqual([]);
  });

  it('is an address, a network or a word for one; never a number of hops', () => {
    expect(trustProxyOf(undefined)).toBe(false);
    expect(trustProxyOf('loopback, 10.0.0.0/8, fd00::1')).toEqual(['loopback', '10.0.0.0/8', 'fd00::1']);
    for (const setting of ['1', 'true', '*', 'proxy.example', '']) expect(() => trustProxyOf(setting), setting).toThrow('TRUST_PROXY');
  });
});
