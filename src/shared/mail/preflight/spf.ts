import { BlockList, isIP } from 'node:net';
import type { Lookup } from './lookup.ts';

/** What a receiver concludes (RFC 7208 2.6); `unjudged` when the record uses what this check does not follow. */
export type SpfResult = 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'permerror' | 'unjudged';
export type SpfVerdict = { readonly result: SpfResult; readonly why: string };

/** RFC 7208 4.6.4: a record that needs more is an error to receivers. */
const MOST_LOOKUPS = 10;

const RESULTS = { '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral' } as const;

/** The domain's SPF records; receivers want exactly one. */
export async function findSpf(lookup: Lookup, domain: string): Promise<string[]> {
  return (await lookup.txt(domain)).filter((text) => /^v=spf1( |$)/i.test(text));
}

/** May this address send for the domain? Evaluates the record as RFC 7208 4 and 5 say, without macros and `ptr`. */
export async function checkSpf(lookup: Lookup, domain: string, address: string): Promise<SpfVerdict> {
  try {
    return await new Evaluation(lookup, address).judge(domain);
  } catch (error) {
    if (error instanceof Ended) return error.verdict;
    throw error;
  }
}

/** Ends the evaluation from wherever it stands. */
class Ended extends Error {
  readonly verdict: SpfVerdict;
  constructor(result: SpfResult, why: string) {
    super(why);
    this.verdict = { result, why };
  }
}

type Term = { readonly result: SpfResult; readonly name: string; readonly value: string; readonly bits4: number; readonly bits6: number };

class Evaluation {
  readonly #lookup: Lookup;
  readonly #address: string;
  #lookups = 0;

  constructor(lookup: Lookup, address: string) {
    this.#lookup = lookup;
    this.#address = address;
  }

  async judge(domain: string): Promise<SpfVerdict> {
    const records = await findSpf(this.#lookup, domain);
    if (records.length === 0) return { result: 'none', why: `${domain} has no SPF record` };
    if (records.length > 1) throw new Ended('permerror', `${domain} has ${records.length} SPF records; receivers then take none`);
    let redirect: string | undefined;
    for (const text of records[0]!.split(/ +/).slice(1).filter(Boolean)) {
      const modifier = /^([a-z][a-z0-9._-]*)=(.*)$/i.exec(text);
      if (modifier) {
        if (modifier[1]!.toLowerCase() === 'redirect') redirect = modifier[2]!;
        continue;
      }
      const term = termOf(text, domain);
      if (await this.#matches(term)) return { result: term.result, why: `${text} in the record of ${domain}` };
    }
    if (redirect === undefined) return { result: 'neutral', why: `nothing in the record of ${domain} names it` };
    this.#count();
    const verdict = await this.judge(redirect);
    return verdict.result === 'none' ? { result: 'permerror', why: `${redirect}, redirected to, has no SPF record` } : verdict;
  }

  async #matches({ name, value, bits4, bits6 }: Term): Promise<boolean> {
    switch (name) {
      case 'all':
        return true;
      case 'ip4':
      case 'ip6':
        return this.#within([value], bits4, bits6);
      case 'a':
        this.#count();
        return this.#within(await this.#lookup.addresses(value), bits4, bits6);
      case 'mx': {
        this.#count();
        const hosts = await this.#lookup.mx(value);
        return this.#within((await Promise.all(hosts.map((host) => this.#lookup.addresses(host)))).flat(), bits4, bits6);
      }
      case 'exists':
        this.#count();
        return (await this.#lookup.addresses(value)).some((found) => isIP(found) === 4);
      case 'include': {
        this.#count();
        const { result } = await this.judge(value);
        if (result === 'none') throw new Ended('permerror', `${value}, included, has no SPF record`);
        return result === 'pass';
      }
      default:
        throw new Ended(name === 'ptr' ? 'unjudged' : 'permerror', `the record uses ${name}`);
    }
  }

  #within(networks: readonly string[], bits4: number, bits6: number): boolean {
    const family = isIP(this.#address);
    const list = new BlockList();
    for (const network of networks) {
      if (isIP(network) !== family) continue;
      list.addSubnet(network, family === 4 ? bits4 : bits6, family === 4 ? 'ipv4' : 'ipv6');
    }
    return list.check(this.#address, family === 4 ? 'ipv4' : 'ipv6');
  }

  #count(): void {
    this.#lookups += 1;
    if (this.#lookups > MOST_LOOKUPS) throw new Ended('permerror', `the record needs more than ${MOST_LOOKUPS} look-ups (RFC 7208 4.6.4)`);
  }
}

/** One mechanism, with the domain it stands for when it names none. */
function termOf(text: string, domain: string): Term {
  const [, sign = '', name, value, bits4, bits6] = /^([-+~?]?)([a-z0-9]+)(?::(.*?))?(?:\/(\d+))?(?:\/\/(\d+))?$/i.exec(text) ?? [];
  const wrong = new Ended('permerror', `"${text}" in the record of ${domain} is no SPF`);
  if (name === undefined) throw wrong;
  if (value?.includes('%')) throw new Ended('unjudged', `the record of ${domain} uses a macro: ${text}`);
  const kind = name.toLowerCase();
  const network = kind === 'ip4' || kind === 'ip6';
  if (network && isIP(value ?? '') !== Number(kind.at(-1))) throw wrong;
  const sizes = { bits4: Number(bits4 ?? 32), bits6: Number((kind === 'ip6' ? bits4 : bits6) ?? 128) };
  if (sizes.bits4 > (kind === 'ip6' ? 128 : 32) || sizes.bits6 > 128) throw wrong;
  return { result: RESULTS[(sign || '+') as keyof typeof RESULTS], name: kind, value: value ?? domain, ...sizes };
}
