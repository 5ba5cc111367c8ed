import { sql } from 'kysely';
import { ReleaseImage } from '../content.ts';
import type { Connection } from '../surroundings.ts';
import type { AssetView } from '../view.ts';
import { getAssets } from './assets.ts';

/*
 * Every picture of a public release, once: with the newest release that shows it, one in the reader's language before others. The table public_images
 * follows from the newest public revisions alone (migration 0010): a withdrawn release's picture leaves with it, unless another public release has it.
 */

export type BankImage = {
  readonly image: ReleaseImage;
  readonly asset: AssetView;
  readonly release: { readonly slug: string; readonly title: string; readonly language: string; readonly publishedAt: Date };
};

export type BankPage = {
  readonly images: readonly BankImage[];
  /** Where the older ones begin; undefined when these are the oldest. */
  readonly next: string | undefined;
};

/** With every size of each (4.5 kB of markup) the page stays under 100 kB. */
const IMAGES_ON_A_PAGE = 18;

type Place = { readonly publication: number; readonly place: number };

type Row = Place & { slug: string; title: string; language: string; publishedAt: Date; image: unknown };

/** Pictures for a reader of `language`, newest release first. `before` is `next` of the page before; anything else gives the newest. */
export async function loadImages(db: Connection, language: string, before: string | undefined): Promise<BankPage> {
  const from = readPlace(before);
  const older = from
    ? sql`(i.publication < ${from.publication} or (i.publication = ${from.publication} and i.place > ${from.place}))`
    : sql`true`;
  const { rows } = await sql<Row>`
    select i.publication, i.place, r.slug, r.language, r.first_published_at as "publishedAt", v.title,
      v.content -> 'images' -> i.place as image
    from public_images i join releases r on r.id = i.release join revisions v on v.release = r.id and v.n = r.newest_n
    where ${older} and r.newest_kind <> 'withdrawal' and not exists (
      select 1 from public_images o join releases s on s.id = o.release
      where o.hash = i.hash and (s.language = ${language}, o.publication, -o.place) > (r.language = ${language}, i.publication, -i.place))
    order by i.publication desc, i.place limit ${sql.lit(IMAGES_ON_A_PAGE + 1)}`.execute(db);
  const shown = rows.slice(0, IMAGES_ON_A_PAGE);
  const images = shown.map((row) => ({ image: ReleaseImage.parse(row.image), release: row }));
  const assets = await getAssets(
    db,
    images.map(({ image }) => image.asset),
  );
  return {
    images: images.flatMap(({ image, release: { slug, title, language, publishedAt } }) => {
      const asset = assets.get(image.asset);
      return asset ? [{ image, asset, release: { slug, title, language, publishedAt } }] : [];
    }),
    next: rows.length > IMAGES_ON_A_PAGE ? writePlace(shown.at(-1)!) : undefined,
  };
}

function writePlace({ publication, place }: Place): string {
  return `${publication}.${place}`;
}

function readPlace(text: string | undefined): Place | undefined {
  const match = /^(\d{1,12})\.(\d{1,3})$/.exec(text ?? '');
  return match ? { publication: Number(match[1]), place: Number(match[2]) } : undefined;
}
