import type { Newsroom } from '../release/newsroom/newsroom.ts';
import type { Palette } from '../release/newsroom/palette.ts';

/*
 * How a letter looks. The first sheet is written into each element (juice), for mail programs that read no other; the second stays in the head
 * for dark screens and narrow ones. Faces and colours are those of the page (site/style/base.css, release/newsroom/palette.ts).
 */

const SERIF = 'Charter, "Bitstream Charter", "Sitka Text", "Source Serif 4", "Noto Serif", Cambria, Georgia, serif';
const INTERFACE = '-apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, "Helvetica Neue", Arial, sans-serif';

/** Width of the letter: at 18 px some 68 characters a line. */
export const LETTER_WIDTH = 612;

/** The sheet that becomes style attributes. Only what differs from its surroundings is said, because every rule costs bytes in every element. */
export function inlineCss(light: Palette, typeface: Newsroom['typeface']): string {
  const reading = typeface === 'sans' ? INTERFACE : SERIF;
  return `
.paper { background: ${light.paper}; width: 100%; }
.letter { width: 100%; max-width: ${LETTER_WIDTH + 48}px; }
.cell { padding: 0 24px; font: 18px/1.6 ${reading}; color: ${light.ink}; text-align: left; overflow-wrap: break-word; }
.cell a { color: ${light.accent}; text-decoration: underline; }
.masthead { padding: 20px 24px 14px; font-family: ${INTERFACE}; font-size: 16px; border-bottom: 3px solid ${light.accent}; }
.masthead a { color: ${light.ink}; text-decoration: none; font-weight: 700; }
.cell p, .cell ul, .cell ol { margin: 0 0 16px; }
.cell ul, .cell ol { padding-left: 24px; }
.cell h1 { margin: 0 0 16px; font-size: 31px; line-height: 1.18; font-weight: 700; letter-spacing: -0.01em; }
.cell h2 { margin: 36px 0 10px; font-size: 22px; line-height: 1.25; font-weight: 700; }
.cell h3 { margin: 24px 0 8px; font-size: 18px; line-height: 1.3; font-weight: 700; }
.cell .dateline { margin: 28px 0 12px; font-family: ${INTERFACE}; font-size: 16px; color: ${light.quiet}; }
.cell .lead { margin-bottom: 14px; font-size: 21px; line-height: 1.5; }
.cell .tools { margin-bottom: 24px; font-family: ${INTERFACE}; font-size: 16px; }
.tools a { padding-right: 22px; }
.box { width: 100%; margin: 28px 0; }
.box-cell { padding: 18px 20px 4px; background: ${light.tint}; border-left: 3px solid ${light.accent}; font: 17px/1.55 ${reading}; color: ${light.ink}; text-align: left; }
.cell .box-cell h2 { margin: 0 0 8px; }
.cell .box-cell p { margin: 0 0 12px; }
.cell .box-cell .place { margin: 18px 0 4px; }
.cell .box-cell .change { margin: 0 0 10px; white-space: pre-line; }
.change del { text-decoration: line-through; }
.change ins { font-weight: 700; text-decoration: underline; }
.entry { margin: 24px 0 0; padding: 22px 0 2px; border-top: 1px solid ${light.line}; }
.cell .entry .dateline { margin: 0 0 4px; }
.cell .entry h2 { margin: 0 0 8px; }
.cell .entry p { margin: 0 0 8px; }
.cell .entry .about { font-family: ${INTERFACE}; font-size: 16px; }
.picture { margin: 0 0 28px; }
.picture img { display: block; width: 100%; max-width: 100%; height: auto; border: 0; font: italic 16px/1.4 ${reading}; }
.small { width: 120px; padding: 0 16px 18px 0; vertical-align: top; }
.small img { display: block; width: 120px; max-width: 100%; height: auto; border: 0; font: italic 15px/1.4 ${reading}; }
.beside { padding: 0 0 18px; vertical-align: top; }
.cell .caption { margin: 10px 0 0; font-family: ${INTERFACE}; font-size: 15px; line-height: 1.5; color: ${light.quiet}; }
.cell .body blockquote { margin: 26px 0; padding-left: 18px; border-left: 3px solid ${light.accent}; font-size: 19px; }
.cell .body th, .cell .body td { padding: 8px 12px 8px 0; border-top: 1px solid ${light.line}; text-align: left; vertical-align: top; }
.cell .body .number { text-align: right; }
.cell .beside .caption { margin: 0; }
.table { width: 100%; border-collapse: collapse; font-family: ${INTERFACE}; font-size: 16px; line-height: 1.45; }
.table caption { padding-bottom: 8px; text-align: left; color: ${light.quiet}; }
.table th, .table td { padding: 10px 0; border-top: 1px solid ${light.line}; text-align: left; vertical-align: top; font-weight: 400; }
.table .head th { padding-top: 0; border-top: 0; color: ${light.quiet}; }
.table .amount { padding-left: 16px; text-align: right; white-space: nowrap; }
.table .sum th, .table .sum td { border-top: 2px solid ${light.ink}; font-weight: 700; }
.figures { white-space: nowrap; }
.quiet { color: ${light.quiet}; }
.time { width: 92px; padding: 7px 0; vertical-align: top; font-family: ${INTERFACE}; font-size: 16px; white-space: nowrap; }
.what { padding: 7px 0; vertical-align: top; font-family: ${INTERFACE}; font-size: 16px; }
.plan { margin: 0 0 24px; }
.cell .what ul { margin: 4px 0 0; }
.person { margin: 0 0 18px; font-family: ${INTERFACE}; font-size: 16px; line-height: 1.5; }
.cell .person p { margin: 0; }
.cell .button { display: inline-block; padding: 12px 22px; background: ${light.accent}; color: ${light.paper}; text-decoration: none; font-family: ${INTERFACE}; font-size: 17px; font-weight: 700; }
.tap { display: inline-block; padding: 6px 0; }
.foot { padding: 24px 24px 40px; border-top: 1px solid ${light.line}; font-family: ${INTERFACE}; font-size: 15px; line-height: 1.55; color: ${light.quiet}; }
.foot p { margin: 0 0 12px; }
.foot .tap { padding: 8px 22px 8px 0; }
.cell .links { padding-left: 20px; }
.links li { padding: 5px 0; }
.space { height: 36px; font-size: 0; line-height: 0; }
`;
}

/** What only a head can say. `!important`, because the style attributes are nearer to their elements. */
export function headCss(dark: Palette): string {
  return `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 0; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
a:focus-visible { outline: 3px solid; outline-offset: 2px; }
@media (max-width: 480px) {
  .cell, .masthead, .foot { padding-left: 16px !important; padding-right: 16px !important; }
  .cell h1 { font-size: 27px !important; }
  .cell .lead { font-size: 20px !important; }
}
@media (prefers-color-scheme: dark) {
  body, .paper { background: ${dark.paper} !important; }
  .cell, .box-cell { color: ${dark.ink} !important; }
  .cell a { color: ${dark.accent} !important; }
  .cell .button { background: ${dark.accent} !important; color: ${dark.paper} !important; }
  .masthead a { color: ${dark.ink} !important; }
  .masthead { border-color: ${dark.accent} !important; }
  .box-cell { background: ${dark.tint} !important; border-color: ${dark.accent} !important; }
  .cell .body blockquote { border-color: ${dark.accent} !important; }
  .cell .dateline, .cell .caption, .quiet, .table caption, .table .head th, .foot { color: ${dark.quiet} !important; }
  .foot, .entry, .table th, .table td, .cell .body th, .cell .body td { border-color: ${dark.line} !important; }
  .table .sum th, .table .sum td { border-color: ${dark.ink} !important; }
}
`;
}
