import type { Config } from '../../platform/config.ts';
import { Failure } from '../../platform/failure.ts';
import { type DkimKey, openDkimKeys } from '../dkim-keys.ts';
import { type DnsRecord, dkimRecord } from '../dns-record.ts';
import { tagsOf } from './dmarc.ts';
import { type Finding, finding, right, wrong } from './finding.ts';
import type { Lookup } from './lookup.ts';

/** One finding for each DKIM key: can it be read, and is its public half where receivers look for it? */
export async function checkSignatures(lookup: Lookup, dkim: Config['dkim'], fromDomain: string): Promise<Finding[]> {
  if (dkim === undefined) {
    const todo = `Make a key:  ./depesch dkim new --domain ${fromDomain} --selector depesch --out dkim.pem   It says what comes next.`;
    return [wrong('DKIM', 'letters are not signed: DKIM_KEY is not set', { todo })];
  }
  return Promise.all(
    dkim.keys.map(async (file) => {
      const about = `DKIM ${file.selector}`;
      try {
        const [key] = await openDkimKeys([file]);
        return await finding(about, () => checkKey(lookup, { about, key: key!, domain: dkim.domain }));
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'dkim_key') throw error;
        return wrong(about, error.message, { todo: 'Correct DKIM_KEY, or make the file readable for the user who runs Depesch.' });
      }
    }),
  );
}

async function checkKey(lookup: Lookup, { about, key, domain }: { about: string; key: DkimKey; domain: string }): Promise<Finding> {
  const record = dkimRecord(key, domain);
  const found = await lookup.txt(record.name);
  if (found.length === 0) return wrong(about, `there is no record at ${record.name}`, { todo: 'Add this record.', record });
  if (found.length > 1) {
    const says = `there are ${found.length} records at ${record.name}; receivers may take any of them`;
    return wrong(about, says, { todo: 'Leave only this one.', record });
  }
  const fault = faultOf(tagsOf(found[0]!), key, record);
  if (fault !== undefined) return wrong(about, `the record at ${record.name} ${fault}`, { todo: 'Put this in its place.', record });
  return right(about, `${key.algorithm}: the record at ${record.name} holds this key`);
}

/** What is wrong with a published key (RFC 6376 3.6.1, RFC 8463 4). */
function faultOf(tags: Map<string, string>, key: DkimKey, record: DnsRecord): string | undefined {
  const ours = tagsOf(record.value);
  const listed = (name: string) =>
    tags
      .get(name)
      ?.toLowerCase()
      .split(':')
      .map((part) => part.trim());
  const published = tags.get('p')?.replace(/\s/g, '');
  if (published === undefined) return 'holds no key (p=)';
  if (published === '') return 'says that the key is revoked';
  if ((tags.get('k') ?? 'rsa').toLowerCase() !== ours.get('k')) return `is for a key of another kind (k=${tags.get('k') ?? 'rsa'})`;
  const same = [ours.get('p'), key.algorithm === 'rsa-sha256' ? pkcs1(key) : undefined].includes(published);
  if (!same) return 'holds another key';
  if (tags.has('v') && tags.get('v') !== 'DKIM1') return 'does not begin with v=DKIM1';
  if (listed('h')?.includes('sha256') === false) return 'does not allow sha256 (h=)';
  if (listed('s')?.some((service) => service === '*' || service === 'email') === false) return 'is not for mail (s=)';
  if (listed('t')?.includes('y')) return 'says t=y, a test: receivers treat the letters as unsigned';
  return undefined;
}

/** Some publish a bare RSAPublicKey; receivers take it (RFC 6376 erratum 3017). */
function pkcs1({ publicKey }: DkimKey): string {
  return publicKey.export({ type: 'pkcs1', format: 'der' }).toString('base64');
}
