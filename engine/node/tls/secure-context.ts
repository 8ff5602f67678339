/** `SecureContext`: certificates, keys and choices that connections share. Stands for src/crypto/crypto_context.cc. */
import { DerError } from '../crypto/asn1/der.ts';
import { hasBrokenPem, readPem } from '../crypto/asn1/pem.ts';
import { type Encodable, toBytes, viewBytes } from '../crypto/bytes.ts';
import type { AsymmetricKey } from '../crypto/keys/types.ts';
import { openSslError } from '../crypto/openssl-error.ts';
import type { TlsPrimitives } from '../crypto/tls-primitives.ts';
import type { Certificate } from '../crypto/x509/certificate.ts';
import { NotImplementedError } from '../dump.ts';
import { parseCipherList, parseSuites13 } from './cipher-list.ts';
import { type CipherSuite, SUITES_1_3 } from './cipher-suites.ts';
import { dhByBits, readDhParameters } from './dh-parameters.ts';
import { sslError } from './errors.ts';
import { type Group, groupByName, GROUPS } from './groups.ts';
import { readPkcs12 } from './pkcs12.ts';
import { TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 } from './protocol.ts';
import { Revocations } from './revocations.ts';
import type { RootStore } from './root-store.ts';
import type { Credential, TicketKeys, TlsSettings } from './settings.ts';
import { parseSchemes, SCHEMES, type SignatureScheme, WEAK_SCHEMES } from './signature-schemes.ts';
import { isTooSmall, TrustStore } from './trust.ts';

/** SSL_OP_* (include/openssl/ssl.h). */
const OP_NO_TICKET = 0x4000;
const OP_SERVER_PREFERENCE = 0x400000;
/** Versions, best last, and what leaves them out. */
const VERSIONS = [
  [TLS_1_0, 0x4000000],
  [TLS_1_1, 0x10000000],
  [TLS_1_2, 0x8000000],
  [TLS_1_3, 0x20000000],
] as const;

/** OpenSSL's default: five minutes for 1.2's session ids, two hours for what Node sets. */
const SESSION_TIMEOUT = 7200;
const LEVEL = 2;

/** A certificate, its key, or one that waits for the other: one of each type of key (SSL_CTX's CERT_PKEY). */
interface Slot {
  certificate?: Certificate | undefined;
  publicKey?: AsymmetricKey | undefined;
  key?: AsymmetricKey | undefined;
  issuers: Certificate[];
}

const CERTIFICATE_LABELS = new Set(['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE']);

export class SecureContext {
  readonly #primitives: TlsPrimitives;
  readonly #roots: RootStore;
  readonly #slots = new Map<string, Slot>();
  #last: Slot | undefined;
  readonly #trusted: Certificate[] = [];
  #usesRoots = false;
  #revocations: Revocations | undefined;
  #partial = false;
  #min = TLS_1_2;
  #max = TLS_1_3;
  #options = 0;
  #level = LEVEL;
  #suites12: readonly CipherSuite[] = [];
  #suites13: readonly CipherSuite[] = SUITES_1_3.slice(0, 3);
  #groups: readonly Group[] = GROUPS;
  #schemes: readonly SignatureScheme[] = SCHEMES;
  #dh: TlsSettings['dh'];
  #sessionIdContext: Uint8Array = new Uint8Array(0);
  #sessionTimeout = SESSION_TIMEOUT;
  #ticketKeys: Uint8Array;
  /** Names that a server asks certificates of. */
  #authorities: Uint8Array[] = [];

  constructor(primitives: TlsPrimitives, roots: RootStore) {
    this.#primitives = primitives;
    this.#roots = roots;
    this.#ticketKeys = primitives.core.randomBytes(48);
  }

  get #environment() {
    return this.#primitives.core.environment;
  }
  #failed(message: string): Error {
    return this.#environment.codedError('Error', 'ERR_CRYPTO_OPERATION_FAILED', message);
  }

  // -- versions ------------------------------------------------------------------------------------
  init(method: string | undefined, min: number, max: number): void {
    this.#min = min;
    this.#max = max;
    if (typeof method !== 'string') return;
    const invalid = (text: string): Error => this.#environment.codedError('TypeError', 'ERR_TLS_INVALID_PROTOCOL_METHOD', text);
    const name = /^(\w+?)(?:_server|_client)?_method$/.exec(method)?.[1];
    if (name === 'SSLv2' || name === 'SSLv3') throw invalid(`${name} methods disabled`);
    const fixed: Readonly<Record<string, readonly [number, number]>> = {
      SSLv23: [min, TLS_1_2],
      TLS: [0, TLS_1_3],
      TLSv1: [TLS_1_0, TLS_1_0],
      TLSv1_1: [TLS_1_1, TLS_1_1],
      TLSv1_2: [TLS_1_2, TLS_1_2],
    };
    const range = fixed[name ?? ''];
    if (range === undefined) throw invalid(`Unknown method: ${method}`);
    [this.#min, this.#max] = range;
  }
  setMinProto(version: number): void {
    this.#min = version;
  }
  setMaxProto(version: number): void {
    this.#max = version;
  }
  getMinProto(): number {
    return this.#min;
  }
  getMaxProto(): number {
    return this.#max;
  }
  setOptions(options: number): void {
    this.#options |= options;
  }

  // -- choices -------------------------------------------------------------------------------------
  setCipherSuites(list: string): void {
    this.#suites13 = parseSuites13(list);
  }
  setCiphers(list: string): void {
    const { suites, level } = parseCipherList(list);
    this.#suites12 = suites;
    if (level !== undefined) this.#level = level;
    // Cleared on purpose where the list is empty.
    if (suites.length === 0 && list !== '') {
      throw openSslError({ number: '0A0000B9', library: 'SSL routines', reason: 'no cipher match', code: 'ERR_SSL_NO_CIPHER_MATCH' });
    }
  }
  setSigalgs(list: string): void {
    const schemes = parseSchemes(list);
    // Nothing is in OpenSSL's queue then.
    if (schemes === undefined) throw new Error('error:00000000:lib(0)::reason(0)');
    this.#schemes = schemes;
  }
  setECDHCurve(list: string): void {
    if (list === 'auto') return;
    const groups = list.split(':').map(groupByName);
    if (groups.length === 0 || groups.includes(undefined)) throw this.#failed('Failed to set ECDH curve');
    this.#groups = groups.filter((group) => group !== undefined);
  }
  /** @returns a warning */
  setDHParam(source: true | Encodable): string | undefined {
    if (source === true) {
      this.#dh = dhByBits;
      return undefined;
    }
    const parameters = readDhParameters(toBytes(this.#environment, source));
    // As natively, what cannot be read leaves the suites with such groups out.
    if (parameters === undefined) return undefined;
    const bits = parameters.p.toString(2).length;
    if (bits < 1024) throw this.#environment.codedError('TypeError', 'ERR_INVALID_ARG_VALUE', 'DH parameter is less than 1024 bits');
    if (this.#level >= 2 && bits < 2048) throw this.#failed('Error setting temp DH parameter');
    this.#dh = () => parameters;
    return bits < 2048 ? 'DH parameter is less than 2048 bits' : undefined;
  }
  setSessionIdContext(text: string): void {
    const bytes = toBytes(this.#environment, text);
    if (bytes.length > 32) throw new Error('SSL_CTX_set_session_id_context error');
    this.#sessionIdContext = bytes.slice();
  }
  setSessionTimeout(seconds: number): void {
    this.#sessionTimeout = seconds;
  }
  setTicketKeys(keys: ArrayBufferView): void {
    this.#ticketKeys = viewBytes(keys).slice();
  }
  getTicketKeys(): Uint8Array {
    return this.#environment.buffer(this.#ticketKeys.slice());
  }
  enableTicketKeyCallback(): void {
    // Ticket keys are always one's own here: there is no callback that could be left out.
  }
  setCertificateCompression(): void {
    throw new NotImplementedError('TLS certificate compression (certificateCompression)');
  }
  setEngineKey(): void {
    throw new NotImplementedError('OpenSSL engines (privateKeyEngine)');
  }
  setClientCertEngine(): void {
    throw new NotImplementedError('OpenSSL engines (clientCertEngine)');
  }
  close(): void {
    this.#slots.clear();
    this.#trusted.length = 0;
  }

  // -- certificates --------------------------------------------------------------------------------
  #certificates(source: Encodable): Certificate[] {
    const bytes = toBytes(this.#environment, source);
    const blocks = readPem(bytes).filter(({ label }) => CERTIFICATE_LABELS.has(label));
    const { libraryError, readCertificate } = this.#primitives;
    if (blocks.length === 0) {
      throw hasBrokenPem(bytes) ? libraryError('pem', 'bad base64 decode', '00064') : libraryError('pem', 'no start line', '0006C');
    }
    return blocks.map(({ bytes: der }) => readCertificate(der));
  }

  /** The leaf first, and what is sent with it. */
  setCert(source: Encodable): void {
    const [leaf, ...issuers] = this.#certificates(source);
    if (leaf !== undefined) this.#setCertificate(leaf, issuers);
  }

  #setCertificate(certificate: Certificate, issuers: readonly Certificate[]): void {
    const publicKey = this.#primitives.decodeSpki(certificate.publicKey);
    if (isTooSmall(publicKey, this.#level)) throw sslError('ee key too small');
    for (const issuer of issuers) {
      if (isTooSmall(this.#primitives.decodeSpki(issuer.publicKey), this.#level)) throw sslError('ca key too small');
    }
    const slot = this.#slot(publicKey);
    slot.certificate = certificate;
    slot.publicKey = publicKey;
    slot.issuers = [...issuers];
    if (slot.key !== undefined && !this.#belongs(slot.key, publicKey)) slot.key = undefined;
    this.#last = slot;
  }

  #slot(key: AsymmetricKey): Slot {
    let slot = this.#slots.get(key.type);
    if (slot === undefined) this.#slots.set(key.type, (slot = { issuers: [] }));
    return slot;
  }

  #belongs(key: AsymmetricKey, publicKey: AsymmetricKey): boolean {
    const [own, given] = [this.#primitives.encodeSpki(publicKey), this.#primitives.encodeSpki(key)];
    return own.length === given.length && own.every((byte, index) => byte === given[index]);
  }

  setKey(source: Encodable, passphrase: string | undefined | null): void {
    // Without one OpenSSL tries the empty one.
    const secret = toBytes(this.#environment, passphrase ?? '');
    this.#setPrivate(this.#primitives.readPrivateKey(toBytes(this.#environment, source), secret));
  }

  #setPrivate(key: AsymmetricKey): void {
    const slot = this.#slot(key);
    if (slot.publicKey !== undefined && !this.#belongs(key, slot.publicKey)) {
      throw openSslError({
        number: '05800074',
        library: 'x509 certificate routines',
        reason: 'key values mismatch',
        code: 'ERR_OSSL_X509_KEY_VALUES_MISMATCH',
      });
    }
    slot.key = key;
  }

  loadPKCS12(source: ArrayBufferView, passphrase?: ArrayBufferView): void {
    const pass = passphrase === undefined ? new Uint8Array(0) : viewBytes(passphrase);
    const { certificate, key, others } = readPkcs12(this.#primitives, viewBytes(source), pass);
    if (key === undefined) throw this.#failed('Unable to load private key from PFX data');
    if (certificate === undefined) throw this.#failed('Unable to load certificate from PFX data');
    this.#setCertificate(certificate, others);
    this.#setPrivate(key);
    for (const each of others) this.#trust(each);
  }

  addCACert(source: Encodable): void {
    // As natively, what has no certificate adds none.
    const blocks = readPem(toBytes(this.#environment, source)).filter(({ label }) => CERTIFICATE_LABELS.has(label));
    for (const { bytes } of blocks) this.#trust(this.#primitives.readCertificate(bytes));
  }
  #trust(certificate: Certificate): void {
    this.#trusted.push(certificate);
    this.#authorities.push(certificate.subject.der);
  }
  addRootCerts(): void {
    this.#usesRoots = true;
    this.#roots.warn();
  }
  setAllowPartialTrustChain(): void {
    this.#partial = true;
  }
  addCRL(source: Encodable): void {
    const block = readPem(toBytes(this.#environment, source)).find(({ label }) => label === 'X509 CRL');
    this.#revocations ??= new Revocations(this.#primitives);
    try {
      if (block === undefined) throw new DerError('too small');
      this.#revocations.add(block.bytes);
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
      throw this.#failed('Failed to parse CRL');
    }
  }

  getCertificate(): Uint8Array | null {
    const raw = this.#last?.certificate?.raw;
    return raw === undefined ? null : this.#environment.buffer(raw.slice());
  }
  getIssuer(): Uint8Array | null {
    const slot = this.#last;
    if (slot?.certificate === undefined) return null;
    const issuer = slot.issuers[0] ?? this.#store().issuerOf(slot.certificate);
    return issuer === undefined ? null : this.#environment.buffer(issuer.raw.slice());
  }

  #store(): TrustStore {
    const trusted = this.#usesRoots ? [...this.#roots.certificates(), ...this.#trusted] : this.#trusted;
    return new TrustStore(this.#primitives, {
      trusted,
      revocations: this.#revocations,
      partial: this.#partial,
      level: this.#level,
      now: Date.now(),
    });
  }

  /** With the issuers that trust knows, where none were given (SSL_MODE_NO_AUTO_CHAIN is off). */
  #credentials(): Credential[] {
    const found: Credential[] = [];
    for (const slot of this.#slots.values()) {
      if (slot.certificate === undefined || slot.publicKey === undefined) continue;
      const given = slot.issuers.length > 0 || this.#trusted.length === 0;
      const issuers = given ? slot.issuers : this.#store().build(slot.certificate, []).chain.slice(1);
      found.push({ certificate: slot.certificate, publicKey: slot.publicKey, key: slot.key, issuers });
    }
    return found;
  }

  /** What a new connection goes by. */
  settings(): TlsSettings {
    const options = this.#options;
    const [low, high] = [this.#min, this.#max === 0 ? TLS_1_3 : this.#max];
    // Security levels above 0 have nothing before 1.2 (ssl_security_default_callback).
    const least = this.#level > 0 ? TLS_1_2 : TLS_1_0;
    const versions = VERSIONS.filter(([version, flag]) => version >= Math.max(low, least) && version <= high && (options & flag) === 0).map(
      ([version]) => version,
    );
    return {
      // No version at all: nothing fits between.
      minVersion: versions[0] ?? TLS_1_3 + 1,
      maxVersion: versions.at(-1) ?? TLS_1_2 - 1,
      suites12: this.#suites12,
      suites13: this.#suites13,
      groups: this.#groups,
      schemes: this.#level > 0 ? this.#schemes : [...this.#schemes, ...WEAK_SCHEMES.filter((each) => !this.#schemes.includes(each))],
      credentials: this.#credentials(),
      serverPreference: (options & OP_SERVER_PREFERENCE) !== 0,
      tickets: (options & OP_NO_TICKET) === 0,
      ticketKeys: ticketKeysOf(this.#ticketKeys),
      sessionIdContext: this.#sessionIdContext,
      sessionTimeout: this.#sessionTimeout,
      level: this.#level,
      dh: this.#dh,
      authorities: this.#authorities,
      verify: (chain, purpose) => this.#store().verify(chain, purpose),
    };
  }

  /** A chain as `getPeerCertificate(true)` shows it: what was sent, then what trust knows. */
  completeChain(sent: readonly Certificate[]): readonly Certificate[] {
    const [leaf, ...untrusted] = sent;
    return leaf === undefined ? [] : this.#store().build(leaf, untrusted).chain;
  }
}

function ticketKeysOf(bytes: Uint8Array): TicketKeys {
  return { name: bytes.subarray(0, 16), hmac: bytes.subarray(16, 32), aes: bytes.subarray(32, 48) };
}
