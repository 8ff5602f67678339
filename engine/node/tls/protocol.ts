/** Numbers of TLS 1.0 (RFC 2246) to 1.2 (RFC 5246) and 1.3 (RFC 8446), and the registries that they refer to. */

export const TLS_1_0 = 0x0301;
export const TLS_1_1 = 0x0302;
export const TLS_1_2 = 0x0303;
export const TLS_1_3 = 0x0304;

export type Role = 'client' | 'server';

/** Content types of records. */
export const CONTENT = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;

/** Handshake messages. */
export const HANDSHAKE = {
  helloRequest: 0,
  clientHello: 1,
  serverHello: 2,
  newSessionTicket: 4,
  endOfEarlyData: 5,
  encryptedExtensions: 8,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
  certificateStatus: 22,
  keyUpdate: 24,
  messageHash: 254,
} as const;

export const EXTENSION = {
  serverName: 0,
  statusRequest: 5,
  supportedGroups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  alpn: 16,
  encryptThenMac: 22,
  extendedMasterSecret: 23,
  sessionTicket: 35,
  preSharedKey: 41,
  earlyData: 42,
  supportedVersions: 43,
  cookie: 44,
  pskModes: 45,
  certificateAuthorities: 47,
  signatureAlgorithmsCert: 50,
  keyShare: 51,
  renegotiationInfo: 0xff01,
} as const;

export const ALERT = {
  closeNotify: 0,
  unexpectedMessage: 10,
  badRecordMac: 20,
  recordOverflow: 22,
  handshakeFailure: 40,
  badCertificate: 42,
  unsupportedCertificate: 43,
  certificateRevoked: 44,
  certificateExpired: 45,
  certificateUnknown: 46,
  illegalParameter: 47,
  unknownCa: 48,
  accessDenied: 49,
  decodeError: 50,
  decryptError: 51,
  protocolVersion: 70,
  insufficientSecurity: 71,
  internalError: 80,
  inappropriateFallback: 86,
  userCanceled: 90,
  noRenegotiation: 100,
  missingExtension: 109,
  unsupportedExtension: 110,
  unrecognizedName: 112,
  badCertificateStatusResponse: 113,
  unknownPskIdentity: 115,
  certificateRequired: 116,
  noApplicationProtocol: 120,
} as const;

/** TLS_FALLBACK_SCSV (RFC 7507) and TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746). */
export const FALLBACK_SCSV = 0x5600;
export const RENEGOTIATION_SCSV = 0x00ff;

/** SHA-256 of "HelloRetryRequest": the server's random that makes a ServerHello one (RFC 8446, 4.1.3). */
export const RETRY_RANDOM = Uint8Array.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c'.match(/../g) ?? [], (pair) =>
  Number.parseInt(pair, 16),
);

/** The end of the random of a server that could have 1.3 but answers with 1.2 (RFC 8446, 4.1.3). */
export const DOWNGRADE_1_2 = Uint8Array.of(0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 0x01);
export const DOWNGRADE_1_1 = Uint8Array.of(0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 0x00);

export const VERSION_NAMES: Readonly<Record<number, string>> = {
  [TLS_1_0]: 'TLSv1',
  [TLS_1_1]: 'TLSv1.1',
  [TLS_1_2]: 'TLSv1.2',
  [TLS_1_3]: 'TLSv1.3',
};

/** Bytes of plain text in a record. */
export const MOST_PLAIN = 16_384;
/** Bytes that 1.3 and 1.2 allow on top. */
export const MOST_EXPANSION_1_3 = 256;
export const MOST_EXPANSION_1_2 = 2048;
/** Bytes of a handshake message that is taken: a list of certificates is the longest (OpenSSL: 100 KB). */
export const MOST_HANDSHAKE = 131_072;
