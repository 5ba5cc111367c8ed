import { NotFound, wrongInput } from '../platform/failure.ts';
import { refuseLiteral } from '../platform/outgoing.ts';
import type { Connection } from '../schema/database.ts';
import type { EndpointRow, EndpointState } from '../schema/tables.ts';

/** An endpoint as people see it: everything but its secrets. */
export type Endpoint = {
  readonly id: number;
  readonly url: string;
  readonly state: EndpointState;
  /** The last publication it took. */
  readonly told: number;
  readonly toldAt: Date | null;
  /** Tries in vain since it last took one, and since when. */
  readonly attempts: number;
  readonly failingSince: Date | null;
  readonly error: string | null;
  readonly dueAt: Date | null;
  readonly createdBy: string;
  readonly createdAt: Date;
};

/** Longer addresses carry something else than a way. */
export const URL_MOST = 1_000;

/** Throws NotFound. */
export async function getEndpointRow(db: Connection, id: number, forUpdate = false): Promise<EndpointRow> {
  const select = db.selectFrom('webhook_endpoints').selectAll().where('id', '=', id);
  const row = await (forUpdate ? select.forUpdate() : select).executeTakeFirst();
  if (!row) throw new NotFound('webhook', String(id));
  return row;
}

/** What may be shown of a row. */
export function endpointOf(row: EndpointRow): Endpoint {
  return {
    id: row.id,
    url: row.url,
    state: row.state,
    told: row.told,
    toldAt: row.told_at,
    attempts: row.attempts,
    failingSince: row.failing_since,
    error: row.error,
    dueAt: row.attempts > 0 && row.state === 'active' ? row.due_at : null,
    createdBy: row.created_by,
    createdAt: row.created_at,
  };
}

/** An endpoint's address may carry a key in its path or query: people are shown the host. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address that cannot be read';
}

/** The address as it is kept. Throws InvalidInput for one that cannot be told. */
export function parseEndpointUrl(text: string, allowPrivate: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.href.length > URL_MOST) {
    throw wrongInput(
      'url',
      `"${text.slice(0, 100)}" is not an http or https address.`,
      'Write it as https://system.example.org/hooks/depesch',
    );
  }
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw wrongInput('url', 'holds a name, a password or a fragment.', 'Leave them out: the signature says who is asking.');
  }
  try {
    refuseLiteral(url, allowPrivate);
  } catch {
    throw wrongInput(
      'url',
      `${url.hostname} is not a public address.`,
      'For a system in your own network set ALLOW_PRIVATE_CALLBACKS=yes.',
    );
  }
  return url.href;
}
