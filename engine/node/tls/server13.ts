/** The server of TLS 1.3 (RFC 8446, section 4). */
import { concatBytes } from '../crypto/bytes.ts';
import type { AsymmetricKey } from '../crypto/keys/types.ts';
import { acceptChain, type Choice, chooseCredential, peerKey, readCertificates, sharedSchemes } from './certificates.ts';
import { type CipherSuite, SUITES_1_3 } from './cipher-suites.ts';
import { readCertificateMessage, verifyCertificateVerify } from './client13.ts';
import type { Flow, TlsConnection } from './connection.ts';
import { TlsFailure } from './errors.ts';
import { answerShare, type Group } from './groups.ts';
import { type ClientHello, readClientHello, readList, signedContent, writeProtocols, writeServerHello } from './hello.ts';
import { digestNamed, hashOf, KeySchedule } from './key-schedule.ts';
import { PostHandshake13 } from './post-handshake13.ts';
import { ALERT, EXTENSION, HANDSHAKE, RETRY_RANDOM, TLS_1_3 } from './protocol.ts';
import { chooseAlpn, type HelloContext, isResumable } from './server-hello.ts';
import { openTicket, type Session } from './session.ts';
import { signWith } from './signature-schemes.ts';
import { handshakeMessage, list16, sameBytes, u16, u24, u8, vector16, vector24, vector8, WireReader, writeExtensions } from './wire.ts';

type State = 'hello' | 'certificate' | 'certificateVerify' | 'finished';

interface Psk {
  readonly index: number;
  readonly key: Uint8Array;
  readonly hash: string;
  /** Undefined for a key from outside the protocol. */
  readonly session: Session | undefined;
}

/** Tickets after a full handshake (OpenSSL: SSL_CTX_set_num_tickets); after a resumed one there are none, as Node's callback for tickets renews none. */
const TICKETS = 2;

export class Server13 implements Flow {
  readonly #connection: TlsConnection;
  #state: State = 'hello';
  #retry: { readonly suite: CipherSuite; readonly group: Group } | undefined;
  #suite!: CipherSuite; // set by hello, which is called at once
  #schedule!: KeySchedule; // set when the hello is answered
  #secrets = { client: new Uint8Array(0), server: new Uint8Array(0) } as { client: Uint8Array; server: Uint8Array };
  #application = this.#secrets;
  #peerKey: AsymmetricKey | undefined;
  #wantsTickets = false;

  constructor(connection: TlsConnection) {
    this.#connection = connection;
  }

  message(type: number, body: Uint8Array, raw: Uint8Array): void {
    const connection = this.#connection;
    const state = this.#state;
    if (state === 'hello' && type === HANDSHAKE.clientHello && this.#retry !== undefined) {
      const hello = readClientHello(body);
      const info = {
        sessionId: hello.sessionId,
        servername: connection.servername,
        ticket: false,
        ocsp: hello.extensions.has(EXTENSION.statusRequest),
      };
      return this.hello({ hello, raw: raw.slice(), info });
    }
    if (state === 'certificate' && type === HANDSHAKE.certificate) this.#certificate(body);
    else if (state === 'certificateVerify' && type === HANDSHAKE.certificateVerify) this.#certificateVerify(body);
    else if (state === 'finished' && type === HANDSHAKE.finished) return this.#finished(body, raw);
    else throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
    connection.transcript.add(raw);
  }

  hello(context: HelloContext): void {
    const connection = this.#connection;
    const { hello } = context;
    const required = [EXTENSION.supportedGroups, EXTENSION.keyShare].filter((type) => !hello.extensions.has(type));
    if (required.length > 0) throw new TlsFailure(ALERT.missingExtension, 'missing supported groups extension');
    const suite = this.#chooseSuite(hello);
    const { group, share } = this.#chooseGroup(hello);
    if (this.#retry !== undefined && (this.#retry.suite !== suite || this.#retry.group !== group || share === undefined)) {
      throw new TlsFailure(ALERT.illegalParameter, 'bad key share');
    }
    this.#suite = suite;
    connection.suite = suite;
    if (share === undefined) return this.#sendRetry(context, suite, group);
    const psk = this.#choosePsk(context);
    connection.transcript.add(context.raw);
    connection.resumed = psk !== undefined;
    connection.group = group.info;
    connection.usedGroup = group;
    connection.alpn = chooseAlpn(connection, hello);
    if (connection.failure !== undefined) return undefined;
    if (psk !== undefined) return this.#answer(context, group, share, psk, undefined);
    connection.pauseFor(
      () => connection.events.chooseCertificate(context.info),
      () => this.#answer(context, group, share, undefined, this.#chooseCertificate(hello)),
    );
  }

  #chooseSuite(hello: ClientHello): CipherSuite {
    const { settings, pskEnabled } = this.#connection;
    const own = settings.suites13.filter(({ id }) => hello.suites.includes(id));
    const theirs = hello.suites.flatMap((id) => SUITES_1_3.filter((suite) => suite.id === id && settings.suites13.includes(suite)));
    const order = settings.serverPreference ? own : theirs;
    // Keys from outside the protocol go with SHA-256.
    const usesPsk = pskEnabled && hello.extensions.has(EXTENSION.preSharedKey);
    const suite = (usesPsk ? order.find(({ hash }) => hash === 'sha256') : undefined) ?? order[0];
    if (suite === undefined) throw new TlsFailure(ALERT.handshakeFailure, 'no shared cipher');
    return suite;
  }

  #chooseGroup(hello: ClientHello): { group: Group; share: Uint8Array | undefined } {
    const { settings } = this.#connection;
    const supported = readList(hello.extensions.get(EXTENSION.supportedGroups) ?? new Uint8Array(0), (reader) => reader.numbers16(2));
    const shares = new Map<number, Uint8Array>();
    const list = new WireReader(readList(hello.extensions.get(EXTENSION.keyShare) ?? new Uint8Array(0), (reader) => reader.vector(2)));
    while (list.left > 0) {
      const id = list.number(2);
      const point = list.vector(2, 1).slice();
      // One share of a group, and only of groups that are supported (RFC 8446, 4.2.8).
      if (shares.has(id) || !supported.includes(id)) throw new TlsFailure(ALERT.illegalParameter, 'bad key share');
      shares.set(id, point);
    }
    const mutual = settings.groups.filter(({ id }) => supported.includes(id));
    const group = mutual.find(({ id }) => shares.has(id)) ?? mutual[0];
    if (group === undefined) throw new TlsFailure(ALERT.handshakeFailure, 'no suitable key share');
    return { group, share: shares.get(group.id) };
  }

  #sendRetry({ hello, raw }: HelloContext, suite: CipherSuite, group: Group): void {
    const connection = this.#connection;
    this.#retry = { suite, group };
    const algorithm = digestNamed(connection.primitives.core, suite.hash);
    connection.transcript.replace(handshakeMessage(HANDSHAKE.messageHash, hashOf(algorithm, raw)));
    connection.sendMessage(
      writeServerHello({
        version: TLS_1_3,
        random: RETRY_RANDOM,
        sessionId: hello.sessionId,
        suite: suite.id,
        extensions: [
          [EXTENSION.supportedVersions, u16(TLS_1_3)],
          [EXTENSION.keyShare, u16(group.id)],
        ],
      }),
    );
    if (hello.sessionId.length > 0) connection.sendChangeCipherSpec();
  }

  /** The first identity that is known; its binder must be right (RFC 8446, 4.2.11). */
  #choosePsk({ hello, raw, info }: HelloContext): Psk | undefined {
    const modes = hello.extensions.get(EXTENSION.pskModes);
    this.#wantsTickets = modes !== undefined && readList(modes, (reader) => reader.vector(1, 1)).includes(1);
    const body = hello.extensions.get(EXTENSION.preSharedKey);
    if (body === undefined) return undefined;
    if (modes === undefined) throw new TlsFailure(ALERT.missingExtension, 'bad extension');
    if (!this.#wantsTickets) return undefined;
    const reader = new WireReader(body);
    const identities: Uint8Array[] = [];
    const list = reader.sub(2);
    while (list.left > 0) {
      identities.push(list.vector(2, 1));
      list.number(4);
    }
    const binderList = reader.vector(2, 33);
    reader.end();
    const binders: Uint8Array[] = [];
    for (const each = new WireReader(binderList); each.left > 0;) binders.push(each.vector(1, 32));
    if (binders.length !== identities.length) throw new TlsFailure(ALERT.illegalParameter, 'bad psk identity');
    const psk = identities.map((identity, index) => this.#identify(identity, index, info)).find((each) => each !== undefined);
    if (psk === undefined) return undefined;
    const schedule = new KeySchedule(this.#connection.primitives.core, psk.hash, psk.key);
    const truncated = raw.subarray(0, raw.length - 2 - binderList.length);
    const key = schedule.derive(psk.session === undefined ? 'ext binder' : 'res binder', hashOf(schedule.algorithm));
    const expected = schedule.finishedMac(key, this.#connection.transcript.hash(schedule.algorithm, truncated));
    if (!sameBytes(expected, binders[psk.index] ?? new Uint8Array(0))) throw new TlsFailure(ALERT.decryptError, 'binder does not verify');
    return psk;
  }

  #identify(identity: Uint8Array, index: number, info: HelloContext['info']): Psk | undefined {
    const connection = this.#connection;
    const { settings, primitives } = connection;
    if (connection.pskEnabled && this.#suite.hash === 'sha256') {
      const key = connection.events.serverPsk(identity);
      if (key !== undefined) return { index, key, hash: 'sha256', session: undefined };
    }
    const session = settings.tickets ? openTicket(primitives.core, settings.ticketKeys, identity) : undefined;
    if (session === undefined || session.version !== TLS_1_3 || !isResumable(connection, session, info)) return undefined;
    const hash = SUITES_1_3.find(({ id }) => id === session.suiteId)?.hash;
    return hash === this.#suite.hash ? { index, key: session.secret, hash, session } : undefined;
  }

  #chooseCertificate(hello: ClientHello): Choice {
    const { settings } = this.#connection;
    const offered = hello.extensions.get(EXTENSION.signatureAlgorithms);
    if (offered === undefined) throw new TlsFailure(ALERT.missingExtension, 'missing sigalgs extension');
    const shared = sharedSchemes(
      settings.schemes,
      readList(offered, (reader) => reader.numbers16(2)),
    );
    this.#connection.sharedSchemes = shared;
    if (shared.length === 0) throw new TlsFailure(ALERT.handshakeFailure, 'no shared signature algorithms');
    const choice = chooseCredential(settings.credentials, shared, true);
    if (choice === undefined) throw new TlsFailure(ALERT.handshakeFailure, 'no suitable signature algorithm');
    return choice;
  }

  #answer({ hello, info }: HelloContext, group: Group, peer: Uint8Array, psk: Psk | undefined, choice: Choice | undefined): void {
    const connection = this.#connection;
    const { primitives } = connection;
    const { core } = primitives;
    const { alpn } = connection;
    const answered = answerShare(primitives, group, peer);
    if (answered === undefined) throw new TlsFailure(ALERT.illegalParameter, 'bad key share');
    const extensions: (readonly [number, Uint8Array])[] = [
      [EXTENSION.supportedVersions, u16(TLS_1_3)],
      [EXTENSION.keyShare, concatBytes(u16(group.id), vector16(answered.public))],
    ];
    if (psk !== undefined) extensions.push([EXTENSION.preSharedKey, u16(psk.index)]);
    const random = core.randomBytes(32);
    connection.sendMessage(writeServerHello({ version: TLS_1_3, random, sessionId: hello.sessionId, suite: this.#suite.id, extensions }));
    if (hello.sessionId.length > 0 && this.#retry === undefined) connection.sendChangeCipherSpec();

    const schedule = new KeySchedule(core, this.#suite.hash, psk?.key);
    this.#schedule = schedule;
    schedule.advance(answered.secret);
    const hash = connection.transcript.hash(schedule.algorithm);
    this.#secrets = { client: schedule.derive('c hs traffic', hash), server: schedule.derive('s hs traffic', hash) };
    connection.keylog('SERVER_HANDSHAKE_TRAFFIC_SECRET', hello.random, this.#secrets.server);
    connection.keylog('CLIENT_HANDSHAKE_TRAFFIC_SECRET', hello.random, this.#secrets.client);
    connection.setWrite(schedule.protection(this.#suite, this.#secrets.server));
    connection.setRead(schedule.protection(this.#suite, this.#secrets.client));
    schedule.advance(schedule.zeros());

    const encrypted: (readonly [number, Uint8Array])[] = [];
    if (info.servername !== undefined && psk === undefined) encrypted.push([EXTENSION.serverName, new Uint8Array(0)]);
    if (alpn !== undefined) encrypted.push([EXTENSION.alpn, writeProtocols(alpn)]);
    connection.sendMessage(handshakeMessage(HANDSHAKE.encryptedExtensions, writeExtensions(encrypted)));
    if (psk !== undefined) this.#restore(psk);
    if (choice !== undefined) this.#sendCertificate(choice, info.ocsp);
    const own = schedule.finishedMac(this.#secrets.server, connection.transcript.hash(schedule.algorithm));
    connection.finished.own = own;
    connection.sendMessage(handshakeMessage(HANDSHAKE.finished, own));
    const whole = connection.transcript.hash(schedule.algorithm);
    this.#application = { client: schedule.derive('c ap traffic', whole), server: schedule.derive('s ap traffic', whole) };
    const exporter = schedule.derive('exp master', whole);
    connection.keylog('EXPORTER_SECRET', hello.random, exporter);
    connection.keylog('SERVER_TRAFFIC_SECRET_0', hello.random, this.#application.server);
    connection.keylog('CLIENT_TRAFFIC_SECRET_0', hello.random, this.#application.client);
    connection.exporter = (label, context, length) => schedule.export(exporter, label, context ?? new Uint8Array(0), length);
    connection.setWrite(schedule.protection(this.#suite, this.#application.server));
    this.#state = choice !== undefined && connection.requestCertificate ? 'certificate' : 'finished';
  }

  #restore({ session }: Psk): void {
    const connection = this.#connection;
    if (session === undefined) return;
    connection.session = session;
    connection.peerChain = readCertificates(connection.primitives, session.peerChain);
    connection.verifyCode = session.verifyCode;
  }

  #sendCertificate({ credential, key, scheme }: Choice, withStatus: boolean): void {
    const connection = this.#connection;
    const { settings, primitives } = connection;
    connection.ownCertificate = credential.certificate;
    if (connection.requestCertificate) {
      const asked: (readonly [number, Uint8Array])[] = [
        [EXTENSION.signatureAlgorithms, vector16(list16(settings.schemes.map(({ id }) => id)))],
      ];
      const { authorities } = settings;
      if (authorities.length > 0) asked.push([EXTENSION.certificateAuthorities, vector16(...authorities.map((name) => vector16(name)))]);
      connection.sendMessage(handshakeMessage(HANDSHAKE.certificateRequest, vector8(), writeExtensions(asked)));
    }
    const response = withStatus ? connection.ocspResponse : undefined;
    const status: (readonly [number, Uint8Array])[] =
      response === undefined ? [] : [[EXTENSION.statusRequest, concatBytes(u8(1), u24(response.length), response)]];
    const entries = [credential.certificate, ...credential.issuers].map(({ raw }, index) =>
      concatBytes(vector24(raw), writeExtensions(index === 0 ? status : [])),
    );
    connection.sendMessage(handshakeMessage(HANDSHAKE.certificate, vector8(), vector24(...entries)));
    const content = signedContent('server', connection.transcript.hash(this.#schedule.algorithm));
    connection.sendMessage(
      handshakeMessage(HANDSHAKE.certificateVerify, u16(scheme.id), vector16(signWith(primitives, scheme, key, content))),
    );
  }

  #certificate(body: Uint8Array): void {
    const connection = this.#connection;
    const { context, certificates } = readCertificateMessage(body);
    if (context.length > 0) throw new TlsFailure(ALERT.illegalParameter, 'length mismatch');
    if (certificates.length === 0) {
      if (connection.requireCertificate) throw new TlsFailure(ALERT.certificateRequired, 'peer did not return a certificate');
      this.#state = 'finished';
      return;
    }
    const chain = readCertificates(connection.primitives, certificates);
    acceptChain(connection, chain);
    this.#peerKey = chain[0] === undefined ? undefined : peerKey(connection.primitives, chain[0]);
    this.#state = 'certificateVerify';
  }

  #certificateVerify(body: Uint8Array): void {
    const connection = this.#connection;
    if (this.#peerKey === undefined) throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
    verifyCertificateVerify(connection, body, this.#peerKey, 'client', connection.transcript.hash(this.#schedule.algorithm));
    this.#state = 'finished';
  }

  #finished(body: Uint8Array, raw: Uint8Array): void {
    const connection = this.#connection;
    const schedule = this.#schedule;
    const expected = schedule.finishedMac(this.#secrets.client, connection.transcript.hash(schedule.algorithm));
    if (!sameBytes(expected, body)) throw new TlsFailure(ALERT.decryptError, 'digest check failed');
    connection.finished.peer = body.slice();
    connection.transcript.add(raw);
    connection.setRead(schedule.protection(this.#suite, this.#application.client));
    const resumption = schedule.derive('res master', connection.transcript.hash(schedule.algorithm));
    const after = new PostHandshake13(connection, schedule, this.#suite, this.#application, resumption);
    connection.setFlow(after);
    if (this.#wantsTickets && !connection.resumed) after.sendTickets(TICKETS);
    connection.complete();
  }
}
