import { sql } from 'kysely';
import { type Connection, prepared } from '../schema/database.ts';
import type { ReleaseLink } from './view.ts';

/** What a release points to: by its id, the id of what it translates, and the addresses it calls related. */
export type LinkWish = { readonly release: string; readonly translationOf: string | null; readonly related: readonly string[] };
export type Links = { readonly translations: readonly ReleaseLink[]; readonly related: readonly ReleaseLink[] };

type Target = ReleaseLink & { readonly id: string; readonly root: string };

/**
 * Links of several releases in one query, by release id. A target counts when its newest revision at or before publication `asOf`
 * is not a withdrawal; without `asOf`, its newest revision.
 */
export async function loadLinks(db: Connection, wishes: readonly LinkWish[], asOf?: number): Promise<Map<string, Links>> {
  const targets = await loadTargets(db, wishes, asOf);
  const bySlug = new Map(targets.map((target) => [target.slug, target]));
  return new Map(
    wishes.map((wish) => {
      const translations = targets.filter((target) => target.root === rootOf(wish) && target.id !== wish.release);
      const related = wish.related.flatMap((slug) => bySlug.get(slug) ?? []).filter((target) => target.id !== wish.release);
      translations.sort((a, b) => (a.language < b.language ? -1 : a.language > b.language ? 1 : a.slug < b.slug ? -1 : 1));
      return [wish.release, { translations: translations.map(link), related: related.map(link) }];
    }),
  );
}

/** What the translations of a release hang on, by the address it says it translates: null when it says none, undefined when there is no such release. */
export async function findTranslationRoot(db: Connection, translationOf: string | undefined): Promise<string | null | undefined> {
  if (translationOf === undefined) return null;
  const row = await db.selectFrom('releases').select(['id', 'translation_of']).where('slug', '=', translationOf).executeTakeFirst();
  return row && (row.translation_of ?? row.id);
}

/** All translations hang on one release, the first. */
function rootOf(wish: LinkWish): string {
  return wish.translationOf ?? wish.release;
}

function link({ slug, language, title, publishedAt }: Target): ReleaseLink {
  return { slug, language, title, publishedAt };
}

async function loadTargets(db: Connection, wishes: readonly LinkWish[], asOf = Number.MAX_SAFE_INTEGER): Promise<Target[]> {
  if (wishes.length === 0) return [];
  const roots = wishes.map(rootOf);
  const slugs = wishes.flatMap((wish) => wish.related);
  const { rows } = await sql<Target>`${prepared}
    select t.id, coalesce(t.translation_of, t.id) as root, t.slug, t.language, newest.title, t.first_published_at as "publishedAt"
    from releases t
    join lateral (
      select r.kind, r.title from revisions r
      where r.release = t.id and r.publication <= ${asOf} order by r.n desc limit 1
    ) newest on newest.kind <> 'withdrawal'
    where t.id = any(${roots}::uuid[]) or t.translation_of = any(${roots}::uuid[]) or t.slug = any(${slugs}::text[])`.execute(db);
  return rows;
}
