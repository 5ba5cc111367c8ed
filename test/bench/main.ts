import { join } from 'node:path';
import { performAll } from '../support/measurements.ts';

/*
 * What things cost, beside what others need for the same. Not part of `npm test`: it takes minutes and both cores.
 *   npm run bench                       all of them
 *   npm run bench -- import letters     some
 * Each file beside this one exports a `bench`. Its figures replace its section of docs/bench.md, also when they miss what was wanted.
 */
const INTRODUCTION = `# What it costs

What each bench found when it was last run; \`npm run bench\` writes this page. Rates swing with whatever else the machine does, so the load
average before each run stands beside it; processor time for 1,000 letters is the steadier figure.
`;

const page = { path: join(import.meta.dirname, '../../docs/bench.md'), introduction: INTRODUCTION };
await performAll({ kind: 'bench', folder: import.meta.dirname, page }, process.argv.slice(2));
