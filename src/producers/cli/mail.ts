import { statSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { zoneLine } from '../../shared/mail/dns-record.ts';
import { makeDkimKey } from '../../shared/mail/new-dkim-key.ts';
import type { Finding } from '../../shared/mail/preflight/finding.ts';
import { runPreflight } from '../../shared/mail/preflight/preflight.ts';
import { type Config, readConfig } from '../../shared/platform/config.ts';
import { isSelector } from '../../shared/platform/dkim-setting.ts';
import { wrongInput } from '../../shared/platform/failure.ts';
import type { Act, Answer, Cli } from './context.ts';
import { pad } from './text.ts';

export function mailCommands(program: Command, act: Act): void {
  program
    .command('dkim')
    .description('the keys that letters are signed with')
    .command('new')
    .description('make a key and print the record to publish; nothing else is changed')
    .addOption(new Option('--type <type>', 'rsa, which every receiver knows; ed25519 beside it').choices(['rsa', 'ed25519']).default('rsa'))
    .requiredOption('--selector <name>', 'a new one for each key, such as depesch2026')
    .requiredOption('--domain <domain>', 'the domain in MAIL_FROM')
    .requiredOption('--out <file>', 'where the private key is to lie')
    .action(act(newKey));
  program
    .command('preflight')
    .description('ask DNS what receivers of our letters will ask; exit 0 when nothing is wrong')
    .option('--address <ip...>', 'the address letters leave from, when it is not the relay’s own')
    .action(act(preflight));
}

type KeyOptions = { type: 'rsa' | 'ed25519'; selector: string; domain: string; out: string };

async function newKey(_cli: Cli, { type, selector, domain, out }: KeyOptions): Promise<Answer> {
  if (!isSelector(selector)) throw wrongInput('--selector', `"${selector}" cannot be one.`, 'Letters, digits and hyphens only.');
  if (!isSelector(domain)) throw wrongInput('--domain', `"${domain}" is not a domain.`, 'Write it as it stands after the @ in MAIL_FROM.');
  const path = resolve(out);
  const settings = settingsNow();
  const owner = settings && ownerOf(settings);
  const record = await makeDkimKey({ type, selector, domain, out: path, ...(owner ? { owner } : {}) });
  const keys = [...(settings?.dkim?.keys ?? []), { selector, path }].map((key) => `${key.selector}:${key.path}`);
  const text = [
    `${path} is the private key (${type}); only its owner can read it. Keep it in the backup.`,
    '',
    'Publish this record:',
    zoneLine(record),
    '',
    'Then set, and restart:',
    `DKIM_KEY=${keys.join(',')}`,
    `DKIM_DOMAIN=${domain}`,
    '',
    'See whether all is well:  ./depesch preflight',
  ].join('\n');
  return { text, json: { file: path, type, selector, domain, record: { ...record, zone: zoneLine(record) }, dkimKey: keys.join(',') } };
}

/** The settings, unless they are wrong at the moment: a key may be what is missing in them. */
function settingsNow(): Config | undefined {
  try {
    return readConfig();
  } catch {
    return undefined;
  }
}

/** A key that root makes must be readable for the user whose house it is. */
function ownerOf({ dataDir }: Config): { uid: number; gid: number } | undefined {
  const owner = statSync(dataDir, { throwIfNoEntry: false });
  return process.getuid?.() === 0 && owner !== undefined && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : undefined;
}

async function preflight(cli: Cli, { address = [] }: { address?: string[] }): Promise<Answer> {
  for (const text of address) {
    if (isIP(text) === 0) throw wrongInput('--address', `"${text}" is not an IP address.`, 'Such as 192.0.2.25 or 2001:db8::25.');
  }
  const findings = await runPreflight(cli.config(), { addresses: address });
  const ready = findings.every(({ state }) => state !== 'wrong');
  const records = findings.map(({ record, ...rest }) => (record ? { ...rest, record: { ...record, zone: zoneLine(record) } } : rest));
  const width = Math.max(...findings.map(({ about }) => about.length)) + 2;
  const text = [
    ...findings.map((finding) => describe(finding, width)),
    '',
    ready ? 'Nothing is wrong.' : 'Details: docs/operations.md#dkim',
  ].join('\n');
  return { text, json: { ready, findings: records }, exit: ready ? 0 : 1 };
}

function describe({ about, state, says, todo, record }: Finding, width: number): string {
  const lines = [`${pad(about, width)}${pad(state, 9)}${says}`];
  if (todo !== undefined) lines.push(`  ${todo}`);
  if (record !== undefined) lines.push(`    ${zoneLine(record).replaceAll('\n', '\n    ')}`);
  return lines.join('\n');
}
