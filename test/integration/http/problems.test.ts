import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { submitDraft } from '../../../src/shared/publishing/approval.ts';
import { createDraft, updateDraft } from '../../../src/shared/publishing/drafts.ts';
import { plainContent } from '../../support/newsdesk.ts';
import { openWeb, type Web } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
let web: Web;
beforeAll(async () => {
  world = await openWorld();
  web = await openWeb(world);
});
afterAll(async () => {
  await web.close();
  await world.close();
});

type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  remedy?: string;
  problems?: { field: string; message: string; remedy: string }[];
  stored?: unknown;
  yours?: unknown;
};

/** The problem of an answer: the right status, type and members of RFC 9457. */
function problemOf(answer: { statusCode: number; headers: Record<string, unknown>; json(): unknown }, status: number): Problem {
  expect(answer.statusCode).toBe(status);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  const problem = answer.json() as Problem;
  expect(problem).toMatchObject({
    status,
    type: `urn:depesch:problem:${problem.code}`,
    title: expect.any(String),
    detail: expect.any(String),
  });
  return problem;
}

describe('an error of the API', () => {
  it('401: without a token, or with a wrong one, says how to send one', async () => {
    for (const headers of [{} as Record<string, string>, { authorization: 'Bearer wrong' }, { authorization: 'Basic ZWxpbjp4' }]) {
      const answer = await web.get('/api/releases', headers);
      expect(problemOf(answer, 401).remedy).toContain('Bearer');
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="depesch"');
    }
  });

  it('400: for what is not JSON', async () => {
    const answer = await web.app.inject({
      method: 'POST',
      url: '/api/releases',
      payload: '{"title": ',
      headers: { authorization: `Bearer ${web.tokens.elin}`, 'content-type': 'application/json' },
    });
    expect(problemOf(answer, 400).code).toBe('malformed_json');
    problemOf(await web.api('elin', 'POST', '/releases', ['a']), 400);
  });

  it('400: for a character that nothing can be called by, wherever it stands', async () => {
    for (const path of ['/api/public/releases?language=%00', '/api/public/releases/%00'])
      expect(problemOf(await web.get(path), 400).code).toBe('bad_character');
  });

  it('415: for a kind of content the address does not take', async () => {
    const answer = await web.app.inject({
      method: 'POST',
      url: '/api/releases',
      payload: 'x',
      headers: { authorization: `Bearer ${web.tokens.elin}`, 'content-type': 'video/mp4' },
    });
    problemOf(answer, 415);
  });

  it('413: for more than the address takes', async () => {
    problemOf(await web.api('elin', 'POST', '/releases', { body: 'x'.repeat(3_000_000) }), 413);
    problemOf(await web.api('elin', 'POST', '/releases/x/reject', { reason: 'x'.repeat(100_000) }), 413);
  });

  it('422: names every field that does not fit, with the remedy', async () => {
    const problem = problemOf(
      await web.api('elin', 'POST', '/releases', { language: 'sv', title: '', topics: ['naringliv'], colour: 'red' }),
      422,
    );
    expect(problem.problems!.length).toBeGreaterThanOrEqual(3);
    for (const { remedy } of problem.problems!) expect(remedy).not.toBe('');
    expect(problem.problems!.map(({ field }) => field)).toEqual(expect.arrayContaining(['title', 'lead', 'colour']));
    const step = problemOf(await web.api('jonas', 'POST', '/releases/x/approve', { hash: 'abc', extra: 1 }), 422);
    expect(step.problems!.map(({ field }) => field).sort()).toEqual(['extra', 'hash']);
    const hash = step.problems!.find(({ field }) => field === 'hash')!;
    expect(hash).toMatchObject({ message: '"abc" is not a SHA-256 in 64 hex digits.', remedy: 'See /api/openapi.json for what it takes.' });
    problemOf(await web.api('elin', 'GET', '/releases?before=nonsense'), 422);
    problemOf(await web.api('elin', 'GET', '/releases?limit=100000'), 422);
  });

  it('403: says who may', async () => {
    const draft = await createDraft(world.services, world.elin, { content: plainContent({}, 'Roller') });
    const { hash } = await submitDraft(world.services, world.elin, { release: draft.release });
    const problem = problemOf(await web.api('elin', 'POST', `/releases/${draft.slug}/approve`, { hash }), 403);
    expect(problem.remedy).toContain('approver');
    problemOf(await web.api('jonas', 'POST', '/releases', plainContent({}, 'Ingen')), 403);
    problemOf(await web.api('elin', 'POST', `/releases/${draft.slug}/withdraw`, { reason: 'Nej.' }), 403);
  });

  it('404: for a release, a channel or an address that does not exist', async () => {
    problemOf(await web.api('elin', 'GET', '/releases/finns-inte'), 404);
    problemOf(await web.api('jonas', 'POST', '/releases/finns-inte/publish', { hash: 'a'.repeat(64) }), 404);
    problemOf(await web.api('elin', 'GET', '/finns-inte'), 404);
  });

  it('409: a change to an older text names both versions', async () => {
    const draft = await createDraft(world.services, world.elin, { content: plainContent({}, 'Versioner') });
    await updateDraft(world.services, world.elin, {
      release: draft.release,
      content: plainContent({ lead: 'Ny.' }, 'Versioner'),
      lockVersion: draft.lockVersion,
    });
    const problem = problemOf(
      await web.api('elin', 'PUT', `/releases/${draft.slug}`, { ...plainContent({}, 'Versioner'), lockVersion: draft.lockVersion }),
      409,
    );
    expect(problem).toMatchObject({
      code: 'lock_version',
      stored: draft.lockVersion + 1,
      yours: draft.lockVersion,
      detail: `${draft.slug} is at version ${draft.lockVersion + 1}, the change was made to version ${draft.lockVersion}.`,
      remedy: expect.any(String),
    });
    const without = problemOf(await web.api('elin', 'PUT', `/releases/${draft.slug}`, plainContent({}, 'Versioner')), 422);
    expect(without.problems).toMatchObject([{ field: 'lockVersion' }]);
  });

  it('409: another hash than the text’s names both', async () => {
    const draft = await createDraft(world.services, world.elin, { content: plainContent({}, 'Summor') });
    const { hash } = await submitDraft(world.services, world.elin, { release: draft.release });
    const problem = problemOf(await web.api('jonas', 'POST', `/releases/${draft.slug}/approve`, { hash: 'f'.repeat(64) }), 409);
    expect(problem).toMatchObject({ code: 'hash', stored: hash, yours: 'f'.repeat(64) });
  });

  it('429: guessing tokens ends, while right ones go on', async () => {
    const answers = await Promise.all(Array.from({ length: 80 }, () => web.get('/api/releases', { authorization: 'Bearer guess' })));
    expect(answers.some((answer) => answer.statusCode === 429)).toBe(true);
    problemOf(answers.find((answer) => answer.statusCode === 429)!, 429);
    expect((await web.api('elin', 'GET', '/releases')).statusCode).toBe(200);
  });
});
