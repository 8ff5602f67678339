/**
 * The quickest way to the next macrotask. `Atomics.waitAsync` resolves in one in Chromium (3 µs) and WebKit; in Firefox it resolves like a promise
 * job, which would starve timers and messages, so there a MessageChannel is used. Which it is, is tested, not read from the user agent.
 */
import type { Host } from './environment.ts';
import type { Hop } from './loop.ts';

interface AsyncAtomics {
  waitAsync?(array: Int32Array, index: number, value: number): { async: boolean; value: Promise<string> | string };
}

export function makeHop(host: Host): Hop {
  const { port1, port2 } = new host.MessageChannel();
  let waiting: (() => void)[] = [];
  port1.onmessage = () => {
    const resolve = waiting.shift();
    resolve?.();
  };
  const byChannel: Hop = () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(undefined);
    });
  const { waitAsync } = Atomics as unknown as AsyncAtomics;
  if (waitAsync === undefined) return byChannel;
  const word = new Int32Array(new SharedArrayBuffer(4));
  const byWait: Hop = () => {
    const { value } = waitAsync.call(Atomics, word, 0, 0);
    Atomics.notify(word, 0, 1);
    return value as unknown as Promise<void>;
  };
  let chosen: Hop = byChannel;
  // As a promise job, twenty hops would end before the message that was sent first.
  void (async () => {
    let delivered = false;
    const channel = new host.MessageChannel();
    channel.port1.onmessage = () => {
      delivered = true;
      channel.port1.close();
    };
    channel.port2.postMessage(undefined);
    for (let count = 0; count < 200 && !delivered; count++) await byWait();
    if (delivered) chosen = byWait;
  })();
  waiting = [];
  return () => chosen();
}
