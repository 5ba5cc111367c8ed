import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime, { type Email } from 'postal-mime';

/** A letter as it lies in somebody's Maildir. */
export type Arrived = { readonly address: string; readonly raw: string; readonly email: Email };

/** Every letter below a Postfix's folder of Maildirs, `<domain>/<local part>/new/…`. */
export async function readMaildirs(base: string): Promise<Arrived[]> {
  const arrived: Arrived[] = [];
  for (const domain of listed(base)) {
    for (const local of listed(join(base, domain))) {
      const folder = join(base, domain, local, 'new');
      for (const file of listed(folder)) {
        // Maildirs have the line ends of the system, mail those of RFC 5322.
        const raw = readFileSync(join(folder, file), 'latin1').replace(/\r?\n/g, '\r\n');
        arrived.push({ address: `${local}@${domain}`, raw, email: await PostalMime.parse(Buffer.from(raw, 'latin1')) });
      }
    }
  }
  return arrived;
}

function listed(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

export function header(email: Email, name: string): string {
  return email.headers.find(({ key }) => key === name)?.value ?? '';
}

/** True when every DKIM signature's body hash (RFC 6376 3.4.4, relaxed) is that of the text that arrived. */
export function bodyIsAsSigned({ raw }: Arrived): boolean {
  const end = raw.indexOf('\r\n\r\n');
  const body = raw
    .slice(end + 4)
    .replace(/[ \t]+/g, ' ')
    .replace(/ \r\n/g, '\r\n')
    .replace(/(\r\n)*$/, '\r\n');
  const hash = createHash('sha256').update(body, 'latin1').digest('base64');
  const signatures = raw
    .slice(0, end)
    .split(/\r\n(?![ \t])/)
    .filter((field) => /^dkim-signature:/i.test(field));
  return signatures.length > 0 && signatures.every((field) => /[;\s]bh=([^;]+)/.exec(field)?.[1]?.replace(/\s/g, '') === hash);
}
