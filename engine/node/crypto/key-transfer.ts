/** Keys and certificates in messages to other threads. Stands for KeyObjectTransferData and X509CertificateTransferData. */
import type { Environment } from '../environment.ts';

/** A key as plain data. Asymmetric ones are in DER. */
export type TransferredKey =
  | { readonly kind: 'secret' | 'public' | 'private'; readonly bytes: Uint8Array; readonly crypto?: CryptoKeySlots }
  | { readonly kind: 'certificate'; readonly bytes: Uint8Array };

export interface CryptoKeySlots {
  readonly algorithm: object;
  readonly usages: number;
  readonly extractable: boolean;
}

export interface KeyTransfer {
  /** Undefined for other objects. */
  describe(object: object): TransferredKey | undefined;
  revive(key: TransferredKey): object;
}

const transfers = new WeakMap<Environment, KeyTransfer>();

/** By the crypto binding, when it is made. */
export function setKeyTransfer(environment: Environment, transfer: KeyTransfer): void {
  transfers.set(environment, transfer);
}

export function describeKey(environment: Environment, object: object): TransferredKey | undefined {
  return transfers.get(environment)?.describe(object);
}

export function reviveKey(environment: Environment, key: TransferredKey): object {
  environment.binding('crypto');
  const transfer = transfers.get(environment);
  if (transfer === undefined) throw new Error('The crypto binding is not set up.');
  return transfer.revive(key);
}
