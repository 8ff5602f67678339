/** What ends a connection: the alert that is sent, and the error as OpenSSL's library words it (include/openssl/sslerr.h). */

/** Reasons and their numbers (SSL_R_*), by OpenSSL's texts. */
const REASONS = {
  'app data in handshake': 100,
  'bad change cipher spec': 103,
  'bad data': 390,
  'bad digest length': 111,
  'bad extension': 110,
  'bad hello request': 105,
  'bad key share': 108,
  'bad key update': 122,
  'bad legacy version': 292,
  'bad psk': 219,
  'bad psk identity': 114,
  'bad record type': 443,
  'bad signature': 123,
  'bad write retry': 127,
  'binder does not verify': 253,
  'block cipher pad is wrong': 129,
  'bio not set': 128,
  'callback failed': 234,
  'ca key too small': 397,
  'ca md too weak': 398,
  'cert cb error': 377,
  'certificate verify failed': 134,
  'cipher or hash unavailable': 138,
  'clienthello tlsext': 226,
  'data between ccs and finished': 145,
  'data length too long': 146,
  'decryption failed or bad record mac': 281,
  'dh key too small': 394,
  'digest check failed': 149,
  'ecc cert not for signing': 318,
  'ee key too small': 399,
  'ee md too weak': 400,
  'encrypted length too long': 150,
  'excessive message size': 152,
  'extra data in message': 153,
  'http request': 156,
  'https proxy request': 155,
  'illegal point compression': 162,
  'inappropriate fallback': 373,
  'inconsistent extms': 104,
  'internal error': 68,
  'invalid alert': 205,
  'invalid ccs message': 260,
  'invalid compression algorithm': 341,
  'invalid max early data': 174,
  'length mismatch': 159,
  'length too short': 160,
  'library bug': 274,
  'missing rsa certificate': 168,
  'missing sigalgs extension': 112,
  'missing supported groups extension': 209,
  'missing fatal': 256,
  'no application protocol': 235,
  'no certificate assigned': 177,
  'no cipher match': 185,
  'no ciphers available': 181,
  'no ciphers specified': 183,
  'no private key assigned': 190,
  'no protocols available': 191,
  'no renegotiation': 339,
  'no shared cipher': 193,
  'no shared groups': 410,
  'no shared signature algorithms': 376,
  'no suitable groups': 295,
  'no suitable key share': 101,
  'no suitable signature algorithm': 118,
  'not on record boundary': 182,
  'packet length too long': 198,
  'passed invalid argument': 113,
  'path too long': 270,
  'peer did not return a certificate': 199,
  'protocol is shutdown': 207,
  'psk identity not found': 223,
  'record length mismatch': 213,
  'record too small': 298,
  'renegotiate ext too long': 335,
  'renegotiation mismatch': 337,
  'serverhello tlsext': 275,
  'session id context uninitialized': 277,
  'shutdown while in init': 407,
  'signature algorithms error': 360,
  'tls illegal exporter label': 367,
  'too many key updates': 132,
  'too many warn alerts': 409,
  'unexpected message': 244,
  'unexpected record': 245,
  'unexpected eof while reading': 294,
  'unknown certificate type': 247,
  'unknown cipher returned': 248,
  'unknown key exchange type': 250,
  'unsolicited extension': 217,
  'unsupported protocol': 258,
  'unsupported ssl version': 259,
  'wrong certificate type': 383,
  'wrong cipher returned': 261,
  'wrong curve': 378,
  'wrong signature type': 370,
  'wrong ssl version': 266,
  'wrong version number': 267,
} as const;

export type Reason = keyof typeof REASONS;

/** Texts of alerts that the other side sent: their reasons are 1000 and the alert's number. */
const ALERT_TEXTS: Readonly<Record<number, string>> = {
  10: 'ssl/tls alert unexpected message',
  20: 'ssl/tls alert bad record mac',
  21: 'tlsv1 alert decryption failed',
  22: 'tlsv1 alert record overflow',
  30: 'ssl/tls alert decompression failure',
  40: 'ssl/tls alert handshake failure',
  41: 'ssl/tls alert no certificate',
  42: 'ssl/tls alert bad certificate',
  43: 'ssl/tls alert unsupported certificate',
  44: 'ssl/tls alert certificate revoked',
  45: 'ssl/tls alert certificate expired',
  46: 'ssl/tls alert certificate unknown',
  47: 'ssl/tls alert illegal parameter',
  48: 'tlsv1 alert unknown ca',
  49: 'tlsv1 alert access denied',
  50: 'tlsv1 alert decode error',
  51: 'tlsv1 alert decrypt error',
  60: 'tlsv1 alert export restriction',
  70: 'tlsv1 alert protocol version',
  71: 'tlsv1 alert insufficient security',
  80: 'tlsv1 alert internal error',
  86: 'tlsv1 alert inappropriate fallback',
  90: 'tlsv1 alert user cancelled',
  100: 'tlsv1 alert no renegotiation',
  109: 'tlsv13 alert missing extension',
  110: 'tlsv1 unsupported extension',
  111: 'tlsv1 certificate unobtainable',
  112: 'tlsv1 unrecognized name',
  113: 'tlsv1 bad certificate status response',
  114: 'tlsv1 bad certificate hash value',
  115: 'tlsv1 alert unknown psk identity',
  116: 'tlsv13 alert certificate required',
  120: 'tlsv1 alert no application protocol',
};

export interface TlsErrorParts {
  readonly number: string;
  readonly library: string;
  readonly reason: string;
  readonly code: string;
}

/** Ends the connection. `alert` is sent first; undefined: none is. */
export class TlsFailure extends Error {
  readonly alert: number | undefined;
  readonly reason: string;
  /** `0A…`, as error:… texts have it. */
  readonly number: string;
  /** `SSL alert number 40`, for alerts that came in. */
  readonly detail: string;

  constructor(alert: number | undefined, reason: Reason) {
    super(reason);
    this.alert = alert;
    this.reason = reason;
    this.number = sslNumber(REASONS[reason]);
    this.detail = '';
  }

  /** The other side's fatal alert. */
  static received(description: number): TlsFailure {
    const failure = new TlsFailure(undefined, 'internal error');
    const reason = ALERT_TEXTS[description] ?? `reason(${1000 + description})`;
    return Object.assign(failure, {
      message: reason,
      reason,
      number: sslNumber(1000 + description),
      detail: `SSL alert number ${description}`,
    });
  }

  /** The text of an entry of OpenSSL's error queue. */
  get text(): string {
    return `error:${this.number}:SSL routines::${this.reason}`;
  }
}

const sslNumber = (reason: number): string => `0A${reason.toString(16).toUpperCase().padStart(6, '0')}`;

/** `error:0A0000B9:SSL routines::no cipher match`, as functions of SecureContext throw it. */
export function sslError(reason: Reason): Error {
  const failure = new TlsFailure(undefined, reason);
  return Object.assign(new Error(failure.text), { library: 'SSL routines', reason, code: errorCode(reason) });
}

export const errorCode = (reason: string): string => `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}`;
