import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// As in ./depesch: what node has compiled it keeps. Tests start hundreds of processes, and each starts in half the time.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

/** A stopped sender counts as gone after a minute: what waits most begins first, so that nothing waits alone in the end. */
const FIRST = /\/e2e\/(faults|chaos)\.test\.ts$/;

class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(({ moduleId }) => FIRST.test(moduleId)), ...sorted.filter(({ moduleId }) => !FIRST.test(moduleId))];
  }
}

// unit: pure values, no servers, no browser. integration: real PostgreSQL and Redis. e2e: whole processes, faults, a browser.
export default defineConfig({
  test: {
    // CI and most small servers have two cores; vitest alone would leave one of them idle.
    maxWorkers: 2,
    sequence: { sequencer: WaitingFirst },
    projects: [
      // Pure values leave nothing behind, so the files share what they import: a third of the time.
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          isolate: false,
          sequence: { groupOrder: 0 },
          // Property tests try hundreds of values; on a busy machine that takes longer than the usual five seconds.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/servers.ts'],
          // Each file has a world of its own; what they import is the same.
          isolate: false,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          isolate: false,
          // A third of this time is waiting for processes; without a third file two cores would wait with it.
          maxWorkers: 3,
          testTimeout: 240_000,
          hookTimeout: 120_000,
          // Whole houses come last; each has servers, ports and folders of its own, and none asserts a time.
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
