import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/shared/platform/config.ts';
import { InvalidInput } from '../../../src/shared/platform/failure.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'depesch-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(env: string): void {
  writeFileSync(join(folder, '.env'), env);
}

function problemsOf(environment: Record<string, string>): string {
  try {
    readConfig(environment, folder);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInput);
    return (error as Error).message;
  }
}

describe('settings', () => {
  test('have defaults for everything', () => {
    write('');
    expect(readConfig({}, folder)).toMatchObject({
      host: 'localhost',
      port: 8080,
      baseUrl: 'http://localhost:8080',
      dataDir: join(folder, 'data'),
      sweepMs: 15_000,
    });
  });

  test('are read from .env, and the environment wins', () => {
    write('PORT=9000\nexport HOST="::1"\n# a remark\n');
    expect(readConfig({ PORT: '9001' }, folder)).toMatchObject({ port: 9001, host: '::1', baseUrl: 'http://[::1]:9001' });
  });

  test('an empty value in the environment unsets what .env says', () => {
    write('SMTP_URL=smtp://mail.example.org\nBASE_URL=https://news.example.org\nMAIL_FROM=a@example.org\nMAIL_RECIPIENTS=*\n');
    expect(readConfig({}, folder).smtpUrl).toBe('smtp://mail.example.org');
    expect(readConfig({ SMTP_URL: '' }, folder).smtpUrl).toBeUndefined();
  });

  test('a relative path begins where it was written: beside .env, or where the caller stands', () => {
    write('DATA_DIR=./kept\n');
    expect(readConfig({}, folder).dataDir).toBe(join(folder, 'kept'));
    expect(readConfig({ DATA_DIR: './kept' }, folder).dataDir).toBe(resolve('kept'));
  });

  test('name one DKIM key with a general selector, or several that each bring their own', () => {
    write('DKIM_KEY=./rsa.pem\nDKIM_SELECTOR=s1\nDKIM_DOMAIN=alvmark.example\n');
    const one = { selector: 's1', path: join(folder, 'rsa.pem') };
    expect(readConfig({}, folder).dkim).toEqual({ keys: [one], domain: 'alvmark.example' });
    write('DKIM_KEY=s1:./rsa.pem, e1:./ed25519.pem\nDKIM_DOMAIN=alvmark.example\n');
    const both = readConfig({}, folder);
    expect(both.dkim?.keys).toEqual([one, { selector: 'e1', path: join(folder, 'ed25519.pem') }]);
    expect(readConfig(both.environment, '/elsewhere').dkim).toEqual(both.dkim);
  });

  test('go to child processes with absolute paths', () => {
    write('DATA_DIR=./kept\n');
    expect(readConfig({}, folder).environment.DATA_DIR).toBe(join(folder, 'kept'));
  });
});

describe('wrong settings', () => {
  test('a wrong value stops the start and is named with a remedy', () => {
    write('');
    expect(problemsOf({ PORT: 'eighty' })).toBe(
      'PORT: "eighty" is not a port from 0 to 65535.\n  Correct PORT or remove it; see .env.example.',
    );
  });

  test('.env.example shows every setting', () => {
    const file = (path: string) => readFileSync(join(import.meta.dirname, '../../..', path), 'utf8');
    const named = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].sort();
    expect(named(file('.env.example'), /^#([A-Z_]+)=/gm)).toEqual(named(file('src/shared/platform/config.ts'), /^ {2}([A-Z][A-Z_]+):/gm));
  });

  test('an unknown name in .env stops the start and names the nearest setting', () => {
    write('SMPT_URL=smtp://mail.example.org\n');
    expect(problemsOf({})).toBe('.env:1 SMPT_URL is not a setting.\n  Near: SMTP_URL.');
  });

  test('a near miss in the environment is warned of', () => {
    write('');
    expect(readConfig({ DATABASE_ULR: 'x', REDIS_URLS: 'y', PATH: '/bin' }, folder).warnings).toEqual([
      'REDIS_URLS is set in the environment but is not a setting; REDIS_URL is.',
    ]);
  });

  test('real mail needs an https address that is not this machine, a sender and who may get it', () => {
    write('');
    const problems = problemsOf({ SMTP_URL: 'smtp://mail.example.org', BASE_URL: 'https://localhost' });
    for (const name of ['BASE_URL', 'MAIL_FROM', 'MAIL_RECIPIENTS']) expect(problems).toContain(name);
  });

  test('DKIM takes all of its three settings or none', () => {
    write('');
    expect(problemsOf({ DKIM_KEY: 'key.pem' })).toContain('DKIM_SELECTOR and DKIM_DOMAIN');
  });

  test('DKIM keys without a selector, or with one between them, are named', () => {
    write('');
    const others = { DKIM_DOMAIN: 'alvmark.example' };
    expect(problemsOf({ ...others, DKIM_KEY: 's1:/a.pem,/b.pem' })).toContain('DKIM_SELECTOR is missing');
    expect(problemsOf({ ...others, DKIM_KEY: 's1:/a.pem,s1:/b.pem' })).toContain('two keys have the selector s1');
    expect(problemsOf({ ...others, DKIM_KEY: '/a.pem', DKIM_SELECTOR: 'a selector' })).toContain('cannot be a selector');
  });

  test('a name server is an address, with or without a port', () => {
    write('');
    for (const right of ['192.0.2.53', '192.0.2.53:5353', '2001:db8::53', '[2001:db8::53]:5353'])
      expect(readConfig({ DNS_SERVER: right }, folder).dnsServer).toBe(right);
    expect(problemsOf({ DNS_SERVER: 'ns.example.org' })).toContain('is not the IP address of a name server');
  });
});
