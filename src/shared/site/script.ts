import { readFileSync } from 'node:fs';
import { sha256Hex } from '../platform/canonical.ts';
import { scriptPath } from '../release/addresses.ts';

const text = readFileSync(new URL('./script/page.js', import.meta.url), 'utf8');

/** The release page's script as a module (its names are its own), at an address that holds the hash of its bytes. */
export const pageScript = { path: scriptPath(sha256Hex(text)), text } as const;
