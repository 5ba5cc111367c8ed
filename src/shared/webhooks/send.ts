import { messageOf } from '../platform/failure.ts';
import { sendOutside } from '../platform/outgoing.ts';
import type { EndpointRow } from '../schema/tables.ts';
import type { Services } from '../services.ts';
import { webhookHeaders } from './signature.ts';

/** Taken; not taken and tried again; or the endpoint says that it is gone for good (410). */
export type Answer = { readonly kind: 'taken' } | { readonly kind: 'not-taken' | 'gone'; readonly reason: string };

type Signing = Pick<EndpointRow, 'url' | 'secret' | 'old_secret' | 'old_secret_until'>;

/** One signed POST to an endpoint. Never throws: what went wrong is the answer. */
export async function sendWebhook({ config }: Services, to: Signing, message: { id: string; body: string }): Promise<Answer> {
  const at = new Date();
  const old = to.old_secret && to.old_secret_until && to.old_secret_until > at ? [to.old_secret] : [];
  const headers = { 'content-type': 'application/json', ...webhookHeaders({ ...message, at }, [to.secret, ...old]) };
  try {
    const { status } = await sendOutside({
      url: to.url,
      method: 'POST',
      headers,
      body: message.body,
      allowPrivate: config.allowPrivateCallbacks,
    });
    if (status >= 200 && status < 300) return { kind: 'taken' };
    return { kind: status === 410 ? 'gone' : 'not-taken', reason: `answered ${status}` };
  } catch (error) {
    return { kind: 'not-taken', reason: messageOf(error) };
  }
}
