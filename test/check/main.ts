import { join } from 'node:path';
import { performAll } from '../support/measurements.ts';

/*
 * Checks of what leaves the program by software that is not ours. Not part of `npm test`: they need programs that this one does not.
 *   npm run check                 all of them
 *   npm run check -- dkim spam    some
 * Each file beside this one exports a `check`. Its figures replace its section of docs/checks.md; those of a check that fails do not.
 */
const INTRODUCTION = `# Checks by software that is not ours

What each check found when it was last run; \`npm run check\` writes this page. Not part of \`npm test\`, for it needs programs that Depesch
itself does not; a check whose program is missing names the package to install.
`;

const page = { path: join(import.meta.dirname, '../../docs/checks.md'), introduction: INTRODUCTION };
await performAll({ kind: 'check', folder: import.meta.dirname, page }, process.argv.slice(2));
