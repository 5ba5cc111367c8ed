import type { Change } from './diff.ts';

/** Pictures or attachments, and the passage that stands for each. */
type Files = { readonly files: readonly { readonly asset: string; readonly name: string }[]; readonly texts: readonly string[] };

/** Another picture, or another document, under the same words: nothing in the passages tells, so the names of the files do. */
export function replacedFiles(place: 'images' | 'attachments', before: Files, after: Files): Change[] {
  const earlier = byText(before);
  return [...byText(after)].flatMap(([text, now]) => {
    const old = earlier.get(text) ?? [];
    const pairs = old.slice(0, now.length).map((file, index) => [file, now[index]!] as const);
    return pairs
      .filter(([was, is]) => was.asset !== is.asset)
      .map(([was, is]) => ({ place, before: named(text, was.name), after: named(text, is.name) }));
  });
}

function byText({ files, texts }: Files): Map<string, Files['files']> {
  return Map.groupBy(files, (file) => texts[files.indexOf(file)]!);
}

function named(text: string, name: string): string {
  return text === '' ? name : `${text} (${name})`;
}
