import { describe, expect, it } from 'vitest';
import { openBehind } from '../../../src/producers/http/serving/behind.ts';
import { encodableOf } from '../../../src/producers/http/serving/document.ts';
import { openInstead } from '../../../src/producers/http/serving/instead.ts';
import type { MadeToday } from '../../../src/producers/http/serving/pages-of-today.ts';
import type { Log } from '../../../src/shared/platform/log.ts';
import type { Services } from '../../../src/shared/services.ts';

const silent = { warn: () => undefined, debug: () => undefined } as unknown as Log;

function page(text: string): MadeToday {
  return { ...encodableOf(Buffer.from(text)), status: 200, type: 'text/html', cacheControl: '', modifiedAt: undefined };
}

/** A site whose making is in the test's hand, and a look that comes when it says. */
function open(make: () => Promise<MadeToday>) {
  let looks = 1;
  let made = 0;
  const behind = { of: () => undefined, looks: () => looks, known: Promise.resolve(), close: () => undefined };
  const counted = async () => {
    made += 1;
    return make();
  };
  const instead = openInstead({ behind, log: silent, make: counted });
  return {
    instead,
    made: () => made,
    look: () => {
      looks += 1;
    },
  };
}

describe('a page in the place of a file that is not right', () => {
  it('is made once between two looks, however many ask', async () => {
    const site = open(async () => page('new'));
    await Promise.all(Array.from({ length: 100 }, () => site.instead.of('/', 'changed')));
    await site.instead.of('/', 'changed');
    expect(site.made()).toBe(1);
    site.look();
    await site.instead.of('/', 'changed');
    expect(site.made()).toBe(2);
  });

  it('is tried once between two looks where it cannot be made, and the one made before is served where no file is newer', async () => {
    let fails = false;
    const site = open(async () => {
      if (fails) throw new Error('PostgreSQL is away');
      return page('new');
    });
    await site.instead.of('/', 'changed');
    fails = true;
    site.look();
    for (let reader = 0; reader < 3; reader += 1) await expect(site.instead.of('/', 'changed')).rejects.toThrow('away');
    expect(site.made()).toBe(2);
    const minute = 60_000;
    expect(site.instead.lastOf('/', new Date(Date.now() - minute))?.body.toString()).toBe('new');
    expect(site.instead.lastOf('/', undefined)?.body.toString()).toBe('new');
    expect(site.instead.lastOf('/', new Date(Date.now() + minute))).toBeUndefined();
    expect(site.instead.lastOf('/about/', undefined)).toBeUndefined();
  });
});

describe('what html has yet to write', () => {
  it('is known, or known to be unknown, before anything is served', async () => {
    const behind = openBehind({ database: undefined as unknown as Services['database'], log: silent });
    await behind.known;
    expect([behind.looks(), behind.of('/')]).toEqual([1, undefined]);
    behind.close();
  });
});
