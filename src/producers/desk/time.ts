import { html, type Markup } from '../../shared/platform/markup.ts';
import { formatDate, formatMoment, formatTime } from '../../shared/release/dates.ts';
import type { DeskContext } from './context.ts';

/** A moment on the newsroom's clock, in the desk's language; day and time of day are not torn apart at a line's end. */
export function renderTime({ language, publisher }: DeskContext, at: Date): Markup {
  return html`<time datetime="${at.toISOString()}">${timeText({ language, publisher }, at)}</time>`;
}

/** The same as text, for sentences. */
export function timeText({ language, publisher }: Pick<DeskContext, 'language' | 'publisher'>, at: Date): string {
  return formatMoment(at, language, publisher.newsroom.timezone).replace(/ (kl\.|at) (?=\d)/, ' $1\u00a0');
}

/** Day and time without the weekday, for the cells of a table. */
export function shortTimeText({ language, publisher }: Pick<DeskContext, 'language' | 'publisher'>, at: Date): string {
  const { timezone } = publisher.newsroom;
  return `${formatDate(at, language, timezone)} ${language === 'sv' ? 'kl.' : 'at'}\u00a0${formatTime(at, language, timezone)}`;
}

export function renderShortTime(context: DeskContext, at: Date): Markup {
  return html`<time datetime="${at.toISOString()}">${shortTimeText(context, at)}</time>`;
}
