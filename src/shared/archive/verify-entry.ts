import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, type Json, sha256Hex } from '../platform/canonical.ts';
import type { Database } from '../schema/database.ts';
import type { Channel, RevisionRow } from '../schema/tables.ts';
import { ENTRY_FILES } from './entry.ts';
import type { Difference } from './folder.ts';
import type { Manifest } from './manifest.ts';

/** The members of record.json that are held against SQL. */
type KeptRecord = {
  readonly kind: string;
  readonly sha256: string;
  readonly author: { readonly account: string };
  readonly approver: { readonly account: string };
  readonly publication: number;
  readonly publishedAt: string;
  readonly changeNote: string | null;
  readonly asOf: number;
  readonly madeWith: string;
};

type Kept = { readonly folder: string; readonly manifest: Manifest };

/** Holds an entry, whose bytes are whole, against the revision in SQL and against what html and feeds wrote of it. */
export async function compareWithTruth(db: Database, kept: Kept): Promise<Difference | undefined> {
  const { folder, manifest } = kept;
  if (manifest.kind === 'closing') return undefined;
  const revision = await db
    .selectFrom('revisions')
    .selectAll()
    .where('release', '=', manifest.release)
    .where('n', '=', manifest.revision)
    .executeTakeFirst();
  if (!revision) return { at: folder, problem: 'keeps a revision that is not in the database' };
  const record: KeptRecord = JSON.parse(await readText(kept, 'record'));
  const problem = (await compareContent(kept, revision)) ?? compareRecord(record, revision);
  return problem ? { at: folder, problem } : compareOutputs(db, kept, record);
}

async function readText({ folder }: Kept, name: keyof typeof ENTRY_FILES): Promise<string> {
  return readFile(join(folder, ENTRY_FILES[name]), 'utf8');
}

async function compareContent(kept: Kept, revision: RevisionRow): Promise<string | undefined> {
  const text = await readText(kept, 'content');
  if (sha256Hex(text) !== revision.hash) return `${ENTRY_FILES.content} does not have the hash the revision was published with`;
  if (revision.kind !== 'withdrawal' && canonicalJson(revision.content as Json) !== text)
    return 'the content in the database is not the one kept';
  return undefined;
}

function compareRecord(record: KeptRecord, revision: RevisionRow): string | undefined {
  const pairs: [string, unknown, unknown][] = [
    ['kind', record.kind, revision.kind],
    ['hash', record.sha256, revision.hash],
    ['author', record.author.account, revision.author],
    ['approver', record.approver.account, revision.approver],
    ['publication', record.publication, revision.publication],
    ['time of publication', record.publishedAt, revision.published_at.toISOString()],
    ['change note', record.changeNote, revision.change_note],
  ];
  const differing = pairs.find(([, kept, now]) => kept !== now);
  return differing && `the ${differing[0]} in the database (${differing[2]}) is not the one kept (${differing[1]})`;
}

/** Which bytes of an entry a receipt names: the page whole, of each feed the item. */
const OUTPUTS: readonly {
  channel: Channel;
  detail: string;
  file: keyof typeof ENTRY_FILES;
  cut: (document: string) => string | undefined;
}[] = [
  { channel: 'html', detail: 'page', file: 'page', cut: (document) => document },
  { channel: 'feeds', detail: 'rss', file: 'rss', cut: (document) => between(document, '<item>', '</item>') },
  {
    channel: 'feeds',
    detail: 'atom',
    file: 'atom',
    cut: (document) => between(document, '<entry', '</entry>') ?? between(document, '<at:deleted-entry', '</at:deleted-entry>'),
  },
  { channel: 'feeds', detail: 'json', file: 'json', cut: (document) => JSON.stringify(JSON.parse(document).items[0], null, 2) },
  { channel: 'feeds', detail: 'ninjs', file: 'ninjs', cut: (document) => JSON.stringify(JSON.parse(document).associations[0], null, 2) },
];

/** What went out must be what is kept, where both were made with the same and as of the same publication. */
async function compareOutputs(db: Database, kept: Kept, record: KeptRecord): Promise<Difference | undefined> {
  const receipts = await db
    .selectFrom('receipts')
    .select(['channel', 'detail'])
    .where('release', '=', kept.manifest.release)
    .where('n', '=', kept.manifest.revision)
    .where('state', '=', 'done')
    .execute();
  for (const output of OUTPUTS) {
    const detail = receipts.find((receipt) => receipt.channel === output.channel)?.detail;
    const written = detail?.[output.detail];
    if (!written || detail.asOf !== String(record.asOf) || detail.madeWith !== record.madeWith) continue;
    const bytes = output.cut(await readText(kept, output.file));
    if (bytes === undefined || sha256Hex(bytes) !== written) {
      return {
        at: join(kept.folder, ENTRY_FILES[output.file]),
        problem: `is not what ${output.channel} wrote (${output.detail} ${written})`,
      };
    }
  }
  return undefined;
}

/** From the first `open` to the last `close`, both included. A document of one item holds its own tags outermost. */
function between(document: string, open: string, close: string): string | undefined {
  const start = document.indexOf(open);
  const end = document.lastIndexOf(close);
  return start === -1 || end < start ? undefined : document.slice(start, end + close.length);
}
