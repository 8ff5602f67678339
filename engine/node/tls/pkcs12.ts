/** PKCS #12 (RFC 7292): one key, its certificate and others, under a passphrase. Encryption: PBES2, and SHA-1 with triple DES; what OpenSSL's legacy provider would need is refused. */
import { DerError, DerReader } from '../crypto/asn1/der.ts';
import { concatBytes } from '../crypto/bytes.ts';
import type { DigestAlgorithm } from '../crypto/digest.ts';
import type { AsymmetricKey } from '../crypto/keys/types.ts';
import type { TlsPrimitives } from '../crypto/tls-primitives.ts';
import type { Certificate } from '../crypto/x509/certificate.ts';
import { digestByOid } from '../crypto/asn1/algorithms.ts';
import { digestNamed, hashOf, hmacOf } from './key-schedule.ts';
import { sameBytes } from './wire.ts';

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const KEY_BAG = '1.2.840.113549.1.12.10.1.1';
const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2';
const CERT_BAG = '1.2.840.113549.1.12.10.1.3';
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';
const PBES2 = '1.2.840.113549.1.5.13';
const SHA1_AND_3DES = '1.2.840.113549.1.12.1.3';
const PBMAC1 = '1.2.840.113549.1.5.14';

/** More would hold up the page for minutes; files have some thousands. */
const MOST_ITERATIONS = 10_000_000;

export interface Pkcs12 {
  readonly key: AsymmetricKey | undefined;
  readonly certificate: Certificate | undefined;
  readonly others: readonly Certificate[];
}

/** What OpenSSL's default provider does not have either. */
class UnsupportedError extends Error {}

/** OpenSSL's reason is the whole message (SecureContext::LoadPKCS12). */
const failure = (reason: string): Error => new Error(reason);

export function readPkcs12(primitives: TlsPrimitives, bytes: Uint8Array, passphrase: Uint8Array): Pkcs12 {
  try {
    return read(primitives, bytes, passphrase);
  } catch (error) {
    const { problem, code } = error as { problem?: string; code?: string };
    // Errors of the script with the asymmetric part are not of the classes that this one has.
    if (problem !== undefined) throw failure(bytes.length < 10 ? 'not enough data' : problem);
    if (error instanceof UnsupportedError || code === 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM') {
      throw primitives.core.environment.codedError('Error', 'ERR_CRYPTO_UNSUPPORTED_OPERATION', 'Unsupported PKCS12 PFX data');
    }
    throw error;
  }
}

interface Bags {
  readonly keys: { readonly key: AsymmetricKey; readonly localId: Uint8Array | undefined }[];
  readonly certificates: { readonly certificate: Certificate; readonly localId: Uint8Array | undefined }[];
}

function read(primitives: TlsPrimitives, bytes: Uint8Array, passphrase: Uint8Array): Pkcs12 {
  // What is cut short is so for the reader of a stream.
  if (bytes[0] !== 0x30) throw failure('not enough data');
  const reader = DerReader.sequence(bytes);
  reader.integer();
  const content = readData(reader.sequence());
  if (reader.done) throw failure('mac absent');
  checkMac(primitives, reader.sequence(), content, passphrase);
  const bags: Bags = { keys: [], certificates: [] };
  const safes = DerReader.sequence(content);
  while (!safes.done) readSafe(primitives, safes.sequence(), passphrase, bags);
  const found = bags.keys[0];
  const own = bags.certificates.find(
    ({ localId }) => localId !== undefined && found?.localId !== undefined && sameBytes(localId, found.localId),
  );
  const certificate = own ?? (found === undefined ? undefined : bags.certificates[0]);
  // The order in which OpenSSL gives them.
  const others = bags.certificates.filter((each) => each !== certificate).map((each) => each.certificate);
  return { key: found?.key, certificate: certificate?.certificate, others };
}

/** ContentInfo of plain data. */
function readData(info: DerReader): Uint8Array {
  if (info.oid() !== DATA) throw failure('content type not data');
  return new DerReader(info.read(0xa0).content).octets();
}

function checkMac(primitives: TlsPrimitives, mac: DerReader, content: Uint8Array, passphrase: Uint8Array): void {
  const { core } = primitives;
  const info = mac.sequence();
  const algorithm = info.sequence().oid();
  const expected = info.octets();
  const salt = mac.octets();
  const iterations = mac.done ? 1 : Number(mac.integer());
  if (algorithm === PBMAC1) throw new UnsupportedError();
  const digest = digestNamed(core, digestByOid(algorithm) ?? 'none');
  // An empty passphrase is either two zero bytes or nothing.
  const candidates = passphrase.length === 0 ? [bmpString(passphrase), new Uint8Array(0)] : [bmpString(passphrase)];
  const fits = candidates.some((secret) => {
    const key = deriveKey(digest, secret, salt, 3, iterations, digest.outputSize);
    return sameBytes(hmacOf(core, digest, key, content), expected);
  });
  if (!fits) throw failure('mac verify failure');
}

function readSafe(primitives: TlsPrimitives, info: DerReader, passphrase: Uint8Array, bags: Bags): void {
  const type = info.oid();
  const inner = new DerReader(info.read(0xa0).content);
  let content: Uint8Array;
  if (type === DATA) content = inner.octets();
  else if (type === ENCRYPTED_DATA) {
    const body = inner.sequence();
    body.integer();
    const encrypted = body.sequence();
    encrypted.oid();
    const algorithm = encrypted.read(0x30).whole;
    content = decrypt(primitives, algorithm, encrypted.read(0x80).content, passphrase);
  } else throw new UnsupportedError();
  const list = DerReader.sequence(content);
  while (!list.done) readBag(primitives, list.sequence(), passphrase, bags);
}

function readBag(primitives: TlsPrimitives, bag: DerReader, passphrase: Uint8Array, bags: Bags): void {
  const type = bag.oid();
  const value = new DerReader(bag.read(0xa0).content);
  const localId = bag.done ? undefined : readLocalId(new DerReader(bag.read(0x31).content));
  if (type === KEY_BAG) bags.keys.push({ key: primitives.decodePkcs8(value.read(0x30).whole), localId });
  else if (type === SHROUDED_KEY_BAG) {
    const whole = value.read(0x30);
    const reader = new DerReader(whole.content);
    const algorithm = reader.read(0x30).whole;
    bags.keys.push({ key: primitives.decodePkcs8(decrypt(primitives, algorithm, reader.octets(), passphrase)), localId });
  } else if (type === CERT_BAG) {
    const reader = value.sequence();
    if (reader.oid() !== X509_CERTIFICATE) return;
    const der = new DerReader(reader.read(0xa0).content).octets();
    bags.certificates.push({ certificate: primitives.readCertificate(der.slice()), localId });
  }
}

/** localKeyID, which ties a certificate to its key. */
function readLocalId(attributes: DerReader): Uint8Array | undefined {
  while (!attributes.done) {
    const attribute = attributes.sequence();
    if (attribute.oid() === '1.2.840.113549.1.9.21') return new DerReader(attribute.read(0x31).content).octets();
  }
  return undefined;
}

/** @param algorithm AlgorithmIdentifier, whole */
function decrypt(primitives: TlsPrimitives, algorithm: Uint8Array, text: Uint8Array, passphrase: Uint8Array): Uint8Array {
  const { core } = primitives;
  const reader = DerReader.sequence(algorithm);
  const scheme = reader.oid();
  if (scheme === PBES2) {
    const wrapped = concatBytes(algorithm, octets(text));
    return primitives.decryptPkcs8(core, sequenceOf(wrapped), passphrase);
  }
  if (scheme !== SHA1_AND_3DES) throw new UnsupportedError();
  const parameters = reader.sequence();
  const salt = parameters.octets();
  const iterations = Number(parameters.integer());
  const secret = bmpString(passphrase);
  const sha1 = digestNamed(core, 'sha1');
  const info = core.findCipher('des-ede3-cbc');
  if (info === undefined) throw new UnsupportedError();
  const mode = core.createCipherMode(
    info,
    deriveKey(sha1, secret, salt, 1, iterations, 24),
    deriveKey(sha1, secret, salt, 2, iterations, 8),
    false,
  );
  return concatBytes(mode.update(text, true), mode.finish(true));
}

const sequenceOf = (content: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(0x30), derLength(content.length), content);
const octets = (content: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(0x04), derLength(content.length), content);
const derLength = (length: number): Uint8Array =>
  length < 0x80 ? Uint8Array.of(length) : Uint8Array.of(0x83, length >>> 16, (length >>> 8) & 0xff, length & 0xff);

/** UTF-16, big-endian, with its final zero. */
function bmpString(passphrase: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(passphrase.slice());
  const bytes = new Uint8Array(2 * text.length + 2);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    bytes[2 * index] = unit >>> 8;
    bytes[2 * index + 1] = unit & 0xff;
  }
  return bytes;
}

/** RFC 7292, appendix B.2. @param id 1 for keys, 2 for vectors, 3 for codes */
function deriveKey(
  digest: DigestAlgorithm,
  secret: Uint8Array,
  salt: Uint8Array,
  id: number,
  iterations: number,
  size: number,
): Uint8Array {
  if (!(iterations >= 1 && iterations <= MOST_ITERATIONS)) throw new DerError('invalid object encoding');
  const block = digest.blockSize;
  const repeat = (source: Uint8Array): Uint8Array => {
    const length = block * Math.ceil(source.length / block);
    return Uint8Array.from({ length }, (_, index) => source[index % source.length] ?? 0);
  };
  const diversifier = new Uint8Array(block).fill(id);
  const input = concatBytes(repeat(salt), repeat(secret));
  const output: Uint8Array[] = [];
  for (let made = 0; made < size; made += digest.outputSize) {
    let hash = hashOf(digest, diversifier, input);
    for (let round = 1; round < iterations; round++) hash = hashOf(digest, hash);
    output.push(hash);
    const addend = Uint8Array.from({ length: block }, (_, index) => hash[index % hash.length] ?? 0);
    for (let start = 0; start < input.length; start += block) {
      let carry = 1;
      for (let index = block - 1; index >= 0; index--) {
        carry += (input[start + index] ?? 0) + (addend[index] ?? 0);
        input[start + index] = carry & 0xff;
        carry >>= 8;
      }
    }
  }
  return concatBytes(...output).subarray(0, size);
}
