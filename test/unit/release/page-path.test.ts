import { describe, expect, test } from 'vitest';
import { listPagePath, listPath, pathIn } from '../../../src/shared/release/addresses.ts';
import { readPagePath } from '../../../src/shared/release/page-path.ts';
import { samplePublisher } from '../../support/views.ts';

describe('what a path of the public site names', () => {
  test.each(['topic:naringsliv', 'month:2026-11'])('the list %s, its pages, and both in another language', (list) => {
    const { newsroom } = samplePublisher();
    for (const page of [undefined, 3]) {
      const path = page === undefined ? listPath(list) : listPagePath(list, page);
      expect(readPagePath(path)).toEqual({ kind: 'list', list, page, language: undefined });
      expect(readPagePath(pathIn('sv', newsroom, path))).toEqual({ kind: 'list', list, page, language: undefined });
      expect(readPagePath(pathIn('en', newsroom, path))).toEqual({ kind: 'list', list, page, language: 'en' });
    }
  });

  test.each(['/english/topics/kultur/', '/en/releases/x/', '/en/', '/topics/', '/topics/kultur/page/0/', '/en/topics/kultur/rss.xml'])(
    '%s is no page of a list',
    (path) => {
      expect(readPagePath(path)).toBeUndefined();
    },
  );
});
