/** The client's first flight, and the server's first answer, which says the version (RFC 8446, 4.1). */
import { concatBytes } from '../crypto/bytes.ts';
import { type CipherSuite, olderSuite, SUITES_1_2, SUITES_1_3, usesEcdhe } from './cipher-suites.ts';
import { Client12 } from './client12.ts';
import { Client13 } from './client13.ts';
import type { Flow, TlsConnection } from './connection.ts';
import { TlsFailure } from './errors.ts';
import { createShare, groupById, type KeyShare } from './groups.ts';
import { readList, readServerHello, type ServerHello, STATUS_REQUEST, writeClientHello, writeServerName } from './hello.ts';
import { hashOf, digestNamed, KeySchedule } from './key-schedule.ts';
import {
  ALERT,
  DOWNGRADE_1_1,
  DOWNGRADE_1_2,
  EXTENSION,
  HANDSHAKE,
  RENEGOTIATION_SCSV,
  TLS_1_0,
  TLS_1_1,
  TLS_1_2,
  TLS_1_3,
} from './protocol.ts';
import { isFresh, type Session } from './session.ts';
import { handshakeMessage, list16, sameBytes, u16, u32, u8, vector16, vector8 } from './wire.ts';

/** What both versions' flows go on from. */
export interface ClientStart {
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly shares: readonly KeyShare[];
  /** That was offered, of either version. */
  readonly session: Session | undefined;
  /** A key known to both sides that was offered in 1.3. */
  readonly psk: { readonly key: Uint8Array; readonly hash: string; readonly isExternal: boolean } | undefined;
  /** Types of the extensions that were sent: others may not come back. */
  readonly offered: ReadonlySet<number>;
}

/** Keys from outside the protocol go with this hash, unless said otherwise (RFC 8446, 4.2.11). */
const EXTERNAL_HASH = 'sha256';

/** Extensions that 1.3's ServerHello and HelloRetryRequest may have (RFC 8446, 4.2). */
const IN_HELLO_1_3: ReadonlySet<number> = new Set([
  EXTENSION.keyShare,
  EXTENSION.preSharedKey,
  EXTENSION.supportedVersions,
  EXTENSION.cookie,
]);

export class ClientFlow implements Flow {
  readonly #connection: TlsConnection;
  readonly #random: Uint8Array;
  readonly #sessionId: Uint8Array;
  readonly #session: Session | undefined;
  readonly #servername: string | undefined;
  #shares: KeyShare[] = [];
  #psk: { readonly key: Uint8Array; readonly hash: string; readonly isExternal: boolean; readonly identity: Uint8Array } | undefined;
  #offered = new Set<number>();
  #retrySuite: number | undefined;
  #cookie: Uint8Array | undefined;

  constructor(connection: TlsConnection, session: Session | undefined, servername: string | undefined) {
    const { core } = connection.primitives;
    const { settings } = connection;
    this.#connection = connection;
    this.#servername = servername;
    this.#random = core.randomBytes(32);
    const usable = session !== undefined && session.version >= settings.minVersion && session.version <= settings.maxVersion;
    this.#session = usable && isFresh(session, Date.now(), Math.max(session.lifetime, settings.sessionTimeout)) ? session : undefined;
    // 1.3 sends one for old boxes on the way; a ticket of 1.2 is told by the same bytes coming back (RFC 5077, 3.4).
    const old = this.#session !== undefined && this.#session.version !== TLS_1_3 ? this.#session : undefined;
    this.#sessionId = old !== undefined && old.ticket.length === 0 ? old.sessionId : core.randomBytes(32);
    if (old === undefined && settings.maxVersion < TLS_1_3) this.#sessionId = new Uint8Array(0);
  }

  start(): void {
    const { settings, events } = this.#connection;
    events.handshakeStart();
    if (settings.groups.length === 0 && settings.maxVersion >= TLS_1_3) throw new TlsFailure(ALERT.internalError, 'no suitable groups');
    if (settings.maxVersion >= TLS_1_3) {
      const first = settings.groups[0];
      if (first !== undefined) this.#shares.push(createShare(this.#connection.primitives, first));
      // The hybrid group's classical half costs little, and not all servers know the hybrid.
      const second = settings.groups.find(({ name }) => name === 'X25519');
      if (first?.name === 'X25519MLKEM768' && second !== undefined) this.#shares.push(createShare(this.#connection.primitives, second));
      this.#choosePsk();
    }
    this.#send();
  }

  /** A session of 1.3, or a key that the application has. */
  #choosePsk(): void {
    const { settings, events, pskEnabled } = this.#connection;
    const session = this.#session;
    if (session?.version === TLS_1_3 && session.ticket.length > 0) {
      const suite = SUITES_1_3.find(({ id }) => id === session.suiteId);
      if (suite !== undefined && settings.suites13.some(({ hash }) => hash === suite.hash)) {
        this.#psk = { key: session.secret, hash: suite.hash, isExternal: false, identity: session.ticket };
        return;
      }
    }
    if (!pskEnabled || !settings.suites13.some(({ hash }) => hash === EXTERNAL_HASH)) return;
    const found = events.clientPsk(undefined);
    if (found !== undefined) this.#psk = { key: found.key, hash: EXTERNAL_HASH, isExternal: true, identity: found.identity };
  }

  #suites(): number[] {
    const { settings, pskEnabled } = this.#connection;
    const with13 = settings.maxVersion >= TLS_1_3 ? settings.suites13 : [];
    const with12 =
      settings.minVersion <= TLS_1_2 ? settings.suites12.filter(({ authentication }) => authentication !== 'psk' || pskEnabled) : [];
    const ids = [...with13, ...with12].map(({ id }) => id);
    if (ids.length === 0) throw new TlsFailure(ALERT.internalError, 'no ciphers available');
    return [...ids, RENEGOTIATION_SCSV];
  }

  #extensions(): (readonly [number, Uint8Array])[] {
    const connection = this.#connection;
    const { settings, alpnOffer } = connection;
    const has13 = settings.maxVersion >= TLS_1_3;
    const has12 = settings.minVersion <= TLS_1_2;
    const list: (readonly [number, Uint8Array])[] = [];
    if (this.#servername !== undefined && this.#servername !== '') list.push([EXTENSION.serverName, writeServerName(this.#servername)]);
    const curves = has12 && settings.suites12.some(usesEcdhe);
    if (curves) list.push([EXTENSION.pointFormats, vector8(u8(0))]);
    if (curves || has13) list.push([EXTENSION.supportedGroups, vector16(list16(settings.groups.map(({ id }) => id)))]);
    if (has12 && settings.tickets)
      list.push([
        EXTENSION.sessionTicket,
        this.#session !== undefined && this.#session.version !== TLS_1_3 ? this.#session.ticket : new Uint8Array(0),
      ]);
    if (connection.requestOcsp) list.push([EXTENSION.statusRequest, STATUS_REQUEST]);
    if (alpnOffer.length > 0) list.push([EXTENSION.alpn, vector16(alpnOffer)]);
    if (has12) list.push([EXTENSION.encryptThenMac, new Uint8Array(0)], [EXTENSION.extendedMasterSecret, new Uint8Array(0)]);
    if (settings.maxVersion >= TLS_1_2) list.push([EXTENSION.signatureAlgorithms, vector16(list16(settings.schemes.map(({ id }) => id)))]);
    if (has13) {
      const versions = [TLS_1_3, TLS_1_2, TLS_1_1, TLS_1_0].filter((version) => version >= settings.minVersion);
      list.push([EXTENSION.supportedVersions, vector8(list16(versions))]);
      // psk_dhe_ke only: resumption with forward secrecy.
      list.push([EXTENSION.pskModes, vector8(u8(1))]);
      if (this.#cookie !== undefined) list.push([EXTENSION.cookie, vector16(this.#cookie)]);
      list.push([EXTENSION.keyShare, vector16(...this.#shares.map((share) => concatBytes(u16(share.group.id), vector16(share.public))))]);
    }
    return list;
  }

  #send(): void {
    const connection = this.#connection;
    const base = {
      legacyVersion: Math.min(connection.settings.maxVersion, TLS_1_2),
      random: this.#random,
      sessionId: this.#sessionId,
      suites: this.#suites(),
    };
    const extensions = this.#extensions();
    this.#offered = new Set(extensions.map(([type]) => type));
    const psk = this.#psk;
    if (psk === undefined) return connection.sendMessage(writeClientHello({ ...base, extensions }));
    this.#offered.add(EXTENSION.preSharedKey);
    const schedule = new KeySchedule(connection.primitives.core, psk.hash, psk.key);
    const session = this.#session;
    const age = psk.isExternal || session === undefined ? 0 : (Date.now() - session.created + session.ageAdd) % 2 ** 32;
    const identities = vector16(vector16(psk.identity), u32(age));
    const size = schedule.algorithm.outputSize;
    const whole = writeClientHello({
      ...base,
      extensions: [...extensions, [EXTENSION.preSharedKey, concatBytes(identities, vector16(vector8(new Uint8Array(size))))]],
    });
    // The binder is over all that stands before the binders (RFC 8446, 4.2.11.2).
    const truncated = whole.subarray(0, whole.length - (2 + 1 + size));
    const binderKey = schedule.derive(psk.isExternal ? 'ext binder' : 'res binder', hashOf(schedule.algorithm));
    whole.set(schedule.finishedMac(binderKey, connection.transcript.hash(schedule.algorithm, truncated)), whole.length - size);
    connection.sendMessage(whole);
  }

  message(type: number, body: Uint8Array, raw: Uint8Array): void {
    if (type !== HANDSHAKE.serverHello) throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
    const connection = this.#connection;
    const hello = readServerHello(body);
    const { settings } = connection;
    if (hello.version < TLS_1_0 || hello.version > TLS_1_3) throw new TlsFailure(ALERT.protocolVersion, 'unsupported protocol');
    if (hello.version < settings.minVersion || hello.version > settings.maxVersion) {
      throw new TlsFailure(ALERT.protocolVersion, 'unsupported protocol');
    }
    if (hello.version === TLS_1_3 && !sameBytes(hello.sessionId, this.#sessionId)) throw new TlsFailure(ALERT.illegalParameter, 'bad data');
    for (const each of hello.extensions.keys()) {
      const isAnswer = this.#offered.has(each) || each === EXTENSION.renegotiationInfo || (hello.isRetry && each === EXTENSION.cookie);
      if (!isAnswer) throw new TlsFailure(ALERT.unsupportedExtension, 'unsolicited extension');
      if (hello.version === TLS_1_3 && !IN_HELLO_1_3.has(each)) throw new TlsFailure(ALERT.illegalParameter, 'bad extension');
    }
    const suite = this.#suite(hello);
    if (hello.version === TLS_1_3 && hello.isRetry) return this.#retry(hello, suite, raw);
    if (this.#retrySuite !== undefined && (hello.version !== TLS_1_3 || hello.suite !== this.#retrySuite)) {
      throw new TlsFailure(ALERT.illegalParameter, 'bad data');
    }
    this.#checkDowngrade(hello);
    connection.version = hello.version;
    connection.suite = suite;
    connection.transcript.add(raw);
    connection.servername = this.#servername;
    const start: ClientStart = {
      random: this.#random,
      sessionId: this.#sessionId,
      shares: this.#shares,
      session: this.#session,
      psk: this.#psk,
      offered: this.#offered,
    };
    if (hello.version === TLS_1_3) {
      const flow = new Client13(connection, start, suite);
      connection.setFlow(flow);
      flow.begin(hello);
      return;
    }
    connection.setFlow(new Client12(connection, start, hello, suite));
  }

  #suite(hello: ServerHello): CipherSuite {
    const { settings } = this.#connection;
    const is13 = hello.version === TLS_1_3;
    const known = (is13 ? SUITES_1_3 : SUITES_1_2).find(({ id }) => id === hello.suite);
    const isTooNew = known !== undefined && hello.version < TLS_1_2 && olderSuite(known) === undefined;
    if (isTooNew) throw new TlsFailure(ALERT.illegalParameter, 'wrong cipher returned');
    if (known === undefined) throw new TlsFailure(ALERT.illegalParameter, 'unknown cipher returned');
    if (!(is13 ? settings.suites13 : settings.suites12).includes(known))
      throw new TlsFailure(ALERT.illegalParameter, 'wrong cipher returned');
    return known;
  }

  /** Someone between may have made the server believe that there is no 1.3 (RFC 8446, 4.1.3). */
  #checkDowngrade(hello: ServerHello): void {
    const { maxVersion } = this.#connection.settings;
    const end = hello.random.subarray(24);
    const isLower = (hello.version <= TLS_1_2 && maxVersion >= TLS_1_3) || (hello.version < TLS_1_2 && maxVersion >= TLS_1_2);
    if (isLower && (sameBytes(end, DOWNGRADE_1_2) || sameBytes(end, DOWNGRADE_1_1)))
      throw new TlsFailure(ALERT.illegalParameter, 'inappropriate fallback');
  }

  /** HelloRetryRequest (RFC 8446, 4.1.4): once, and it must ask for something new. */
  #retry(hello: ServerHello, suite: CipherSuite, raw: Uint8Array): void {
    const connection = this.#connection;
    if (this.#retrySuite !== undefined) throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
    this.#retrySuite = hello.suite;
    const cookie = hello.extensions.get(EXTENSION.cookie);
    const share = hello.extensions.get(EXTENSION.keyShare);
    if (cookie === undefined && share === undefined) throw new TlsFailure(ALERT.illegalParameter, 'bad extension');
    if (cookie !== undefined) this.#cookie = readList(cookie, (reader) => reader.vector(2, 1)).slice();
    if (share !== undefined) {
      const id = readList(share, (reader) => reader.number(2));
      const group = groupById(id);
      const isOffered = group !== undefined && connection.settings.groups.includes(group);
      if (!isOffered || this.#shares.some((each) => each.group === group)) throw new TlsFailure(ALERT.illegalParameter, 'bad key share');
      this.#shares = [createShare(connection.primitives, group)];
    }
    const algorithm = digestNamed(connection.primitives.core, suite.hash);
    const first = connection.transcript.hash(algorithm);
    connection.transcript.replace(handshakeMessage(HANDSHAKE.messageHash, first));
    connection.transcript.add(raw);
    // A key that does not go with the suite is not offered again.
    if (this.#psk !== undefined && this.#psk.hash !== suite.hash) this.#psk = undefined;
    connection.sendChangeCipherSpec();
    this.#send();
  }
}
