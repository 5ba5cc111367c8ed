import type { YAMLError } from 'yaml';

/** What YAML stumbled over. ANCHOR is ours: a value that begins with & or *. */
export type YamlFault = { readonly code: YAMLError['code'] | 'ANCHOR'; readonly offset: number };

type Explained = { field: string; message: string; remedy: string };

const NAME_AND_VALUE = /^(\s*(?:- +)*)([A-Za-z_][\w.-]*):[ \t]+(\S.*)$/;

/** What YAML stumbled over in these lines, in people's words: the line it really stands on (from 0), and the problem. */
export function explainYaml(lines: readonly string[], at: number, fault: YamlFault): [number, Explained] {
  const line = culprit(lines, at);
  const text = lines[line] ?? '';
  const [, , name = '', value] = NAME_AND_VALUE.exec(text) ?? [];
  const say = (field: string, message: string, remedy: string): [number, Explained] => [line, { field, message, remedy }];
  if (fault.code === 'DUPLICATE_KEY') return say(nameOn(text), 'stands twice.', 'Keep one of them.');
  if (/^ *\t/.test(text)) return say(nameOn(text), 'the line is indented with a tab.', 'Indent with spaces, two a step.');
  if (GLUED.test(text))
    return say(nameOn(text), 'there is no space after the colon.', `Write ${nameOn(text)}: and a space, then the value.`);
  if (isIndented(fault, value))
    return say(name, 'the line does not begin where its neighbours do.', 'Lines that belong together are indented alike.');
  if (value !== undefined) return say(name, valueProblem(value), below(name, value));
  const shown = text.trim().slice(0, 60);
  return say('', `"${shown}" is not a line of the form name: value.`, 'Give it a name, or indent it as part of the value above.');
}

const GLUED = /^(\s*(?:- +)*)([A-Za-z_][\w.-]*):(?=[^\s/])(.*)$/;

function nameOn(line: string): string {
  return /^\s*(?:- +)*([^\s:]+):/.exec(line)?.[1] ?? '';
}

/** A list that is not closed is reported as wrong indentation too. */
function isIndented(fault: YamlFault, value: string | undefined): boolean {
  return fault.code === 'BAD_INDENT' && !(value !== undefined && opensWithoutClosing(value));
}

/** Makes the line that YAML stumbled over plain text, and empties what hung below it, so that reading can go on. False when that is not possible. */
export function repairLine(lines: string[], at: number, fault: YamlFault): boolean {
  const line = culprit(lines, at);
  const text = lines[line] ?? '';
  if (/^ *\t/.test(text)) {
    lines[line] = text.replaceAll('\t', '  ');
    return true;
  }
  const match = GLUED.exec(text) ?? NAME_AND_VALUE.exec(text);
  if (!match || isQuoted(match[3]!) || isIndented(fault, match[3])) return blank(lines, line);
  lines[line] = `${match[1]}${match[2]}: ${JSON.stringify(match[3])}`;
  const depth = match[1]!.length;
  for (let next = line + 1; next < lines.length && (lines[next]!.trim() === '' || indentOf(lines[next]!) > depth); next += 1)
    lines[next] = '';
  return true;
}

function blank(lines: string[], line: number): boolean {
  if ((lines[line] ?? '').trim() === '') return false;
  lines[line] = '';
  return true;
}

/** YAML notices a missing quote or bracket only further down: the line that opened it is the one to mend. */
function culprit(lines: readonly string[], at: number): number {
  for (let line = Math.min(at, lines.length - 1); line >= 0; line -= 1) {
    const value = NAME_AND_VALUE.exec(lines[line]!)?.[3];
    if (value !== undefined && opensWithoutClosing(value)) return line;
    if (line < at && value !== undefined) break;
  }
  // An unclosed value at the very end is reported after the last line.
  return (lines[at] ?? '').trim() === '' && at > 0 ? culprit(lines, at - 1) : at;
}

function opensWithoutClosing(value: string): boolean {
  const quote = value[0]!;
  if (quote === '"' || quote === "'") return !value.slice(1).includes(quote);
  if (quote === '[') return !value.includes(']');
  return quote === '{' && !value.includes('}');
}

function isQuoted(value: string): boolean {
  return /^("([^"\\]|\\.)*"|'([^']|'')*')$/.test(value.trim());
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function valueProblem(value: string): string {
  const first = value[0]!;
  if (first === '"' || first === "'") return `a value that begins with ${first} must end with ${first}.`;
  if (first === '[' || first === '{') return `a value that begins with ${first} is read as a list.`;
  if (first === '|' || first === '>') return `nothing may stand on the line after ${first}`;
  if ('@`%&*!?'.includes(first) || /^- /.test(value)) return `a value on the same line as its name cannot begin with ${first}`;
  if (/:(\s|$)/.test(value)) return '": " cannot stand in a value on the same line as its name.';
  return `"${value.slice(0, 60)}" cannot stand on the same line as its name.`;
}

/** The way of writing a value in which colons, quotes, # and [ need no thought. */
function below(name: string, value: string): string {
  const bare = value.replace(/^[|>][+-]?\d*\s*/, '').trim();
  const shown = bare.length > 60 ? `${bare.slice(0, 57)}…` : bare;
  return `Write it below, indented:   ${name}: >-\n                              ${shown}`;
}
