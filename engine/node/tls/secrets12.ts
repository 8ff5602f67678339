/** What both sides of a handshake of TLS 1.2 and before share, and how each proves that it has it (RFC 5246, 7.4.9, 8.1). */
import { readCertificates } from './certificates.ts';
import type { CipherSuite } from './cipher-suites.ts';
import type { TlsConnection } from './connection.ts';
import { TlsFailure } from './errors.ts';
import { exporter12, masterSecret, type Randoms, session12, verifyData } from './exchange12.ts';
import { protections12 } from './key-schedule.ts';
import { ALERT, HANDSHAKE, type Role } from './protocol.ts';
import type { Protection } from './protection.ts';
import type { Session } from './session.ts';
import { handshakeMessage, sameBytes } from './wire.ts';

export interface Agreement {
  readonly connection: TlsConnection;
  /** Of this side. */
  readonly role: Role;
  readonly suite: CipherSuite;
  readonly randoms: Randoms;
  /** Whether the master secret follows from the whole handshake (RFC 7627). */
  readonly extended: boolean;
  readonly encryptThenMac: boolean;
}

export class Secrets12 {
  readonly #agreed: Agreement;
  readonly #peer: Role;
  #master: Uint8Array | undefined;
  #protections: Readonly<Record<Role, Protection>> | undefined;

  constructor(agreed: Agreement) {
    this.#agreed = agreed;
    this.#peer = agreed.role === 'client' ? 'server' : 'client';
  }

  /** The master secret of what was exchanged now. */
  agree(premaster: Uint8Array): void {
    const { connection, suite, randoms, extended } = this.#agreed;
    this.#master = masterSecret(connection, suite, premaster, randoms, extended);
  }

  /** The master secret of an earlier session, whose certificates count again. */
  resume(session: Session): void {
    const { connection, randoms } = this.#agreed;
    connection.session = session;
    connection.peerChain = readCertificates(connection.primitives, session.peerChain);
    connection.verifyCode = session.verifyCode;
    this.#master = session.secret;
    connection.keylog('CLIENT_RANDOM', randoms.client, this.#master);
  }

  deriveKeys(): void {
    const { connection, suite, randoms, encryptThenMac } = this.#agreed;
    const { core } = connection.primitives;
    this.#protections = protections12(core, suite, this.#secret, randoms, encryptThenMac, connection.version);
    connection.exporter = exporter12(connection, suite, this.#secret, randoms);
  }

  get #secret(): Uint8Array {
    if (this.#master === undefined) throw new Error('unreachable: the master secret is used before it is agreed on');
    return this.#master;
  }

  /** This side's ChangeCipherSpec and Finished. */
  sendFinished(): void {
    const { connection, suite, role } = this.#agreed;
    if (this.#protections === undefined) throw new Error('unreachable: Finished is sent before there are keys');
    connection.sendChangeCipherSpec();
    connection.setWrite(this.#protections[role]);
    const own = verifyData(connection, suite, this.#secret, role);
    connection.finished.own = own;
    connection.sendMessage(handshakeMessage(HANDSHAKE.finished, own));
  }

  /** The other side's ChangeCipherSpec. */
  changeCipherSpec(): void {
    if (this.#protections === undefined) throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
    this.#agreed.connection.setRead(this.#protections[this.#peer]);
  }

  /** The other side's Finished. Throws TlsFailure when it proves something else. */
  acceptFinished(body: Uint8Array, raw: Uint8Array): void {
    const { connection, suite } = this.#agreed;
    const expected = verifyData(connection, suite, this.#secret, this.#peer);
    if (!sameBytes(expected, body)) throw new TlsFailure(ALERT.decryptError, 'digest check failed');
    connection.finished.peer = body.slice();
    connection.transcript.add(raw);
  }

  session(handles: Pick<Session, 'sessionId' | 'ticket' | 'lifetime'>): Session {
    const { connection, suite, extended } = this.#agreed;
    return session12(connection, suite, this.#secret, extended, handles);
  }
}
