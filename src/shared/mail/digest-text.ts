import { releasePath } from '../release/addresses.ts';
import type { RevisionView } from '../release/view.ts';
import { correctionLines, type DigestContext, type Extent, eventLines, headOf, restOf, topicsOf } from './digest-context.ts';
import { footerLines, headed, mastheadLines, wrapText } from './plain-text.ts';

/** The digest as plain text, from the same source as the HTML. */
export function renderDigestText(context: DigestContext, { entries, titles }: Extent): string {
  const { input, publisher, words, own, at } = context;
  const named = input.items.slice(entries, entries + titles);
  const rest = restOf(context, entries + titles);
  return [
    ...mastheadLines(publisher, context.dateline.replace(' · ', ', ')),
    ...headed(context.heading, '='),
    '',
    ...input.items.slice(0, entries).flatMap((view) => entryLines(context, view)),
    ...(named.length > 0 ? headed(own.also, '-') : []),
    ...named.flatMap((view) => [...wrapText(view.content.title), at(releasePath(view.slug)), '']),
    ...(rest ? [`${rest.label}:`, rest.address, ''] : []),
    ...footerLines(publisher, words),
  ].join('\n');
}

function entryLines(context: DigestContext, view: RevisionView): string[] {
  const { own, at } = context;
  const topics = topicsOf(context, view);
  return [
    ...headed(view.content.title, '-'),
    ...wrapText(headOf(context, view).replaceAll(' · ', ', ')),
    '',
    ...correctionLines(context, view).flatMap(({ head, note }) => [...wrapText(`${head} ${note}`), '']),
    ...wrapText(view.content.lead),
    '',
    ...eventLines(context, view).flatMap((line) => wrapText(line)),
    ...(topics.length > 0 ? wrapText(`${own.topics}: ${topics.map(({ name }) => name).join(', ')}`) : []),
    at(releasePath(view.slug)),
    '',
  ];
}
