import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Permanent } from '../../../src/shared/platform/failure.ts';
import { askRebuild } from '../../../src/shared/publishing/channels.ts';
import { loadHouse } from '../../../src/shared/publishing/house.ts';
import { openOutputFolder, readMark } from '../../../src/shared/publishing/output-folder.ts';
import { type OutputStep, type SharedWork, writeSharedOutput } from '../../../src/shared/publishing/shared-output.ts';
import { sweep } from '../../../src/shared/publishing/sweep.ts';
import { channelMark } from '../../../src/shared/release/addresses.ts';
import { correct, plainContent, publish } from '../../support/newsdesk.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const file = (path: string) => join(world.dataDir, 'public', path);
const statesOf = async () =>
  (
    await world.services.database.selectFrom('receipts').select('state').where('channel', '=', 'feeds').orderBy('publication').execute()
  ).map((row) => row.state);

/** A render that writes one list of the publications it was given. */
async function* list(work: SharedWork): AsyncGenerator<OutputStep> {
  yield { kind: 'file', path: 'list.json', data: JSON.stringify(work.receipts.map((receipt) => receipt.publication)) };
  for (const { release, n } of work.receipts) yield { kind: 'wrote', release, n, detail: { list: 'x' } };
}

describe('a shared output', () => {
  it('closes every owed receipt in one pass, the mark last', async () => {
    await publish(world, plainContent({}, 'Ett'));
    await publish(world, plainContent({}, 'Två'));
    await writeSharedOutput(world.services, 'feeds', list);
    expect(JSON.parse(await readFile(file('list.json'), 'utf8'))).toEqual([1, 2]);
    expect(await statesOf()).toEqual(['done', 'done']);
    expect(await readMark(world.dataDir, 'feeds')).toMatchObject({ publication: 2 });
  });

  it('is left whole when rendering fails half-way', async () => {
    await publish(world, plainContent({}, 'Ett'));
    await writeSharedOutput(world.services, 'feeds', list);
    await publish(world, plainContent({}, 'Två'));
    const half = async function* (): AsyncGenerator<OutputStep> {
      yield { kind: 'file', path: 'list.json', data: '[]' };
      throw new Error('dies here');
    };
    await expect(writeSharedOutput(world.services, 'feeds', half)).rejects.toThrow('dies here');
    // A disk that filled up has its room back.
    expect(await readdir(file('.aside-feeds'))).toEqual([]);
    expect(JSON.parse(await readFile(file('list.json'), 'utf8'))).toEqual([1]);
    expect(await statesOf()).toEqual(['done', 'owed']);
  });

  it('never replaces a feed that parses by one that does not', async () => {
    await publish(world, plainContent({}, 'Ett'));
    await mkdir(file('.'), { recursive: true });
    await writeFile(file('rss.xml'), '<rss/>');
    for (const data of ['<rss>', '<rss>\u0007</rss>', '<rss>&nbsp;</rss>', '<a/><b/>']) {
      const broken = async function* (): AsyncGenerator<OutputStep> {
        yield { kind: 'file', path: 'rss.xml', data, check: 'xml' };
      };
      await expect(writeSharedOutput(world.services, 'feeds', broken)).rejects.toMatchObject({ code: 'does_not_parse' });
    }
    expect(await readFile(file('rss.xml'), 'utf8')).toBe('<rss/>');
  });

  it('fails the receipt of a release that cannot be rendered, alone', async () => {
    const bad = await publish(world, plainContent({}, 'Ett'));
    await publish(world, plainContent({}, 'Två'));
    const render = async function* (work: SharedWork): AsyncGenerator<OutputStep> {
      for (const { release, n } of work.receipts) {
        if (release === bad.release) yield { kind: 'failed', release, n, error: new Permanent('render_failed', 'no title') };
        else yield { kind: 'wrote', release, n, detail: {} };
      }
    };
    await writeSharedOutput(world.services, 'feeds', render);
    expect(await statesOf()).toEqual(['failed', 'done']);
  });

  it('renames nothing when the connection that holds the lock is lost', async () => {
    await publish(world, plainContent({}, 'Ett'));
    const render = async function* (work: SharedWork): AsyncGenerator<OutputStep> {
      yield { kind: 'file', path: 'list.json', data: '[]' };
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(work.tx);
      await sql`select pg_terminate_backend(${rows[0]!.pid})`.execute(world.services.database);
    };
    await expect(writeSharedOutput(world.services, 'feeds', render)).rejects.toThrow();
    expect(existsSync(file('list.json'))).toBe(false);
    expect(await statesOf()).toEqual(['owed']);
  });

  it('is written by one worker at a time: the second finds nothing left to do', async () => {
    await publish(world, plainContent({}, 'Ett'));
    const seen: number[] = [];
    const counting = async function* (work: SharedWork): AsyncGenerator<OutputStep> {
      seen.push(work.receipts.length);
      yield* list(work);
    };
    await Promise.all([1, 2, 3].map(() => writeSharedOutput(world.services, 'feeds', counting)));
    expect(seen).toEqual([1]);
  });

  it('leaves files whose bytes are the same alone', async () => {
    await publish(world, plainContent({}, 'Ett'));
    const same = async function* (): AsyncGenerator<OutputStep> {
      yield { kind: 'file', path: 'same.txt', data: 'å ä ö' };
    };
    await writeSharedOutput(world.services, 'feeds', same);
    const { ino } = await stat(file('same.txt'));
    await publish(world, plainContent({}, 'Två'));
    await writeSharedOutput(world.services, 'feeds', same);
    expect((await stat(file('same.txt'))).ino).toBe(ino);
  });

  it('whose folder was lost, or was overwritten by a writer that woke late, is owed again', async () => {
    await publish(world, plainContent({}, 'Ett'));
    await publish(world, plainContent({}, 'Två'));
    await writeSharedOutput(world.services, 'feeds', list);
    await writeFile(file(channelMark('feeds')), '{"publication":1}');
    expect((await sweep(world.services)).owedAgain).toBe(1);
    await writeSharedOutput(world.services, 'feeds', list);
    await rm(file('.'), { recursive: true });
    await sweep(world.services);
    const work: boolean[] = [];
    await writeSharedOutput(world.services, 'feeds', async function* (given) {
      work.push(given.rebuild);
      yield* list(given);
    });
    expect(work).toEqual([true]);
    expect(await readMark(world.dataDir, 'feeds')).toMatchObject({ publication: 2 });
  });

  it('made with another newsroom file, address or program is made again as a whole, once', async () => {
    await publish(world, plainContent({}, 'Ett'));
    await writeSharedOutput(world.services, 'feeds', list);
    await writeSharedOutput(world.services, 'html', list);
    const asked = async () => (await world.services.database.selectFrom('rebuilds').select('channel').execute()).map((row) => row.channel);
    await sweep(world.services);
    expect(await asked()).toEqual([]);
    await writeFile(file(channelMark('feeds')), JSON.stringify({ publication: 1, madeWith: 'an older program' }));
    await sweep(world.services);
    expect(await asked()).toEqual(['feeds']);
    await writeSharedOutput(world.services, 'feeds', list);
    await sweep(world.services);
    expect(await asked()).toEqual([]);
  });
});

describe('a rebuild', () => {
  const rebuild = () => world.services.database.selectFrom('rebuilds').selectAll().where('channel', '=', 'feeds').executeTakeFirst();
  const ask = () => askRebuild(world.services, world.maria, { channel: 'feeds', reason: 'asked' });

  it('asked for while another is being made is not forgotten', async () => {
    await ask();
    const asking = async function* (work: SharedWork): AsyncGenerator<OutputStep> {
      await ask();
      yield* list(work);
    };
    await writeSharedOutput(world.services, 'feeds', asking);
    expect(await rebuild()).toBeDefined();
    await writeSharedOutput(world.services, 'feeds', list);
    expect(await rebuild()).toBeUndefined();
  });

  it('that fails waits with growing gaps, says why, and holds nothing up that is published meanwhile', async () => {
    await publish(world, plainContent({}, 'Ett'));
    await ask();
    const failing = async function* (work: SharedWork): AsyncGenerator<OutputStep> {
      if (work.rebuild) throw new Error('no space left on device');
      yield* list(work);
    };
    await expect(writeSharedOutput(world.services, 'feeds', failing)).rejects.toThrow('no space left');
    expect(await rebuild()).toMatchObject({ attempts: 1, error: 'no space left on device' });
    expect((await loadHouse(world.services)).failedRebuilds).toMatchObject([{ channel: 'feeds', error: 'no space left on device' }]);
    await writeSharedOutput(world.services, 'feeds', failing);
    expect(await statesOf()).toEqual(['done']);
    const gaps: number[] = [];
    for (let round = 0; round < 2; round += 1) {
      await world.services.database.updateTable('rebuilds').set({ due_at: sql`clock_timestamp()` }).execute();
      const began = Date.now();
      await expect(writeSharedOutput(world.services, 'feeds', failing)).rejects.toThrow();
      gaps.push((await rebuild())!.due_at.getTime() - began);
    }
    expect(gaps[1]! / gaps[0]!).toBeGreaterThan(1.3);
    await ask();
    expect(await rebuild()).toMatchObject({ attempts: 0, error: null });
  });

  it('of a lost folder is asked for once, and owes no receipt however often the sweep comes by while nobody works', async () => {
    for (const mark of ['Ett', 'Två', 'Tre']) await publish(world, plainContent({}, mark));
    await writeSharedOutput(world.services, 'feeds', list);
    await rm(file('.'), { recursive: true });
    for (let pass = 0; pass < 3; pass += 1) await sweep(world.services);
    expect(await statesOf()).toEqual(['done', 'done', 'done']);
    expect(await rebuild()).toBeDefined();
    await writeSharedOutput(world.services, 'feeds', list);
    expect(await readMark(world.dataDir, 'feeds')).toMatchObject({ publication: 3 });
  });
});

describe('a revision that could not be shown', () => {
  it('is closed when a newer one of the same release is shown: nothing is left to mend', async () => {
    const { release } = await publish(world, plainContent({}, 'Ett'));
    const failing = async function* (work: SharedWork): AsyncGenerator<OutputStep> {
      for (const { n } of work.receipts) yield { kind: 'failed', release, n, error: new Permanent('cannot_render', 'no title') };
    };
    await writeSharedOutput(world.services, 'feeds', failing);
    await correct(world, release, plainContent({ body: 'Rättat.' }, 'Ett'), { kind: 'minor', note: '' });
    expect(await statesOf()).toEqual(['failed', 'owed']);
    await writeSharedOutput(world.services, 'feeds', list);
    expect(await statesOf()).toEqual(['done', 'done']);
  });
});

describe('a folder', () => {
  it('is no longer written by whoever lost it: neither among the files of the newer writer, nor away with them', async () => {
    const open = () => openOutputFolder(world.dataDir, 'html', async () => undefined);
    const late = await open();
    await late.write('one/index.html', 'of the late one');
    const newer = await open();
    await newer.write('other/index.html', 'of the newer one');
    await expect(late.write('two/index.html', 'of the late one')).rejects.toThrow('ENOENT');
    await late.close();
    await newer.flush();
    await newer.swap({ publication: 1, madeWith: null });
    expect(await readFile(file('other/index.html'), 'utf8')).toBe('of the newer one');
    await expect(readFile(file('one/index.html'), 'utf8')).rejects.toThrow('ENOENT');
  });
});

describe('a folder of many files', () => {
  it('lets the connection be heard of while it is flushed and swapped in', async () => {
    let breaths = 0;
    const folder = await openOutputFolder(world.dataDir, 'html', async () => {
      breaths += 1;
    });
    for (let index = 0; index < 40; index += 1) await folder.write(`${index}/index.html`, String(index));
    await folder.flush();
    const flushed = breaths;
    await folder.swap({ publication: 1, madeWith: null });
    expect([flushed >= 3, breaths - flushed >= 40]).toEqual([true, true]);
    expect(await readFile(file('39/index.html'), 'utf8')).toBe('39');
  });
});
