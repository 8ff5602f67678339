/** What may come after the handshake of TLS 1.3 (RFC 8446, 4.6): tickets for clients, new keys for both. */
import type { CipherSuite } from './cipher-suites.ts';
import type { Flow, TlsConnection } from './connection.ts';
import { TlsFailure } from './errors.ts';
import type { KeySchedule } from './key-schedule.ts';
import { ALERT, CONTENT, HANDSHAKE, TLS_1_3 } from './protocol.ts';
import { handshakeMessage, readExtensions, u32, u8, vector16, vector8, WireReader, writeExtensions } from './wire.ts';
import { sealTicket, type Session } from './session.ts';

/** Seconds that a ticket may live (RFC 8446, 4.6.1). */
const LONGEST_LIFE = 604_800;
/** Updates of keys without data between them (OpenSSL: MAX_KEY_UPDATE_MESSAGES). */
const MOST_UPDATES = 32;
/** Tickets that a client keeps of one connection. */
const MOST_TICKETS = 64;

export class PostHandshake13 implements Flow {
  readonly #connection: TlsConnection;
  readonly #schedule: KeySchedule;
  readonly #suite: CipherSuite;
  readonly #resumption: Uint8Array;
  #secrets: { client: Uint8Array; server: Uint8Array };
  #updates = 0;
  #tickets = 0;
  #nonce = 0;

  constructor(
    connection: TlsConnection,
    schedule: KeySchedule,
    suite: CipherSuite,
    secrets: { readonly client: Uint8Array; readonly server: Uint8Array },
    resumption: Uint8Array,
  ) {
    this.#connection = connection;
    this.#schedule = schedule;
    this.#suite = suite;
    this.#secrets = { ...secrets };
    this.#resumption = resumption;
  }

  message(type: number, body: Uint8Array): void {
    if (type === HANDSHAKE.newSessionTicket && this.#connection.role === 'client') return this.#ticket(body);
    if (type === HANDSHAKE.keyUpdate) return this.#keyUpdate(body);
    throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
  }

  #ticket(body: Uint8Array): void {
    const reader = new WireReader(body);
    const lifetime = reader.number(4);
    const ageAdd = reader.number(4);
    const nonce = reader.vector(1);
    const ticket = reader.vector(2, 1).slice();
    readExtensions(reader);
    reader.end();
    if (lifetime === 0 || ++this.#tickets > MOST_TICKETS) return;
    const session = this.#sessionOf(nonce, { ticket, lifetime: Math.min(lifetime, LONGEST_LIFE), ageAdd });
    this.#connection.session = session;
    this.#connection.events.newSession(session);
  }

  /** What `getSession` gives until a ticket comes: it cannot be resumed. */
  beginSession(): void {
    this.#connection.session = this.#sessionOf(new Uint8Array(0), { ticket: new Uint8Array(0), lifetime: 0, ageAdd: 0 });
  }

  #sessionOf(nonce: Uint8Array, given: Pick<Session, 'ticket' | 'lifetime' | 'ageAdd'>): Session {
    const connection = this.#connection;
    const schedule = this.#schedule;
    return {
      version: TLS_1_3,
      suiteId: this.#suite.id,
      secret: schedule.expand(this.#resumption, 'resumption', nonce, schedule.algorithm.outputSize),
      sessionId: connection.primitives.core.randomBytes(32),
      ...given,
      created: Date.now(),
      extendedMaster: true,
      servername: connection.servername ?? '',
      alpn: connection.alpn ?? new Uint8Array(0),
      context: connection.settings.sessionIdContext,
      verifyCode: connection.verifyCode,
      peerChain: connection.peerChain.map(({ raw }) => raw),
    };
  }

  /** Of servers. */
  sendTickets(count: number): void {
    const connection = this.#connection;
    const { primitives, settings } = connection;
    for (let index = 0; index < count; index++) {
      const nonce = new Uint8Array(8);
      new DataView(nonce.buffer).setUint32(4, this.#nonce++);
      const ageAdd = new DataView(primitives.core.randomBytes(4).slice().buffer).getUint32(0);
      const lifetime = Math.min(settings.sessionTimeout, LONGEST_LIFE);
      const stateless = this.#sessionOf(nonce, { ticket: new Uint8Array(0), lifetime, ageAdd });
      const ticket = settings.tickets ? sealTicket(primitives.core, settings.ticketKeys, stateless) : stateless.sessionId;
      connection.session = { ...stateless, ticket };
      connection.send(
        CONTENT.handshake,
        handshakeMessage(HANDSHAKE.newSessionTicket, u32(lifetime), u32(ageAdd), vector8(nonce), vector16(ticket), writeExtensions([])),
      );
      connection.events.newSession(connection.session);
    }
  }

  #keyUpdate(body: Uint8Array): void {
    const reader = new WireReader(body);
    const request = reader.number(1);
    reader.end();
    if (request > 1) throw new TlsFailure(ALERT.illegalParameter, 'bad key update');
    if (++this.#updates > MOST_UPDATES) throw new TlsFailure(ALERT.unexpectedMessage, 'too many key updates');
    const peer = this.#connection.role === 'client' ? 'server' : 'client';
    this.#secrets[peer] = this.#schedule.nextTrafficSecret(this.#secrets[peer]);
    this.#connection.setRead(this.#schedule.protection(this.#suite, this.#secrets[peer]));
    if (request === 1) this.#update(0);
  }

  dataCame(): void {
    this.#updates = 0;
  }

  updateKeys(): void {
    this.#update(0);
  }

  #update(request: 0 | 1): void {
    const { role } = this.#connection;
    this.#connection.send(CONTENT.handshake, handshakeMessage(HANDSHAKE.keyUpdate, u8(request)));
    this.#secrets[role] = this.#schedule.nextTrafficSecret(this.#secrets[role]);
    this.#connection.setWrite(this.#schedule.protection(this.#suite, this.#secrets[role]));
  }
}
