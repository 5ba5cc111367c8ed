// A process that does nothing until it is asked to end, or until its parent is gone.
import { onShutdown } from '../../src/shared/platform/lifecycle.ts';

const signal = onShutdown(Number(process.env.DEPESCH_PARENT));
// Standard output is this process's log; a test reads there which one runs.
process.stdout.write(`${process.pid}\n`);
const idle = setInterval(() => undefined, 1_000);
signal.addEventListener('abort', () => clearInterval(idle));
