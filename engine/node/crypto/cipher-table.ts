/** The ciphers of OpenSSL 3's default provider that are here, as `getCipherInfo` describes them. Numbers are OpenSSL's (include/openssl/obj_mac.h). */

export type ModeName = 'ecb' | 'cbc' | 'ctr' | 'gcm' | 'ccm' | 'ocb' | 'cfb' | 'cfb1' | 'cfb8' | 'ofb' | 'wrap' | 'wrap-pad' | 'stream';

export interface CipherInfo {
  /** As OpenSSL writes it (OBJ_nid2sn). */
  readonly name: string;
  readonly nid: number;
  readonly block: 'aes' | 'des' | 'chacha20' | 'chacha20-poly1305';
  readonly mode: ModeName;
  /** Bytes. */
  readonly keyLength: number;
  /** Bytes; 0 for none. */
  readonly ivLength: number;
  /** Bytes, as reported: 1 for modes that take any length; undefined is not reported. */
  readonly blockSize: number | undefined;
  /** Has a tag. */
  readonly authenticated: boolean;
  readonly aliases: readonly string[];
}

const AES_SIZES = [128, 192, 256] as const;

/** By mode: numbers for the three key sizes, bytes of the vector, of a block. */
const AES_MODES: readonly (readonly [mode: ModeName, nids: readonly [number, number, number], iv: number, block: number])[] = [
  ['cbc', [419, 423, 427], 16, 16],
  ['ccm', [896, 899, 902], 12, 1],
  ['cfb', [421, 425, 429], 16, 1],
  ['cfb1', [650, 651, 652], 16, 1],
  ['cfb8', [653, 654, 655], 16, 1],
  ['ctr', [904, 905, 906], 16, 1],
  ['ecb', [418, 422, 426], 0, 16],
  ['gcm', [895, 898, 901], 12, 1],
  ['ocb', [958, 959, 960], 12, 16],
  ['ofb', [420, 424, 428], 16, 1],
  ['wrap', [788, 789, 790], 8, 8],
  ['wrap-pad', [897, 900, 903], 4, 8],
];

function aesNames(mode: ModeName, bits: number): [name: string, ...aliases: string[]] {
  const plain = `aes-${bits}-${mode}`;
  switch (mode) {
    case 'cbc':
      return [plain, plain, `aes${bits}`];
    case 'ccm':
    case 'gcm':
      return [`id-aes${bits}-${mode.toUpperCase()}`, plain, `id-aes${bits}-${mode.toUpperCase()}`];
    case 'wrap':
    case 'wrap-pad':
      return [`id-aes${bits}-${mode}`, `aes${bits}-${mode}`, `id-aes${bits}-${mode}`];
    default:
      return [plain, plain];
  }
}

const AES = AES_MODES.flatMap(([mode, nids, ivLength, blockSize]) =>
  AES_SIZES.map((bits, index): CipherInfo => {
    const [name, ...aliases] = aesNames(mode, bits);
    const authenticated = mode === 'gcm' || mode === 'ccm' || mode === 'ocb';
    return { name, nid: nids[index] ?? 0, block: 'aes', mode, keyLength: bits / 8, ivLength, blockSize, authenticated, aliases };
  }),
);

function des(name: string, nid: number, mode: ModeName, keyLength: number, ...more: readonly string[]): CipherInfo {
  const streaming = mode.startsWith('cfb') || mode === 'ofb';
  const ivLength = mode === 'ecb' ? 0 : 8;
  const aliases = [name, ...more];
  return { name, nid, block: 'des', mode, keyLength, ivLength, blockSize: streaming ? 1 : 8, authenticated: false, aliases };
}

const DES: readonly CipherInfo[] = [
  des('des-ede', 32, 'ecb', 16, 'des-ede-ecb'),
  des('des-ede-cbc', 43, 'cbc', 16),
  des('des-ede-cfb', 60, 'cfb', 16),
  des('des-ede-ofb', 62, 'ofb', 16),
  des('des-ede3', 33, 'ecb', 24, 'des-ede3-ecb'),
  des('des-ede3-cbc', 44, 'cbc', 24, 'des3'),
  des('des-ede3-cfb', 61, 'cfb', 24),
  des('des-ede3-cfb8', 659, 'cfb8', 24),
  des('des-ede3-ofb', 63, 'ofb', 24),
];

const CHACHA: readonly CipherInfo[] = (
  [
    ['ChaCha20', 'chacha20', 1019, 16],
    ['ChaCha20-Poly1305', 'chacha20-poly1305', 1018, 12],
  ] as const
).map(([name, block, nid, ivLength]) => {
  const authenticated = block === 'chacha20-poly1305';
  return { name, nid, block, mode: 'stream', keyLength: 32, ivLength, blockSize: undefined, authenticated, aliases: [block] };
});

export const CIPHERS: readonly CipherInfo[] = [...AES, ...DES, ...CHACHA];

const byName = new Map(CIPHERS.flatMap((info) => info.aliases.map((alias) => [alias.toLowerCase(), info] as const)));

/** By any of OpenSSL's names, in any case. */
export function findCipher(name: string): CipherInfo | undefined {
  return byName.get(name.toLowerCase());
}

export function findCipherByNid(nid: number): CipherInfo | undefined {
  return CIPHERS.find((info) => info.nid === nid);
}
