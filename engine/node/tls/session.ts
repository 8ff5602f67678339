/** Sessions that can be resumed: what SSL_SESSION is natively, as bytes (`getSession`) and as tickets (RFC 5077, RFC 8446, 4.6.1). The bytes' form is ours. */
import { concatBytes } from '../crypto/bytes.ts';
import type { CryptoCore } from '../crypto/core.ts';
import { digestNamed, hmacOf } from './key-schedule.ts';
import type { TicketKeys } from './settings.ts';
import { sameBytes, u16, u32, u8, vector16, vector24, vector8, WireReader } from './wire.ts';

export interface Session {
  readonly version: number;
  readonly suiteId: number;
  /** The master secret of 1.2, the resumption's key of 1.3. */
  readonly secret: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly ticket: Uint8Array;
  /** Seconds that the server gives the ticket. */
  readonly lifetime: number;
  readonly ageAdd: number;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly extendedMaster: boolean;
  readonly servername: string;
  readonly alpn: Uint8Array;
  readonly context: Uint8Array;
  /** X509_V_ERR_* of the handshake that made it. */
  readonly verifyCode: number;
  /** Certificates of the other side, DER, leaf first. */
  readonly peerChain: readonly Uint8Array[];
}

const MAGIC = Uint8Array.of(0x4a, 0x54, 0x4c, 0x53, 1);
const encoder = new TextEncoder();

export function encodeSession(session: Session): Uint8Array {
  return concatBytes(
    MAGIC,
    u16(session.version),
    u16(session.suiteId),
    vector8(session.secret),
    vector8(session.sessionId),
    vector16(session.ticket),
    u32(session.lifetime),
    u32(session.ageAdd),
    u32(Math.floor(session.created / 2 ** 32)),
    u32(session.created >>> 0),
    u8(Number(session.extendedMaster)),
    vector16(encoder.encode(session.servername)),
    vector8(session.alpn),
    vector8(session.context),
    u16(session.verifyCode),
    vector24(...session.peerChain.map((each) => vector24(each))),
  );
}

/** Undefined for bytes that are no session. */
export function decodeSession(bytes: Uint8Array): Session | undefined {
  try {
    const reader = new WireReader(bytes);
    if (!sameBytes(reader.bytes(MAGIC.length), MAGIC)) return undefined;
    const fixed = { version: reader.number(2), suiteId: reader.number(2), secret: reader.vector(1).slice() };
    const handles = { sessionId: reader.vector(1).slice(), ticket: reader.vector(2).slice() };
    const ages = { lifetime: reader.number(4), ageAdd: reader.number(4), created: reader.number(4) * 2 ** 32 + reader.number(4) };
    const extendedMaster = reader.number(1) === 1;
    const servername = new TextDecoder().decode(reader.vector(2).slice());
    const more = { alpn: reader.vector(1).slice(), context: reader.vector(1).slice(), verifyCode: reader.number(2) };
    const peerChain: Uint8Array[] = [];
    const list = reader.sub(3);
    while (list.left > 0) peerChain.push(list.vector(3).slice());
    reader.end();
    return { ...fixed, ...handles, ...ages, extendedMaster, servername, ...more, peerChain };
  } catch {
    // Every read beyond the end throws.
    return undefined;
  }
}

export function isFresh(session: Session, now: number, timeout: number): boolean {
  const age = (now - session.created) / 1000;
  return age >= 0 && age < timeout;
}

const BLOCK = 16;
const MAC = 32;

/** RFC 5077, section 4: name, vector, AES-128-CBC of the state, HMAC-SHA-256. */
export function sealTicket(core: CryptoCore, keys: TicketKeys, session: Session): Uint8Array {
  const info = core.findCipher('aes-128-cbc');
  if (info === undefined) throw new TypeError('No AES in CBC');
  const iv = core.randomBytes(BLOCK);
  const mode = core.createCipherMode(info, keys.aes, iv, true);
  const body = concatBytes(keys.name, iv, mode.update(encodeSession(session)), mode.finish(true));
  return concatBytes(body, hmacOf(core, digestNamed(core, 'sha256'), keys.hmac, body));
}

/** Undefined for tickets that are not of these keys. */
export function openTicket(core: CryptoCore, keys: TicketKeys, ticket: Uint8Array): Session | undefined {
  const info = core.findCipher('aes-128-cbc');
  if (info === undefined) throw new TypeError('No AES in CBC');
  const split = ticket.length - MAC;
  if (split < 3 * BLOCK || (split - 2 * BLOCK) % BLOCK !== 0) return undefined;
  const body = ticket.subarray(0, split);
  if (!sameBytes(body.subarray(0, BLOCK), keys.name)) return undefined;
  if (!sameBytes(hmacOf(core, digestNamed(core, 'sha256'), keys.hmac, body), ticket.subarray(split))) return undefined;
  const mode = core.createCipherMode(info, keys.aes, body.subarray(BLOCK, 2 * BLOCK), false);
  return decodeSession(concatBytes(mode.update(body.subarray(2 * BLOCK)), mode.finish(true)));
}
