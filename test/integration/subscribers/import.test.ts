import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setPreferences, takeBack } from '../../../src/shared/delivery/change-preferences.ts';
import { getKey } from '../../../src/shared/schema/migrate.ts';
import { exportSubscribers } from '../../../src/shared/subscribers/export.ts';
import { type ImportInput, importSubscribers } from '../../../src/shared/subscribers/import.ts';
import { leave } from '../../../src/shared/subscribers/leave.ts';
import { findSubscriber } from '../../../src/shared/subscribers/store.ts';
import { addressHash, suppress } from '../../../src/shared/subscribers/suppressions.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const HEAD = 'address;name;language;topics;legal basis;source;date';
const FILE = [
  HEAD,
  'anna@lillan.example;Anna;sv;*;samtycke;mässan;2026-01-02',
  'bo@lillan.example;Bo;sv;naringsliv kollektivtrafik;samtycke;webben;',
  'eva@granback.example;;en;halsa-och-vard;allmänt intresse;lokalmedia;',
].join('\n');

async function load(csv: ImportInput['csv'], more: Partial<ImportInput> = {}) {
  const { newsroom } = await world.services.newsroom();
  return importSubscribers(world.services.database, { csv, newsroom, ...more });
}
const find = async (address: string) => (await findSubscriber(world.services.database, address))!;
const topicsOf = async (address: string) => (await find(address)).subscriptions.map(({ topic }) => topic);
/** The person's own choice, as the page behind a preferences link makes it. */
async function choose(subscriber: string, topics: string[]): Promise<void> {
  const { newsroom } = await world.services.newsroom();
  await setPreferences(world.services, { subscriber, wish: { language: 'sv', topics }, newsroom });
}
const counts = ({ added, changed, unchanged, suppressed, refused }: Awaited<ReturnType<typeof load>>) => ({
  added,
  changed,
  unchanged,
  suppressed,
  refused,
});
const NONE = { added: 0, changed: 0, unchanged: 0, suppressed: 0, refused: 0 };

describe('an import', () => {
  it('adds people with what they get and the proof of why', async () => {
    const report = await load(FILE);
    expect(counts(report)).toEqual({ ...NONE, added: 3 });
    expect(report.rows.map((row) => [row.line, row.outcome])).toEqual([
      [2, 'added'],
      [3, 'added'],
      [4, 'added'],
    ]);
    const bo = await find('bo@lillan.example');
    expect(bo).toMatchObject({ name: 'Bo', language: 'sv', state: 'active', suppression: null });
    expect(await topicsOf('bo@lillan.example')).toEqual(['kollektivtrafik', 'naringsliv']);
    const { consents } = await find('anna@lillan.example');
    expect(consents).toMatchObject([
      {
        event: 'imported',
        legal_basis: 'consent',
        source: 'mässan',
        confirmed_at: new Date('2026-01-01T23:00:00Z'),
        detail: { topics: ['*'], language: 'sv' },
      },
    ]);
  });

  it('of the same file changes nothing and writes no second proof', async () => {
    await load(FILE);
    expect(counts(await load(FILE))).toEqual({ ...NONE, unchanged: 3 });
    expect((await find('anna@lillan.example')).consents).toHaveLength(1);
  });

  it('as a dry run reports the same and keeps nothing', async () => {
    expect(counts(await load(FILE, { dryRun: true }))).toEqual({ ...NONE, added: 3 });
    expect(await findSubscriber(world.services.database, 'anna@lillan.example')).toBeUndefined();
  });

  it('adds topics, corrects name and language, and takes away no topic', async () => {
    await load(FILE);
    const report = await load(`${HEAD}\nbo@lillan.example;Bo Ek;en;halsa-och-vard;samtycke;webben;`);
    expect(counts(report)).toEqual({ ...NONE, changed: 1 });
    expect(await find('bo@lillan.example')).toMatchObject({ name: 'Bo Ek', language: 'en' });
    expect(await topicsOf('bo@lillan.example')).toEqual(['halsa-och-vard', 'kollektivtrafik', 'naringsliv']);
  });

  it('keeps a corrected legal basis as one more proof', async () => {
    await load(FILE);
    expect(counts(await load(`${HEAD}\nbo@lillan.example;Bo;sv;naringsliv;avtal;webben;`))).toEqual({ ...NONE, changed: 1 });
    expect((await find('bo@lillan.example')).consents.map((consent) => consent.legal_basis)).toEqual(['consent', 'contract']);
  });

  it('takes one line for each topic of a person, as many exports have it, and is then the same file again', async () => {
    const csv = `${HEAD}\nbo@lillan.example;;sv;naringsliv;samtycke;webben;\nBO@lillan.example;;sv;kollektivtrafik;samtycke;mässan;2026-02-03`;
    expect(counts(await load(csv))).toEqual({ ...NONE, added: 1, changed: 1 });
    expect(await topicsOf('bo@lillan.example')).toEqual(['kollektivtrafik', 'naringsliv']);
    expect(counts(await load(csv))).toEqual({ ...NONE, unchanged: 2 });
  });

  it('leaves whoever left in peace, also when the file still has him', async () => {
    await load(FILE);
    const { id } = await find('anna@lillan.example');
    expect(await leave(world.services.database, { subscriber: id, way: 'one-click' })).toBe('left');
    const report = await load(FILE);
    expect(counts(report)).toEqual({ ...NONE, unchanged: 2, suppressed: 1 });
    expect(report.rows[0]).toMatchObject({
      outcome: 'suppressed',
      problems: [{ message: 'gets no letters: unsubscribed.', severity: 'advice' }],
    });
    expect(await find('anna@lillan.example')).toMatchObject({ state: 'unsubscribed', subscriptions: [] });
  });

  it('does not add an address that bounced or complained, whoever it belongs to', async () => {
    const hash = addressHash(await getKey(world.services.database, 'address'), 'EVA@granback.example');
    await suppress(world.services.database, [{ hash, reason: 'hard-bounce', evidence: {} }]);
    expect(counts(await load(FILE))).toEqual({ ...NONE, added: 2, suppressed: 1 });
    expect(await findSubscriber(world.services.database, 'eva@granback.example')).toBeUndefined();
  });

  it('does not take up again a topic the person left', async () => {
    await load(FILE);
    const { id } = await find('bo@lillan.example');
    await choose(id, ['kollektivtrafik']);
    const report = await load(FILE);
    expect(report.rows[1]).toMatchObject({ outcome: 'unchanged', problems: [{ message: '"naringsliv" was left by the subscriber.' }] });
    expect(await topicsOf('bo@lillan.example')).toEqual(['kollektivtrafik']);
  });

  it('does not bring back everything to a person who left one topic of all', async () => {
    await load(FILE);
    const { id } = await find('anna@lillan.example');
    await choose(id, ['halsa-och-vard', 'kollektivtrafik', 'regional-utveckling']);
    const kept = await topicsOf('anna@lillan.example');
    expect((await load(FILE)).rows[0]).toMatchObject({ outcome: 'unchanged', problems: [{ message: '"*" was left by the subscriber.' }] });
    expect(await topicsOf('anna@lillan.example')).toEqual(kept);
  });

  it('finds nothing amiss with a person who left and came back', async () => {
    await load(FILE);
    const { id } = await find('anna@lillan.example');
    await leave(world.services.database, { subscriber: id, way: 'page' });
    expect(await takeBack(world.services, id)).toBe('back');
    expect((await load(FILE)).rows[0]).toMatchObject({ outcome: 'unchanged', problems: [] });
  });

  it('takes the good rows and refuses the others by line, field and reason', async () => {
    const file = join(import.meta.dirname, '../../../src/producers/demo/content/subscribers-bad.csv');
    const report = await load(readFileSync(file));
    expect(counts(report)).toEqual({ ...NONE, refused: report.rows.length });
    expect(report.rows.every((row) => row.problems.length > 0 && row.problems.every((problem) => problem.remedy !== ''))).toBe(true);
    const mixed = await load(`${FILE}\nfel;;sv;*;samtycke;webben;`);
    expect(counts(mixed)).toEqual({ ...NONE, added: 3, refused: 1 });
  });

  it('that breaks off half-way leaves nothing', async () => {
    const broken = async function* () {
      yield `${HEAD}\n`;
      for (let index = 0; index < 2_500; index += 1) yield `n${index}@lillan.example;;sv;*;samtycke;webben;\n`;
      throw new Error('the line was cut');
    };
    await expect(load(broken())).rejects.toThrow('the line was cut');
    expect(await world.services.database.selectFrom('subscribers').select('id').execute()).toEqual([]);
  });

  it('beside another import of the same people waits for it', async () => {
    const reports = await Promise.all([load(FILE), load(FILE)]);
    expect(reports.map((report) => report.added).sort()).toEqual([0, 3]);
    expect(reports.map((report) => report.unchanged).sort()).toEqual([0, 3]);
  });

  it('of 20,000 people is a matter of seconds', async () => {
    const csv = [
      HEAD,
      ...Array.from(
        { length: 20_000 },
        (_, index) => `n${index}@d${index % 90}.example;Namn ${index};sv;naringsliv;samtycke;webben;2026-01-02`,
      ),
    ].join('\n');
    const began = performance.now();
    expect(counts(await load(csv))).toEqual({ ...NONE, added: 20_000 });
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

describe('an export', () => {
  it('can be imported again: nothing changes', async () => {
    await load(`${FILE}\n"o'neill@lillan.example";"=HYPERLINK(""x""); AB";sv;*;samtycke;"rad ett; två";2026-02-03 09:30`);
    const csv = (await Array.fromAsync(exportSubscribers(world.services.database))).join('');
    expect(csv.startsWith('\ufeffaddress;name;')).toBe(true);
    expect(csv).toContain(`"'=HYPERLINK(""x""); AB"`);
    expect(counts(await load(csv))).toEqual({ ...NONE, unchanged: 4 });
    expect(await find("o'neill@lillan.example")).toMatchObject({ name: '=HYPERLINK("x"); AB' });
  });

  it('guards addresses too, and takes the guard away again; a file with commas is taken as well as one with semicolons', async () => {
    await load(`${HEAD}\n-minus@lillan.example;+Plus;sv;*;samtycke;@webben;`);
    const csv = (await Array.fromAsync(exportSubscribers(world.services.database))).join('');
    expect(csv).toContain("'-minus@lillan.example;'+Plus;sv;*;at-once;consent;'@webben;");
    expect(counts(await load(csv))).toEqual({ ...NONE, unchanged: 1 });
    expect(counts(await load(csv.replaceAll(';', ',')))).toEqual({ ...NONE, unchanged: 1 });
    expect(await find('-minus@lillan.example')).toMatchObject({ name: '+Plus' });
  });

  it('holds nobody who left, and comes in pages', async () => {
    const csv = [HEAD, ...Array.from({ length: 2_345 }, (_, index) => `n${index}@lillan.example;;sv;*;samtycke;webben;`)].join('\n');
    await load(csv);
    await leave(world.services.database, { subscriber: (await find('n7@lillan.example')).id, way: 'desk' });
    const chunks = await Array.fromAsync(exportSubscribers(world.services.database));
    expect(chunks).toHaveLength(4);
    const lines = chunks.join('').trim().split('\r\n').slice(1);
    expect(new Set(lines.map((line) => line.split(';')[0])).size).toBe(2_344);
    expect(chunks.join('')).not.toContain('n7@');
  });
});

describe('leaving', () => {
  it('everything ends every subscription, is proved, suppresses the address, and may be repeated', async () => {
    await load(FILE);
    const { id } = await find('bo@lillan.example');
    const answers = [
      await leave(world.services.database, { subscriber: id, way: 'one-click' }),
      await leave(world.services.database, { subscriber: id, way: 'one-click' }),
    ];
    expect(answers).toEqual(['left', 'already']);
    const bo = await find('bo@lillan.example');
    expect(bo).toMatchObject({ state: 'unsubscribed', suppression: 'unsubscribed', subscriptions: [] });
    expect(bo.consents.at(-1)).toMatchObject({ event: 'left', detail: { way: 'one-click', topics: ['kollektivtrafik', 'naringsliv'] } });
    expect(bo.consents).toHaveLength(2);
  });

  it('by somebody nobody knows changes nothing', async () => {
    expect(await leave(world.services.database, { subscriber: crypto.randomUUID(), way: 'page' })).toBe('unknown');
  });
});
