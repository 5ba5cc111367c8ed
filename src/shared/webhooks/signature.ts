import { createHmac, randomBytes } from 'node:crypto';

/* Standard Webhooks 1.0: what an endpoint checks to know that a message is ours, whole and new. */

/** The specification asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;

export function newWebhookSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** The secret as its owner is shown it, once. */
export function writeWebhookSecret(secret: Buffer): string {
  return `whsec_${secret.toString('base64')}`;
}

export type Message = { readonly id: string; readonly body: string; readonly at: Date };

/** The headers of a message: one signature for each secret, so that one can be replaced while messages are under way. */
export function webhookHeaders({ id, body, at }: Message, secrets: readonly Buffer[]): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const sign = (secret: Buffer) => `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': secrets.map(sign).join(' ') };
}
