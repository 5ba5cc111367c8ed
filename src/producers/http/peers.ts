import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../../shared/platform/config.ts';

/**
 * True when the request comes from a program on this machine, not through a proxy on it: a proxy says for whom it asks.
 * The Host header must be loopback too, so that no page of another site can point its own name at us (DNS rebinding).
 */
export function isLocalPeer(request: FastifyRequest): boolean {
  const address = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  if (!isLoopback(address)) return false;
  if (request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined) return false;
  return isLoopback((request.headers.host ?? '').replace(/:\d+$/, ''));
}
