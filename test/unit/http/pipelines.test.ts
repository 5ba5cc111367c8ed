import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { endsFlood } from '../../../src/producers/http/pipelines.ts';

/** One line; `ask` sends a request, behind others when it `waits`; `answer` gives the oldest answer that stands behind another. */
function line() {
  const socket = { destroyed: false, destroy: () => void Object.assign(socket, { destroyed: true }) };
  const behind: EventEmitter[] = [];
  return {
    socket,
    ask(waits: boolean): boolean {
      const response = Object.assign(new EventEmitter(), { socket: waits ? null : socket });
      if (waits) behind.push(response);
      return endsFlood({ socket } as unknown as IncomingMessage, response as unknown as ServerResponse);
    },
    answer: () => behind.shift()!.emit('close'),
  };
}

it('a line with more requests ahead than anybody reads answers to is ended, and what else came on it is dropped', () => {
  const { socket, ask } = line();
  expect(ask(false)).toBe(false);
  expect(Array.from({ length: 16 }, () => ask(true))).toEqual(Array(16).fill(false));
  expect(socket.destroyed).toBe(false);
  expect(ask(true)).toBe(true);
  expect(socket.destroyed).toBe(true);
  expect(ask(true)).toBe(true);
});

it('who reads the answers may ask as often as they like, always some ahead', () => {
  const { ask, answer } = line();
  ask(false);
  for (let ahead = 0; ahead < 10; ahead += 1) ask(true);
  for (let round = 0; round < 1_000; round += 1) {
    answer();
    expect(ask(true)).toBe(false);
  }
});

it('one line does not count for another', () => {
  for (const { ask } of Array.from({ length: 40 }, line)) expect([ask(false), ask(true)]).toEqual([false, false]);
});
