import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../../../src/producers/http/server.ts';
import { openInbox } from '../../../src/shared/platform/embedded/inbox.ts';
import { openServices } from '../../../src/shared/services.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';
import { openWeb, type Web, writeOutput } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
let web: Web;
beforeAll(async () => {
  world = await openWorld({ environment: { HOST: '127.0.0.1', PORT: '0' } });
  web = await openWeb(world);
  await publish(world, plainContent());
});
afterAll(async () => {
  await web.close();
  await world.close();
});

const LOCAL = { host: 'localhost:8080' };

describe('health', () => {
  it('tells a live process from a ready one', async () => {
    expect((await web.get('/healthz')).json()).toEqual({ status: 'ok' });
    expect((await web.get('/readyz')).json()).toEqual({ status: 'ready', checks: { database: 'ok', newsroom: 'ok', redis: 'ok' } });
  });

  it('is not ready without a newsroom', async () => {
    const empty = await openWorld();
    await empty.services.database.deleteFrom('newsroom').execute();
    const app = await buildServer(empty.services);
    const answer = await app.inject({ url: '/readyz' });
    expect([answer.statusCode, answer.json<{ checks: { database: string; newsroom: string } }>().checks.database]).toEqual([503, 'ok']);
    expect((await app.inject({ url: '/', headers: { accept: 'text/html' } })).statusCode).toBe(503);
    await app.close();
    await empty.close();
  });
});

describe('while PostgreSQL is away', () => {
  it('readers go on reading what is written, and are told to come back for the rest', async () => {
    await writeOutput(world);
    const config = { ...world.config, databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing' };
    const services = await openServices({ config, log: world.services.log, redis: 'refusing', redisPrefix: world.services.redisPrefix });
    const app = await buildServer(services);
    for (const path of ['/', '/rss.xml', '/sitemap.xml']) expect((await app.inject({ url: path })).statusCode, path).toBe(200);
    const { checks } = (await app.inject({ url: '/readyz' })).json();
    expect(checks).toMatchObject({ database: 'away', newsroom: 'away' });
    const missing = await app.inject({ url: '/releases/ny-och-oskriven/', headers: { accept: 'text/html' } });
    expect([missing.statusCode, missing.headers['retry-after']]).toEqual([503, '5']);
    expect(missing.body).toContain('Försök igen');
    const api = await app.inject({ url: '/api/releases', headers: { authorization: 'Bearer x' } });
    expect([api.statusCode, api.headers['content-type']]).toEqual([503, 'application/problem+json; charset=utf-8']);
    expect((await app.inject({ url: '/metrics', headers: LOCAL })).body).toContain('depesch_database_up 0');
    await app.close();
    await services.close();
  });
});

describe('metrics', () => {
  it('count what is owed by channel and time every answer by route, never by address', async () => {
    await web.get('/unsubscribe/some-secret-token');
    const { body } = await web.get('/metrics', LOCAL);
    for (const channel of ['email', 'archive']) expect(body).toContain(`depesch_receipts_owed{channel="${channel}"} 1`);
    expect(body).toMatch(/depesch_queue_jobs\{queue="html",state="waiting"\} \d/);
    expect(body).toContain('depesch_deliveries{state="pending"} 0');
    expect(body).toContain('depesch_http_seconds_count{method="GET",route="/unsubscribe/:token",status="200"} 1');
    expect(body).not.toContain('some-secret-token');
  });

  it('are for this machine, or for an administrator’s token', async () => {
    const refused = [{ ...LOCAL, 'x-forwarded-for': '192.0.2.1' }, { host: 'press.alvmark.example' }];
    for (const headers of refused) expect((await web.get('/metrics', headers)).statusCode).toBe(403);
    const headers = { host: 'press.alvmark.example', authorization: `Bearer ${web.tokens.maria}` };
    expect((await web.get('/metrics', headers)).statusCode).toBe(200);
    expect((await web.get('/metrics', { ...headers, authorization: `Bearer ${web.tokens.elin}` })).statusCode).toBe(403);
  });
});

describe('the local inbox', () => {
  it('shows the newest letters page by page, and each as it looks, as text and as it came', async () => {
    const inbox = await openInbox({ dataDir: world.dataDir });
    const transport = createTransport({ host: '127.0.0.1', port: inbox.port, pool: true, maxConnections: 1 });
    for (let letter = 1; letter <= 42; letter += 1) {
      const html = `<html><body><p style="color:red">Hej ${letter}</p><script>alert(1)</script></body></html>`;
      await transport.sendMail({ from: 'a@alvmark.example', to: 'n@lillan.example', subject: `Brev ${letter}`, html });
    }
    transport.close();
    await inbox.close();
    const first = await web.get('/dev/inbox', LOCAL);
    expect(first.body).toContain('Brev 42');
    expect(first.body).not.toContain('>Brev 2<');
    const older = await web.get(/href="(\/dev\/inbox\?before=[^"]+)"/.exec(first.body)![1]!, LOCAL);
    expect(older.body).toContain('>Brev 2<');
    const letter = /href="(\/dev\/inbox\/[^"]+)"/.exec(first.body)![1]!;
    expect((await web.get(letter, LOCAL)).body).toContain('sandbox="allow-popups');
    const shown = await web.get(`${letter}/html`, LOCAL);
    expect(shown.headers['content-security-policy']).toContain('sandbox');
    expect(shown.headers['content-security-policy']).not.toContain('script-src');
    expect((await web.get(`${letter}?as=source`, LOCAL)).body).toContain('&lt;script&gt;');
    expect((await web.get(`${letter}/source`, LOCAL)).headers['content-type']).toBe('message/rfc822');
    expect((await web.get('/dev/inbox/..%2f..%2fetc', LOCAL)).statusCode).toBe(404);
  });

  it('does not answer others, nor under another name (DNS rebinding)', async () => {
    expect((await web.get('/dev/inbox', { host: 'evil.example' })).statusCode).toBe(403);
    expect((await web.get('/dev/inbox', { ...LOCAL, 'x-forwarded-for': '192.0.2.1' })).statusCode).toBe(403);
  });

  it('does not exist where real mail leaves or the newsroom is public', async () => {
    for (const change of [{ smtpUrl: 'smtp://127.0.0.1:2525' }, { baseUrl: 'https://press.alvmark.example' }, { host: '0.0.0.0' }]) {
      const app = await buildServer({ ...world.services, config: { ...world.config, ...change } });
      expect((await app.inject({ url: '/dev/inbox', headers: LOCAL })).statusCode).toBe(404);
      await app.close();
    }
  });
});

describe('behind https', () => {
  it('sends HSTS and asks browsers to stay on https', async () => {
    const app = await buildServer({ ...world.services, config: { ...world.config, baseUrl: 'https://press.alvmark.example' } });
    const { headers } = await app.inject({ url: '/' });
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    expect(headers['content-security-policy']).toContain('upgrade-insecure-requests');
    await app.close();
  });
});

describe('whose address it is', () => {
  const attempts = (app: Web['app'], forwarded: string) =>
    Promise.all(
      Array.from({ length: 310 }, () => app.inject({ method: 'POST', url: '/unsubscribe/x', headers: { 'x-forwarded-for': forwarded } })),
    );

  it('is not taken from X-Forwarded-For unless a named proxy says so', async () => {
    expect((await attempts(web.app, '192.0.2.1')).some((answer) => answer.statusCode === 429)).toBe(true);
    expect((await web.app.inject({ method: 'POST', url: '/unsubscribe/x', headers: { 'x-forwarded-for': '192.0.2.77' } })).statusCode).toBe(
      429,
    );
    const trusting = await buildServer({ ...world.services, config: { ...world.config, trustProxy: '127.0.0.1' } });
    await attempts(trusting, '192.0.2.1');
    const other = { method: 'POST', url: '/unsubscribe/x', headers: { 'x-forwarded-for': '192.0.2.77' } } as const;
    expect((await trusting.inject(other)).statusCode).toBe(200);
    await trusting.close();
  });

  it('needs a proxy’s address: a number or a word stops the start with a remedy', async () => {
    for (const trustProxy of ['1', 'true', 'yes']) {
      const config = { ...world.config, trustProxy };
      await expect(buildServer({ ...world.services, config })).rejects.toMatchObject({ problems: [{ field: 'TRUST_PROXY' }] });
    }
  });
});
