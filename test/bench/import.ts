import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createAccount } from '../../src/shared/accounts/accounts.ts';
import { childEnvironment } from '../../src/shared/platform/config.ts';
import type { Check } from '../support/check.ts';
import { openTestHouse, subscriberCsv, type TestHouse } from '../support/newsroom-house.ts';

const ROWS = 100_000;
const LIMIT_SECONDS = 30;

export const bench: Check = {
  about: `${ROWS} subscribers imported from a CSV file by the command, with a report of every row; then the same file again`,
  missing: async () => undefined,
  async run() {
    const house = await openTestHouse({ subscribers: 0 });
    try {
      await createAccount(house.services.database, { id: 'maria', name: 'Maria Ek', email: 'maria@alvmark.example', roles: ['admin'] });
      const file = join(house.config.dataDir, 'subscribers.csv');
      writeFileSync(file, subscriberCsv(ROWS, 400));
      const first = await importFile(house, file);
      const again = await importFile(house, file);
      return {
        with: '`depesch subscribers import`, the whole process from start to end',
        figures: [
          figureOf('new people', first, first.report.added === ROWS),
          figureOf('the same file again', again, again.report.unchanged === ROWS),
        ],
      };
    } finally {
      await house.close();
    }
  },
};

type Imported = { seconds: number; report: Record<string, number> };

async function importFile(house: TestHouse, file: string): Promise<Imported> {
  const began = performance.now();
  const depesch = join(import.meta.dirname, '../../depesch');
  const child = spawn(depesch, ['subscribers', 'import', file, '--json', '--as', 'maria'], {
    env: childEnvironment(house.config),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = text(child.stdout);
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`the import ended with ${status}: ${(await said).slice(0, 400)}`);
  return { seconds: (performance.now() - began) / 1_000, report: JSON.parse(await said) as Record<string, number> };
}

function figureOf(what: string, { seconds, report }: Imported, complete: boolean) {
  const outcomes = ['added', 'changed', 'unchanged', 'refused'].flatMap((outcome) =>
    report[outcome] ? [`${report[outcome]} ${outcome}`] : [],
  );
  return {
    what,
    found: `${seconds.toFixed(1)} s: ${outcomes.join(', ')}`,
    wanted: `all of them, in less than ${LIMIT_SECONDS} s`,
    right: complete && seconds < LIMIT_SECONDS,
  };
}
