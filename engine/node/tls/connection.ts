/**
 * One TLS connection without input and output of its own: bytes from the other side go into `receive`, bytes for it come out of `takeOutput`. Stands for SSL.
 *
 *   receive ─ records ─┬─ handshake ─ messages ─ flow (client.ts, server.ts, then the version's)
 *                      ├─ alert
 *                      └─ application data ─ events.data
 */
import { concatBytes, viewBytes } from '../crypto/bytes.ts';
import type { TlsPrimitives } from '../crypto/tls-primitives.ts';
import type { Certificate } from '../crypto/x509/certificate.ts';
import type { CipherSuite } from './cipher-suites.ts';
import { TlsFailure } from './errors.ts';
import type { Group } from './groups.ts';
import { Transcript } from './key-schedule.ts';
import { ALERT, CONTENT, HANDSHAKE, MOST_HANDSHAKE, MOST_PLAIN, type Role, TLS_1_0, TLS_1_2, TLS_1_3 } from './protocol.ts';
import type { Protection } from './protection.ts';
import { RecordReader } from './record-reader.ts';
import type { Session } from './session.ts';
import type { ConnectionEvents, TlsSettings } from './settings.ts';
import type { SignatureScheme } from './signature-schemes.ts';
import { u16, u8 } from './wire.ts';

/** Takes the messages of a handshake, and those that come after it. */
export interface Flow {
  /** @param raw with type and length */
  message(type: number, body: Uint8Array, raw: Uint8Array): void;
  /** The other side's ChangeCipherSpec: 1.2 only. */
  changeCipherSpec?(): void;
  /** Application data came. */
  dataCame?(): void;
  /** After the keys of this direction have served this many records, or when asked. */
  updateKeys?(): void;
}

/** Alerts of the level `warning` that are taken one after the other (OpenSSL: MAX_WARN_ALERT_COUNT). */
const MOST_WARNINGS = 5;
/** Records under one key of AES-GCM (RFC 8446, 5.5), rounded down. */
const MOST_RECORDS = 2 ** 24;

export class TlsConnection {
  readonly role: Role;
  readonly primitives: TlsPrimitives;
  readonly events: ConnectionEvents;
  settings: TlsSettings;
  readonly transcript = new Transcript();

  // What the handshake finds out.
  version = 0;
  suite: CipherSuite | undefined;
  group: { readonly type: string; readonly name: string | undefined; readonly size: number | undefined } | undefined;
  usedGroup: Group | undefined;
  servername: string | undefined;
  alpn: Uint8Array | undefined;
  session: Session | undefined;
  resumed = false;
  peerChain: readonly Certificate[] = [];
  verifyCode = 0;
  finished: { own: Uint8Array | undefined; peer: Uint8Array | undefined } = { own: undefined, peer: undefined };
  sharedSchemes: readonly SignatureScheme[] = [];
  ownCertificate: Certificate | undefined;
  /** RFC 5705; set once there are keys. */
  exporter: ((label: string, context: Uint8Array | undefined, length: number) => Uint8Array) | undefined;

  // What is asked of it.
  requestCertificate = false;
  requireCertificate = false;
  requestOcsp = false;
  ocspResponse: Uint8Array | undefined;
  alpnOffer: Uint8Array = new Uint8Array(0);
  pskEnabled = false;
  pskHint: string | undefined;
  wantsSessions = false;
  /** Bytes of application data in a record. */
  fragment = MOST_PLAIN;

  established = false;
  #flow: Flow | undefined;
  #read: Protection | undefined;
  #write: Protection | undefined;
  readonly #records: RecordReader;
  /** Parts of handshake messages, joined when there are as many bytes as the next one needs. */
  #messages: Uint8Array[] = [];
  #messagesSize = 0;
  #needed = 4;
  #output: Uint8Array[] = [];
  #outputSize = 0;
  #waiting: (() => void) | undefined;
  #failure: TlsFailure | undefined;
  #ended = false;
  #closed = false;
  #warnings = 0;
  #recordVersion = 0x0301;

  constructor(role: Role, primitives: TlsPrimitives, settings: TlsSettings, events: ConnectionEvents) {
    this.role = role;
    this.primitives = primitives;
    this.settings = settings;
    this.events = events;
    this.#records = new RecordReader();
  }

  get failure(): TlsFailure | undefined {
    return this.#failure;
  }
  /** The other side sent close_notify. */
  get ended(): boolean {
    return this.#ended;
  }
  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }
  get outputSize(): number {
    return this.#outputSize;
  }

  setFlow(flow: Flow): void {
    this.#flow = flow;
  }

  // -- in ------------------------------------------------------------------------------------------
  receive(bytes: Uint8Array): void {
    if (this.#ended || this.#failure !== undefined) return;
    // A Buffer's `slice` copies nothing: what goes on from here is plain.
    this.#records.push(viewBytes(bytes));
    this.run(() => undefined);
  }

  /** Does something that may fail as the protocol fails, and then goes on with what has come in. */
  run(work: () => void): void {
    if (this.#failure !== undefined) return;
    try {
      work();
      this.#pump();
    } catch (error) {
      if (!(error instanceof TlsFailure)) throw error;
      this.fail(error);
    }
  }

  /** Stops until `resume`: `ask` asks someone whose answer may come later, or at once. */
  pauseFor(ask: () => boolean, next: () => void): void {
    this.#waiting = next;
    if (!ask()) this.resume();
  }
  resume(): void {
    const next = this.#waiting;
    this.#waiting = undefined;
    if (next !== undefined) this.run(next);
  }

  #pump(): void {
    while (this.#waiting === undefined && this.#failure === undefined && !this.#ended) {
      if (this.#nextMessage()) continue;
      const record = this.#records.next({ role: this.role, version: this.version, protection: this.#read });
      if (record === undefined) return;
      const isPlainCcs = record.type === CONTENT.changeCipherSpec;
      // In 1.3 ChangeCipherSpec is never protected (RFC 8446, section 5).
      const bare = isPlainCcs && (this.version === TLS_1_3 || this.#read === undefined);
      // A client that could not read the server's answer has no keys for its alert.
      const isPlainAlert =
        record.type === CONTENT.alert &&
        this.version === TLS_1_3 &&
        this.role === 'server' &&
        !this.established &&
        record.fragment.length === 2;
      const opened = this.#read === undefined || bare || isPlainAlert;
      const { type, content } = opened ? { type: record.type, content: record.fragment } : this.#read!.open(record.type, record.fragment); // undefined is the first case
      if (content.length > MOST_PLAIN) throw new TlsFailure(ALERT.recordOverflow, 'data length too long');
      this.#take(type, content);
    }
  }

  #take(type: number, content: Uint8Array): void {
    if (type !== CONTENT.handshake && this.#messagesSize > 0) throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
    switch (type) {
      case CONTENT.handshake:
        if (content.length === 0) throw new TlsFailure(ALERT.unexpectedMessage, 'length too short');
        this.#messages.push(content);
        this.#messagesSize += content.length;
        return;
      case CONTENT.applicationData:
        if (!this.established && !(this.role === 'server' && this.canRead))
          throw new TlsFailure(ALERT.unexpectedMessage, 'app data in handshake');
        this.#records.noteContent(content.length);
        this.#flow?.dataCame?.();
        if (content.length > 0) this.events.data(content.slice());
        return;
      case CONTENT.alert:
        return this.#takeAlert(content);
      case CONTENT.changeCipherSpec:
        if (content.length !== 1 || content[0] !== 1) throw new TlsFailure(ALERT.illegalParameter, 'bad change cipher spec');
        if (this.version === TLS_1_3 || (this.version === 0 && this.#flow !== undefined)) {
          if (this.established) throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected record');
          return this.#records.noteContent(0);
        }
        if (this.#flow?.changeCipherSpec === undefined) throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
        return this.#flow.changeCipherSpec();
      default:
        throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected record');
    }
  }

  /** Application data may come: 1.3's server has keys for it before its handshake ends. */
  canRead = false;

  #nextMessage(): boolean {
    if (this.#messagesSize < this.#needed) return false;
    const buffered = this.#messages.length === 1 ? this.#messages[0]! : concatBytes(...this.#messages); // there is one
    const length = ((buffered[1] ?? 0) << 16) | ((buffered[2] ?? 0) << 8) | (buffered[3] ?? 0);
    if (length > MOST_HANDSHAKE) throw new TlsFailure(ALERT.illegalParameter, 'excessive message size');
    this.#needed = 4 + length;
    this.#messages = [buffered];
    if (buffered.length < this.#needed) return false;
    const raw = buffered.subarray(0, this.#needed);
    const rest = buffered.subarray(this.#needed);
    this.#needed = 4;
    this.#messages = rest.length > 0 ? [rest] : [];
    this.#messagesSize = rest.length;
    const type = raw[0] ?? 0;
    if (type === HANDSHAKE.helloRequest && this.version !== TLS_1_3) this.#helloRequest(length);
    else if (this.#flow === undefined) throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
    else this.#flow.message(type, raw.subarray(4), raw);
    return true;
  }

  /** A server that wants to renegotiate is told that there is none (RFC 5246, 7.4.1.1). */
  #helloRequest(length: number): void {
    if (this.role === 'server' || length > 0) throw new TlsFailure(ALERT.unexpectedMessage, 'bad hello request');
    if (this.established) this.sendAlert(1, ALERT.noRenegotiation);
  }

  #takeAlert(content: Uint8Array): void {
    const [level, description] = content;
    if (content.length !== 2 || level === undefined || description === undefined) throw new TlsFailure(ALERT.decodeError, 'invalid alert');
    if (description === ALERT.closeNotify) {
      this.#ended = true;
      this.events.end();
      return;
    }
    const isWarning = this.version === TLS_1_3 ? description === ALERT.userCanceled : level === 1;
    if (!isWarning) {
      if (level !== 1 && level !== 2) throw new TlsFailure(ALERT.illegalParameter, 'invalid alert');
      this.#failure = TlsFailure.received(description);
      this.events.failed(this.#failure);
      return;
    }
    if (++this.#warnings >= MOST_WARNINGS) throw new TlsFailure(ALERT.unexpectedMessage, 'too many warn alerts');
  }

  // -- keys ----------------------------------------------------------------------------------------
  /** Messages do not go across a change of keys (RFC 8446, 5.1). */
  setRead(protection: Protection): void {
    if (this.#messagesSize > 0) throw new TlsFailure(ALERT.unexpectedMessage, 'not on record boundary');
    this.#read = protection;
  }
  setWrite(protection: Protection): void {
    this.#write = protection;
  }

  // -- out -----------------------------------------------------------------------------------------
  /** Records of plain content. */
  send(type: number, content: Uint8Array, most = MOST_PLAIN): void {
    let at = 0;
    do {
      const part = content.subarray(at, at + most);
      at += part.length;
      const outer = this.#write?.outerType(type) ?? type;
      const fragment = this.#write?.seal(type, part) ?? part;
      this.#put(concatBytes(u8(outer), u16(this.#wireVersion), u16(fragment.length), fragment));
    } while (at < content.length);
  }
  /** 1.3 says 1.2 (RFC 8446, 5.1); a first hello says what all can read. */
  get #wireVersion(): number {
    return this.version === 0 ? this.#recordVersion : Math.min(this.version, TLS_1_2);
  }
  #put(bytes: Uint8Array): void {
    this.#output.push(bytes);
    this.#outputSize += bytes.length;
  }
  /** A message of the handshake, which becomes part of its transcript. */
  sendMessage(message: Uint8Array): void {
    this.transcript.add(message);
    this.send(CONTENT.handshake, message);
    // Only the first record has the oldest version.
    this.#recordVersion = TLS_1_2;
  }
  /** ChangeCipherSpec: what 1.2 needs, and what 1.3 sends for old boxes on the way (RFC 8446, D.4). It is not protected in 1.3. */
  sendChangeCipherSpec(): void {
    this.#recordVersion = TLS_1_2;
    this.#put(concatBytes(u8(CONTENT.changeCipherSpec), u16(this.#wireVersion), Uint8Array.of(0, 1, 1)));
  }
  sendAlert(level: 1 | 2, description: number): void {
    this.send(CONTENT.alert, Uint8Array.of(level, description));
  }
  takeOutput(): Uint8Array {
    const all = this.#output.length === 1 ? (this.#output[0] ?? new Uint8Array(0)) : concatBytes(...this.#output);
    this.#output = [];
    this.#outputSize = 0;
    return all;
  }

  /** @returns whether the data was taken: not before the handshake's end */
  write(bytes: Uint8Array): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closed) throw new TlsFailure(undefined, 'protocol is shutdown');
    if (!this.established) return false;
    const plain = viewBytes(bytes);
    if ((this.#write?.records ?? 0) > MOST_RECORDS) this.#flow?.updateKeys?.();
    // The vector of 1.0's next record is known: one without text makes that of the text unforeseeable.
    if (this.version === TLS_1_0) this.send(CONTENT.applicationData, new Uint8Array(0));
    this.send(CONTENT.applicationData, plain, this.fragment);
    return true;
  }

  /** Sends close_notify, once. */
  close(): void {
    if (this.#closed || this.#failure !== undefined || !this.established) return;
    this.#closed = true;
    this.sendAlert(1, ALERT.closeNotify);
  }

  // -- ends ----------------------------------------------------------------------------------------
  fail(failure: TlsFailure): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    if (failure.alert !== undefined && !this.#closed) this.sendAlert(2, failure.alert);
    this.events.failed(failure);
  }

  complete(): void {
    this.established = true;
    this.events.handshakeDone();
  }

  /** NSS's key log: label, the client's random, secret. */
  keylog(label: string, clientRandom: Uint8Array, secret: Uint8Array): void {
    this.events.keylog(`${label} ${hex(clientRandom)} ${hex(secret)}`);
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
