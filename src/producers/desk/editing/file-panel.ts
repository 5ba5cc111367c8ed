import type { FormEntry } from '../../../shared/intake/raw-release.ts';
import { html, type Markup } from '../../../shared/platform/markup.ts';
import { formatBytes } from '../../../shared/release/dates.ts';
import { attachmentEndings, fileKind } from '../../../shared/release/files/file-types.ts';
import type { AssetView } from '../../../shared/release/view.ts';
import { renderPicture } from '../../../shared/site/figure.ts';
import type { DeskContext } from '../context.ts';
import { checkField, selectField, textField } from '../question.ts';
import type { Editor } from './editor.ts';
import { type Note, noteId } from './files.ts';
import { fieldName, type ListName, newName, wishText } from './form.ts';

/** Telephones send JPEG for a picture of their own kind when that is named and theirs is not. */
const PICTURES = 'image/jpeg,image/png,image/webp,image/gif,image/tiff,image/avif';
/** Width of a picture beside its texts (desk.css). */
const SHOWN = '12rem';

/** The pictures or the attachments of a release: each with its texts and its place, and a field for new ones. */
export function renderFiles(context: DeskContext, editor: Editor, list: ListName): Markup {
  const { editing } = context.words;
  const entries = editor.form[list];
  const texts = editing[list];
  const note = editor.note?.list === list ? editor.note : undefined;
  return html`<section class="files" aria-labelledby="${list}">
<h2 id="${list}">${texts.title}</h2>
<p class="small">${texts.help}</p>
${note && noteLine(context, note, editor.focus)}${entries.map((entry, index) => renderEntry(context, editor, { list, entry, index }))}${adding(context, list)}</section>
`;
}

/** What is told here is not saved yet, and says so. */
function noteLine({ words }: DeskContext, note: Note, focus: string | undefined): Markup {
  const { notes, unsaved } = words.editing;
  const id = noteId(note.list);
  return html`<p class="notice" id="${id}" role="status" tabindex="-1"${id === focus && html` autofocus`}>${sentence(notes, note)} ${unsaved}</p>\n`;
}

function sentence(notes: DeskContext['words']['editing']['notes'], note: Note): string {
  if (note.kind === 'added') return notes.added(note.names.join(', '));
  return note.kind === 'moved' ? notes.moved(note.name, note.place) : notes.removed(note.name);
}

type Entry = { readonly list: ListName; readonly entry: FormEntry; readonly index: number };

function renderEntry(context: DeskContext, editor: Editor, shown: Entry): Markup {
  const { list, entry, index } = shown;
  const { editing } = context.words;
  const asset = editor.assets.get(entry.asset ?? '');
  const hidden = list === 'images' ? ['asset', 'name'] : ['asset', 'name', 'mediaType', 'bytes'];
  return html`<fieldset class="file">
<legend>${editing[list].entry(index + 1)}: <span>${entry.name}</span></legend>
${hidden.map((part) => html`<input type="hidden" name="${fieldName(list, index, part)}" value="${entry[part]}">\n`)}<div class="file-parts">
<div class="file-look">${asset && look(context, asset, list)}</div>
<div>${list === 'images' ? imageTexts(context, editor, shown) : attachmentTexts(context, editor, shown)}${steps(context, editor, shown)}</div>
</div>
</fieldset>
`;
}

/** The picture itself, beside the field that says what it shows, and what kind of file it is. */
function look({ language }: DeskContext, asset: AssetView, list: ListName): Markup {
  const image = { asset: asset.hash, name: 'picture', alt: '', decorative: true, credit: '', licence: '' };
  const size = asset.width && html`, ${asset.width} × ${asset.height}`;
  return html`${list === 'images' && renderPicture({ image, asset, leading: false }, SHOWN)}<p class="small">${fileKind(asset.mediaType)}, ${formatBytes(asset.bytes, language)}${size}</p>`;
}

function imageTexts(context: DeskContext, editor: Editor, { list, entry, index }: Entry): Markup {
  const { parts, helps } = context.words.editing;
  const { newsroom } = context.publisher;
  // A draft is saved while these are missing; what is submitted has them.
  const field = (part: 'alt' | 'caption' | 'credit') => {
    const name = fieldName(list, index, part);
    const lang = part === 'credit' ? undefined : editor.release?.language;
    return textField({
      name,
      label: parts[part],
      help: helps[part],
      value: entry[part],
      rows: 1,
      most: 1_000,
      optional: true,
      lang,
      focus: name === editor.focus,
    });
  };
  const own = entry.licence ?? '';
  const licences = Object.entries(newsroom.licences).map(([name, licence]) => [name, licence.name] as const);
  return html`${field('alt')}${checkField({
    name: fieldName(list, index, 'decorative'),
    checked: entry.decorative === 'yes',
    label: parts.decorative,
    help: helps.decorative,
  })}${field('caption')}${field('credit')}${selectField({
    name: fieldName(list, index, 'licence'),
    label: parts.licence,
    value: own,
    // One that the newsroom has given up stays to be seen, until another is chosen.
    choices: [
      ['', usualLicence(context)],
      ...licences,
      ...(own === '' || Object.hasOwn(newsroom.licences, own) ? [] : [[own, own] as const]),
    ],
  })}`;
}

function usualLicence({ words, publisher }: DeskContext): string {
  const { licences, defaultLicence } = publisher.newsroom;
  const usual = defaultLicence === undefined ? undefined : licences[defaultLicence];
  return usual ? words.editing.usualLicence(usual.name) : words.editing.chooseLicence;
}

function attachmentTexts({ words }: DeskContext, editor: Editor, { list, entry, index }: Entry): Markup {
  const { parts, helps } = words.editing;
  const name = fieldName(list, index, 'title');
  const lang = editor.release?.language;
  return textField({ name, label: parts.title, help: helps.title, value: entry.title, rows: 1, lang, focus: name === editor.focus });
}

/** Buttons that give the page back with another order; nothing has to be filled in for that. */
function steps({ words }: DeskContext, { form, focus }: Editor, { list, index }: Entry): Markup {
  const { editing } = words;
  const last = form[list].length - 1;
  const kinds = [...(index > 0 ? (['up'] as const) : []), ...(index < last ? (['down'] as const) : []), 'remove' as const];
  return html`<div class="buttons">
${kinds.map((kind) => {
  const id = fieldName(list, index, kind);
  return html`<button class="plain" id="${id}" name="do" value="${wishText({ kind, list, index })}" formnovalidate${id === focus && html` autofocus`}>${editing[kind]}<span class="hidden"> ${editing[list].entry(index + 1)}</span></button>\n`;
})}</div>
`;
}

function adding({ words, publisher, language }: DeskContext, list: ListName): Markup {
  const texts = words.editing[list];
  const { imageBytes, attachmentBytes } = publisher.newsroom.limits;
  const name = newName(list);
  const most = formatBytes(list === 'images' ? imageBytes : attachmentBytes, language);
  const accept =
    list === 'images'
      ? PICTURES
      : attachmentEndings()
          .replace(/(\w+)(, )?/g, '.$1,')
          .slice(0, -1);
  return html`<div class="field new-files"><label for="${name}">${texts.add}</label>
<p class="small" id="${name}-help">${texts.addHelp(most, attachmentEndings())}</p>
<div class="buttons"><input type="file" id="${name}" name="${name}" accept="${accept}" multiple aria-describedby="${name}-help"><button class="button other" name="do" value="${wishText({ kind: 'add', list })}" formnovalidate>${texts.addButton}</button></div></div>
`;
}
