import { canonicalJson, sha256Hex } from '../../platform/canonical.ts';
import { cardPath, releasePath } from '../../release/addresses.ts';
import { formatDate } from '../../release/dates.ts';
import { palettesOf } from '../../release/newsroom/palette.ts';
import { zoneOf } from '../../release/parts.ts';
import type { AssetView, Publisher, RevisionView } from '../../release/view.ts';
import { spokenIn } from '../words.ts';
import type { CardText } from './layout.ts';

/** A card: its texts, the stored files of its pictures (assets.ts), and the address that holds the hash of all of it. */
export type Card = {
  readonly path: string;
  readonly text: CardText;
  readonly picture: string | undefined;
  readonly logo: string | undefined;
  /** What it shows, in words. */
  readonly alt: string;
};

/** Raised when cards look different though their texts are the same: programs keep what they fetched under the old address. */
export const DESIGN = 1;
/** A picture at least this wide is sharp in its place on the card. */
const SHARP_WIDTH = 800;

/** The picture that other sites and chats show with a link to the release. */
export function cardOf(view: RevisionView, publisher: Publisher): Card {
  const { content } = view;
  const { newsroom } = publisher;
  const organisation = content.organisation ?? newsroom.name;
  const { words, language } = spokenIn(content.language);
  const { paper, ink, quiet, accent } = palettesOf(newsroom).light;
  const text: CardText = {
    title: content.title,
    organisation,
    dateline: `${words.types[content.type]} · ${formatDate(view.firstPublishedAt, language, zoneOf(view, publisher))}`,
    typeface: newsroom.typeface,
    colours: { paper, ink, quiet, accent },
  };
  const shown = content.images.find((image) => !image.decorative && view.assets.has(image.asset));
  const picture = shown && pictureFile(view.assets.get(shown.asset)!);
  const logo = newsroom.logo;
  const hash = sha256Hex(canonicalJson({ design: DESIGN, text, picture: picture ?? null, logo: logo ?? null }));
  return { path: cardPath(releasePath(view.slug), hash), text, picture, logo, alt: `${content.title} – ${organisation}` };
}

function pictureFile(asset: AssetView): string {
  const plain = asset.variants.filter(({ format }) => format === 'jpeg' || format === 'png');
  return (plain.find(({ width }) => width >= SHARP_WIDTH) ?? plain.at(-1))?.path ?? asset.hash;
}
