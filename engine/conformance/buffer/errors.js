for (const bad of [() => Buffer.from(5), () => Buffer.from(null), () => Buffer.alloc(-1), () => Buffer.alloc('1'), () => Buffer.from('a').readInt8(1), () => Buffer.from('ab').writeUInt8(256), () => Buffer.from('a', 'nope'), () => Buffer.concat('x'), () => Buffer.from('a').fill('zz', 'hex'), () => Buffer.from('abc').swap16(), () => Buffer.from('abc').toString('wat'), () => Buffer.compare('a', 'b'), () => new Buffer.File()]) {
  try { console.log(bad()); } catch (error) { console.log(error.name, error.code, error.message); }
}
