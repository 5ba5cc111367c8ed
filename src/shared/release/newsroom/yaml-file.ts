import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { Problem } from '../../platform/failure.ts';
import type { Path } from '../problems.ts';
import { explainYaml, repairLine, type YamlFault } from './yaml-problems.ts';

/*
 * YAML as people write it. The failsafe schema keeps every value as text: 9.30, 0701740605 and 2026-11-19 arrive as written.
 * A line that YAML cannot read is explained and then read as plain text, so that one run names every problem of the file.
 */

export type YamlFile = {
  /** What the text says; undefined when it could not be read to the end. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** The line a path stands on; for a missing field, its parent's. */
  lineOf(path: Path): number;
  /** The line on which the text of a value begins: below the name for `|` and `>-`. */
  textLineOf(path: Path): number;
};

/** A file with more broken lines than this is something else than YAML. */
const REPAIRS_MOST = 20;

/** Reads YAML text whose first line is line `firstLine` of the file `name`. Never throws: what is wrong stands in `problems`. */
export function readYaml(text: string, name: string, firstLine = 1): YamlFile {
  const lines = text.split('\n');
  const problems: Problem[] = [];
  const reported = new Set<number>();
  const report = (line: number, found: { field: string; message: string; remedy: string }) =>
    problems.push({ at: `${name}:${line + firstLine}`, ...found, severity: 'error' });
  for (let repairs = 0; ; repairs += 1) {
    const counter = new LineCounter();
    const document = parseDocument(lines.join('\n'), { schema: 'failsafe', lineCounter: counter, prettyErrors: false, logLevel: 'silent' });
    const lineAt = (offset: number) => Math.max(0, counter.linePos(offset).line - 1);
    const fault = firstFault(document);
    if (!fault) {
      for (const cut of cutValues(document)) report(lineAt(cut.offset), cut);
      return { value: document.toJS(), problems, ...places(document, (offset) => lineAt(offset) + firstLine) };
    }
    const at = lineAt(fault.offset);
    const [line, explained] = explainYaml(lines, at, fault);
    // Mending one fault can uncover another on the same line; one report a line is enough.
    if (!reported.has(line)) report(line, explained);
    reported.add(line);
    if (repairs < REPAIRS_MOST && repairLine(lines, at, fault)) continue;
    return { value: undefined, problems, lineOf: () => firstLine, textLineOf: () => firstLine };
  }
}

function firstFault(document: Document.Parsed): YamlFault | undefined {
  const error = document.errors[0];
  if (error) return { code: error.code, offset: error.pos[0] };
  let found: YamlFault | undefined;
  visit(document, {
    Node(_, node) {
      // `*` and `&` at the beginning of a value are names of other values in YAML; nobody writing a release means that.
      if (!isAlias(node) && !('anchor' in node && node.anchor)) return undefined;
      found = { code: 'ANCHOR', offset: node.range?.[0] ?? 0 };
      return visit.BREAK;
    },
  });
  return found;
}

/** Values cut at a `#` that was meant as text: in YAML ` #` begins a remark. */
function cutValues(document: Document.Parsed): { offset: number; field: string; message: string; remedy: string }[] {
  const cut: { offset: number; field: string; message: string; remedy: string }[] = [];
  visit(document, {
    Pair(_, pair) {
      if (!isScalar(pair.value) || pair.value.type !== 'PLAIN' || !/^\S/.test(pair.value.comment ?? '')) return;
      const field = isScalar(pair.key) ? String(pair.key.value) : '';
      const remark = pair.value.comment!.split('\n')[0]!;
      cut.push({
        offset: pair.value.range?.[0] ?? 0,
        field,
        message: `"#${remark}" was cut off: " #" begins a remark.`,
        remedy: `Put the value in quotes: ${field}: '${`${pair.value.value} #${remark}`.trim()}'   For a remark, put a space after the #.`,
      });
    },
  });
  return cut;
}

function places(document: Document.Parsed, lineAt: (offset: number) => number): Pick<YamlFile, 'lineOf' | 'textLineOf'> {
  const find = (path: Path) => {
    let offset = document.contents?.range?.[0] ?? 0;
    let node: unknown = document.contents;
    for (const part of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && item.key.value === String(part));
        if (!pair) return { offset, node: undefined };
        offset = (pair.key as Node).range?.[0] ?? offset;
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(part)];
        if (!isNode(node)) return { offset, node: undefined };
        offset = node.range?.[0] ?? offset;
      } else return { offset, node: undefined };
    }
    return { offset, node };
  };
  return {
    lineOf: (path) => lineAt(find(path).offset),
    textLineOf(path) {
      const { offset, node } = find(path);
      if (!isScalar(node) || !node.range) return lineAt(offset);
      return lineAt(node.range[0]) + (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED' ? 1 : 0);
    },
  };
}
