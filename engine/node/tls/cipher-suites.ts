/** The cipher suites that are here, by OpenSSL's names, in OpenSSL's order (ssl/s3_lib.c, ssl/ssl_ciph.c: ssl_create_cipher_list). */

export type KeyExchange = 'any' | 'ecdhe' | 'dhe' | 'rsa' | 'psk' | 'ecdhe-psk' | 'dhe-psk';
export type Authentication = 'any' | 'rsa' | 'ecdsa' | 'psk';
export type BulkCipher = 'aes-gcm' | 'aes-cbc' | 'chacha20-poly1305' | 'aes-ccm' | 'aes-ccm-8';

export interface CipherSuite {
  readonly id: number;
  /** OpenSSL's. */
  readonly name: string;
  /** IANA's. */
  readonly standardName: string;
  readonly exchange: KeyExchange;
  readonly authentication: Authentication;
  readonly cipher: BulkCipher;
  /** Bytes. */
  readonly keyLength: number;
  /** Of the handshake: of PRF, HKDF and transcript. */
  readonly hash: 'sha256' | 'sha384' | 'md5-sha1';
  /** Of the records, where the cipher has no tag of its own. */
  readonly mac: 'sha1' | 'sha256' | 'sha384' | undefined;
  /** The first version that has it, as OpenSSL says. */
  readonly version: 'TLSv1.3' | 'TLSv1.2' | 'TLSv1.0' | 'SSLv3';
}

function suite13(id: number, name: string, cipher: BulkCipher, keyLength: number, hash: CipherSuite['hash']): CipherSuite {
  const any = { exchange: 'any', authentication: 'any' } as const;
  return { id, name, standardName: name, ...any, cipher, keyLength, hash, mac: undefined, version: 'TLSv1.3' };
}

/** In the order of the default list (TLS_DEFAULT_CIPHERSUITES). */
export const SUITES_1_3: readonly CipherSuite[] = [
  suite13(0x1302, 'TLS_AES_256_GCM_SHA384', 'aes-gcm', 32, 'sha384'),
  suite13(0x1303, 'TLS_CHACHA20_POLY1305_SHA256', 'chacha20-poly1305', 32, 'sha256'),
  suite13(0x1301, 'TLS_AES_128_GCM_SHA256', 'aes-gcm', 16, 'sha256'),
  suite13(0x1305, 'TLS_AES_128_CCM_8_SHA256', 'aes-ccm-8', 16, 'sha256'),
  suite13(0x1304, 'TLS_AES_128_CCM_SHA256', 'aes-ccm', 16, 'sha256'),
];

const EXCHANGES: Readonly<Record<string, readonly [KeyExchange, Authentication, standard: string]>> = {
  'ECDHE-ECDSA': ['ecdhe', 'ecdsa', 'ECDHE_ECDSA'],
  'ECDHE-RSA': ['ecdhe', 'rsa', 'ECDHE_RSA'],
  'DHE-RSA': ['dhe', 'rsa', 'DHE_RSA'],
  RSA: ['rsa', 'rsa', 'RSA'],
  PSK: ['psk', 'psk', 'PSK'],
  'ECDHE-PSK': ['ecdhe-psk', 'psk', 'ECDHE_PSK'],
  'DHE-PSK': ['dhe-psk', 'psk', 'DHE_PSK'],
};

/** Prefix, id of the registry, and the kind of records: `a…` AES with key bits, `c` ChaCha20-Poly1305. */
const ROWS_1_2: readonly (readonly [prefix: string, id: number, bulk: string])[] = [
  ['ECDHE-ECDSA', 0xc02c, 'a256-gcm-sha384'],
  ['ECDHE-RSA', 0xc030, 'a256-gcm-sha384'],
  ['DHE-RSA', 0x009f, 'a256-gcm-sha384'],
  ['ECDHE-ECDSA', 0xcca9, 'c'],
  ['ECDHE-RSA', 0xcca8, 'c'],
  ['DHE-RSA', 0xccaa, 'c'],
  ['ECDHE-ECDSA', 0xc02b, 'a128-gcm-sha256'],
  ['ECDHE-RSA', 0xc02f, 'a128-gcm-sha256'],
  ['DHE-RSA', 0x009e, 'a128-gcm-sha256'],
  ['ECDHE-ECDSA', 0xc024, 'a256-cbc-sha384'],
  ['ECDHE-RSA', 0xc028, 'a256-cbc-sha384'],
  ['DHE-RSA', 0x006b, 'a256-cbc-sha256'],
  ['ECDHE-ECDSA', 0xc023, 'a128-cbc-sha256'],
  ['ECDHE-RSA', 0xc027, 'a128-cbc-sha256'],
  ['DHE-RSA', 0x0067, 'a128-cbc-sha256'],
  ['ECDHE-ECDSA', 0xc00a, 'a256-cbc-sha1'],
  ['ECDHE-RSA', 0xc014, 'a256-cbc-sha1'],
  ['DHE-RSA', 0x0039, 'a256-cbc-sha1'],
  ['ECDHE-ECDSA', 0xc009, 'a128-cbc-sha1'],
  ['ECDHE-RSA', 0xc013, 'a128-cbc-sha1'],
  ['DHE-RSA', 0x0033, 'a128-cbc-sha1'],
  ['DHE-PSK', 0x00ab, 'a256-gcm-sha384'],
  ['DHE-PSK', 0xccad, 'c'],
  ['ECDHE-PSK', 0xccac, 'c'],
  ['RSA', 0x009d, 'a256-gcm-sha384'],
  ['PSK', 0x00a9, 'a256-gcm-sha384'],
  ['PSK', 0xccab, 'c'],
  ['DHE-PSK', 0x00aa, 'a128-gcm-sha256'],
  ['RSA', 0x009c, 'a128-gcm-sha256'],
  ['PSK', 0x00a8, 'a128-gcm-sha256'],
  ['RSA', 0x003d, 'a256-cbc-sha256'],
  ['RSA', 0x003c, 'a128-cbc-sha256'],
  ['ECDHE-PSK', 0xc038, 'a256-cbc-sha384'],
  ['ECDHE-PSK', 0xc036, 'a256-cbc-sha1'],
  ['DHE-PSK', 0x00b3, 'a256-cbc-sha384'],
  ['DHE-PSK', 0x0091, 'a256-cbc-sha1'],
  ['RSA', 0x0035, 'a256-cbc-sha1'],
  ['PSK', 0x00af, 'a256-cbc-sha384'],
  ['PSK', 0x008d, 'a256-cbc-sha1'],
  ['ECDHE-PSK', 0xc037, 'a128-cbc-sha256'],
  ['ECDHE-PSK', 0xc035, 'a128-cbc-sha1'],
  ['DHE-PSK', 0x00b2, 'a128-cbc-sha256'],
  ['DHE-PSK', 0x0090, 'a128-cbc-sha1'],
  ['RSA', 0x002f, 'a128-cbc-sha1'],
  ['PSK', 0x00ae, 'a128-cbc-sha256'],
  ['PSK', 0x008c, 'a128-cbc-sha1'],
];

function suite12([prefix, id, bulk]: (typeof ROWS_1_2)[number]): CipherSuite {
  const [exchange, authentication, standard] = EXCHANGES[prefix] ?? ['rsa', 'rsa', 'RSA'];
  const dashed = prefix === 'RSA' ? '' : `${prefix}-`;
  if (bulk === 'c') {
    const names = { name: `${dashed}CHACHA20-POLY1305`, standardName: `TLS_${standard}_WITH_CHACHA20_POLY1305_SHA256` };
    return {
      id,
      ...names,
      exchange,
      authentication,
      cipher: 'chacha20-poly1305',
      keyLength: 32,
      hash: 'sha256',
      mac: undefined,
      version: 'TLSv1.2',
    };
  }
  const [bits = '', mode = '', hash = ''] = bulk.slice(1).split('-');
  const sha = hash === 'sha1' ? 'SHA' : hash.toUpperCase();
  const standardName = `TLS_${standard}_WITH_AES_${bits}_${mode.toUpperCase()}_${sha}`;
  const isGcm = mode === 'gcm';
  // Names of PSK suites say the mode.
  const named = isGcm ? '-GCM' : prefix.endsWith('PSK') ? '-CBC' : '';
  const old = prefix === 'RSA' || prefix === 'DHE-RSA' || prefix === 'PSK' || prefix === 'DHE-PSK' ? 'SSLv3' : 'TLSv1.0';
  return {
    id,
    name: `${dashed}AES${bits}${named}-${sha}`,
    standardName,
    exchange,
    authentication,
    cipher: isGcm ? 'aes-gcm' : 'aes-cbc',
    keyLength: Number(bits) / 8,
    hash: hash === 'sha384' ? 'sha384' : 'sha256',
    mac: isGcm ? undefined : (hash as 'sha1' | 'sha256' | 'sha384'),
    version: isGcm
      ? 'TLSv1.2'
      : hash === 'sha1' || prefix.endsWith('PSK')
        ? prefix.endsWith('PSK') && hash !== 'sha1'
          ? 'TLSv1.0'
          : old
        : 'TLSv1.2',
  };
}

export const SUITES_1_2: readonly CipherSuite[] = ROWS_1_2.map(suite12);

/** A suite as it is before 1.2: one pseudorandom function for all, of two hashes (RFC 2246, section 5); undefined for suites that came later. */
export function olderSuite(suite: CipherSuite): CipherSuite | undefined {
  return suite.version === 'SSLv3' || suite.version === 'TLSv1.0' ? { ...suite, hash: 'md5-sha1' } : undefined;
}

export const usesEcdhe = ({ exchange }: CipherSuite): boolean => exchange === 'ecdhe' || exchange === 'ecdhe-psk';
export const usesDhe = ({ exchange }: CipherSuite): boolean => exchange === 'dhe' || exchange === 'dhe-psk';
export const usesPsk = ({ authentication }: CipherSuite): boolean => authentication === 'psk';
