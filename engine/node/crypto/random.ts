/** Random bytes and primes. Stands for src/crypto/crypto_random.cc. */
import type { Binding, Environment } from '../environment.ts';
import { exactBuffer, viewBytes } from './bytes.ts';
import { jobClass } from './job.ts';
import { findPrime, isProbablyPrime } from './prime.ts';

/** getRandomValues refuses more, and views on shared memory altogether. */
const PIECE = 65536;

export function fillRandom(crypto: Crypto, target: Uint8Array): void {
  const scratch = new Uint8Array(Math.min(PIECE, target.length));
  for (let offset = 0; offset < target.length; offset += PIECE) {
    const piece = crypto.getRandomValues(scratch.subarray(0, Math.min(PIECE, target.length - offset)));
    target.set(piece, offset);
  }
}

export function createRandomJobs(environment: Environment): Binding {
  const { crypto } = environment.host;
  const randomBytes = (size: number): Uint8Array => {
    const bytes = new Uint8Array(size);
    fillRandom(crypto, bytes);
    return bytes;
  };
  return {
    RandomBytesJob: jobClass(
      environment,
      'RandomBytesJob',
      (_mode, target: ArrayBufferView | ArrayBuffer, offset: number, size: number) => {
        const bytes = viewBytes(target).subarray(offset, offset + size);
        return () => fillRandom(crypto, bytes);
      },
    ),
    RandomPrimeJob: jobClass(
      environment,
      'RandomPrimeJob',
      (_mode, bits: number, safe: boolean, add?: ArrayBufferView | ArrayBuffer, rem?: ArrayBufferView | ArrayBuffer) => {
        const addend = add === undefined ? undefined : toBigInt(viewBytes(add));
        const remainder = rem === undefined ? undefined : toBigInt(viewBytes(rem));
        if (addend !== undefined) {
          if (addend.toString(2).length > bits) throw environment.codedError('RangeError', 'ERR_OUT_OF_RANGE', 'invalid options.add');
          if (remainder !== undefined && addend <= remainder)
            throw environment.codedError('RangeError', 'ERR_OUT_OF_RANGE', 'invalid options.rem');
        }
        return () => toBytes(findPrime(bits, safe, addend, remainder, randomBytes), Math.ceil(bits / 8));
      },
    ),
    CheckPrimeJob: jobClass(environment, 'CheckPrimeJob', (_mode, candidate: ArrayBufferView | ArrayBuffer, checks: number) => {
      const value = toBigInt(viewBytes(candidate));
      return () => isProbablyPrime(value, randomBytes, checks);
    }),
  };
}

function toBigInt(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

function toBytes(value: bigint, size: number): ArrayBuffer {
  const bytes = new Uint8Array(size);
  let rest = value;
  for (let index = size - 1; index >= 0; index--, rest >>= 8n) bytes[index] = Number(rest & 0xffn);
  return exactBuffer(bytes);
}
