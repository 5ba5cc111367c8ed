import type { ReleaseForm } from '../../../shared/intake/raw-release.ts';
import { releaseTemplate } from '../../../shared/intake/template.ts';
import { html, type Markup } from '../../../shared/platform/markup.ts';
import { topicName } from '../../../shared/release/newsroom/newsroom.ts';
import type { AssetView } from '../../../shared/release/view.ts';
import type { DraftState } from '../../../shared/schema/tables.ts';
import type { DeskContext } from '../context.ts';
import { textField } from '../question.ts';
import { csrfField, renderDesk } from '../shell.ts';
import { sentBack } from '../steps-panel.ts';
import { renderFiles } from './file-panel.ts';
import type { Note } from './files.ts';
import { LISTS } from './form.ts';

export type Editor = {
  /** Undefined for one that is yet to be written. */
  readonly release: EditedRelease | undefined;
  /** As it stands, or as it was typed when the page comes back. */
  readonly form: ReleaseForm;
  /** Pictures and attachments of the form, by hash. */
  readonly assets: ReadonlyMap<string, AssetView>;
  /** Version of the draft that was read. */
  readonly lockVersion: number;
  readonly message: Markup | undefined;
  /** The draft that stands in the way of saving this one, by id or slug. */
  readonly newer?: string | undefined;
  /** Names of files that were sent in vain. */
  readonly again?: readonly string[] | undefined;
  /** What became of a picture or an attachment. */
  readonly note?: Note | undefined;
  /** Id of the element where the person goes on. */
  readonly focus?: string | undefined;
};

export type EditedRelease = {
  readonly id: string;
  readonly slug: string;
  readonly title: string;
  readonly language: string;
  readonly public: boolean;
  readonly draft: DraftState | undefined;
  /** What an approver asked for. */
  readonly rejection: string | null | undefined;
};

/** The page where a release is written and corrected: what is long in boxes of its own, pictures and attachments, the rest as in a release file. */
export function renderEditor(context: DeskContext, editor: Editor): string {
  const { words } = context;
  const { release } = editor;
  const { editing } = words;
  const title = release === undefined ? editing.newTitle : release.public ? editing.correctTitle : editing.editTitle;
  // Enter in a field presses the first button of a form, whatever it does; so the first one saves.
  return renderDesk(context, {
    title,
    main: html`<div class="editor">
<p><a class="target back" href="${backOf(release)}"><span aria-hidden="true">←</span> ${release ? html`<span lang="${release.language}">${release.title}</span>` : words.allReleases}</a></p>
${messages(context, editor)}<h1>${title}</h1>
${sentBack(words, release?.rejection)}${release?.public && html`<p>${editing.correctLead}</p>\n`}${losesApproval(release) && html`<p><strong>${editing.approvalLost}</strong></p>\n`}<form method="post" action="${addressOf(release)}" enctype="multipart/form-data">
<button class="hidden" tabindex="-1" aria-hidden="true">${editing.save}</button>
${csrfField(context)}<input type="hidden" name="lockVersion" value="${editor.lockVersion}">
${boxes(context, editor)}<div class="buttons">
<button class="button main">${editing.save}</button>
<a class="button other" href="${backOf(release)}">${words.steps.cancel}</a>
</div>
</form>
</div>`,
  });
}

function messages({ words }: DeskContext, { message, newer, again = [] }: Editor): Markup {
  const { editing } = words;
  return html`${message}${again.length > 0 && html`<p>${editing.again(again.join(', '))}</p>\n`}${
    newer && html`<p><a class="target" href="/desk/releases/${newer}/edit" target="_blank" rel="noopener">${editing.newer}</a></p>\n`
  }`;
}

function boxes(context: DeskContext, editor: Editor): Markup {
  const { words, language, publisher } = context;
  const { release, form } = editor;
  const { editing } = words;
  const topics = Object.keys(publisher.newsroom.topics).map((name) => [name, topicName(publisher.newsroom, name, language)] as const);
  const own = { lang: release?.language, most: Number.POSITIVE_INFINITY };
  return html`${textField({ ...own, name: 'title', label: editing.headline, value: form.title, rows: 2 })}${textField({
    ...own,
    name: 'lead',
    label: editing.lead,
    help: editing.leadHelp,
    value: form.lead,
  })}${textField({ ...own, name: 'body', label: editing.body, help: editing.bodyHelp, value: form.body, rows: 22 })}${LISTS.map((list) =>
    renderFiles(context, editor, list),
  )}${textField({
    name: 'fields',
    label: editing.fields,
    help: editing.fieldsHelp,
    value: form.fields,
    rows: 16,
    most: own.most,
    source: true,
  })}<p class="small">${editing.topics} ${topics.map(([name, texts], index) => html`${index > 0 && ', '}<code>${name}</code> ${texts}`)}</p>
<details>
<summary class="target">${editing.example}</summary>
<p class="small">${editing.exampleHelp}</p>
<pre class="source" tabindex="0" role="region" aria-label="${editing.example}">${releaseTemplate(language)}</pre>
</details>
`;
}

function losesApproval(release: EditedRelease | undefined): boolean {
  return release?.draft !== undefined && release.draft !== 'editing' && release.draft !== 'submitted';
}

/** By its id: a draft's slug follows its headline, and somebody may change that while this page is open. */
function addressOf(release: EditedRelease | undefined): string {
  return release ? `/desk/releases/${release.id}/edit` : '/desk/new';
}

function backOf(release: EditedRelease | undefined): string {
  return release ? `/desk/releases/${release.slug}` : '/desk/';
}
