/** Operations that Node runs on its thread pool. Stands for CryptoJob (src/crypto/crypto_util.h). */
import { AsyncWrap, completeRequest } from '../async-wrap.ts';
import type { Environment } from '../environment.ts';

export const JOB_ASYNC = 0;
export const JOB_SYNC = 1;
export const JOB_WEBCRYPTO = 2;

export type JobConstructor = new (mode: number, ...args: never[]) => object;

/** Async hooks' names of jobs that are not called like them. */
const PROVIDERS: Readonly<Record<string, string>> = {
  HashJob: 'HASHREQUEST',
  AESCipherJob: 'CIPHERREQUEST',
  ChaCha20Poly1305CipherJob: 'CIPHERREQUEST',
  CShakeJob: 'HASHREQUEST',
  DHBitsJob: 'DERIVEBITSREQUEST',
  HKDFJob: 'DERIVEBITSREQUEST',
  HmacJob: 'SIGNREQUEST',
  KEMDecapsulateJob: 'DERIVEBITSREQUEST',
  KEMEncapsulateJob: 'DERIVEBITSREQUEST',
  KangarooTwelveJob: 'HASHREQUEST',
  KmacJob: 'SIGNREQUEST',
  RSACipherJob: 'CIPHERREQUEST',
  SecretKeyGenJob: 'KEYGENREQUEST',
  TurboShakeJob: 'HASHREQUEST',
};

/**
 * Makes a job class of a function. `configure` checks the arguments when the job is made, as Node's `AdditionalConfig` does (throws coded errors), and returns the
 * work, which is done in `run`: at once (sync: `[error, result]`), or in a later turn of the loop (async: calls `ondone(error, result)`; WebCrypto: a promise).
 */
export function jobClass<Args extends readonly unknown[]>(
  environment: Environment,
  name: string,
  configure: (mode: number, ...args: Args) => () => unknown,
  provider = PROVIDERS[name] ?? `${name.replace(/Job$/, '').toUpperCase()}REQUEST`,
): JobConstructor {
  class Job extends AsyncWrap {
    readonly #mode: number;
    readonly #work: () => unknown;

    constructor(mode: number, ...args: Args) {
      super(environment, provider);
      this.#mode = mode;
      this.#work = configure(mode, ...args);
    }

    run(): unknown {
      if (this.#mode === JOB_SYNC) return attempt(this.#work);
      const request = environment.loop.request();
      const stored = KEEPS_CODES.has(provider) ? (error: unknown) => error : asStored;
      if (this.#mode === JOB_ASYNC) {
        request.done(() => {
          const [error, result] = attempt(this.#work);
          completeRequest(this, 'ondone', error === undefined ? undefined : stored(error), result);
        });
        return undefined;
      }
      return new Promise((resolve, reject) => {
        const settle = (): void => {
          const [error, result] = attempt(this.#work);
          if (error === undefined) resolve(result);
          else reject(operationError(environment, stored(error)));
        };
        request.done(() => environment.makeCallback(this, settle, []));
      });
    }
  }
  Object.defineProperty(Job, 'name', { value: name });
  return Job as unknown as JobConstructor;
}

/** Jobs whose errors are made on the main thread. */
const KEEPS_CODES = new Set(['KEYPAIRGENREQUEST']);

/** What a thread of the pool leaves of an error: OpenSSL's texts (CryptoErrorStore), and nothing of Node's own. */
function asStored(error: unknown): unknown {
  const { code, message, opensslErrorStack } = error as { code?: unknown; message: string; opensslErrorStack?: unknown };
  if (typeof code !== 'string') return error;
  if (code.startsWith('ERR_CRYPTO_')) return new Error('Deriving bits failed');
  if (!code.startsWith('ERR_OSSL_')) return error;
  return Object.assign(new Error(message), opensslErrorStack === undefined ? {} : { opensslErrorStack });
}

function attempt(work: () => unknown): [error: unknown, result: unknown] {
  try {
    return [undefined, work()];
  } catch (error) {
    return [error, undefined];
  }
}

function operationError(environment: Environment, cause: unknown): unknown {
  const { lazyDOMException } = environment.requireBuiltin('internal/util') as {
    lazyDOMException(message: string, options: { name: string; cause: unknown }): unknown;
  };
  return lazyDOMException('The operation failed for an operation-specific reason', { name: 'OperationError', cause });
}
