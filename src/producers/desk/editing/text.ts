import { releaseForm } from '../../../shared/intake/release-fields.ts';
import { type DraftView, getDraft } from '../../../shared/publishing/draft-view.ts';
import type { DraftInput } from '../../../shared/publishing/drafts.ts';
import { formatTime, localDay } from '../../../shared/release/dates.ts';
import { getRelease, loadNewestView } from '../../../shared/release/store.ts';
import type { Services } from '../../../shared/services.ts';
import type { Editor } from './editor.ts';

/** What the editing page begins with. */
export type Text = Pick<Editor, 'release' | 'form' | 'lockVersion'>;

/** A page yet to be written, or the release as it stands: its draft, else what is public; undefined for a withdrawn one, which stays as it is. Throws NotFound. */
export async function readText(services: Services, release: string | undefined): Promise<Text | undefined> {
  return release === undefined ? newText(services) : textOf(services, release);
}

async function newText(services: Services): Promise<Text> {
  const { newsroom } = await services.newsroom();
  const fields = `language: ${newsroom.languages[0]}\ntopics: []\n`;
  return { release: undefined, form: { title: '', lead: '', body: '', images: [], attachments: [], fields }, lockVersion: 0 };
}

async function textOf(services: Services, name: string): Promise<Text | undefined> {
  const release = await getRelease(services.database, name);
  const draft = await getDraft(services, release.id);
  const view = draft ? undefined : await loadNewestView(services.database, release.id);
  const content = draft?.content ?? (view && view.kind !== 'withdrawal' ? view.content : undefined);
  if (content === undefined || release.newest_kind === 'withdrawal') return undefined;
  const { title, language } = content;
  return {
    release: {
      id: release.id,
      slug: release.slug,
      title,
      language,
      public: release.newest_n !== null,
      draft: draft?.state,
      rejection: draft?.rejection,
    },
    form: releaseForm(content, await timesOf(services, draft)),
    lockVersion: draft?.lockVersion ?? 0,
  };
}

/** On the newsroom's clock, as people write them. */
async function timesOf(services: Services, draft: DraftView | undefined): Promise<Pick<DraftInput, 'publishAt' | 'publishLatest'>> {
  const { timezone } = (await services.newsroom()).newsroom;
  const local = (at: Date | null | undefined) => (at ? `${localDay(at, timezone)} ${formatTime(at, 'en', timezone)}` : undefined);
  return { publishAt: local(draft?.publishAt), publishLatest: local(draft?.publishLatest) };
}
