import { readFileSync } from 'node:fs';
import { sha256Hex } from '../../shared/platform/canonical.ts';

export type DeskFile = { readonly path: string; readonly type: string; readonly text: string };

/** Named after their bytes, as the newsroom's stylesheet is: browsers may keep them for ever and never mix old with new. */
function deskFile(name: string, type: string): DeskFile {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8');
  const [stem, extension] = name.split('.');
  return { path: `/desk/files/${stem}.${sha256Hex(text).slice(0, 16)}.${extension}`, type, text };
}

export const DESK_SHEET = deskFile('desk.css', 'text/css; charset=utf-8');
export const DESK_SCRIPT = deskFile('live.js', 'text/javascript; charset=utf-8');
export const DESK_FILES: readonly DeskFile[] = [DESK_SHEET, DESK_SCRIPT];
