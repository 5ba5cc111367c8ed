import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../support/command-line.ts';
import { type DnsServer, openDnsServer } from '../../support/dns-server.ts';

let folder: string;
let dns: DnsServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'depesch-cli-mail-'));
  dns = await openDnsServer({ 'alvmark.example': { mx: ['mx1.alvmark.example'], txt: ['v=spf1 mx -all'] } });
});
afterAll(async () => {
  await dns.close();
  rmSync(folder, { recursive: true });
});

/** Runs a command without any server. */
const depesch = (args: string[], environment: Record<string, string> = {}) =>
  runCommand(args, { folder, environment: { DATA_DIR: join(folder, 'data'), SMTP_URL: '', DNS_SERVER: dns.address, ...environment } });

test('a key made by the command, published as it says and set as it says, passes preflight', async () => {
  const about = ['--selector', 's2026', '--domain', 'alvmark.example', '--out', 'dkim.pem', '--json'];
  const made = JSON.parse((await depesch(['dkim', 'new', ...about])).out) as {
    dkimKey: string;
    domain: string;
    record: { name: string; value: string };
  };
  const environment = { DKIM_KEY: made.dkimKey, DKIM_DOMAIN: made.domain, MAIL_FROM: 'nyheter@alvmark.example' };

  const before = await depesch(['preflight'], environment);
  expect(before).toMatchObject({ status: 1, err: '' });
  expect(before.out).toContain(`DKIM s2026  wrong    there is no record at ${made.record.name}`);
  expect(before.out).toContain(`_dmarc.alvmark.example. IN TXT "v=DMARC1; p=none"`);
  expect(before.out).toContain('docs/operations.md#dkim');

  dns.zone = { ...dns.zone, [made.record.name]: { txt: [made.record.value] }, '_dmarc.alvmark.example': { txt: ['v=DMARC1; p=none'] } };
  const after = await depesch(['preflight', '--json'], environment);
  expect(after.status).toBe(0);
  expect(JSON.parse(after.out)).toMatchObject({
    ready: true,
    findings: expect.arrayContaining([expect.objectContaining({ about: 'PTR', state: 'unknown' })]),
  });
});

test('a wrong address or selector is named with what to write', async () => {
  expect(await depesch(['preflight', '--address', 'relay'])).toMatchObject({
    status: 1,
    err: expect.stringContaining('is not an IP address'),
  });
  const wrong = await depesch(['dkim', 'new', '--selector', 'a b', '--domain', 'alvmark.example', '--out', 'x.pem']);
  expect(wrong).toMatchObject({ status: 1, err: expect.stringContaining('--selector') });
});
