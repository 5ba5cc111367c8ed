import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { zoneLine } from '../../../src/shared/mail/dns-record.ts';
import { makeDkimKey } from '../../../src/shared/mail/new-dkim-key.ts';
import type { Finding } from '../../../src/shared/mail/preflight/finding.ts';
import { openLookup } from '../../../src/shared/mail/preflight/lookup.ts';
import { runPreflight } from '../../../src/shared/mail/preflight/preflight.ts';
import { checkSpf } from '../../../src/shared/mail/preflight/spf.ts';
import { readConfig } from '../../../src/shared/platform/config.ts';
import { type DnsServer, hostZone, openDnsServer, type Zone } from '../../support/dns-server.ts';

const RELAY = '192.0.2.25';
const folder = mkdtempSync(join(tmpdir(), 'depesch-preflight-'));
const published: Record<string, string> = {};
let dns: DnsServer;

beforeAll(async () => {
  dns = await openDnsServer({});
  for (const type of ['rsa', 'ed25519'] as const) {
    const record = await makeDkimKey({ type, selector: `${type}1`, domain: 'alvmark.example', out: join(folder, `${type}.pem`) });
    published[record.name] = record.value;
  }
});
afterAll(async () => {
  await dns.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  dns.zone = goodZone();
});

function goodZone(): Zone {
  return {
    'alvmark.example': { mx: ['mx1.alvmark.example'], txt: ['something=else', `v=spf1 ip4:${RELAY} -all`] },
    '_dmarc.alvmark.example': { txt: ['v=DMARC1; p=quarantine'] },
    ...Object.fromEntries(Object.entries(published).map(([name, value]) => [name, { txt: [value] }])),
    ...hostZone('relay.alvmark.example', RELAY),
  };
}

function settings(changes: Record<string, string> = {}) {
  const environment = {
    SMTP_URL: 'smtp://relay.alvmark.example',
    BASE_URL: 'https://press.alvmark.example',
    MAIL_FROM: 'Region Älvmark <nyheter@alvmark.example>',
    MAIL_RECIPIENTS: '*',
    DKIM_KEY: `rsa1:${join(folder, 'rsa.pem')},ed255191:${join(folder, 'ed25519.pem')}`,
    DKIM_DOMAIN: 'alvmark.example',
    DNS_SERVER: dns.address,
    ...changes,
  };
  return readConfig(environment, folder);
}

async function look(changes: Record<string, string> = {}, addresses: string[] = []): Promise<Record<string, Finding>> {
  const findings = await runPreflight(settings(changes), { addresses });
  return Object.fromEntries(findings.map((finding) => [finding.about, finding]));
}

describe('preflight', () => {
  test('finds nothing wrong where every record is as it should be', async () => {
    const found = await look();
    expect(Object.values(found).map(({ about, state }) => `${about} ${state}`)).toEqual([
      'From right',
      'DKIM rsa1 right',
      'DKIM ed255191 right',
      'SPF right',
      'DMARC right',
      'PTR right',
    ]);
  });

  test('gives for each missing record the one to add, which then is right', async () => {
    dns.zone = hostZone('relay.alvmark.example', RELAY);
    const before = Object.values(await look());
    expect(before.filter(({ state }) => state === 'wrong').map(({ about }) => about)).toEqual([
      'From',
      'DKIM rsa1',
      'DKIM ed255191',
      'SPF',
      'DMARC',
    ]);
    const added: Zone = { ...dns.zone };
    for (const { record } of before) {
      if (record?.type === 'TXT') added[record.name] = { ...added[record.name], txt: [record.value] };
      if (record?.type === 'MX') added[record.name] = { ...added[record.name], mx: [record.value.replace(/^10 |\.$/g, '')] };
    }
    dns.zone = added;
    expect(Object.values(await look()).every(({ state }) => state === 'right')).toBe(true);
  });

  test('tells another key, a revoked one and a test from the right one', async () => {
    const name = 'rsa1._domainkey.alvmark.example';
    const right = published[name]!;
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    for (const [texts, says] of [
      [[`v=DKIM1; k=rsa; p=${other}`], 'another key'],
      [['v=DKIM1; p='], 'revoked'],
      [[`${right}; t=y`], 'a test'],
      [[right.replace('k=rsa', 'k=ed25519')], 'another kind'],
      [[right, right], '2 records'],
    ] as const) {
      dns.zone = { ...goodZone(), [name]: { txt: texts } };
      const { 'DKIM rsa1': found } = await look();
      expect(found).toMatchObject({ state: 'wrong', says: expect.stringContaining(says), record: { name, value: right } });
    }
  });

  test('names a key file that cannot be read and looks at the rest all the same', async () => {
    const found = await look({ DKIM_KEY: `gone:${join(folder, 'gone.pem')}` });
    expect(found['DKIM gone']).toMatchObject({ state: 'wrong', says: expect.stringContaining('ENOENT') });
    expect(found.SPF).toMatchObject({ state: 'right' });
  });

  test('puts the sending address into the SPF record that leaves it out', async () => {
    dns.zone = { ...goodZone(), 'alvmark.example': { mx: ['mx1.alvmark.example'], txt: ['v=spf1 a:mx1.alvmark.example -all'] } };
    const { SPF } = await look();
    expect(SPF).toMatchObject({ state: 'wrong', says: expect.stringContaining(`${RELAY} may not send`) });
    expect(SPF!.record!.value).toBe(`v=spf1 ip4:${RELAY} a:mx1.alvmark.example -all`);
  });

  test('judges the address that was named instead of the relay’s', async () => {
    const found = await look({}, ['198.51.100.7']);
    expect(found.SPF).toMatchObject({ state: 'wrong', says: expect.stringContaining('198.51.100.7') });
    expect(found.PTR).toMatchObject({ state: 'wrong', record: { name: '7.100.51.198.in-addr.arpa', type: 'PTR' } });
  });

  test('says what it cannot know with a relay on this machine or inside the house', async () => {
    for (const url of ['smtp://127.0.0.1:25', 'smtp://10.1.2.3', 'smtp://nobody.alvmark.example']) {
      const found = await look({ SMTP_URL: url });
      expect([found.SPF!.state, found.PTR!.state], url).toEqual(['unknown', 'unknown']);
      expect(found.SPF!.todo).toContain('--address');
    }
  });

  test('asks SPF and mail of the domain that bounces come back to', async () => {
    dns.zone = { ...goodZone(), 'b.alvmark.example': { txt: [`v=spf1 ip4:${RELAY} -all`] } };
    const found = await look({ BOUNCE_DOMAIN: 'b.alvmark.example' });
    expect(found.Bounces).toMatchObject({ state: 'wrong', record: { name: 'b.alvmark.example', type: 'MX' } });
    expect(found.SPF).toMatchObject({ state: 'right', says: expect.stringContaining('b.alvmark.example') });
  });

  test('wants the name of an address to lead back to it', async () => {
    dns.zone = { ...goodZone(), 'relay.alvmark.example': { a: [RELAY, '192.0.2.26'] } };
    expect((await look()).PTR).toMatchObject({ state: 'wrong', says: expect.stringContaining('192.0.2.26 has no name') });
    dns.zone = { ...goodZone(), '25.2.0.192.in-addr.arpa': { ptr: ['elsewhere.example'] } };
    expect((await look()).PTR).toMatchObject({ state: 'wrong', says: expect.stringContaining('does not lead back') });
  });

  test('takes the DMARC policy of a domain above, and wants the signature’s domain aligned', async () => {
    const from = { MAIL_FROM: 'nyheter@press.alvmark.example' };
    dns.zone = { ...goodZone(), 'press.alvmark.example': { a: ['192.0.2.1'] } };
    expect((await look(from)).DMARC).toMatchObject({ state: 'right', says: expect.stringContaining('_dmarc.alvmark.example') });
    dns.zone = { ...dns.zone, '_dmarc.alvmark.example': { txt: ['v=DMARC1; p=none; adkim=s'] } };
    expect((await look(from)).DMARC).toMatchObject({ state: 'wrong', todo: expect.stringContaining('DKIM_DOMAIN=press.alvmark.example') });
  });

  test('refuses a domain that says it takes no mail', async () => {
    dns.zone = { ...goodZone(), 'alvmark.example': { mx: ['.'] } };
    expect((await look()).From).toMatchObject({ state: 'wrong', says: expect.stringContaining('takes no mail') });
  });

  test('tells a name server that fails from a record that is missing', async () => {
    dns.zone = { ...goodZone(), '_dmarc.alvmark.example': { fails: true } };
    expect((await look()).DMARC).toMatchObject({ state: 'wrong', says: expect.stringMatching(/does not answer .*ESERVFAIL/) });
  });

  test('without MAIL_FROM asks nobody and says what to set', async () => {
    expect(Object.values(await look({ MAIL_FROM: '', SMTP_URL: '' }))).toEqual([
      expect.objectContaining({ about: 'From', state: 'wrong', todo: expect.stringContaining('MAIL_FROM=') }),
    ]);
  });
});

describe('SPF', () => {
  const verdict = (record: string, address = RELAY) => {
    dns.zone = {
      'alvmark.example': { txt: [record], mx: ['mx1.alvmark.example'], a: ['192.0.2.1'] },
      'mx1.alvmark.example': { a: ['192.0.2.9'], aaaa: ['2001:db8::9'] },
      'pass.example': { txt: [`v=spf1 ip4:${RELAY}/24 ?all`] },
      'loop.example': { txt: ['v=spf1 include:loop.example -all'] },
    };
    return checkSpf(openLookup(dns.address), 'alvmark.example', address).then(({ result }) => result);
  };

  test.each([
    ['v=spf1 -all', RELAY, 'fail'],
    ['v=spf1 ~all', RELAY, 'softfail'],
    ['v=spf1', RELAY, 'neutral'],
    ['v=spf1 ip4:192.0.2.0/24 -all', RELAY, 'pass'],
    ['v=spf1 ip4:192.0.2.0/29 -all', RELAY, 'fail'],
    ['v=spf1 -ip4:192.0.2.25 +all', RELAY, 'fail'],
    ['v=spf1 ip6:2001:db8::/32 -all', '2001:db8::25', 'pass'],
    ['v=spf1 ip6:2001:db8::/32 -all', RELAY, 'fail'],
    ['v=spf1 a -all', '192.0.2.1', 'pass'],
    ['v=spf1 a/24 -all', RELAY, 'pass'],
    ['v=spf1 mx -all', '192.0.2.9', 'pass'],
    ['v=spf1 mx//64 -all', '2001:db8::10', 'pass'],
    ['v=spf1 exists:mx1.alvmark.example -all', RELAY, 'pass'],
    ['v=spf1 include:pass.example -all', RELAY, 'pass'],
    ['v=spf1 include:pass.example -all', '203.0.113.1', 'fail'],
    ['v=spf1 redirect=pass.example', RELAY, 'pass'],
    ['v=spf1 include:nobody.example -all', RELAY, 'permerror'],
    ['v=spf1 include:loop.example -all', RELAY, 'permerror'],
    ['v=spf1 ip4:relay.example -all', RELAY, 'permerror'],
    ['v=spf1 everybody', RELAY, 'permerror'],
    ['v=spf1 exists:%{i}.x.example -all', RELAY, 'unjudged'],
    ['v=spf10 +all', RELAY, 'none'],
  ])('%s judges %s: %s', async (record, address, expected) => {
    expect(await verdict(record, address)).toBe(expected);
  });
});

describe('a new DKIM key', () => {
  test('lies where only its owner can read it, and never replaces another', async () => {
    const out = join(folder, 'new.pem');
    const key = { type: 'rsa', selector: 's1', domain: 'alvmark.example', out } as const;
    const record = await makeDkimKey(key);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(record.value).toMatch(/^v=DKIM1; k=rsa; p=[A-Za-z0-9+/]{392}$/);
    const strings = [...zoneLine(record).matchAll(/"([^"]*)"/g)].map(([, text]) => text!);
    expect(strings.every((text) => text.length <= 255)).toBe(true);
    expect(strings.join('')).toBe(record.value);
    await expect(makeDkimKey(key)).rejects.toThrow('is there already');
  });

  test('of ed25519 is published as its 32 bytes', async () => {
    const { value } = await makeDkimKey({ type: 'ed25519', selector: 's1', domain: 'alvmark.example', out: join(folder, 'ed.pem') });
    expect(Buffer.from(/p=(.*)$/.exec(value)![1]!, 'base64')).toHaveLength(32);
  });

  test('is refused in a folder that is not there', async () => {
    writeFileSync(join(folder, 'file'), '');
    const out = join(folder, 'file', 'key.pem');
    await expect(makeDkimKey({ type: 'ed25519', selector: 's1', domain: 'alvmark.example', out })).rejects.toThrow('cannot be written');
  });
});
