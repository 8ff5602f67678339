/** Sizes as -h shows them: `512`, `1.5K`, `12M` (powers of 1024, rounded up as GNU does). */
export function humanSize(bytes: number): string {
  const units = ['', 'K', 'M', 'G', 'T', 'P'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  if (unit === 0) return String(bytes);
  const tenths = Math.ceil(value * 10) / 10;
  if (tenths < 10) return `${tenths.toFixed(1)}${units[unit]}`;
  const whole = Math.ceil(value);
  return whole >= 1024 && unit < units.length - 1 ? `1.0${units[unit + 1]}` : `${whole}${units[unit]}`;
}

/** `10`, `2K`, `1MB` (K is 1024, KB 1000); undefined when it is none. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+)(?:([bcwkKMGT])(i?B)?)?$/.exec(text);
  if (match === null) return undefined;
  const [, digits = '0', unit = '', suffix] = match;
  const power = { '': 0, b: 0, c: 0, w: 0, k: 1, K: 1, M: 2, G: 3, T: 4 }[unit] ?? 0;
  const factor = unit === 'b' ? 512 : unit === 'w' ? 2 : (suffix === 'B' ? 1000 : 1024) ** power;
  return Number(digits) * factor;
}
