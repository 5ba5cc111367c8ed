import { ahead } from '../shared/platform/ahead.ts';
import { sha256Hex } from '../shared/platform/canonical.ts';
import { messageOf, Permanent } from '../shared/platform/failure.ts';
import { type OutputStep, type SharedWork, writeSharedOutput } from '../shared/publishing/shared-output.ts';
import { publicFile, releasePath } from '../shared/release/addresses.ts';
import { loadReadable } from '../shared/release/store.ts';
import { loadLinking, loadReleaseKeys, type ReleaseKey } from '../shared/release/surroundings.ts';
import type { PublicView } from '../shared/release/view.ts';
import { renderView } from '../shared/site/of-release.ts';
import { renderListed } from '../shared/site/on-request.ts';
import { pageScript } from '../shared/site/script.ts';
import { stylesheetOf } from '../shared/site/stylesheet.ts';
import { everyPath, gonePaths, touchedPaths } from '../shared/site/written-paths.ts';
import type { ChannelHandler } from './run.ts';

/** Views held in memory at once; a rebuild of a large archive goes through in portions. */
const PORTION = 100;

/** Pages of lists whose texts are being read while others are written. */
const PATHS_AHEAD = 4;

/** The newsroom's pages: each release, the lists that hold it, the front pages, the archive and the sitemap. */
export const handler: ChannelHandler = {
  name: 'html',
  shared: true,
  async handle(_job, { services }) {
    await writeSharedOutput(services, 'html', renderHtml);
    return { kind: 'closed' };
  },
};

/** Only what the owed receipts touch, at a cost that does not grow with the archive; everything when a rebuild is asked for. */
async function* renderHtml(work: SharedWork): AsyncGenerator<OutputStep> {
  const { tx, publisher } = work;
  // Their renames come first: no page ever names a stylesheet or a script that is not there.
  yield* renderPaths(work, [stylesheetOf(publisher.newsroom).path, pageScript.path]);
  if (work.rebuild) {
    yield* renderReleases(work, everyRelease(work));
    yield* renderPaths(work, await everyPath(tx, publisher.newsroom));
    for (const path of await gonePaths(tx, publisher.newsroom)) yield { kind: 'remove', path: publicFile(path) };
  } else {
    const releases = [...new Set(work.receipts.map((receipt) => receipt.release))];
    yield* renderReleases(work, portionsOf(await loadLinking(tx, releases)));
    yield* renderPaths(work, await touchedPaths(tx, publisher.newsroom, releases));
  }
}

/** Every release ever published, in portions. */
async function* everyRelease({ tx }: SharedWork): AsyncGenerator<readonly ReleaseKey[]> {
  let after = -1;
  for (;;) {
    const keys = await loadReleaseKeys(tx, after, PORTION);
    if (keys.length === 0) return;
    yield keys;
    after = keys.at(-1)!.place;
  }
}

function* portionsOf(keys: readonly ReleaseKey[]): Generator<readonly ReleaseKey[]> {
  for (let start = 0; start < keys.length; start += PORTION) yield keys.slice(start, start + PORTION);
}

type Portions = Iterable<readonly ReleaseKey[]> | AsyncIterable<readonly ReleaseKey[]>;

async function* renderReleases(work: SharedWork, portions: Portions): AsyncGenerator<OutputStep> {
  const loaded = ahead(portions, 1, async (keys) => ({ keys, views: await loadReadable(work.tx, keys, work.publication) }));
  for await (const { keys, views } of loaded) {
    for (const key of keys) yield* renderRelease(work, key, views.get(key.release));
  }
}

/** One release's page, and what its receipt may say of it. A fault stays with this release: its old page stands, the others go on. */
function* renderRelease(work: SharedWork, key: ReleaseKey, view: PublicView | Permanent | undefined): Generator<OutputStep> {
  const owed = work.receipts.filter((receipt) => receipt.release === key.release);
  try {
    if (view instanceof Permanent) throw view;
    if (!view) return;
    const { body } = renderView(view, work.publisher);
    yield { kind: 'file', path: publicFile(releasePath(key.slug)), data: body };
    // Receipts of older revisions get no hash: their text is not what was written.
    if (!owed.some((receipt) => receipt.n === view.n)) return;
    const detail = { page: sha256Hex(body), asOf: String(work.publication), madeWith: work.madeWith };
    yield { kind: 'wrote', release: key.release, n: view.n, detail };
  } catch (error) {
    for (const { release, n } of owed) yield { kind: 'failed', release, n, error: cannotRender(key, error) };
  }
}

function cannotRender(key: ReleaseKey, error: unknown): Permanent {
  if (error instanceof Permanent) return error;
  return new Permanent('cannot_render', `the page of ${key.slug} cannot be made: ${messageOf(error)}`, {
    cause: error,
    fields: { release: key.release },
  });
}

async function* renderPaths(work: SharedWork, paths: readonly string[]): AsyncGenerator<OutputStep> {
  const rendered = ahead(paths, PATHS_AHEAD, async (path) => ({ path, document: await renderListed(work.tx, work.publisher, path) }));
  for await (const { path, document } of rendered) {
    if (!document) yield { kind: 'remove', path: publicFile(path) };
    else yield { kind: 'file', path: publicFile(path), data: document.body, ...(path.endsWith('.xml') ? { check: 'xml' as const } : {}) };
  }
}
