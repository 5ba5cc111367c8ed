import { type BounceLine, DECISIONS } from '../../../shared/delivery/bounce-list.ts';
import { html, type Markup } from '../../../shared/platform/markup.ts';
import type { DeskContext } from '../context.ts';
import { queryOf, renderFacts, renderPaging, renderTabs } from '../lists.ts';
import { addressField, choiceField } from '../question.ts';
import { csrfField, renderDesk } from '../shell.ts';
import { renderShortTime } from '../time.ts';
import { formatCount } from '../words.ts';
import { renderBounceTable, saidBy, verdictOf } from './bounce-table.ts';

export const BOUNCE_TABS = ['unparsed', 'judged', 'all'] as const;
export type BounceTab = (typeof BOUNCE_TABS)[number];

export type BouncesPage = {
  readonly lines: readonly BounceLine[];
  readonly tab: BounceTab;
  readonly unparsed: number;
  /** Id of the last line, when there are older ones. */
  readonly next: number | undefined;
  readonly first: boolean;
  readonly message: Markup | undefined;
};

/** Mail that came back; what waits for a person stands first. */
export function renderBounces(context: DeskContext, page: BouncesPage): string {
  const { words, language } = context;
  const { bounces } = words;
  const tabs = BOUNCE_TABS.map((name) => ({
    text: name === 'unparsed' ? `${bounces.tabs.unparsed} (${formatCount(page.unparsed, language)})` : bounces.tabs[name],
    path: `/desk/bounces${queryOf({ show: name })}`,
    chosen: name === page.tab,
  }));
  const none = page.tab === 'unparsed' ? bounces.noneUnparsed : bounces.none;
  return renderDesk(context, {
    title: bounces.title,
    main: html`${page.message}
<h1>${bounces.title}</h1>
<p>${bounces.lead}</p>
${renderTabs(bounces.filter, tabs)}
${page.lines.length === 0 ? html`<p class="empty">${none}</p>` : renderBounceTable(context, page.lines)}
${renderPaging(context, {
  label: bounces.title,
  newest: page.first ? undefined : `/desk/bounces${queryOf({ show: page.tab })}`,
  older: page.next === undefined ? undefined : `/desk/bounces${queryOf({ show: page.tab, before: page.next })}`,
})}`,
  });
}

export type BouncePage = {
  readonly bounce: BounceLine & { readonly address: string | null; readonly raw: Buffer };
  /** What was typed, when the form comes back. */
  readonly typed: Readonly<Record<string, string>>;
  readonly message: Markup | undefined;
};

/** One of them with the mail as it came, as text that can do nothing, and the judgement where one is wanted. */
export function renderBounce(context: DeskContext, page: BouncePage): string {
  const { bounces, suppressions } = context.words;
  const { bounce } = page;
  const title = bounces.one(String(bounce.id));
  return renderDesk(context, {
    title,
    main: html`<p><a class="target back" href="/desk/bounces"><span aria-hidden="true">←</span> ${bounces.title}</a></p>
${page.message}
<h1>${title}</h1>
<p class="state-line">${verdictOf(context, bounce)}</p>
<div class="columns">
<div class="work">
${bounce.state === 'unparsed' && judgeForm(context, page)}
<section aria-labelledby="mail">
<h2 id="mail">${bounces.mail}</h2>
<p class="small">${bounces.mailNote}</p>
<pre class="source" tabindex="0" role="region" aria-label="${bounces.one(String(bounce.id))}">${readable(bounce.raw)}</pre>
</section>
</div>
<div class="beside">
<section class="facts-of" aria-labelledby="facts">
<h2 id="facts">${context.words.release.facts}</h2>
${renderFacts([
  [bounces.received, html`${renderShortTime(context, bounce.receivedAt)}, ${bounces.vias[bounce.via]}`],
  [bounces.columns.said, saidBy(bounce)],
  [
    bounces.columns.letter,
    bounce.slug === null
      ? bounces.notProved
      : html`<a class="target" href="/desk/releases/${bounce.slug}/letters?run=${bounce.n}">${bounce.slug}, ${suppressions.run(String(bounce.n))}</a>`,
  ],
  [bounces.address, bounce.address === null ? bounces.notKnown : personButton(context, bounce.address)],
])}
</section>
</div>
</div>`,
  });
}

function judgeForm(context: DeskContext, { bounce, typed }: BouncePage): Markup {
  const { bounces } = context.words;
  const choices = DECISIONS.map((value) =>
    choiceField({
      name: 'verdict',
      value,
      chosen: typed.verdict === value,
      label: bounces.verdicts[value],
      help: bounces.verdictsHelp[value],
    }),
  );
  return html`<section class="next" aria-labelledby="judge">
<h2 id="judge">${bounces.judge}</h2>
<form method="post" action="/desk/bounces/${bounce.id}">${csrfField(context)}
<fieldset>
<legend class="hidden">${bounces.judge}</legend>
${choices}</fieldset>
${addressField({ name: 'address', label: bounces.whose, help: bounces.whoseHelp, value: typed.address ?? bounce.address ?? '', optional: true })}<button class="button main">${bounces.judgeButton}</button>
</form>
</section>`;
}

function personButton(context: DeskContext, address: string): Markup {
  return html`<form method="post" action="/desk/people">${csrfField(context)}<input type="hidden" name="address" value="${address}"><button class="plain">${address}</button></form>`;
}

/** Whatever a stranger wrote: no control characters, which could hide what stands there. */
function readable(raw: Buffer): string {
  return raw
    .toString('utf8')
    .replace(/\r\n/g, '\n')
    .replace(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, '\u00b7');
}
