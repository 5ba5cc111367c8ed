import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Ran, runProgram } from '../../support/check.ts';

/** A Postfix of our own: its configuration, queue, log and Maildirs lie in one folder, and it listens on loopback alone. */
export type Postfix = {
  readonly port: number;
  readonly url: string;
  /** Where it puts letters: `<domain>/<local part>/` each. */
  readonly mail: string;
  /** What it wrote into its log. */
  log(): string;
  /** Mails it still holds. */
  queued(): Promise<number>;
  /** Ends it by its own command; when that does not help, by the id of its master process. */
  stop(): Promise<void>;
};

export type PostfixOptions = {
  /** How it calls itself. */
  readonly name: string;
  /** Made when it is not there; everybody may enter it. */
  readonly folder: string;
  readonly port: number;
  /** Lines of main.cf. */
  readonly main: Readonly<Record<string, string>>;
  /** More lines of master.cf. */
  readonly master?: readonly string[];
};

const SBIN = '/usr/sbin';

/** Debian's `nobody` owns the Maildirs: Postfix never delivers as root. */
export const MAIL_OWNER = 65_534;

/** Postfix's own table of services, none of them in a chroot; `smtpd` is added with its port. */
const SERVICES = `
pickup    unix  n - n 60    1 pickup
cleanup   unix  n - n -     0 cleanup
qmgr      unix  n - n 300   1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n -     - trivial-rewrite
bounce    unix  - - n -     0 bounce
defer     unix  - - n -     0 bounce
trace     unix  - - n -     0 bounce
verify    unix  - - n -     1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n -     - proxymap
smtp      unix  - - n -     - smtp
relay     unix  - - n -     - smtp
showq     unix  n - n -     - showq
error     unix  - - n -     - error
retry     unix  - - n -     - error
discard   unix  - - n -     - discard
local     unix  - n n -     - local
virtual   unix  - n n -     - virtual
anvil     unix  - - n -     1 anvil
scache    unix  - - n -     1 scache
postlog   unix-dgram n - n - 1 postlogd`;

/** A sentence with a remedy when Postfix cannot be run here. */
export async function postfixMissing(): Promise<string | undefined> {
  if (!existsSync(join(SBIN, 'postfix'))) return 'postfix is not here: apt-get install postfix (choose “No configuration”)';
  return process.getuid?.() === 0 ? undefined : 'postfix is started by root alone: run this check as root';
}

export async function postfixVersion(): Promise<string> {
  return (await runProgram(join(SBIN, 'postconf'), ['-dh', 'mail_version'])).out.trim();
}

/** Writes the configuration and starts it; ends when it listens. Throws with its words when it does not. */
export async function openPostfix({ name, folder, port, main, master = [] }: PostfixOptions): Promise<Postfix> {
  const [mail, data, logFile] = [join(folder, 'mail'), join(folder, 'data'), join(folder, 'postfix.log')];
  for (const path of [folder, mail, data, join(folder, 'queue')]) mkdirSync(path, { recursive: true, mode: 0o755 });
  chownSync(mail, MAIL_OWNER, MAIL_OWNER);
  chownSync(data, Number((await runProgram('id', ['-u', 'postfix'])).out), 0);
  const settings: Record<string, string> = {
    compatibility_level: '3.6',
    myhostname: name,
    queue_directory: join(folder, 'queue'),
    data_directory: data,
    maillog_file: logFile,
    maillog_file_prefixes: folder,
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '127.0.0.0/8',
    // Nobody of this machine gets mail here, and no name of the outside is asked for.
    mydestination: '',
    alias_maps: '',
    local_recipient_maps: '',
    smtp_dns_support_level: 'disabled',
    smtp_host_lookup: 'native',
    virtual_mailbox_base: mail,
    virtual_uid_maps: `static:${MAIL_OWNER}`,
    virtual_gid_maps: `static:${MAIL_OWNER}`,
    ...main,
  };
  writeFileSync(
    join(folder, 'main.cf'),
    Object.entries(settings)
      .map(([key, value]) => `${key} = ${value}\n`)
      .join(''),
  );
  writeFileSync(
    join(folder, 'master.cf'),
    `127.0.0.1:${port} inet n - n - - smtpd${SERVICES}\n${master.map((line) => `${line}\n`).join('')}`,
  );
  const control = (command: string): Promise<Ran> => runProgram(join(SBIN, 'postfix'), ['-c', folder, command]);
  const started = await control('start');
  const log = () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '');
  if (started.status !== 0) throw new Error(`Postfix did not start: ${started.err}${log()}`);
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    mail,
    log,
    queued: async () => (await runProgram(join(SBIN, 'postqueue'), ['-c', folder, '-j'])).out.split('\n').filter(Boolean).length,
    stop: () => stop(control, join(folder, 'queue/pid/master.pid')),
  };
}

async function stop(control: (command: string) => Promise<Ran>, pidFile: string): Promise<void> {
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : undefined;
  await control('stop');
  if (pid === undefined || (await control('status')).status !== 0) return;
  process.kill(pid, 'SIGKILL');
}

/** Ports nobody has at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
