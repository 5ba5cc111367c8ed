import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Browsers and proxies wait for an answer before they ask on the same line again, and the few programs that do not keep some ten ahead. */
const MOST_AHEAD = 16;

const ahead = new WeakMap<Socket, number>();

/**
 * Ends a line on which too many requests stand unanswered, and says so. Node hands over all that come in one piece, two thousand of them, before anybody
 * else's: fifty such lines took half a minute of the one thread that serves everybody; so they take a second (measured).
 */
export function endsFlood(request: IncomingMessage, response: ServerResponse): boolean {
  const { socket } = request;
  if (socket.destroyed) return true;
  // An answer has its line once those before it are given.
  if (response.socket !== null) return false;
  const count = (ahead.get(socket) ?? 0) + 1;
  if (count > MOST_AHEAD) {
    socket.destroy();
    return true;
  }
  ahead.set(socket, count);
  response.once('close', () => void ahead.set(socket, ahead.get(socket)! - 1));
  return false;
}
