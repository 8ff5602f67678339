/** Object identifiers of algorithms in keys, signatures and certificates, by OpenSSL's names. */

export const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
export const RSASSA_PSS = '1.2.840.113549.1.1.10';
export const MGF1 = '1.2.840.113549.1.1.8';
export const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
export const PRIME_FIELD = '1.2.840.10045.1.1';
export const BINARY_FIELD = '1.2.840.10045.1.2';
export const DSA = '1.2.840.10040.4.1';
export const DH = '1.2.840.113549.1.3.1';
export const DHX = '1.2.840.10046.2.1';

export const OKP_OIDS = {
  x25519: '1.3.101.110',
  x448: '1.3.101.111',
  ed25519: '1.3.101.112',
  ed448: '1.3.101.113',
} as const;

/** Hashes that signatures name. */
export const DIGEST_OIDS: Readonly<Record<string, string>> = {
  md5: '1.2.840.113549.2.5',
  sha1: '1.3.14.3.2.26',
  sha224: '2.16.840.1.101.3.4.2.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
  'sha512-224': '2.16.840.1.101.3.4.2.5',
  'sha512-256': '2.16.840.1.101.3.4.2.6',
  'sha3-224': '2.16.840.1.101.3.4.2.7',
  'sha3-256': '2.16.840.1.101.3.4.2.8',
  'sha3-384': '2.16.840.1.101.3.4.2.9',
  'sha3-512': '2.16.840.1.101.3.4.2.10',
  ripemd160: '1.3.36.3.2.1',
  sm3: '1.2.156.10197.1.401',
};

export function digestByOid(oid: string): string | undefined {
  return Object.keys(DIGEST_OIDS).find((name) => DIGEST_OIDS[name] === oid);
}

export interface SignatureAlgorithm {
  /** OpenSSL's long name. */
  readonly name: string;
  readonly digest: string | undefined;
  readonly key: 'rsa' | 'rsa-pss' | 'ec' | 'dsa' | 'ed25519' | 'ed448';
}

export const SIGNATURE_ALGORITHMS: Readonly<Record<string, SignatureAlgorithm>> = {
  '1.2.840.113549.1.1.4': { name: 'md5WithRSAEncryption', digest: 'md5', key: 'rsa' },
  '1.2.840.113549.1.1.5': { name: 'sha1WithRSAEncryption', digest: 'sha1', key: 'rsa' },
  '1.2.840.113549.1.1.14': { name: 'sha224WithRSAEncryption', digest: 'sha224', key: 'rsa' },
  '1.2.840.113549.1.1.11': { name: 'sha256WithRSAEncryption', digest: 'sha256', key: 'rsa' },
  '1.2.840.113549.1.1.12': { name: 'sha384WithRSAEncryption', digest: 'sha384', key: 'rsa' },
  '1.2.840.113549.1.1.13': { name: 'sha512WithRSAEncryption', digest: 'sha512', key: 'rsa' },
  '1.2.840.113549.1.1.15': { name: 'sha512-224WithRSAEncryption', digest: 'sha512-224', key: 'rsa' },
  '1.2.840.113549.1.1.16': { name: 'sha512-256WithRSAEncryption', digest: 'sha512-256', key: 'rsa' },
  '1.2.840.113549.1.1.10': { name: 'rsassaPss', digest: undefined, key: 'rsa-pss' },
  '2.16.840.1.101.3.4.3.13': { name: 'RSA-SHA3-224', digest: 'sha3-224', key: 'rsa' },
  '2.16.840.1.101.3.4.3.14': { name: 'RSA-SHA3-256', digest: 'sha3-256', key: 'rsa' },
  '2.16.840.1.101.3.4.3.15': { name: 'RSA-SHA3-384', digest: 'sha3-384', key: 'rsa' },
  '2.16.840.1.101.3.4.3.16': { name: 'RSA-SHA3-512', digest: 'sha3-512', key: 'rsa' },
  '1.2.840.10045.4.1': { name: 'ecdsa-with-SHA1', digest: 'sha1', key: 'ec' },
  '1.2.840.10045.4.3.1': { name: 'ecdsa-with-SHA224', digest: 'sha224', key: 'ec' },
  '1.2.840.10045.4.3.2': { name: 'ecdsa-with-SHA256', digest: 'sha256', key: 'ec' },
  '1.2.840.10045.4.3.3': { name: 'ecdsa-with-SHA384', digest: 'sha384', key: 'ec' },
  '1.2.840.10045.4.3.4': { name: 'ecdsa-with-SHA512', digest: 'sha512', key: 'ec' },
  '2.16.840.1.101.3.4.3.9': { name: 'ecdsa_with_SHA3-224', digest: 'sha3-224', key: 'ec' },
  '2.16.840.1.101.3.4.3.10': { name: 'ecdsa_with_SHA3-256', digest: 'sha3-256', key: 'ec' },
  '2.16.840.1.101.3.4.3.11': { name: 'ecdsa_with_SHA3-384', digest: 'sha3-384', key: 'ec' },
  '2.16.840.1.101.3.4.3.12': { name: 'ecdsa_with_SHA3-512', digest: 'sha3-512', key: 'ec' },
  '1.2.840.10040.4.3': { name: 'dsaWithSHA1', digest: 'sha1', key: 'dsa' },
  '2.16.840.1.101.3.4.3.1': { name: 'dsa_with_SHA224', digest: 'sha224', key: 'dsa' },
  '2.16.840.1.101.3.4.3.2': { name: 'dsa_with_SHA256', digest: 'sha256', key: 'dsa' },
  '2.16.840.1.101.3.4.3.3': { name: 'dsa_with_SHA384', digest: 'sha384', key: 'dsa' },
  '2.16.840.1.101.3.4.3.4': { name: 'dsa_with_SHA512', digest: 'sha512', key: 'dsa' },
  '1.3.101.112': { name: 'ED25519', digest: undefined, key: 'ed25519' },
  '1.3.101.113': { name: 'ED448', digest: undefined, key: 'ed448' },
};
