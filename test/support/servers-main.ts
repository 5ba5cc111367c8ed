import { readConfig } from '../../src/shared/platform/config.ts';
import { openServers } from '../../src/shared/platform/embedded/servers.ts';
import { onShutdown } from '../../src/shared/platform/lifecycle.ts';
import { openLog } from '../../src/shared/platform/log.ts';

// A command that uses the servers until it is asked to end; says what it found, as one line of JSON.
const signal = onShutdown();
const servers = await openServers(readConfig(), 'command', openLog('command', 'silent', false));
process.stdout.write(`${JSON.stringify({ databaseUrl: servers.config.databaseUrl, notes: servers.notes })}\n`);
const idle = setInterval(() => undefined, 1_000);
await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
clearInterval(idle);
await servers.close();
process.exit();
