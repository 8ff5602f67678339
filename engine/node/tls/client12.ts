/** The client of TLS 1.2 and before from ServerHello on (RFC 5246, 7.3, 7.4; RFC 2246). */
import { concatBytes } from '../crypto/bytes.ts';
import type { RsaKey } from '../crypto/keys/types.ts';
import {
  acceptChain,
  type Choice,
  chooseCredential,
  olderChoice,
  peerKey,
  readChain12,
  sharedSchemes,
  writeChain12,
} from './certificates.ts';
import { type CipherSuite, olderSuite, usesDhe, usesEcdhe, usesPsk } from './cipher-suites.ts';
import type { ClientStart } from './client.ts';
import { readOcsp, selectedProtocol } from './client13.ts';
import type { Flow, TlsConnection } from './connection.ts';
import { TlsFailure } from './errors.ts';
import { dhAgree, dhShare, pskPremaster, type Randoms } from './exchange12.ts';
import { answerShare, groupById } from './groups.ts';
import { readList, type ServerHello } from './hello.ts';
import { ALERT, EXTENSION, HANDSHAKE, TLS_1_2 } from './protocol.ts';
import { Secrets12 } from './secrets12.ts';
import { fitsKey, olderScheme, schemeById, signWith, verifyWith } from './signature-schemes.ts';
import { handshakeMessage, sameBytes, u16, vector16, vector24, vector8, WireReader } from './wire.ts';

type State = 'certificate' | 'status' | 'keyExchange' | 'request' | 'done' | 'ticket' | 'changeCipherSpec' | 'finished' | 'established';

/** rsa_sign and ecdsa_sign of RFC 5246, 7.4.4. */
const RSA_SIGN = 1;
const ECDSA_SIGN = 64;

export class Client12 implements Flow {
  readonly #connection: TlsConnection;
  readonly #start: ClientStart;
  readonly #suite: CipherSuite;
  readonly #randoms: Randoms;
  readonly #extended: boolean;
  readonly #secrets: Secrets12;
  readonly #expectsTicket: boolean;
  readonly #expectsStatus: boolean;
  readonly #sessionId: Uint8Array;
  #state: State;
  #request: { readonly types: Uint8Array; readonly schemes: readonly number[] } | undefined;
  #exchange: (() => { premaster: Uint8Array; message: Uint8Array }) | undefined;
  #hint: string | undefined;
  #ticket: { ticket: Uint8Array; lifetime: number } | undefined;

  constructor(connection: TlsConnection, start: ClientStart, hello: ServerHello, suite: CipherSuite) {
    this.#connection = connection;
    this.#start = start;
    this.#suite = hello.version < TLS_1_2 ? (olderSuite(suite) ?? suite) : suite;
    this.#randoms = { client: start.random, server: hello.random };
    const { extensions } = hello;
    this.#extended = extensions.has(EXTENSION.extendedMasterSecret);
    this.#secrets = new Secrets12({
      connection,
      role: 'client',
      suite: this.#suite,
      randoms: this.#randoms,
      extended: this.#extended,
      encryptThenMac: extensions.has(EXTENSION.encryptThenMac) && suite.mac !== undefined,
    });
    this.#expectsTicket = extensions.has(EXTENSION.sessionTicket);
    this.#expectsStatus = extensions.has(EXTENSION.statusRequest);
    this.#sessionId = hello.sessionId;
    const alpn = extensions.get(EXTENSION.alpn);
    if (alpn !== undefined) connection.alpn = selectedProtocol(alpn, connection.alpnOffer);
    const renegotiation = extensions.get(EXTENSION.renegotiationInfo);
    if (renegotiation !== undefined && readList(renegotiation, (reader) => reader.vector(1)).length > 0) {
      throw new TlsFailure(ALERT.handshakeFailure, 'renegotiation mismatch');
    }
    this.#state = usesPsk(suite) ? 'keyExchange' : 'certificate';
    const { session } = start;
    const offered = session?.version === hello.version ? session : undefined;
    if (offered !== undefined && hello.sessionId.length > 0 && sameBytes(hello.sessionId, start.sessionId)) this.#resume();
  }

  get #isOlder(): boolean {
    return this.#connection.version < TLS_1_2;
  }

  /** The server goes on with the session: its ChangeCipherSpec comes next. */
  #resume(): void {
    const connection = this.#connection;
    const { session } = this.#start;
    if (session === undefined) return;
    // A session keeps its suite and its kind of master secret (RFC 7627, 5.3).
    if (session.suiteId !== this.#suite.id) throw new TlsFailure(ALERT.illegalParameter, 'wrong cipher returned');
    if (session.extendedMaster !== this.#extended) throw new TlsFailure(ALERT.handshakeFailure, 'inconsistent extms');
    connection.resumed = true;
    this.#secrets.resume(session);
    this.#secrets.deriveKeys();
    this.#state = this.#expectsTicket ? 'ticket' : 'changeCipherSpec';
  }

  message(type: number, body: Uint8Array, raw: Uint8Array): void {
    const connection = this.#connection;
    const state = this.#state;
    if (state === 'finished' && type === HANDSHAKE.finished) return this.#finished(body, raw);
    if (state === 'certificate' && type === HANDSHAKE.certificate) this.#certificate(body);
    else if (state === 'status' && type === HANDSHAKE.certificateStatus) this.#status(body);
    else if ((state === 'keyExchange' || state === 'status') && type === HANDSHAKE.serverKeyExchange) this.#keyExchange(body);
    else if (this.#mayRequest(state) && type === HANDSHAKE.certificateRequest) this.#certificateRequest(body);
    else if ((this.#mayRequest(state) || state === 'done') && type === HANDSHAKE.serverHelloDone) {
      if (body.length > 0) throw new TlsFailure(ALERT.decodeError, 'length mismatch');
      connection.transcript.add(raw);
      return this.#answer();
    } else if (state === 'ticket' && type === HANDSHAKE.newSessionTicket) this.#newTicket(body);
    else throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
    connection.transcript.add(raw);
  }

  /** RSA and plain PSK may leave ServerKeyExchange out. */
  #mayRequest(state: State): boolean {
    const { exchange } = this.#suite;
    const isOptional = exchange === 'rsa' || exchange === 'psk';
    return state === 'request' || ((state === 'keyExchange' || state === 'status') && isOptional);
  }

  #certificate(body: Uint8Array): void {
    const connection = this.#connection;
    const chain = readChain12(connection.primitives, body);
    const leaf = chain[0];
    if (leaf === undefined) throw new TlsFailure(ALERT.decodeError, 'length mismatch');
    const key = peerKey(connection.primitives, leaf);
    const isRsa = key.type === 'rsa' || (key.type === 'rsa-pss' && this.#suite.exchange !== 'rsa');
    if (isRsa !== (this.#suite.authentication === 'rsa')) throw new TlsFailure(ALERT.illegalParameter, 'wrong certificate type');
    acceptChain(connection, chain);
    this.#state = this.#expectsStatus ? 'status' : 'keyExchange';
  }

  #status(body: Uint8Array): void {
    this.#connection.ocspResponse = readOcsp(body);
    this.#state = 'keyExchange';
  }

  #keyExchange(body: Uint8Array): void {
    const connection = this.#connection;
    const { primitives } = connection;
    const reader = new WireReader(body);
    if (usesPsk(this.#suite)) this.#hint = new TextDecoder().decode(reader.vector(2).slice());
    else if (this.#suite.exchange === 'rsa') throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
    if (usesEcdhe(this.#suite)) {
      const [kind, id] = [reader.number(1), reader.number(2)];
      const group = groupById(id);
      if (kind !== 3 || group === undefined || !group.has12 || !connection.settings.groups.includes(group)) {
        throw new TlsFailure(ALERT.illegalParameter, 'wrong curve');
      }
      const point = reader.vector(1, 1).slice();
      connection.group = group.info;
      connection.usedGroup = group;
      this.#exchange = () => {
        const answered = answerShare(primitives, group, point);
        if (answered === undefined) throw new TlsFailure(ALERT.illegalParameter, 'bad data');
        return { premaster: answered.secret, message: vector8(answered.public) };
      };
    } else if (usesDhe(this.#suite)) this.#dhExchange(reader);
    const parameters = body.subarray(0, reader.position);
    if (!usesPsk(this.#suite)) this.#checkSignature(reader, parameters);
    reader.end();
    this.#state = usesPsk(this.#suite) ? 'done' : 'request';
  }

  #dhExchange(reader: WireReader): void {
    const connection = this.#connection;
    const { primitives, settings } = connection;
    const [pBytes, gBytes, peer] = [reader.vector(2, 1), reader.vector(2, 1), reader.vector(2, 1).slice()];
    const [p, g] = [primitives.bytesToBigInt(pBytes), primitives.bytesToBigInt(gBytes)];
    const bits = p.toString(2).length;
    const least = settings.level >= 2 ? 2048 : settings.level === 1 ? 1024 : 512;
    if (bits < least) throw new TlsFailure(ALERT.handshakeFailure, 'dh key too small');
    // Larger ones would hold up the page for seconds.
    if (bits > 10_000 || p % 2n === 0n || g <= 1n || g >= p - 1n) throw new TlsFailure(ALERT.illegalParameter, 'bad data');
    connection.group = { type: 'DH', name: undefined, size: bits };
    this.#exchange = () => {
      const own = dhShare(primitives, p, g);
      return { premaster: dhAgree(primitives, p, own, peer), message: vector16(own.public) };
    };
  }

  #checkSignature(reader: WireReader, parameters: Uint8Array): void {
    const { primitives, settings, peerChain } = this.#connection;
    const key = peerKey(primitives, peerChain[0]!); // there is a leaf: #certificate saw to it
    const scheme = this.#isOlder ? olderScheme(key) : schemeById(reader.number(2));
    const signature = reader.vector(2);
    const isOffered = scheme !== undefined && (this.#isOlder || settings.schemes.includes(scheme));
    if (scheme === undefined || !isOffered || !fitsKey(scheme, key, false)) {
      throw new TlsFailure(ALERT.illegalParameter, 'wrong signature type');
    }
    const signed = concatBytes(this.#randoms.client, this.#randoms.server, parameters);
    if (!verifyWith(primitives, scheme, key, signed, signature)) throw new TlsFailure(ALERT.decryptError, 'bad signature');
  }

  #certificateRequest(body: Uint8Array): void {
    const reader = new WireReader(body);
    const types = reader.vector(1, 1).slice();
    const schemes = this.#isOlder ? [] : reader.numbers16(2);
    reader.vector(2);
    reader.end();
    this.#connection.sharedSchemes = sharedSchemes(this.#connection.settings.schemes, schemes);
    this.#request = { types, schemes };
    this.#state = 'done';
  }

  #answer(): void {
    const connection = this.#connection;
    const { primitives, events } = connection;
    if (connection.requestOcsp) events.ocspResponse(connection.ocspResponse);
    if (connection.failure !== undefined) return;
    const choice = this.#request === undefined ? undefined : this.#chooseCredential(this.#request);
    if (this.#request !== undefined) {
      connection.sendMessage(handshakeMessage(HANDSHAKE.certificate, choice === undefined ? vector24() : writeChain12(choice.credential)));
    }
    const { premaster, message } = this.#agree();
    connection.sendMessage(handshakeMessage(HANDSHAKE.clientKeyExchange, message));
    this.#secrets.agree(premaster);
    if (choice !== undefined) {
      connection.ownCertificate = choice.credential.certificate;
      const signature = signWith(primitives, choice.scheme, choice.key, connection.transcript.bytes);
      const id = this.#isOlder ? [] : [u16(choice.scheme.id)];
      connection.sendMessage(handshakeMessage(HANDSHAKE.certificateVerify, ...id, vector16(signature)));
    }
    this.#secrets.deriveKeys();
    this.#secrets.sendFinished();
    this.#state = this.#expectsTicket ? 'ticket' : 'changeCipherSpec';
  }

  #chooseCredential({ types, schemes }: { types: Uint8Array; schemes: readonly number[] }): Choice | undefined {
    const { settings } = this.#connection;
    if (this.#isOlder) return olderChoice(settings.credentials, (key) => types.includes(key.type === 'rsa' ? RSA_SIGN : ECDSA_SIGN));
    return chooseCredential(settings.credentials, sharedSchemes(settings.schemes, schemes), false, (key) =>
      types.includes(key.type === 'rsa' || key.type === 'rsa-pss' ? RSA_SIGN : ECDSA_SIGN),
    );
  }

  #agree(): { premaster: Uint8Array; message: Uint8Array } {
    const connection = this.#connection;
    const { primitives, events, peerChain } = connection;
    const { core } = primitives;
    if (this.#suite.exchange === 'rsa') {
      const key = peerKey(primitives, peerChain[0]!) as RsaKey; // there is a leaf of this type: #certificate saw to it
      // The version that was offered first (RFC 5246, 7.4.7.1).
      const premaster = concatBytes(u16(Math.min(connection.settings.maxVersion, TLS_1_2)), core.randomBytes(46));
      const unused = { hash: undefined as never, mgf1Hash: undefined as never, label: new Uint8Array(0) };
      try {
        return { premaster, message: vector16(primitives.rsaEncrypt(core, key, premaster, 1, unused)) };
      } catch {
        // A modulus that is too short, or none.
        throw new TlsFailure(ALERT.illegalParameter, 'bad data');
      }
    }
    const other = this.#exchange?.();
    if (!usesPsk(this.#suite)) {
      if (other === undefined) throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
      return other;
    }
    const psk = events.clientPsk(this.#hint);
    if (psk === undefined) throw new TlsFailure(ALERT.handshakeFailure, 'psk identity not found');
    return {
      premaster: pskPremaster(other?.premaster, psk.key),
      message: concatBytes(vector16(psk.identity), other?.message ?? new Uint8Array(0)),
    };
  }

  #newTicket(body: Uint8Array): void {
    const reader = new WireReader(body);
    this.#ticket = { lifetime: reader.number(4), ticket: reader.vector(2).slice() };
    reader.end();
    this.#state = 'changeCipherSpec';
  }

  changeCipherSpec(): void {
    if (this.#state !== 'changeCipherSpec') throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
    this.#secrets.changeCipherSpec();
    this.#state = 'finished';
  }

  #finished(body: Uint8Array, raw: Uint8Array): void {
    const connection = this.#connection;
    this.#secrets.acceptFinished(body, raw);
    if (connection.resumed) this.#secrets.sendFinished();
    this.#state = 'established';
    const ticket = this.#ticket?.ticket ?? new Uint8Array(0);
    const isNew = !connection.resumed || ticket.length > 0;
    if (isNew) {
      // A ticket is named by bytes of one's own choice (RFC 5077, 3.4).
      const sessionId = ticket.length > 0 ? connection.primitives.core.randomBytes(32) : this.#sessionId;
      const handles = { sessionId, ticket, lifetime: this.#ticket?.lifetime ?? connection.settings.sessionTimeout };
      connection.session = this.#secrets.session(handles);
      if (ticket.length > 0 || sessionId.length > 0) connection.events.newSession(connection.session);
    }
    connection.complete();
  }
}
