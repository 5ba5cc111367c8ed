import { describe, expect, it } from 'vitest';
import { parseReleaseText, readReleaseText } from '../../../src/shared/intake/release-file.ts';
import { releaseTemplate } from '../../../src/shared/intake/template.ts';
import { INTERFACE_LANGUAGES } from '../../../src/shared/release/newsroom/newsroom.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { anyFile } from '../../support/releases.ts';

/** As the template's first lines tell people: the sign right before a field's name goes away, remarks stay. */
const uncommented = (template: string) => template.replace(/^#(?!#| \S)/gm, '');

describe.each(INTERFACE_LANGUAGES)('the template in %s', (language) => {
  it('is a release as it stands', () => {
    expect(parseReleaseText(releaseTemplate(language), 'ny.md').content.language).toBe(language);
  });

  it('is a release with every field used, and only lacks what only the newsroom can say', async () => {
    const { content, problems } = await readReleaseText(uncommented(releaseTemplate(language)), {
      name: 'ny.md',
      resolve: anyFile,
      newsroom: sampleNewsroom(),
    });
    expect(problems).toEqual([]);
    const empty = Object.entries(content).filter(([, value]) => value === undefined || (Array.isArray(value) && value.length === 0));
    expect(empty.map(([name]) => name)).toEqual([]);
  });

  it('fits a terminal of 120 columns', () => {
    expect(
      releaseTemplate(language)
        .split('\n')
        .filter((line) => line.length > 120),
    ).toEqual([]);
  });
});
