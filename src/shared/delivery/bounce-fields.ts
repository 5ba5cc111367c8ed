import { findStatus } from './bounce-class.ts';

/** What became of the letter for one recipient (RFC 3464 2.3.3). */
const DSN_ACTIONS = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const;
export type DsnAction = (typeof DSN_ACTIONS)[number];

/** One per-recipient group of a delivery status notification. */
export type DsnRecipient = {
  readonly action: DsnAction;
  /** `5.1.1`; empty when the report has none. */
  readonly status: string;
  /** The server's words, without the type before them. */
  readonly diagnostic: string;
  /** Final and original recipient as addresses in small letters; empty when not named. */
  readonly recipient: string;
  readonly original: string;
  /** Who refused, or who reports it. */
  readonly mta: string;
};

/** Some servers put a page with links there. */
const MOST_DIAGNOSTIC = 1_000;

/** Reports about one letter have ten fields; whoever writes more does not mean us. */
const MOST_FIELDS = 32_768;

type Fields = ReadonlyMap<string, string>;

/** Groups of header-like fields, set apart by blank lines (RFC 3464 2.1, RFC 5965 3). Of a repeated field the first counts. */
export function readFieldGroups(text: string): Fields[] {
  return text
    .slice(0, MOST_FIELDS)
    .replace(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n+/)
    .map((group) => {
      const fields = new Map<string, string>();
      for (const line of group.replace(/\n[ \t]+/g, ' ').split('\n')) {
        const match = /^([A-Za-z0-9-]{2,60})[ \t]*:(.*)$/.exec(line);
        if (match && !fields.has(match[1]!.toLowerCase())) fields.set(match[1]!.toLowerCase(), match[2]!.trim());
      }
      return fields;
    })
    .filter((fields) => fields.size > 0);
}

/** The recipients of a `message/delivery-status` part; lenient where real servers are. */
export function readDsn(text: string): DsnRecipient[] {
  const groups = readFieldGroups(text);
  const reporting = groups.find((fields) => fields.has('reporting-mta'))?.get('reporting-mta') ?? '';
  return groups.flatMap((fields) => {
    if (!fields.has('final-recipient') && !fields.has('action') && !fields.has('original-recipient')) return [];
    const status = findStatus(fields.get('status') ?? '');
    const diagnostic = plainValue(fields.get('diagnostic-code')).slice(0, MOST_DIAGNOSTIC);
    const action = actionOf(fields.get('action'), status || findStatus(diagnostic));
    if (action === undefined) return [];
    return [
      {
        action,
        status,
        diagnostic,
        recipient: addressIn(fields.get('final-recipient')),
        original: addressIn(fields.get('original-recipient')),
        mta: plainValue(fields.get('remote-mta')) || plainValue(reporting),
      },
    ];
  });
}

/** The action as named; without one that is known, the class of the status says it. */
function actionOf(named: string | undefined, status: string): DsnAction | undefined {
  const word = /^[a-z]+/.exec(named?.toLowerCase() ?? '')?.[0];
  const known = DSN_ACTIONS.find((action) => action === word);
  if (known) return known;
  // Some old servers wrote `fail`, some leave the field out.
  if (word?.startsWith('fail') || status.startsWith('5')) return 'failed';
  if (status.startsWith('4')) return 'delayed';
  return undefined;
}

/** `smtp; 550 unknown` → `550 unknown`. */
function plainValue(field: string | undefined): string {
  return (field ?? '').replace(/^[A-Za-z0-9-]+[ \t]*;[ \t]*/, '').trim();
}

function addressIn(field: string | undefined): string {
  return plainValue(field).replace(/^<|>$/g, '').trim().toLowerCase();
}
