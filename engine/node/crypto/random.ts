/** Random bytes and primes. Stands for src/crypto/crypto_random.cc. */
import type { Binding, Environment } from '../environment.ts';
import { exactBuffer, viewBytes } from './bytes.ts';
import { jobClass } from './job.ts';
import { bigIntBytes, bytesToBigInt } from './math/integers.ts';
import { openSslError } from './openssl-error.ts';
import { findPrime, isProbablyPrime } from './prime.ts';

/** Bytes of a number that OpenSSL still takes. */
const LONGEST_NUMBER = 2 ** 26 - 1;

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
        const addend = add === undefined ? undefined : bytesToBigInt(viewBytes(add));
        const remainder = rem === undefined ? undefined : bytesToBigInt(viewBytes(rem));
        if (addend !== undefined) {
          if (addend.toString(2).length > bits) throw environment.codedError('RangeError', 'ERR_OUT_OF_RANGE', 'invalid options.add');
          if (remainder !== undefined && addend <= remainder)
            throw environment.codedError('RangeError', 'ERR_OUT_OF_RANGE', 'invalid options.rem');
        }
        return () => {
          // No safe prime has the two highest bits set and one of these lengths.
          if (bits < 2 || (safe && bits < 6 && bits !== 3)) throw new Error('error:01800076:bignum routines::bits too small');
          return toBytes(findPrime(bits, safe, addend, remainder, randomBytes), Math.ceil(bits / 8));
        };
      },
    ),
    CheckPrimeJob: jobClass(environment, 'CheckPrimeJob', (_mode, candidate: ArrayBufferView | ArrayBuffer, checks: number) => {
      const bytes = viewBytes(candidate);
      if (bytes.length > LONGEST_NUMBER) {
        throw openSslError({
          number: '01800072',
          library: 'bignum routines',
          reason: 'bignum too long',
          code: 'ERR_OSSL_BN_BIGNUM_TOO_LONG',
          stack: ['error:01800072:bignum routines::bignum too long'],
        });
      }
      const value = bytesToBigInt(bytes);
      return () => isProbablyPrime(value, randomBytes, checks);
    }),
  };
}

function toBytes(value: bigint, size: number): ArrayBuffer {
  return exactBuffer(bigIntBytes(value, size));
}
