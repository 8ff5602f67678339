/** The classes behind `createDiffieHellman` and `getDiffieHellman`. Stands for the DiffieHellman class of src/crypto/crypto_dh.cc. */
import { viewBytes } from '../bytes.ts';
import type { CryptoCore } from '../core.ts';
import { libraryError } from '../errors.ts';
import { bigIntBytes, bytesToBigInt, modPow } from '../math/integers.ts';
import { checkParameters, generateParameters, generatePrivate, LEAST_BITS, peerProblem } from './exchange.ts';
import { GENERATOR, groupPrime } from './groups.ts';

type Source = ArrayBufferView | ArrayBuffer;

const badGenerator = (): Error => libraryError('dh', 'bad generator', '00065');

/** Of the second argument: a number, or bytes. */
function readGenerator(generator: number | Source): bigint {
  const g = typeof generator === 'number' ? BigInt(generator) : bytesToBigInt(viewBytes(generator));
  if (g <= 1n) throw badGenerator();
  return g;
}

export function createDhClasses(core: CryptoCore) {
  const { environment } = core;
  const coded = environment.codedError.bind(environment);

  /** Parameters and the keys that belong to them. */
  class Exchange {
    readonly p: bigint;
    readonly g: bigint;
    #public: bigint | undefined;
    #private: bigint | undefined;
    #checked: number | undefined;

    constructor(p: bigint, g: bigint, checked?: number) {
      this.p = p;
      this.g = g;
      this.#checked = checked;
    }

    get verifyError(): number {
      return (this.#checked ??= checkParameters(this.p, this.g, core.randomBytes));
    }

    generateKeys(): Uint8Array {
      this.#private ??= generatePrivate(this.p, this.g, core.randomBytes);
      this.#public = modPow(this.g, this.#private, this.p);
      return environment.buffer(bigIntBytes(this.#public));
    }

    computeSecret(key: Source): Uint8Array {
      const y = bytesToBigInt(viewBytes(key));
      const problem = peerProblem(this.p, y);
      if (problem !== undefined) throw coded('RangeError', 'ERR_CRYPTO_INVALID_KEYLEN', `Supplied key is too ${problem}`);
      if (this.#private === undefined) throw coded('Error', 'ERR_CRYPTO_OPERATION_FAILED', 'Failed to compute shared secret');
      return environment.buffer(bigIntBytes(modPow(y, this.#private, this.p), bigIntBytes(this.p).length));
    }

    getPrime(): Uint8Array {
      return environment.buffer(bigIntBytes(this.p));
    }
    getGenerator(): Uint8Array {
      return environment.buffer(bigIntBytes(this.g));
    }
    getPublicKey(): Uint8Array {
      if (this.#public === undefined) throw coded('Error', 'ERR_CRYPTO_INVALID_STATE', 'No public key - did you forget to generate one?');
      return environment.buffer(bigIntBytes(this.#public));
    }
    getPrivateKey(): Uint8Array {
      if (this.#private === undefined) throw coded('Error', 'ERR_CRYPTO_INVALID_STATE', 'No private key - did you forget to generate one?');
      return environment.buffer(bigIntBytes(this.#private));
    }
    setPublicKey(key: Source): void {
      this.#public = bytesToBigInt(viewBytes(key));
    }
    setPrivateKey(key: Source): void {
      this.#private = bytesToBigInt(viewBytes(key));
    }
  }

  return {
    /** @param sizeOrPrime bits of a new prime, or the prime */
    DiffieHellman: class extends Exchange {
      constructor(sizeOrPrime: number | Source, generator: number | Source) {
        const g = readGenerator(generator);
        if (typeof sizeOrPrime === 'number') {
          if (sizeOrPrime < 2) throw libraryError('dh', 'modulus too small', '0007E');
          if (sizeOrPrime < LEAST_BITS) throw coded('TypeError', 'ERR_INVALID_ARG_VALUE', 'Invalid DH parameters');
          super(generateParameters(sizeOrPrime, g, core.randomBytes), g, 0);
        } else super(bytesToBigInt(viewBytes(sizeOrPrime)), g);
      }
    },
    DiffieHellmanGroup: class extends Exchange {
      constructor(name: string) {
        const p = groupPrime(name);
        if (p === undefined) throw coded('Error', 'ERR_CRYPTO_UNKNOWN_DH_GROUP', 'Unknown DH group');
        super(p, GENERATOR, 0);
      }
    },
  };
}
