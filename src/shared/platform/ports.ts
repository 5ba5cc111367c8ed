import { createServer } from 'node:net';
import { Conflict } from './failure.ts';

/** True when nobody listens there. Throws Conflict `port_unusable` when nobody can: an address that is not this machine's, a port kept for root. */
export function isFreePort(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(new Conflict('port_unusable', `${host}:${port} cannot be listened on: ${error.message}.`, 'Look at HOST and PORT.'));
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
