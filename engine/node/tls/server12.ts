/** The server of TLS 1.2 and before (RFC 5246, 7.3, 7.4; RFC 2246). */
import { concatBytes } from '../crypto/bytes.ts';
import type { AsymmetricKey, RsaKey } from '../crypto/keys/types.ts';
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
import { type CipherSuite, olderSuite, SUITES_1_2, usesDhe, usesEcdhe, usesPsk } from './cipher-suites.ts';
import type { Flow, TlsConnection } from './connection.ts';
import { TlsFailure } from './errors.ts';
import { dhAgree, dhShare, pskPremaster, type Randoms } from './exchange12.ts';
import { createShare, type Group } from './groups.ts';
import { readList, writeProtocols, writeServerHello } from './hello.ts';
import { ALERT, DOWNGRADE_1_1, DOWNGRADE_1_2, EXTENSION, HANDSHAKE, TLS_1_2, TLS_1_3 } from './protocol.ts';
import { Secrets12 } from './secrets12.ts';
import { chooseAlpn, type HelloContext, isSecureRenegotiation } from './server-hello.ts';
import { sealTicket, type Session } from './session.ts';
import { fitsKey, olderScheme, schemeById, type SignatureScheme, signWith, verifyWith } from './signature-schemes.ts';
import { handshakeMessage, list16, sameBytes, u16, u24, u32, u8, vector16, vector8, WireReader } from './wire.ts';

type State = 'certificate' | 'keyExchange' | 'certificateVerify' | 'changeCipherSpec' | 'finished' | 'established';

/** What a client that names none is taken to have (RFC 5246, 7.4.1.4.1; RFC 8422, section 4). */
const DEFAULT_SCHEMES = [0x0201, 0x0203];
const DEFAULT_GROUPS = [23];

interface Plan {
  readonly suite: CipherSuite;
  readonly choice: Choice | undefined;
  readonly group: Group | undefined;
}

export class Server12 implements Flow {
  readonly #connection: TlsConnection;
  readonly #context: HelloContext;
  readonly #session: Session | undefined;
  readonly #extended: boolean;
  readonly #sendsTicket: boolean;
  #randoms: Randoms;
  #state: State = 'keyExchange';
  #plan: Plan | undefined;
  // Both are set by #sendHello, which begin or #answer call.
  #suite!: CipherSuite;
  #secrets!: Secrets12;
  #sessionId = new Uint8Array(0) as Uint8Array;
  #agree: ((reader: WireReader) => Uint8Array) | undefined;
  #peerKey: AsymmetricKey | undefined;

  constructor(connection: TlsConnection, context: HelloContext, session: Session | undefined) {
    this.#connection = connection;
    this.#context = context;
    const { hello } = context;
    this.#extended = hello.extensions.has(EXTENSION.extendedMasterSecret);
    // RFC 7627, 5.3: the kind of master secret stays as it was.
    if (session?.extendedMaster === true && !this.#extended) throw new TlsFailure(ALERT.handshakeFailure, 'inconsistent extms');
    this.#session = session?.extendedMaster === this.#extended ? session : undefined;
    // A ticket that was taken stays good: there is no new one.
    this.#sendsTicket = connection.settings.tickets && this.#session === undefined && hello.extensions.has(EXTENSION.sessionTicket);
    this.#randoms = { client: hello.random, server: this.#random() };
  }

  get #isOlder(): boolean {
    return this.#connection.version < TLS_1_2;
  }

  #random(): Uint8Array {
    const { primitives, settings } = this.#connection;
    const random = primitives.core.randomBytes(32);
    if (this.#isOlder && settings.maxVersion >= TLS_1_2) random.set(DOWNGRADE_1_1, 24);
    else if (settings.maxVersion >= TLS_1_3) random.set(DOWNGRADE_1_2, 24);
    return random;
  }

  begin(): void {
    const connection = this.#connection;
    const session = this.#session;
    connection.transcript.add(this.#context.raw);
    const suite = session === undefined ? undefined : SUITES_1_2.find(({ id }) => id === session.suiteId);
    if (session !== undefined && suite !== undefined && connection.settings.suites12.includes(suite)) return this.#resume(session, suite);
    connection.pauseFor(
      () => connection.events.chooseCertificate(this.#context.info),
      () => this.#answer(this.#choose()),
    );
  }

  // -- choosing --------------------------------------------------------------------------------------
  #choose(): Plan {
    const connection = this.#connection;
    const { settings } = connection;
    const { hello } = this.#context;
    const offered = hello.extensions.get(EXTENSION.signatureAlgorithms);
    const shared = sharedSchemes(
      settings.schemes,
      offered === undefined ? DEFAULT_SCHEMES : readList(offered, (reader) => reader.numbers16(2)),
    );
    connection.sharedSchemes = shared;
    const groupsBody = hello.extensions.get(EXTENSION.supportedGroups);
    const groups = groupsBody === undefined ? DEFAULT_GROUPS : readList(groupsBody, (reader) => reader.numbers16(2));
    const group = settings.groups.find(({ id, has12 }) => has12 && groups.includes(id));
    const own = settings.suites12.filter(({ id }) => hello.suites.includes(id));
    const theirs = hello.suites.flatMap((id) => settings.suites12.filter((suite) => suite.id === id));
    for (const suite of settings.serverPreference ? own : theirs) {
      if (this.#isOlder && olderSuite(suite) === undefined) continue;
      if (usesEcdhe(suite) && group === undefined) continue;
      if (usesDhe(suite) && settings.dh === undefined) continue;
      if (usesPsk(suite)) {
        if (connection.pskEnabled) return { suite, choice: undefined, group };
        continue;
      }
      const choice = suite.exchange === 'rsa' ? this.#rsaKey() : this.#signer(suite, shared);
      if (choice !== undefined) return { suite, choice, group };
    }
    throw new TlsFailure(ALERT.handshakeFailure, 'no shared cipher');
  }

  #signer(suite: CipherSuite, shared: readonly SignatureScheme[]): Choice | undefined {
    const { credentials } = this.#connection.settings;
    if (this.#isOlder) return olderChoice(credentials, (key) => isFor(suite, key));
    return chooseCredential(credentials, shared, false, (key) => isFor(suite, key));
  }

  /** A key that decrypts signs nothing: the scheme is not used. */
  #rsaKey(): Choice | undefined {
    const credential = this.#connection.settings.credentials.find(({ key }) => key?.type === 'rsa');
    const scheme = schemeById(0x0401);
    return credential?.key === undefined || scheme === undefined ? undefined : { credential, key: credential.key, scheme };
  }

  // -- answers ---------------------------------------------------------------------------------------
  #sendHello(suite: CipherSuite, withStatus: boolean): void {
    const connection = this.#connection;
    const { hello, info } = this.#context;
    this.#suite = this.#isOlder ? (olderSuite(suite) ?? suite) : suite;
    connection.suite = suite;
    const encryptThenMac = suite.mac !== undefined && hello.extensions.has(EXTENSION.encryptThenMac);
    this.#secrets = new Secrets12({
      connection,
      role: 'server',
      suite: this.#suite,
      randoms: this.#randoms,
      extended: this.#extended,
      encryptThenMac,
    });
    const alpn = chooseAlpn(connection, hello);
    connection.alpn = alpn;
    const empty = new Uint8Array(0);
    const extensions: (readonly [number, Uint8Array])[] = [];
    if (isSecureRenegotiation(hello)) extensions.push([EXTENSION.renegotiationInfo, vector8()]);
    if (info.servername !== undefined && !connection.resumed) extensions.push([EXTENSION.serverName, empty]);
    if (usesEcdhe(suite) && hello.extensions.has(EXTENSION.pointFormats)) extensions.push([EXTENSION.pointFormats, vector8(u8(0))]);
    if (this.#sendsTicket) extensions.push([EXTENSION.sessionTicket, empty]);
    if (withStatus) extensions.push([EXTENSION.statusRequest, empty]);
    if (alpn !== undefined) extensions.push([EXTENSION.alpn, writeProtocols(alpn)]);
    if (encryptThenMac) extensions.push([EXTENSION.encryptThenMac, empty]);
    if (this.#extended) extensions.push([EXTENSION.extendedMasterSecret, empty]);
    connection.sendMessage(
      writeServerHello({
        version: connection.version,
        random: this.#randoms.server,
        sessionId: this.#sessionId,
        suite: suite.id,
        extensions,
      }),
    );
  }

  #resume(session: Session, suite: CipherSuite): void {
    const connection = this.#connection;
    connection.resumed = true;
    this.#sessionId = this.#context.hello.sessionId;
    this.#sendHello(suite, false);
    this.#secrets.resume(session);
    this.#secrets.deriveKeys();
    this.#sendFinished();
    this.#state = 'changeCipherSpec';
  }

  #answer(plan: Plan): void {
    const connection = this.#connection;
    const { primitives, settings } = connection;
    const { suite, choice } = plan;
    this.#plan = plan;
    // A session with a ticket needs no name of its own.
    this.#sessionId = this.#sendsTicket ? new Uint8Array(0) : primitives.core.randomBytes(32);
    const status = this.#context.info.ocsp && choice !== undefined ? connection.ocspResponse : undefined;
    this.#sendHello(suite, status !== undefined);
    if (choice !== undefined) {
      connection.ownCertificate = choice.credential.certificate;
      connection.sendMessage(handshakeMessage(HANDSHAKE.certificate, writeChain12(choice.credential)));
    }
    if (status !== undefined) connection.sendMessage(handshakeMessage(HANDSHAKE.certificateStatus, u8(1), u24(status.length), status));
    this.#sendKeyExchange(plan);
    const asks = connection.requestCertificate && choice !== undefined;
    if (asks) {
      const schemes = this.#isOlder ? new Uint8Array(0) : vector16(list16(settings.schemes.map(({ id }) => id)));
      const authorities = vector16(...settings.authorities.map((name) => vector16(name)));
      connection.sendMessage(handshakeMessage(HANDSHAKE.certificateRequest, vector8(Uint8Array.of(1, 64)), schemes, authorities));
    }
    connection.sendMessage(handshakeMessage(HANDSHAKE.serverHelloDone));
    this.#state = asks ? 'certificate' : 'keyExchange';
  }

  #sendKeyExchange({ suite, choice, group }: Plan): void {
    const connection = this.#connection;
    const { primitives, settings } = connection;
    const parts: Uint8Array[] = [];
    if (usesPsk(suite)) {
      const hint = new TextEncoder().encode(connection.pskHint ?? '');
      if (suite.exchange !== 'psk' || hint.length > 0) parts.push(vector16(hint));
    }
    if (usesEcdhe(suite) && group !== undefined) {
      const share = createShare(primitives, group);
      connection.group = group.info;
      connection.usedGroup = group;
      parts.push(u8(3), u16(group.id), vector8(share.public));
      this.#agree = (reader) => {
        const secret = share.agree(reader.vector(1, 1).slice());
        if (secret === undefined) throw new TlsFailure(ALERT.illegalParameter, 'bad data');
        return secret;
      };
    } else if (usesDhe(suite) && settings.dh !== undefined) {
      const { p, g } = settings.dh(choice?.key.type === 'rsa' ? choice.key.n.toString(2).length : 2048);
      const share = dhShare(primitives, p, g);
      connection.group = { type: 'DH', name: undefined, size: p.toString(2).length };
      parts.push(vector16(primitives.bigIntBytes(p)), vector16(primitives.bigIntBytes(g)), vector16(share.public));
      this.#agree = (reader) => dhAgree(primitives, p, share, reader.vector(2, 1));
    }
    if (parts.length === 0) return;
    const parameters = concatBytes(...parts);
    if (choice === undefined) {
      connection.sendMessage(handshakeMessage(HANDSHAKE.serverKeyExchange, parameters));
      return;
    }
    const signature = signWith(primitives, choice.scheme, choice.key, concatBytes(this.#randoms.client, this.#randoms.server, parameters));
    connection.sendMessage(
      handshakeMessage(HANDSHAKE.serverKeyExchange, parameters, ...(this.#isOlder ? [] : [u16(choice.scheme.id)]), vector16(signature)),
    );
  }

  // -- messages --------------------------------------------------------------------------------------
  message(type: number, body: Uint8Array, raw: Uint8Array): void {
    const connection = this.#connection;
    const state = this.#state;
    if (state === 'established' && type === HANDSHAKE.clientHello) return connection.sendAlert(1, ALERT.noRenegotiation);
    if (state === 'finished' && type === HANDSHAKE.finished) return this.#finished(body, raw);
    if (state === 'certificate' && type === HANDSHAKE.certificate) this.#certificate(body);
    else if (state === 'keyExchange' && type === HANDSHAKE.clientKeyExchange) return this.#keyExchange(body, raw);
    else if (state === 'certificateVerify' && type === HANDSHAKE.certificateVerify) this.#certificateVerify(body);
    else throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
    connection.transcript.add(raw);
  }

  #certificate(body: Uint8Array): void {
    const connection = this.#connection;
    const chain = readChain12(connection.primitives, body);
    const leaf = chain[0];
    this.#state = 'keyExchange';
    if (leaf !== undefined) {
      acceptChain(connection, chain);
      this.#peerKey = peerKey(connection.primitives, leaf);
    } else if (connection.requireCertificate) throw new TlsFailure(ALERT.handshakeFailure, 'peer did not return a certificate');
  }

  #keyExchange(body: Uint8Array, raw: Uint8Array): void {
    const connection = this.#connection;
    const premaster = this.#premaster(new WireReader(body));
    connection.transcript.add(raw);
    this.#secrets.agree(premaster);
    this.#secrets.deriveKeys();
    this.#state = this.#peerKey === undefined ? 'changeCipherSpec' : 'certificateVerify';
  }

  #premaster(reader: WireReader): Uint8Array {
    const { events } = this.#connection;
    if (this.#suite.exchange === 'rsa') return this.#decryptPremaster(reader);
    let key: Uint8Array | undefined;
    if (usesPsk(this.#suite)) {
      key = events.serverPsk(reader.vector(2, 0, 256));
      if (key === undefined) throw new TlsFailure(ALERT.unknownPskIdentity, 'psk identity not found');
    }
    const other = this.#agree?.(reader);
    reader.end();
    if (key !== undefined) return pskPremaster(other, key);
    if (other === undefined) throw new TlsFailure(ALERT.internalError, 'internal error');
    return other;
  }

  /** Whatever is wrong with it, the handshake goes on with a secret that nobody knows (RFC 5246, 7.4.7.1). */
  #decryptPremaster(reader: WireReader): Uint8Array {
    const { primitives } = this.#connection;
    const { core } = primitives;
    const encrypted = reader.vector(2);
    reader.end();
    const key = this.#plan?.choice?.key as RsaKey;
    const random = core.randomBytes(48);
    let premaster: Uint8Array;
    try {
      const unused = { hash: undefined as never, mgf1Hash: undefined as never, label: new Uint8Array(0) };
      premaster = primitives.rsaDecrypt(core, key, encrypted, 1, unused);
    } catch {
      // A length or a number that is no ciphertext of the key: an answer that tells would be an oracle.
      return random;
    }
    const good = premaster.length === 48 && sameBytes(premaster.subarray(0, 2), u16(this.#context.hello.legacyVersion));
    return good ? premaster : random;
  }

  #certificateVerify(body: Uint8Array): void {
    const { primitives, settings, transcript } = this.#connection;
    const key = this.#peerKey;
    const reader = new WireReader(body);
    const scheme = this.#isOlder ? key && olderScheme(key) : schemeById(reader.number(2));
    const signature = reader.vector(2);
    reader.end();
    if (
      key === undefined ||
      scheme === undefined ||
      (!this.#isOlder && !settings.schemes.includes(scheme)) ||
      !fitsKey(scheme, key, false)
    ) {
      throw new TlsFailure(ALERT.illegalParameter, 'wrong signature type');
    }
    if (!verifyWith(primitives, scheme, key, transcript.bytes, signature)) throw new TlsFailure(ALERT.decryptError, 'bad signature');
    this.#state = 'changeCipherSpec';
  }

  changeCipherSpec(): void {
    if (this.#state !== 'changeCipherSpec') throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
    this.#secrets.changeCipherSpec();
    this.#state = 'finished';
  }

  #sendFinished(): void {
    const connection = this.#connection;
    const { primitives, settings } = connection;
    if (this.#sendsTicket) {
      const handles = { sessionId: this.#sessionId, ticket: new Uint8Array(0), lifetime: settings.sessionTimeout };
      const session = this.#secrets.session(handles);
      const ticket = sealTicket(primitives.core, settings.ticketKeys, session);
      connection.session = { ...session, ticket };
      connection.sendMessage(handshakeMessage(HANDSHAKE.newSessionTicket, u32(settings.sessionTimeout), vector16(ticket)));
    }
    this.#secrets.sendFinished();
  }

  #finished(body: Uint8Array, raw: Uint8Array): void {
    const connection = this.#connection;
    this.#secrets.acceptFinished(body, raw);
    if (!connection.resumed) {
      this.#sendFinished();
      if (!this.#sendsTicket) {
        const handles = { sessionId: this.#sessionId, ticket: new Uint8Array(0), lifetime: connection.settings.sessionTimeout };
        connection.session = this.#secrets.session(handles);
        connection.events.newSession(connection.session);
      }
    }
    this.#state = 'established';
    connection.complete();
  }
}

/** Whether a key authenticates a suite's server. */
function isFor({ authentication }: CipherSuite, key: AsymmetricKey): boolean {
  const isRsa = key.type === 'rsa' || key.type === 'rsa-pss';
  return authentication === 'rsa' ? isRsa : key.type === 'ec' || key.type === 'ed25519' || key.type === 'ed448';
}
