import { Resolver } from 'node:dns/promises';
import { Failure } from '../../platform/failure.ts';

/** Questions to DNS. Nothing there is an empty list; a name server that does not answer throws `dns`. */
export type Lookup = {
  /** Text records, each with its strings joined. */
  txt(name: string): Promise<string[]>;
  /** Hosts that take a domain's mail, best first. */
  mx(name: string): Promise<string[]>;
  /** IPv4 and IPv6 addresses. */
  addresses(name: string): Promise<string[]>;
  /** Names of an address. */
  names(address: string): Promise<string[]>;
};

const TIMEOUT_MS = 3_000;
const TRIES = 2;

/** There is no such name, or it has no such record. */
const NOTHING = new Set(['ENOTFOUND', 'ENODATA']);

/** Asks `server` (`address` or `address:port`), else the name servers of this machine. */
export function openLookup(server?: string): Lookup {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (server !== undefined) resolver.setServers([server]);
  async function ask<T>(name: string, question: Promise<T[]>): Promise<T[]> {
    try {
      return await question;
    } catch (error) {
      const code = (error as { code?: string }).code ?? 'unknown';
      if (NOTHING.has(code)) return [];
      throw new Failure('dns', `the name server does not answer for ${name} (${code})`, { cause: error });
    }
  }
  return {
    txt: async (name) => (await ask(name, resolver.resolveTxt(name))).map((strings) => strings.join('')),
    async mx(name) {
      const found = await ask(name, resolver.resolveMx(name));
      return found.sort((one, other) => one.priority - other.priority).map(({ exchange }) => exchange);
    },
    addresses: async (name) => (await Promise.all([ask(name, resolver.resolve4(name)), ask(name, resolver.resolve6(name))])).flat(),
    names: (address) => ask(address, resolver.reverse(address)),
  };
}
