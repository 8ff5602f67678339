/** What a connection is made of: what SSL_CTX and SSL are told natively, and what they tell. */
import type { AsymmetricKey } from '../crypto/keys/types.ts';
import type { Certificate } from '../crypto/x509/certificate.ts';
import type { CipherSuite } from './cipher-suites.ts';
import type { TlsFailure } from './errors.ts';
import type { Group } from './groups.ts';
import type { Session } from './session.ts';
import type { SignatureScheme } from './signature-schemes.ts';

/** A certificate of one's own, with what goes along with it. */
export interface Credential {
  readonly certificate: Certificate;
  readonly publicKey: AsymmetricKey;
  readonly key: AsymmetricKey | undefined;
  /** In the order in which they are sent. */
  readonly issuers: readonly Certificate[];
}

/** The name, HMAC's key and AES's key of session tickets, 16 bytes each. */
export interface TicketKeys {
  readonly name: Uint8Array;
  readonly hmac: Uint8Array;
  readonly aes: Uint8Array;
}

export interface TlsSettings {
  readonly minVersion: number;
  readonly maxVersion: number;
  readonly suites12: readonly CipherSuite[];
  readonly suites13: readonly CipherSuite[];
  readonly groups: readonly Group[];
  readonly schemes: readonly SignatureScheme[];
  readonly credentials: readonly Credential[];
  readonly serverPreference: boolean;
  readonly tickets: boolean;
  readonly ticketKeys: TicketKeys;
  readonly sessionIdContext: Uint8Array;
  /** Seconds. */
  readonly sessionTimeout: number;
  /** OpenSSL's security level (SSL_CTX_set_security_level(3)), as far as it bounds Diffie-Hellman's primes. */
  readonly level: number;
  /** Of DHE in 1.2; undefined: no such suites. */
  readonly dh: ((bits: number) => { readonly p: bigint; readonly g: bigint }) | undefined;
  /** Subjects of the authorities that a server names when it asks for certificates. */
  readonly authorities: readonly Uint8Array[];
  /** Judges the other side's chain, leaf first: the number of an X509_V_ERR_*, 0 for a good one. */
  verify(chain: readonly Certificate[], purpose: 'server' | 'client'): number;
}

export interface ClientHelloInfo {
  readonly sessionId: Uint8Array;
  readonly servername: string | undefined;
  readonly ticket: boolean;
  readonly ocsp: boolean;
}

/** What a connection tells. Any of these may call back into it. */
export interface ConnectionEvents {
  handshakeStart(): void;
  handshakeDone(): void;
  data(bytes: Uint8Array): void;
  /** The other side sent close_notify. */
  end(): void;
  failed(failure: TlsFailure): void;
  /** A line of the key log, without its end. */
  keylog(line: string): void;
  /** A session that can be resumed. */
  newSession(session: Session): void;
  /** Of servers; true: the connection waits for `resume`. */
  clientHello(hello: ClientHelloInfo): boolean;
  /** Of servers, before a certificate is chosen; true: the connection waits for `resume`. */
  chooseCertificate(hello: ClientHelloInfo): boolean;
  /** Of servers: the protocol of those offered; undefined: none fits; 'ignore': there is nothing to choose. */
  chooseAlpn(offered: readonly Uint8Array[]): Uint8Array | undefined | 'ignore';
  ocspResponse(response: Uint8Array | undefined): void;
  /** Of clients: identity and key; undefined: none. */
  clientPsk(hint: string | undefined): { readonly identity: Uint8Array; readonly key: Uint8Array } | undefined;
  /** Of servers: the key of an identity. */
  serverPsk(identity: Uint8Array): Uint8Array | undefined;
}
