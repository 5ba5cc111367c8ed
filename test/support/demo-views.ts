import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CONTENT, readPlan, type Step } from '../../src/producers/demo/plan.ts';
import { readReleaseText } from '../../src/shared/intake/release-file.ts';
import { sha256Hex } from '../../src/shared/platform/canonical.ts';
import { previewView } from '../../src/shared/preview/draft-view.ts';
import type { ReleaseContent } from '../../src/shared/release/content.ts';
import { freezeContent } from '../../src/shared/release/freeze.ts';
import { contentHash } from '../../src/shared/release/hash.ts';
import type { Newsroom } from '../../src/shared/release/newsroom/newsroom.ts';
import { readNewsroomFile } from '../../src/shared/release/newsroom/newsroom-file.ts';
import { assetsOf } from '../../src/shared/release/store.ts';
import type { AssetView, PublicView, Publisher, ReleaseLink, RevisionView } from '../../src/shared/release/view.ts';
import { pictureView } from './sample-parts.ts';

/** The demo's releases as they stand on the day their dates were written for: the newest view of each, by slug. */
export type DemoViews = { readonly publisher: Publisher; readonly views: ReadonlyMap<string, PublicView> };

const WRITTEN_FOR = new Date('2026-11-23T11:00Z');
const MEDIA_TYPES: Record<string, string> = { jpg: 'image/jpeg', png: 'image/png', pdf: 'application/pdf' };

/** Reads the demo's files without any server; pictures have the sizes of the sample pictures, so that no image library decides a byte. */
export async function readDemoViews(): Promise<DemoViews> {
  const newsroom = await readNewsroomFile(join(CONTENT, 'newsroom.yaml'));
  const plan = await readPlan(WRITTEN_FOR, newsroom.timezone);
  const oneMore = { kind: 'publish' as const, at: WRITTEN_FOR, ...plan.oneMore };
  const scheduled = { kind: 'publish' as const, at: WRITTEN_FOR, slug: plan.scheduled.slug, file: plan.scheduled.file };
  const views = new Map<string, PublicView>();
  for (const step of [...plan.steps, scheduled, oneMore]) views.set(step.slug, await viewOf(step, { newsroom, earlier: views }));
  return { publisher: { newsroom, baseUrl: 'https://press.alvmark.example' }, views };
}

type Surroundings = { readonly newsroom: Newsroom; readonly earlier: ReadonlyMap<string, PublicView> };

async function viewOf(step: Step, { newsroom, earlier }: Surroundings): Promise<PublicView> {
  const before = earlier.get(step.slug);
  const id = uuidOf(step.slug);
  const publication = [...earlier.values()].length + 1;
  if (step.kind === 'withdraw') {
    const { n, firstPublishedAt, content } = before as RevisionView;
    const { language } = content;
    return {
      id,
      slug: step.slug,
      n: n + 1,
      kind: 'withdrawal',
      language,
      publication,
      publishedAt: step.at,
      firstPublishedAt,
      reason: step.reason,
    };
  }
  const { content, assets } = await readRelease(step.file, newsroom);
  const view = previewView({
    draft: { release: id, slug: step.slug, content, hash: contentHash(content) },
    newsroom,
    at: step.at,
    assets,
    ...(step.kind === 'correct' ? { history: (before as RevisionView).history, correction: { kind: step.weight, note: step.note } } : {}),
    translations: linksTo(earlier, (other) => other.slug === content.translationOf),
    related: linksTo(earlier, (other) => content.related.includes(other.slug)),
  });
  return { ...view, publication };
}

async function readRelease(file: string, newsroom: Newsroom): Promise<{ content: ReleaseContent; assets: Map<string, AssetView> }> {
  const path = join(CONTENT, file);
  const resolveFile = async (name: string) => {
    const data = await readFile(resolve(dirname(path), name));
    return { asset: sha256Hex(data), name: basename(name), mediaType: MEDIA_TYPES[name.split('.').at(-1)!]!, bytes: data.length };
  };
  const { content } = await readReleaseText(await readFile(path, 'utf8'), { name: basename(path), resolve: resolveFile });
  const pictures = new Set(content.images.map((image) => image.asset));
  const views = assetsOf(content).map((hash): AssetView => {
    const file = content.attachments.find((attachment) => attachment.asset === hash);
    if (pictures.has(hash)) return pictureView(hash);
    return { hash, mediaType: file!.mediaType, bytes: file!.bytes, width: null, height: null, variants: [] };
  });
  return { content: freezeContent(content, newsroom), assets: new Map(views.map((view) => [view.hash, view])) };
}

function linksTo(views: ReadonlyMap<string, PublicView>, wanted: (view: RevisionView) => boolean): ReleaseLink[] {
  return [...views.values()].flatMap((view) =>
    view.kind !== 'withdrawal' && wanted(view)
      ? [{ slug: view.slug, language: view.content.language, title: view.content.title, publishedAt: view.firstPublishedAt }]
      : [],
  );
}

/** The same id for a release at every run. */
function uuidOf(slug: string): string {
  const hash = sha256Hex(slug);
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
