/** Order of the C.UTF-8 locale: by code point. UTF-16 order differs only where surrogates meet U+E000 and above. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const surrogates = (x >= 0xd800 && x < 0xe000) !== (y >= 0xd800 && y < 0xe000);
    if (surrogates && x >= 0xd800 && y >= 0xd800) return x >= 0xe000 ? -1 : 1;
    return x - y;
  }
  return a.length - b.length;
}
