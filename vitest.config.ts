import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// As in ./depesch: what node has compiled it keeps. Tests start hundreds of processes, and each starts in half the time.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

// unit: pure values, no servers, no browser. integration: real PostgreSQL and Redis. e2e: whole processes, faults, a browser.
export default defineConfig({
  test: {
    // CI and most small servers have two cores; vitest alone would leave one of them idle.
    maxWorkers: 2,
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
          testTimeout: 240_000,
          hookTimeout: 120_000,
          // Whole houses come last; each has servers, ports and folders of its own, and none asserts a time.
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
