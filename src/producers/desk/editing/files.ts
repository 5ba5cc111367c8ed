import type { Actor } from '../../../shared/accounts/actor.ts';
import type { FormEntry, ReleaseForm } from '../../../shared/intake/raw-release.ts';
import { InvalidInput, type Problem, wrongInput } from '../../../shared/platform/failure.ts';
import { storeUpload } from '../../../shared/publishing/uploads.ts';
import { formatBytes } from '../../../shared/release/dates.ts';
import { demandSize } from '../../../shared/release/files/assets.ts';
import type { Services } from '../../../shared/services.ts';
import { fieldName, type ListName, type Wish } from './form.ts';
import { type Chosen, FILES_BYTES } from './uploads.ts';

/** What became of the form's pictures and attachments, to be told beside them. Nothing of it is saved yet. */
export type Note = { readonly list: ListName } & (
  | { readonly kind: 'added'; readonly names: readonly string[] }
  | { readonly kind: 'moved'; readonly name: string; readonly place: number }
  | { readonly kind: 'removed'; readonly name: string }
);

/** A form as it comes back, and the id of the element where the person goes on. */
export type Arranged = { readonly form: ReleaseForm; readonly note?: Note | undefined; readonly focus?: string | undefined };

/** Takes the chosen files into the store, as the API does, and into the form. A file that cannot be taken is a problem; the others are taken. */
export async function addFiles(
  services: Services,
  actor: Actor,
  { form, chosen }: { readonly form: ReleaseForm; readonly chosen: readonly Chosen[] },
): Promise<Arranged & { readonly problems: readonly Problem[] }> {
  const lists: Record<ListName, FormEntry[]> = { images: [...form.images], attachments: [...form.attachments] };
  const problems: Problem[] = [];
  for (const file of chosen) {
    try {
      lists[file.list].push(await storeChosen(services, actor, file));
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      problems.push(...error.problems);
    }
  }
  return { form: { ...form, ...lists }, ...noteOf(form, lists), problems };
}

async function storeChosen(services: Services, actor: Actor, { list, name, bytes, data }: Chosen): Promise<FormEntry> {
  const kind = list === 'images' ? 'image' : 'attachment';
  const { limits } = (await services.newsroom()).newsroom;
  demandSize({ name, bytes, kind, limits });
  if (data === undefined) throw wrongInput(name, `comes with more than ${formatBytes(FILES_BYTES, 'en')} at once.`, 'Add it by itself.');
  const stored = await storeUpload(services, actor, { data, name, kind });
  const entry = { asset: stored.asset, name: stored.name };
  return list === 'images' ? entry : { ...entry, mediaType: stored.mediaType, bytes: String(stored.bytes) };
}

/** Where the first new text is to be written. */
function noteOf(before: ReleaseForm, after: Record<ListName, FormEntry[]>): Pick<Arranged, 'note' | 'focus'> {
  const list = after.images.length > before.images.length ? 'images' : 'attachments';
  const index = before[list].length;
  const names = after[list].slice(index).map(({ name = '' }) => name);
  if (names.length === 0) return {};
  return { note: { kind: 'added', list, names }, focus: fieldName(list, index, list === 'images' ? 'alt' : 'title') };
}

/** Puts an entry one place up or down, or takes it out. One that is not there leaves the form as it is. */
export function arrange(form: ReleaseForm, { kind, list, index }: Extract<Wish, { index: number }>): Arranged {
  const entries = [...form[list]];
  const [entry] = entries.splice(index, 1);
  if (entry === undefined) return { form };
  const { name = '' } = entry;
  if (kind === 'remove') return { form: { ...form, [list]: entries }, note: { kind: 'removed', list, name }, focus: noteId(list) };
  const to = Math.min(entries.length, Math.max(0, kind === 'up' ? index - 1 : index + 1));
  entries.splice(to, 0, entry);
  // At the end of the list the pressed button is gone; the other one leads back.
  const button = to === 0 ? 'down' : to === entries.length - 1 ? 'up' : kind;
  return { form: { ...form, [list]: entries }, note: { kind: 'moved', list, name, place: to + 1 }, focus: fieldName(list, to, button) };
}

export function noteId(list: ListName): string {
  return `${list}-note`;
}
