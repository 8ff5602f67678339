/** Lists of cipher suites as OpenSSL reads them (openssl-ciphers(1); ssl/ssl_ciph.c). */
import { type CipherSuite, SUITES_1_2, SUITES_1_3, usesDhe, usesEcdhe, usesPsk } from './cipher-suites.ts';
import { sslError } from './errors.ts';

type Predicate = (suite: CipherSuite) => boolean;

const never: Predicate = () => false;
const isAes: Predicate = ({ cipher }) => cipher !== 'chacha20-poly1305';

/** What keywords stand for; those of suites that are not here match nothing. */
const KEYWORDS: Readonly<Record<string, Predicate>> = {
  ALL: () => true,
  COMPLEMENTOFALL: never,
  COMPLEMENTOFDEFAULT: never,
  HIGH: () => true,
  MEDIUM: never,
  LOW: never,
  EXPORT: never,
  EXP: never,
  FIPS: ({ cipher }) => cipher !== 'chacha20-poly1305',
  kRSA: ({ exchange }) => exchange === 'rsa',
  RSA: ({ exchange, authentication }) => exchange === 'rsa' && authentication === 'rsa',
  aRSA: ({ authentication }) => authentication === 'rsa',
  kDHE: ({ exchange }) => exchange === 'dhe',
  kEDH: ({ exchange }) => exchange === 'dhe',
  DH: ({ exchange }) => exchange === 'dhe',
  DHE: ({ exchange }) => exchange === 'dhe',
  EDH: ({ exchange }) => exchange === 'dhe',
  kECDHE: ({ exchange }) => exchange === 'ecdhe',
  kEECDH: ({ exchange }) => exchange === 'ecdhe',
  ECDH: ({ exchange }) => exchange === 'ecdhe',
  ECDHE: ({ exchange }) => exchange === 'ecdhe',
  EECDH: ({ exchange }) => exchange === 'ecdhe',
  aECDSA: ({ authentication }) => authentication === 'ecdsa',
  ECDSA: ({ authentication }) => authentication === 'ecdsa',
  PSK: usesPsk,
  aPSK: usesPsk,
  kPSK: ({ exchange }) => exchange === 'psk',
  kECDHEPSK: (suite) => usesEcdhe(suite) && usesPsk(suite),
  kDHEPSK: (suite) => usesDhe(suite) && usesPsk(suite),
  kRSAPSK: never,
  AES: isAes,
  AES128: (suite) => isAes(suite) && suite.keyLength === 16,
  AES256: (suite) => isAes(suite) && suite.keyLength === 32,
  AESGCM: ({ cipher }) => cipher === 'aes-gcm',
  AESCCM: never,
  AESCCM8: never,
  CHACHA20: ({ cipher }) => cipher === 'chacha20-poly1305',
  SHA: ({ mac }) => mac === 'sha1',
  SHA1: ({ mac }) => mac === 'sha1',
  SHA256: ({ mac }) => mac === 'sha256',
  SHA384: ({ mac }) => mac === 'sha384',
  SSLv3: ({ version }) => version === 'SSLv3',
  TLSv1: ({ version }) => version === 'SSLv3' || version === 'TLSv1.0',
  'TLSv1.0': ({ version }) => version === 'TLSv1.0',
  'TLSv1.2': ({ version }) => version === 'TLSv1.2',
  ...Object.fromEntries(
    [
      'aNULL',
      'eNULL',
      'NULL',
      'ADH',
      'AECDH',
      'DSS',
      'aDSS',
      'DES',
      '3DES',
      'RC4',
      'RC2',
      'IDEA',
      'SEED',
      'MD5',
      'SRP',
      'kSRP',
      'aSRP',
      'CAMELLIA',
      'CAMELLIA128',
      'CAMELLIA256',
      'ARIA',
      'ARIA128',
      'ARIA256',
      'ARIAGCM',
      'GOST',
      'CBC',
      'SSLv2',
      'aGOST',
      'kGOST',
    ].map((name) => [name, never] as const),
  ),
};

/** What DEFAULT stands for (OSSL_default_cipher_list). */
const DEFAULT = 'ALL:!COMPLEMENTOFDEFAULT:!eNULL';

const byName = new Map(SUITES_1_2.map((suite) => [suite.name, suite] as const));

function matcher(term: string): Predicate {
  const parts = term.split('+').map((word): Predicate => {
    const suite = byName.get(word);
    if (suite !== undefined) return (each) => each === suite;
    return KEYWORDS[word] ?? never;
  });
  return (suite) => parts.every((fits) => fits(suite));
}

/**
 * The suites of TLS 1.2 that a list names, in its order.
 * @returns `level` where the list says one (`@SECLEVEL=0`)
 */
export function parseCipherList(list: string): { suites: CipherSuite[]; level: number | undefined } {
  let active: CipherSuite[] = [];
  const killed = new Set<CipherSuite>();
  let level: number | undefined;
  const apply = (text: string): void => {
    // A command may stand right behind a name: `ALL@SECLEVEL=0`.
    for (const item of text.split(/[:, ;]+|(?=@)/).filter((word) => word !== '')) {
      if (item === 'DEFAULT') {
        apply(DEFAULT);
        continue;
      }
      if (item.startsWith('@')) {
        const found = /^@SECLEVEL=([0-5])$/.exec(item);
        if (found !== null) level = Number(found[1]);
        else if (item === '@STRENGTH') active = active.toSorted((a, b) => b.keyLength - a.keyLength);
        else throw sslError('no cipher match');
        continue;
      }
      const operator = /^[!+-]/.exec(item)?.[0] ?? '';
      const fits = matcher(item.slice(operator.length));
      if (operator === '!') {
        for (const suite of SUITES_1_2) if (fits(suite)) killed.add(suite);
        active = active.filter((suite) => !fits(suite));
      } else if (operator === '-') active = active.filter((suite) => !fits(suite));
      else if (operator === '+') active = [...active.filter((suite) => !fits(suite)), ...active.filter(fits)];
      else active.push(...SUITES_1_2.filter((suite) => fits(suite) && !killed.has(suite) && !active.includes(suite)));
    }
  };
  apply(list);
  return { suites: active, level };
}

/** The suites of TLS 1.3 that a list names; unknown names are errors, except those after `!` (Node hands those over too). */
export function parseSuites13(list: string): CipherSuite[] {
  const suites: CipherSuite[] = [];
  for (const name of list.split(':')) {
    const found = SUITES_1_3.find((suite) => suite.name === name.toUpperCase());
    if (found !== undefined && !suites.includes(found)) suites.push(found);
  }
  if (suites.length === 0 && list !== '') throw sslError('no cipher match');
  return suites;
}
