import type { FormEntry, ReleaseForm } from '../../../shared/intake/raw-release.ts';
import type { Form } from '../perform.ts';

/** What the form says of each picture and each attachment; the first parts are known since the upload, the others are typed. */
const PARTS = {
  images: ['asset', 'name', 'alt', 'decorative', 'caption', 'credit', 'licence'],
  attachments: ['asset', 'name', 'mediaType', 'bytes', 'title'],
} as const;

export type ListName = keyof typeof PARTS;
export const LISTS = Object.keys(PARTS) as readonly ListName[];

/** Name, and id, of a field of the entry with this index: `images-0-alt`. */
export function fieldName(list: ListName, index: number, part: string): string {
  return `${list}-${index}-${part}`;
}

/** Name, and id, of the field that chooses new files. */
export function newName(list: ListName): string {
  return `${list}-new`;
}

/** What a field's name says; undefined for one that is of no entry. */
export function readFieldName(name: string): { list: ListName; index: number; part: string } | undefined {
  const [, list, index, part] = /^(images|attachments)-(\d{1,3})-(\w+)$/.exec(name) ?? [];
  return list === undefined ? undefined : { list: list as ListName, index: Number(index), part: part! };
}

/** The release in a form that was sent. */
export function formOf(typed: Form): ReleaseForm {
  const { title = '', lead = '', body = '', fields = '' } = typed;
  return { title, lead, body, fields, images: entriesOf(typed, 'images'), attachments: entriesOf(typed, 'attachments') };
}

function entriesOf(typed: Form, list: ListName): FormEntry[] {
  const entries: Record<string, string>[] = [];
  for (const [name, value] of Object.entries(typed)) {
    const field = readFieldName(name);
    if (field?.list !== list || !(PARTS[list] as readonly string[]).includes(field.part)) continue;
    entries[field.index] = { ...entries[field.index], [field.part]: value };
  }
  // The list may have gaps only if somebody made it by hand.
  return entries.filter(Boolean);
}

/** The version of the draft that the form was made from. */
export function versionOf({ lockVersion = '' }: Form): number {
  return /^\d{1,9}$/.test(lockVersion) ? Number(lockVersion) : 0;
}

/** What the pressed button says: save the draft, take the chosen files in, or put an entry elsewhere. Only the first changes anything but the form. */
export type Wish =
  | { readonly kind: 'save' }
  | { readonly kind: 'add'; readonly list: ListName }
  | { readonly kind: 'up' | 'down' | 'remove'; readonly list: ListName; readonly index: number };

/** The value of a button, for its field `do`. */
export function wishText(wish: Exclude<Wish, { kind: 'save' }>): string {
  return [wish.kind, wish.list, ...('index' in wish ? [wish.index] : [])].join(' ');
}

export function wishOf({ do: pressed = '' }: Form): Wish {
  const [, kind, list, index] = /^(add|up|down|remove) (images|attachments)(?: (\d{1,3}))?$/.exec(pressed) ?? [];
  if (kind === undefined) return { kind: 'save' };
  if (kind === 'add') return { kind, list: list as ListName };
  return { kind: kind as 'up' | 'down' | 'remove', list: list as ListName, index: Number(index) };
}
