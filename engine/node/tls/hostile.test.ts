import { describe, expect, it } from 'vitest';
import { issue } from '../testing/certificates.ts';
import { createContext, createSide, type OwnSide } from '../testing/tls.ts';
import { TlsFailure } from './errors.ts';

const pair = issue({ name: 'localhost', kind: 'ec' });
const server = createContext({ ...pair, ca: pair.cert });

interface Link {
  readonly client: OwnSide;
  readonly server: OwnSide;
  /** Hands over what waits until nothing does. */
  run(change?: (bytes: Uint8Array, from: 'client' | 'server', count: number) => Uint8Array): void;
}

/** Both sides ours, with someone between who may change what passes. */
function link(maxVersion: number): Link {
  const waiting: { from: 'client' | 'server'; bytes: Uint8Array }[] = [];
  const one = createSide('client', createContext({ ca: pair.cert, maxVersion }), (bytes) =>
    waiting.push({ from: 'client', bytes: bytes.slice() }),
  );
  const other = createSide('server', server, (bytes) => waiting.push({ from: 'server', bytes: bytes.slice() }));
  return {
    client: one,
    server: other,
    run(change = (bytes) => bytes) {
      for (let count = 0, next = waiting.shift(); next !== undefined; next = waiting.shift(), count++) {
        (next.from === 'client' ? other : one).receive(change(next.bytes, next.from, count));
      }
    },
  };
}

/** Where records have the lower byte of their version. */
function versionPlaces(bytes: Uint8Array): Set<number> {
  const places = new Set<number>();
  for (let at = 0; at < bytes.length; at += 5 + (((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0))) places.add(at + 2);
  return places;
}

/** A small generator that gives the same numbers each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe.each([0x0303, 0x0304])('TLS %x against those who change bytes', (version) => {
  it('works where nobody does', () => {
    const { client, server, run } = link(version);
    client.start({ servername: 'localhost' });
    run();
    expect([client.log.isEstablished, server.log.isEstablished]).toEqual([true, true]);
    client.write('question');
    server.write('answer');
    run();
    expect([server.log.text, client.log.text]).toEqual(['question', 'answer']);
  });

  it('fails, and never otherwise than as the protocol fails, whatever byte of the handshake is changed', () => {
    const next = numbers(version);
    for (let round = 0; round < 120; round++) {
      const { client, server, run } = link(version);
      let changed = false;
      client.start({ servername: 'localhost' });
      const at = next(4);
      run((bytes, _from, count) => {
        if (count !== at) return bytes;
        const copy = bytes.slice();
        let index = next(copy.length);
        // The lower half of a version outside of protected records is for old boxes on the way: nobody reads it.
        while (versionPlaces(copy).has(index)) index = next(copy.length);
        copy[index] = (copy[index] ?? 0) ^ (1 + next(255));
        changed = true;
        return copy;
      });
      // Where a length was made larger, the other side waits for more, with the last message (a session ticket) only after both are established.
      if (client.log.isEstablished && server.log.isEstablished && client.log.failure === undefined && server.log.failure === undefined) {
        client.write('question');
        server.write('answer');
        run();
      }
      if (changed) expect([server.log.text, client.log.text]).not.toEqual(['question', 'answer']);
    }
  });

  it('does not take records twice, out of order, or changed', () => {
    for (const attack of ['twice', 'order', 'changed', 'cut'] as const) {
      const { client, server, run } = link(version);
      client.start();
      run();
      const records: Uint8Array[] = [];
      client.write('first');
      client.write('second');
      run((bytes) => {
        records.push(bytes.slice());
        return new Uint8Array(0);
      });
      const [first = new Uint8Array(0), second = new Uint8Array(0)] = records;
      if (attack === 'twice') server.receive(first);
      if (attack === 'changed') second[second.length - 1] = (second.at(-1) ?? 0) ^ 1;
      server.receive(attack === 'order' ? second : attack === 'twice' ? first : attack === 'changed' ? second : first.subarray(0, -1));
      expect(server.log.text).toBe(attack === 'twice' ? 'first' : '');
      if (attack !== 'cut') expect(server.log.failure).toBe('decryption failed or bad record mac');
    }
  });

  it('takes noise without falling over', () => {
    const next = numbers(7);
    for (let round = 0; round < 200; round++) {
      const { server } = link(version);
      const noise = Uint8Array.from({ length: 8 + next(400) }, () => next(256));
      // As a record of a handshake, with a length that fits.
      if (round % 2 === 0) noise.set([22, 3, 1, (noise.length - 5) >> 8, (noise.length - 5) & 255, 1, 0]);
      server.receive(noise);
      expect(server.log.isEstablished).toBe(false);
    }
  });

  it('bounds empty records and long messages', () => {
    const { client, server, run } = link(version);
    client.start();
    run();
    for (let count = 0; count < 40 && server.log.failure === undefined; count++) {
      client.connection.send(23, new Uint8Array(0));
      server.receive(client.connection.takeOutput());
    }
    expect(server.log.failure).toBe('record too small');
    const fresh = link(version).server;
    fresh.receive(Uint8Array.of(22, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff));
    expect(fresh.log.failure).toBe('excessive message size');
  });
});

it('notices a downgrade', () => {
  const { client, server, run } = link(0x0304);
  client.start();
  // Without supported_versions the hello asks for 1.2: the server answers so, and says in its random what it could have.
  run((bytes, from, count) => {
    if (from !== 'client' || count > 0) return bytes;
    const copy = bytes.slice();
    const at = Buffer.from(copy).indexOf(Buffer.from([0, 43, 0, 5, 4, 3, 4, 3, 3]));
    expect(at).toBeGreaterThan(0);
    copy[at + 1] = 0xee;
    return copy;
  });
  expect(client.log.failure).toBe('inappropriate fallback');
  expect(server.log.isEstablished).toBe(false);
  expect(new TlsFailure(47, 'inappropriate fallback').text).toBe('error:0A000175:SSL routines::inappropriate fallback');
});
