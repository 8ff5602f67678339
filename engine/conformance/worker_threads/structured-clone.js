const tries = [
  { a: [1, 'x', null, undefined, 1n, -0, NaN], nested: { deep: { deeper: true } } },
  new Map([[{ k: 1 }, new Set([1, 2])]]),
  new Date(86400000),
  /a+/gi,
  new Error('message', { cause: 'why' }),
  new RangeError('range'),
  Object('boxed'),
  new Uint16Array([1, 65535]),
  Buffer.from('bytes'),
  new (class Point { constructor() { this.x = 1; } })(),
  [, 1, , 2],
  new DOMException('aborted', 'AbortError'),
];
for (const value of tries) {
  const copy = structuredClone(value);
  console.log(copy instanceof Error ? [copy.name, copy.message, copy.cause, copy.constructor.name] : copy, copy === value);
}
const shared = { n: 1 };
const twice = structuredClone([shared, shared]);
console.log(twice[0] === twice[1]);
const loop = { name: 'loop' };
loop.self = loop;
console.log(structuredClone(loop));
for (const bad of [() => {}, Symbol('x'), new WeakMap(), Promise.resolve(), new Proxy({}, {}), { get boom() { throw new Error('getter'); } }, new URL('http://a/')]) {
  try {
    console.log(structuredClone(bad));
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
const buffer = new ArrayBuffer(4);
console.log(structuredClone(buffer, { transfer: [buffer] }).byteLength, buffer.byteLength);
try { structuredClone(1, { transfer: [{}] }); } catch (error) { console.log(error.name, error.code, error.message); }
try { structuredClone(); } catch (error) { console.log(error.name, error.code, error.message); }
