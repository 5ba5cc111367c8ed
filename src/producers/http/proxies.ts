import type { FastifyInstance } from 'fastify';
import { wrongInput } from '../../shared/platform/failure.ts';
import type { Services } from '../../shared/services.ts';

/** Only named proxies: a mere number of hops would let anybody who reaches this port say who they are. Throws InvalidInput. */
export function trustProxyOf(setting: string | undefined): string[] | false {
  if (setting === undefined) return false;
  const parts = setting.split(',').map((part) => part.trim());
  if (parts.every((part) => /^(loopback|linklocal|uniquelocal|[0-9a-f]*[.:][0-9a-f.:]*(\/\d{1,3})?)$/i.test(part))) return parts;
  throw wrongInput(
    'TRUST_PROXY',
    `"${setting}" cannot be used.`,
    'Give the proxy’s address or network, such as 10.0.0.5 or 10.0.0.0/8, or loopback.',
  );
}

/**
 * Says once in the log that requests come through a proxy nobody named: then all its readers count as one, and share what one of them may ask for
 * in a minute.
 */
export function noteUntrustedProxy(
  app: FastifyInstance,
  { config, log }: { config: Pick<Services['config'], 'trustProxy'>; log: Pick<Services['log'], 'warn'> },
): void {
  if (config.trustProxy !== undefined) return;
  let noted = false;
  app.addHook('onRequest', async (request) => {
    if (noted || request.headers['x-forwarded-for'] === undefined) return;
    noted = true;
    log.warn(
      { peer: request.ip, remedy: `If that is your proxy, set TRUST_PROXY=${request.ip} and start again.` },
      'http.proxy_not_trusted',
    );
  });
}
