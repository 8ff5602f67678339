// Writes until it is killed: whole files by a temporary name and a rename, and records at the end of a log that others write to, too.
//   node victim.cjs <folder> <log> <seed>
const fs = require('node:fs');
const path = require('node:path');

const [folder, log, seed] = process.argv.slice(2);
let state = Number(seed) >>> 0;
const below = (limit) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % limit;

fs.mkdirSync(folder, { recursive: true });
for (;;) {
  const byte = 1 + below(255);
  const name = path.join(folder, `file${below(8)}`);
  const temporary = `${name}.${process.pid}.tmp`;
  const fd = fs.openSync(temporary, 'w');
  for (let left = 1 + below(6); left > 0; left -= 1) fs.writeSync(fd, Buffer.alloc(1 + below(20_000), byte));
  fs.closeSync(fd);
  fs.renameSync(temporary, name);
  // A record: its length, then as many bytes of one value.
  const record = Buffer.alloc(5 + below(1000), byte);
  record.writeUInt32LE(record.length, 0);
  fs.appendFileSync(log, record);
  if (below(4) === 0) fs.rmSync(path.join(folder, `file${below(8)}`), { force: true });
  if (below(16) === 0) {
    const deep = path.join(folder, 'a', 'b', String(below(10)));
    fs.mkdirSync(deep, { recursive: true });
    fs.writeFileSync(path.join(deep, 'x'), Buffer.alloc(below(5000), byte));
    if (below(2) === 0) fs.rmSync(path.join(folder, 'a'), { recursive: true, force: true });
  }
}
