/** The client of TLS 1.3 from ServerHello on (RFC 8446, section 4). */
import { concatBytes } from '../crypto/bytes.ts';
import { acceptChain, chooseCredential, peerKey, readCertificates, sharedSchemes } from './certificates.ts';
import type { CipherSuite } from './cipher-suites.ts';
import type { ClientStart } from './client.ts';
import type { Flow, TlsConnection } from './connection.ts';
import { TlsFailure } from './errors.ts';
import { readList, readProtocols, type ServerHello, signedContent } from './hello.ts';
import { KeySchedule } from './key-schedule.ts';
import { PostHandshake13 } from './post-handshake13.ts';
import { ALERT, EXTENSION, HANDSHAKE } from './protocol.ts';
import { fitsKey, schemeById, signWith, verifyWith } from './signature-schemes.ts';
import { type Extensions, handshakeMessage, readExtensions, sameBytes, u16, vector16, vector24, vector8, WireReader } from './wire.ts';

type State = 'encryptedExtensions' | 'certificateOrRequest' | 'certificate' | 'certificateVerify' | 'finished';

/** Extensions that EncryptedExtensions may have (RFC 8446, 4.2). */
const IN_ENCRYPTED: ReadonlySet<number> = new Set([EXTENSION.serverName, EXTENSION.supportedGroups, EXTENSION.alpn, EXTENSION.earlyData]);

export class Client13 implements Flow {
  readonly #connection: TlsConnection;
  readonly #start: ClientStart;
  readonly #suite: CipherSuite;
  #schedule!: KeySchedule; // set by begin, which is called at once
  #state: State = 'encryptedExtensions';
  #secrets = { client: new Uint8Array(0), server: new Uint8Array(0) } as { client: Uint8Array; server: Uint8Array };
  #request: { readonly context: Uint8Array; readonly schemes: readonly number[] } | undefined;

  constructor(connection: TlsConnection, start: ClientStart, suite: CipherSuite) {
    this.#connection = connection;
    this.#start = start;
    this.#suite = suite;
  }

  begin({ extensions }: ServerHello): void {
    const connection = this.#connection;
    const { core } = connection.primitives;
    const start = this.#start;
    const chosen = extensions.get(EXTENSION.preSharedKey);
    if (chosen !== undefined) {
      if (start.psk === undefined || readList(chosen, (reader) => reader.number(2)) !== 0 || start.psk.hash !== this.#suite.hash) {
        throw new TlsFailure(ALERT.illegalParameter, 'bad psk identity');
      }
      connection.resumed = true;
    }
    const share = extensions.get(EXTENSION.keyShare);
    if (share === undefined) throw new TlsFailure(ALERT.missingExtension, 'no suitable key share');
    const { id, point } = readList(share, (reader) => ({ id: reader.number(2), point: reader.vector(2, 1) }));
    const own = start.shares.find(({ group }) => group.id === id);
    const secret = own?.agree(point);
    if (own === undefined || secret === undefined) throw new TlsFailure(ALERT.illegalParameter, 'bad key share');
    connection.group = own.group.info;
    connection.usedGroup = own.group;
    const schedule = new KeySchedule(core, this.#suite.hash, connection.resumed ? start.psk?.key : undefined);
    this.#schedule = schedule;
    schedule.advance(secret);
    const hash = connection.transcript.hash(schedule.algorithm);
    this.#secrets = { client: schedule.derive('c hs traffic', hash), server: schedule.derive('s hs traffic', hash) };
    connection.keylog('SERVER_HANDSHAKE_TRAFFIC_SECRET', start.random, this.#secrets.server);
    connection.keylog('CLIENT_HANDSHAKE_TRAFFIC_SECRET', start.random, this.#secrets.client);
    connection.setRead(schedule.protection(this.#suite, this.#secrets.server));
    schedule.advance(schedule.zeros());
  }

  message(type: number, body: Uint8Array, raw: Uint8Array): void {
    const { transcript } = this.#connection;
    const state = this.#state;
    if (state === 'encryptedExtensions' && type === HANDSHAKE.encryptedExtensions) this.#encryptedExtensions(body);
    else if (state === 'certificateOrRequest' && type === HANDSHAKE.certificateRequest) this.#certificateRequest(body);
    else if ((state === 'certificateOrRequest' || state === 'certificate') && type === HANDSHAKE.certificate) this.#certificate(body);
    else if (state === 'certificateVerify' && type === HANDSHAKE.certificateVerify) this.#certificateVerify(body);
    else if (state === 'finished' && type === HANDSHAKE.finished) return this.#finished(body, raw);
    else throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
    transcript.add(raw);
  }

  #checkAnswers(extensions: Extensions, allowed: ReadonlySet<number>): void {
    for (const type of extensions.keys()) {
      if (!this.#start.offered.has(type)) throw new TlsFailure(ALERT.unsupportedExtension, 'unsolicited extension');
      if (!allowed.has(type)) throw new TlsFailure(ALERT.illegalParameter, 'bad extension');
    }
  }

  #encryptedExtensions(body: Uint8Array): void {
    const reader = new WireReader(body);
    const extensions = readExtensions(reader);
    reader.end();
    this.#checkAnswers(extensions, IN_ENCRYPTED);
    const alpn = extensions.get(EXTENSION.alpn);
    if (alpn !== undefined) this.#connection.alpn = selectedProtocol(alpn, this.#connection.alpnOffer);
    this.#state = this.#connection.resumed ? 'finished' : 'certificateOrRequest';
    if (this.#connection.resumed) this.#restore();
  }

  /** What the session knows of the other side. */
  #restore(): void {
    const connection = this.#connection;
    const { session, psk } = this.#start;
    connection.session = session;
    if (psk?.isExternal === true || session === undefined) return;
    connection.peerChain = readCertificates(connection.primitives, session.peerChain);
    connection.verifyCode = session.verifyCode;
  }

  #certificateRequest(body: Uint8Array): void {
    const reader = new WireReader(body);
    const context = reader.vector(1).slice();
    const extensions = readExtensions(reader);
    reader.end();
    const schemes = extensions.get(EXTENSION.signatureAlgorithms);
    if (context.length > 0) throw new TlsFailure(ALERT.illegalParameter, 'length mismatch');
    if (schemes === undefined) throw new TlsFailure(ALERT.missingExtension, 'missing sigalgs extension');
    this.#request = { context, schemes: readList(schemes, (each) => each.numbers16(2)) };
    this.#state = 'certificate';
  }

  #certificate(body: Uint8Array): void {
    const connection = this.#connection;
    const { certificates, extensions } = readCertificateMessage(body);
    if (certificates.length === 0) throw new TlsFailure(ALERT.decodeError, 'length mismatch');
    const first = extensions[0] ?? new Map();
    for (const each of extensions) this.#checkAnswers(each, new Set([EXTENSION.statusRequest]));
    const status = first.get(EXTENSION.statusRequest);
    if (status !== undefined) connection.ocspResponse = readOcsp(status);
    acceptChain(connection, readCertificates(connection.primitives, certificates));
    this.#state = 'certificateVerify';
  }

  #certificateVerify(body: Uint8Array): void {
    const connection = this.#connection;
    const leaf = connection.peerChain[0];
    if (leaf === undefined) throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
    verifyCertificateVerify(
      connection,
      body,
      peerKey(connection.primitives, leaf),
      'server',
      connection.transcript.hash(this.#schedule.algorithm),
    );
    this.#state = 'finished';
  }

  #finished(body: Uint8Array, raw: Uint8Array): void {
    const connection = this.#connection;
    const { transcript } = connection;
    const schedule = this.#schedule;
    const expected = schedule.finishedMac(this.#secrets.server, transcript.hash(schedule.algorithm));
    if (!sameBytes(expected, body)) throw new TlsFailure(ALERT.decryptError, 'digest check failed');
    connection.finished.peer = body.slice();
    transcript.add(raw);
    const hash = transcript.hash(schedule.algorithm);
    const application = { client: schedule.derive('c ap traffic', hash), server: schedule.derive('s ap traffic', hash) };
    const exporter = schedule.derive('exp master', hash);
    const { random } = this.#start;
    connection.keylog('EXPORTER_SECRET', random, exporter);
    connection.keylog('SERVER_TRAFFIC_SECRET_0', random, application.server);
    connection.setRead(schedule.protection(this.#suite, application.server));
    if (connection.requestOcsp && !connection.resumed) connection.events.ocspResponse(connection.ocspResponse);
    if (connection.failure !== undefined) return;
    connection.sendChangeCipherSpec();
    connection.setWrite(schedule.protection(this.#suite, this.#secrets.client));
    if (this.#request !== undefined) this.#sendCertificate();
    const own = schedule.finishedMac(this.#secrets.client, transcript.hash(schedule.algorithm));
    connection.finished.own = own;
    connection.sendMessage(handshakeMessage(HANDSHAKE.finished, own));
    connection.keylog('CLIENT_TRAFFIC_SECRET_0', random, application.client);
    connection.setWrite(schedule.protection(this.#suite, application.client));
    const resumption = schedule.derive('res master', transcript.hash(schedule.algorithm));
    connection.exporter = (label, context, length) => schedule.export(exporter, label, context ?? new Uint8Array(0), length);
    const after = new PostHandshake13(connection, schedule, this.#suite, application, resumption);
    connection.setFlow(after);
    if (!connection.resumed) after.beginSession();
    connection.complete();
  }

  #sendCertificate(): void {
    const connection = this.#connection;
    const { settings, primitives } = connection;
    const request = this.#request ?? { context: new Uint8Array(0), schemes: [] };
    connection.sharedSchemes = sharedSchemes(settings.schemes, request.schemes);
    const choice = chooseCredential(settings.credentials, connection.sharedSchemes, true);
    if (choice === undefined) {
      connection.sendMessage(handshakeMessage(HANDSHAKE.certificate, vector8(request.context), vector24()));
      return;
    }
    const { credential, key, scheme } = choice;
    connection.ownCertificate = credential.certificate;
    const entries = [credential.certificate, ...credential.issuers].map(({ raw }) => concatBytes(vector24(raw), u16(0)));
    connection.sendMessage(handshakeMessage(HANDSHAKE.certificate, vector8(request.context), vector24(...entries)));
    const content = signedContent('client', connection.transcript.hash(this.#schedule.algorithm));
    connection.sendMessage(
      handshakeMessage(HANDSHAKE.certificateVerify, u16(scheme.id), vector16(signWith(primitives, scheme, key, content))),
    );
  }
}

/** The one protocol of an answer, which must be of those offered. */
export function selectedProtocol(body: Uint8Array, offer: Uint8Array): Uint8Array {
  const [selected, ...more] = readProtocols(body);
  if (selected === undefined || more.length > 0) throw new TlsFailure(ALERT.decodeError, 'bad extension');
  const reader = new WireReader(offer);
  while (reader.left > 0) if (sameBytes(reader.vector(1), selected)) return selected;
  throw new TlsFailure(ALERT.illegalParameter, 'bad extension');
}

export function readCertificateMessage(body: Uint8Array): { context: Uint8Array; certificates: Uint8Array[]; extensions: Extensions[] } {
  const reader = new WireReader(body);
  const context = reader.vector(1);
  const list = reader.sub(3);
  reader.end();
  const certificates: Uint8Array[] = [];
  const extensions: Extensions[] = [];
  while (list.left > 0) {
    certificates.push(list.vector(3, 1));
    extensions.push(readExtensions(list));
  }
  return { context, certificates, extensions };
}

/** CertificateStatus of type OCSP (RFC 6066, section 8). */
export function readOcsp(body: Uint8Array): Uint8Array {
  return readList(body, (reader) => {
    if (reader.number(1) !== 1) throw new TlsFailure(ALERT.decodeError, 'bad extension');
    return reader.vector(3, 1).slice();
  });
}

export function verifyCertificateVerify(
  { settings, primitives }: TlsConnection,
  body: Uint8Array,
  key: Parameters<typeof fitsKey>[1],
  side: 'client' | 'server',
  transcriptHash: Uint8Array,
): void {
  const { id, signature } = readList(body, (reader) => ({ id: reader.number(2), signature: reader.vector(2) }));
  const scheme = schemeById(id);
  if (scheme === undefined || !settings.schemes.includes(scheme) || !fitsKey(scheme, key, true)) {
    throw new TlsFailure(ALERT.illegalParameter, 'wrong signature type');
  }
  if (!verifyWith(primitives, scheme, key, signedContent(side, transcriptHash), signature)) {
    throw new TlsFailure(ALERT.decryptError, 'bad signature');
  }
}
