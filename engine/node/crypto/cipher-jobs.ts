/** Symmetric ciphers of WebCrypto. Stands for src/crypto/crypto_aes.cc and crypto_chacha20_poly1305.cc. */
import type { Binding, Environment } from '../environment.ts';
import { blockProblem, CounterMode, isAuthenticated } from './aes-mode.ts';
import { concatBytes, exactBuffer, viewBytes } from './bytes.ts';
import { type CipherInfo, findCipher } from './cipher-table.ts';
import { type CreateMode, sameBytes } from './cipher.ts';
import { jobClass } from './job.ts';
import { keyBytes } from './key-handle.ts';

type Source = ArrayBufferView | ArrayBuffer;

const ENCRYPT = 0;
/** In the order of kKeyVariantAES_*, each in three sizes. */
const MODES = ['ctr', 'cbc', 'gcm', 'wrap', 'ocb'] as const;
const SIZES = [128, 192, 256] as const;
/** RFC 3394's initial value. */
const WRAP_IV = new Uint8Array(8).fill(0xa6);
const TAG = 16;

function cipherError(error: unknown, wrapping: boolean): unknown {
  if (wrapping) {
    const failure = new Error('error:1C800066:Provider routines::cipher operation failed');
    return Object.assign(failure, { opensslErrorStack: ['error:030000BD:digital envelope routines::update error'] });
  }
  const problem = blockProblem(error);
  if (problem === undefined) return error;
  return new Error(
    `error:1C8000${problem === 'length' ? '6B:Provider routines::wrong final block length' : '64:Provider routines::bad decrypt'}`,
  );
}

export function createCipherJobs(environment: Environment, createMode: CreateMode): Binding {
  const failed = (): never => {
    throw new Error('Cipher job failed');
  };

  function run(info: CipherInfo, key: Uint8Array, iv: Uint8Array, input: Uint8Array, encrypting: boolean): Uint8Array {
    const mode = createMode(info, key, iv, encrypting, -1);
    try {
      return concatBytes(mode.update(input), mode.finish(true));
    } catch (error) {
      throw cipherError(error, info.mode === 'wrap');
    }
  }

  function runWithTag(
    info: CipherInfo,
    { key, iv, input, extra, tagSize }: { key: Uint8Array; iv: Uint8Array; input: Uint8Array; extra: Uint8Array; tagSize: number },
    encrypting: boolean,
  ): Uint8Array {
    const mode = createMode(info, key, iv, encrypting, tagSize);
    if (!isAuthenticated(mode)) return failed();
    if (extra.length > 0) mode.authenticate(extra);
    const split = encrypting ? input.length : input.length - tagSize;
    if (split < 0) return failed();
    const text = concatBytes(mode.update(input.subarray(0, split)), mode.finish(true));
    const tag = mode.tag().subarray(0, tagSize);
    if (encrypting) return concatBytes(text, tag);
    return sameBytes(input.subarray(split), tag) ? text : failed();
  }

  return {
    AESCipherJob: jobClass(
      environment,
      'AESCipherJob',
      (_mode, direction: number, handle: object, data: Source, variant: number, iv?: Source, length?: number, additional?: Source) => {
        const name = MODES[Math.floor(variant / 3)];
        const info = findCipher(`aes${name === 'wrap' ? '' : '-'}${SIZES[variant % 3]}-${name}`);
        if (name === undefined || info === undefined) throw new Error(`No AES variant ${variant}`);
        const [key, input] = [keyBytes(handle).slice(), viewBytes(data).slice()];
        const vector = iv === undefined ? WRAP_IV : viewBytes(iv).slice();
        const extra = additional === undefined ? new Uint8Array(0) : viewBytes(additional).slice();
        const encrypting = direction === ENCRYPT;
        return (): ArrayBuffer => {
          if (name === 'ctr') return exactBuffer(countedStream(key, vector, length ?? 128, input));
          if (!info.authenticated) return exactBuffer(run(info, key, vector, input, encrypting));
          return exactBuffer(runWithTag(info, { key, iv: vector, input, extra, tagSize: length ?? TAG }, encrypting));
        };
      },
    ),
    ChaCha20Poly1305CipherJob: jobClass(
      environment,
      'ChaCha20Poly1305CipherJob',
      (_mode, direction: number, handle: object, data: Source, iv: Source, additional?: Source) => {
        const info = findCipher('chacha20-poly1305');
        if (info === undefined) throw new Error('No ChaCha20-Poly1305');
        const operands = {
          key: keyBytes(handle).slice(),
          iv: viewBytes(iv).slice(),
          input: viewBytes(data).slice(),
          extra: additional === undefined ? new Uint8Array(0) : viewBytes(additional).slice(),
          tagSize: TAG,
        };
        return () => exactBuffer(runWithTag(info, operands, direction === ENCRYPT));
      },
    ),
  };
}

/** CTR whose counter is the last `bits` of the block and wraps within them. */
function countedStream(key: Uint8Array, counter: Uint8Array, bits: number, input: Uint8Array): Uint8Array {
  // A counter that would come round to a used value must not.
  if (Math.ceil(input.length / 16) > 2 ** bits) throw new Error('Cipher job failed');
  if (bits % 8 === 0) return new CounterMode(key, counter, bits / 8).update(input);
  const low = (1n << BigInt(bits)) - 1n;
  const start = BigInt(`0x${Array.from(counter, (byte) => byte.toString(16).padStart(2, '0')).join('')}`);
  const first = Number((low - (start & low) + 1n) * 16n);
  const head = new CounterMode(key, counter).update(input.subarray(0, first));
  if (first >= input.length) return head;
  const wrapped = (start & ~low).toString(16).padStart(32, '0');
  const again = Uint8Array.from(wrapped.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return concatBytes(head, new CounterMode(key, again).update(input.subarray(first)));
}
