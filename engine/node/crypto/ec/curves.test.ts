import { createECDH } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bigIntBytes } from '../math/integers.ts';
import { CURVE_ROWS } from './curve-parameters.ts';
import {
  COMPRESSED,
  curveByName,
  curveByOid,
  curveByParameters,
  curveByShortName,
  decodePoint,
  encodePoint,
  HYBRID,
  isOnCurve,
  publicPoint,
  UNCOMPRESSED,
} from './curves.ts';

const names = CURVE_ROWS.map(([name]) => name);

describe('elliptic curves', () => {
  it.each(names)('%s gives native’s public keys and takes every form of point', (name) => {
    const curve = curveByShortName(name);
    if (curve === undefined) throw new Error(name);
    expect(isOnCurve(curve, curve.gx, curve.gy)).toBe(true);
    const d = curve.n / 3n + 12345n;
    const native = createECDH(name);
    native.setPrivateKey(bigIntBytes(d));
    const point = publicPoint(curve, d);
    for (const [form, native_] of [
      [COMPRESSED, 'compressed'],
      [UNCOMPRESSED, 'uncompressed'],
      [HYBRID, 'hybrid'],
    ] as const) {
      const bytes = encodePoint(curve, point.x, point.y, form);
      expect(Buffer.from(bytes).toString('hex')).toBe(native.getPublicKey('hex', native_));
      expect(decodePoint(curve, bytes)).toEqual(point);
    }
  });

  it('are found by every name', () => {
    expect(curveByName('P-256')).toBe(curveByShortName('prime256v1'));
    expect(curveByOid('1.3.132.0.10')).toBe(curveByShortName('secp256k1'));
    expect(curveByShortName('P-256')).toBeUndefined();
    const curve = curveByShortName('secp384r1');
    if (curve === undefined) throw new Error('secp384r1');
    const { p, a, b, gx, gy, n, h } = curve;
    expect(curveByParameters({ p, a, b, gx, gy, n, h })).toBe(curve);
    expect(curveByParameters({ p, a, b: b + 1n, gx, gy, n, h }).name).toBeUndefined();
  });

  it('refuse what is no point', () => {
    const curve = curveByName('P-256');
    if (curve === undefined) throw new Error('P-256');
    const bytes = encodePoint(curve, curve.gx, curve.gy, UNCOMPRESSED);
    const changed = bytes.slice();
    changed[64] = (changed[64] ?? 0) ^ 1;
    const hybrid = encodePoint(curve, curve.gx, curve.gy, HYBRID);
    hybrid[0] = (hybrid[0] ?? 0) ^ 1;
    for (const bad of [changed, hybrid, bytes.subarray(1), new Uint8Array(65), new Uint8Array(0), new Uint8Array(33).fill(255)]) {
      expect(decodePoint(curve, bad)).toBeUndefined();
    }
  });
});
