import { afterEach, describe, expect, it } from 'vitest';
// The version whose wire the official client speaks.
import { proxy, releaseProxy, wrap } from 'comlink';
import type { ProxyMarked, Remote } from 'comlink';
import { remote, RemoteFunction, serve, transferred } from './comlink.ts';
import type { Service } from './comlink.ts';

const ports: MessagePort[] = [];

/** What the tests' services offer, as the other side sees it. */
interface Face {
  readonly later: number;
  add(a: number, b: number): number;
  open(): { (): string; name(): string } & ProxyMarked;
  each(callback: ((value: unknown) => void) & ProxyMarked): void;
  take(): Uint8Array;
  fail(): void;
}

function connect(service: Service): Remote<Face> {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  serve(service, port1);
  // Comlink tells ports by their constructor's name and listens as in a browser: Node's do both.
  return wrap<Face>(port2);
}

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

describe('serve', () => {
  it('answers calls and reads of properties', async () => {
    const service = connect({ methods: { add: (a, b) => Number(a) + Number(b) }, properties: { later: Promise.resolve(7) } });
    expect(await service.add(1, 2)).toBe(3);
    expect(await service.later).toBe(7);
  });

  it('hands out services and takes functions', async () => {
    const seen: unknown[] = [];
    let isReleased = false;
    const service = connect({
      methods: {
        open: () => remote({ methods: { name: () => 'inner' }, call: () => 'called', onRelease: () => void (isReleased = true) }),
        each: async (callback) => {
          if (callback instanceof RemoteFunction) for (const value of [1, 'two', null]) await callback.call([value]);
        },
      },
    });
    const inner = await service.open();
    expect(await inner.name()).toBe('inner');
    expect(await inner()).toBe('called');
    await service.each(proxy((value: unknown) => void seen.push(value)));
    expect(seen).toEqual([1, 'two', null]);
    await inner[releaseProxy]();
    expect(isReleased).toBe(true);
  });

  it('moves buffers instead of copying them', async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const service = connect({ methods: { take: () => transferred(bytes, [bytes.buffer]) } });
    expect([...(await service.take())]).toEqual([1, 2, 3]);
    expect(bytes.length).toBe(0);
  });

  it('throws with message, code and path', async () => {
    const service = connect({
      methods: {
        fail: () => {
          throw Object.assign(new Error('ENOENT: gone'), { code: 'ENOENT', errno: -2, path: 'x', secret: 1 });
        },
      },
    });
    const error = await service.fail().catch((one: unknown) => one);
    expect(error).toMatchObject({ message: 'ENOENT: gone', code: 'ENOENT', errno: -2, path: 'x' });
    expect(error).not.toHaveProperty('secret');
  });

  it.each([
    [2, ['safe', 'constructor']],
    [2, ['constructor', 'constructor']],
    [2, ['hasOwnProperty']],
    [2, ['__proto__']],
    [2, ['missing']],
    [2, []],
    [0, ['safe']],
    [0, ['value', 'constructor']],
    [1, ['value']],
    [3, ['safe']],
    [4, []],
  ])('refuses message %i to %j', async (type, path) => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    serve({ methods: { safe: () => 1 }, properties: { value: {} } }, port1);
    const answer = await new Promise((resolve) => {
      port2.onmessage = ({ data }) => resolve(data);
      port2.postMessage({ id: 'x', type, path, argumentList: [] });
    });
    expect(answer).toMatchObject({ id: 'x', type: 3, name: 'throw', value: { isError: true, value: { name: 'TypeError' } } });
  });
});
