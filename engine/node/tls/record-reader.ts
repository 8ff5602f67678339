/** Cuts what comes in into records (RFC 8446, 5.1), with OpenSSL's checks and words (ssl/record/methods/tls_common.c, tlsany_meth.c). */
import { concatBytes } from '../crypto/bytes.ts';
import { TlsFailure } from './errors.ts';
import type { Protection } from './protection.ts';
import { ALERT, CONTENT, MOST_EXPANSION_1_2, MOST_PLAIN, type Role, TLS_1_2, TLS_1_3 } from './protocol.ts';

export interface RawRecord {
  readonly type: number;
  readonly fragment: Uint8Array;
}

interface State {
  readonly role: Role;
  /** 0 while it is open. */
  readonly version: number;
  readonly protection: Protection | undefined;
}

const HEADER = 5;
/** Types that 1.3's records may have outside once they are protected. */
const OPEN_TYPES: ReadonlySet<number> = new Set([CONTENT.applicationData, CONTENT.changeCipherSpec, CONTENT.alert]);
/** Records without content that are taken one after the other (OpenSSL: MAX_EMPTY_RECORDS). */
const MOST_EMPTY = 32;

export class RecordReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #isFirst = true;
  #empty = 0;

  push(bytes: Uint8Array): void {
    this.#bytes = this.#bytes.length === 0 ? bytes.slice() : concatBytes(this.#bytes, bytes);
  }

  /** A flood of records that say nothing is an attack on time. */
  noteContent(size: number): void {
    this.#empty = size === 0 ? this.#empty + 1 : 0;
    if (this.#empty > MOST_EMPTY) throw new TlsFailure(ALERT.unexpectedMessage, 'record too small');
  }

  /** The next whole record; undefined: not yet. */
  next(state: State): RawRecord | undefined {
    const bytes = this.#bytes;
    if (bytes.length < HEADER) return undefined;
    const [type = 0, major = 0, minor = 0, high = 0, low = 0] = bytes;
    const length = (high << 8) | low;
    this.#checkHeader(type, major, (major << 8) | minor, state);
    const most = state.protection?.most ?? (state.version === 0 ? MOST_PLAIN : MOST_PLAIN + MOST_EXPANSION_1_2);
    if (length > most) {
      throw new TlsFailure(ALERT.recordOverflow, state.protection === undefined ? 'data length too long' : 'encrypted length too long');
    }
    if (bytes.length < HEADER + length) return undefined;
    this.#isFirst = false;
    this.#bytes = bytes.subarray(HEADER + length);
    return { type, fragment: bytes.subarray(HEADER, HEADER + length) };
  }

  #checkHeader(type: number, major: number, version: number, state: State): void {
    if (state.version === 0) {
      if (major === 3) return;
      if (!this.#isFirst) throw new TlsFailure(ALERT.protocolVersion, 'wrong version number');
      const text = String.fromCharCode(...this.#bytes.subarray(0, HEADER));
      if (state.role === 'server' && /^(?:GET |POST|HEAD|PUT )/.test(text)) throw new TlsFailure(undefined, 'http request');
      if (state.role === 'server' && text === 'CONNE') throw new TlsFailure(undefined, 'https proxy request');
      // It does not look like TLS: an alert would mean nothing to the other side.
      throw new TlsFailure(undefined, 'wrong version number');
    }
    const isProtected13 = state.version === TLS_1_3 && state.protection !== undefined;
    if (isProtected13 && !OPEN_TYPES.has(type)) throw new TlsFailure(ALERT.unexpectedMessage, 'bad record type');
    if (version === Math.min(state.version, TLS_1_2)) return;
    throw new TlsFailure(type === CONTENT.alert && major === 3 ? undefined : ALERT.protocolVersion, 'wrong version number');
  }
}
