import { join } from 'node:path';
import { readConfig } from '../../src/shared/platform/config.ts';
import { openHouse } from '../../src/shared/platform/embedded/house.ts';
import { onShutdown } from '../../src/shared/platform/lifecycle.ts';
import { openLog } from '../../src/shared/platform/log.ts';

// A house without a newsroom, for tests that kill it: opens on DATA_DIR with one idle process and says what it opened, as one line of JSON.
const config = readConfig();
const signal = onShutdown();
try {
  const house = await openHouse({
    config,
    log: openLog('house', 'silent', false),
    prepare: async () => undefined,
    processes: [{ name: 'idle', script: join(import.meta.dirname, 'idle-main.ts'), args: [] }],
  });
  process.stdout.write(
    `${JSON.stringify({ databaseUrl: house.config.databaseUrl, redisUrl: house.config.redisUrl, notes: house.notes })}\n`,
  );
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await house.close();
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: (error as Error).message, code: (error as { code?: string }).code })}\n`);
  process.exitCode = 1;
}
process.exit();
