import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** What Postfix tells of one RCPT TO (its SMTPD_POLICY_README). */
export type Asked = { readonly sender: string; readonly recipient: string; readonly domain: string; readonly client: string };

/** One rule: an action of Postfix's access tables, or undefined when it has nothing to say. */
export type Rule = (asked: Asked) => string | undefined;

export type PolicyService = {
  readonly port: number;
  close(): Promise<void>;
};

/** Answers Postfix's check_policy_service, rule by rule; DUNNO when none has a say. */
export async function openPolicyService(rules: readonly Rule[]): Promise<PolicyService> {
  const lines = new Set<Socket>();
  const server = createServer((socket) => {
    lines.add(socket.on('close', () => lines.delete(socket)).on('error', () => {}));
    let fields = new Map<string, string>();
    createInterface({ input: socket }).on('line', (line) => {
      if (line !== '') return void fields.set(line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1));
      const recipient = fields.get('recipient') ?? '';
      const domain = recipient.slice(recipient.lastIndexOf('@') + 1);
      const asked = { sender: fields.get('sender') ?? '', recipient, domain, client: fields.get('client_address') ?? '' };
      fields = new Map();
      const action = rules.map((rule) => rule(asked)).find((answer) => answer !== undefined);
      socket.write(`action=${action ?? 'DUNNO'}\n\n`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const line of lines) line.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Greylisting as postgrey does it: the first try of a sender, recipient and client is put off, later ones pass after the delay. */
export function greylist(domain: string, text: string, delayMs: number): Rule {
  const seen = new Map<string, number>();
  return (asked) => {
    if (asked.domain !== domain) return undefined;
    const triplet = `${asked.client} ${asked.sender} ${asked.recipient}`;
    const first = seen.get(triplet) ?? Date.now();
    seen.set(triplet, first);
    return Date.now() - first < delayMs ? `DEFER_IF_PERMIT ${text}` : undefined;
  };
}

/** So many letters in each minute to one domain; the rest is answered `450 4.7.1`. */
export function letterLimit(domain: string, most: number, minuteMs: number): Rule {
  let [began, count] = [0, 0];
  return (asked) => {
    if (asked.domain !== domain) return undefined;
    if (Date.now() - began >= minuteMs) [began, count] = [Date.now(), 0];
    if (count >= most) return `450 4.7.1 More than ${most} letters in one minute, try again later`;
    count += 1;
    return undefined;
  };
}

/** Mailboxes by their first letters that answer alike, whatever is sent to them. */
export function answering(pattern: RegExp, action: string): Rule {
  return ({ recipient }) => (pattern.test(recipient) ? action : undefined);
}
