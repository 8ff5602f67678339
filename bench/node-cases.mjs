import { measureScript, nothing, scriptTree } from './scripts.mjs';

/** @typedef {import('./cases.mjs').Case} Case */

/** Declares `time(metric, count, run)`: mean milliseconds of a call, after some to warm up; and prints what was measured at the end. */
const SYNCHRONOUS = `
const result = {};
const time = (metric, count, run) => {
  for (let i = 0; i < count / 10; i += 1) run(i);
  const start = process.hrtime.bigint();
  for (let i = 0; i < count; i += 1) run(i);
  result[metric] = Number(process.hrtime.bigint() - start) / 1e6 / count;
};
process.on('exit', () => console.log(JSON.stringify(result)));
`;

const BIG_READS = `${SYNCHRONOUS}
const fs = require('node:fs');
fs.writeFileSync('64k', Buffer.alloc(65536, 'abc'));
fs.writeFileSync('1m', Buffer.alloc(1 << 20, 'abc'));
time('readFileSync 64 KB', 1000, () => fs.readFileSync('64k'));
time('readFileSync 1 MB', 200, () => fs.readFileSync('1m'));
`;

const BUFFERS = `${SYNCHRONOUS}
const bytes = Buffer.from(Array.from({ length: 65536 }, (_, i) => (i * 167) & 255));
const texts = { hex: bytes.toString('hex'), base64: bytes.toString('base64'), latin1: bytes.toString('latin1'), utf8: 'grüße, 世界! '.repeat(4096) };
const utf8 = Buffer.from(texts.utf8);
for (const [encoding, text] of Object.entries(texts)) {
  const source = encoding === 'utf8' ? utf8 : bytes;
  time(encoding + ' to text, 64 KB', 300, () => source.toString(encoding));
  time(encoding + ' from text, 64 KB', 300, () => Buffer.from(text, encoding));
}
`;

const HASH_AND_GZIP = `${SYNCHRONOUS}
const { createHash } = require('node:crypto'), { gzipSync } = require('node:zlib');
const words = Array.from({ length: 4096 }, (_, i) => 'word' + ((i * 2654435761) >>> 17) + ' ');
const text = Buffer.from(Array.from({ length: 2_600_000 }, (_, i) => words[(i * 40503) & 4095]).join('').slice(0, 16 << 20));
time('sha256 of 16 MB', 3, () => createHash('sha256').update(text).digest());
time('gzip of 16 MB', 1, () => gzipSync(text));
`;

/** Each of a chain's callbacks asks for the next. */
const CHAINS = `
const result = {};
const chain = (metric, count, next) => new Promise((resolve) => {
  const start = process.hrtime.bigint();
  let left = count;
  const step = () => {
    if ((left -= 1) > 0) return next(step);
    result[metric] = Number(process.hrtime.bigint() - start) / 1e6;
    resolve();
  };
  next(step);
});
(async () => {
  for (const round of ['warm', 'measured']) {
    await chain('setImmediate, chain of 20,000', 20_000, setImmediate);
    await chain('nextTick, chain of 200,000', 200_000, process.nextTick);
  }
  console.log(JSON.stringify(result));
})();
`;

/** Children of a parent that runs, one after the other; then many at once. */
const CHILDREN = `
const { spawn, spawnSync } = require('node:child_process'), { once } = require('node:events');
const since = (start) => Number(process.hrtime.bigint() - start) / 1e6;
const idle = () => new Promise((resolve) => setTimeout(resolve, 1500));
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
(async () => {
  const result = {}, spawned = [], waited = [];
  for (let i = 0; i < 3; i += 1) {
    await idle();
    let start = process.hrtime.bigint();
    await once(spawn(process.execPath, ['-e', '0']), 'close');
    spawned.push(since(start));
    await idle();
    start = process.hrtime.bigint();
    spawnSync(process.execPath, ['-e', '0']);
    waited.push(since(start));
  }
  result['spawn of node -e 0'] = median(spawned);
  result['spawnSync of node -e 0'] = median(waited);
  console.log(JSON.stringify(result));
})();
`;

const MANY = `
const { spawn } = require('node:child_process'), { once } = require('node:events');
(async () => {
  const start = process.hrtime.bigint();
  const children = Array.from({ length: 100 }, (_, i) => spawn(process.execPath, ['-e', 'process.stdout.write(String(process.pid)); setInterval(() => {}, 1e6)']));
  const pids = await Promise.all(children.map(async (child) => String((await once(child.stdout, 'data'))[0])));
  const up = Number(process.hrtime.bigint() - start) / 1e6;
  if (new Set(pids).size !== 100 || children.some((child) => child.exitCode !== null)) throw new Error('Not all are alive.');
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(children.map((child) => once(child, 'exit')));
  console.log(JSON.stringify({ '100 processes, until all are alive': up }));
})();
`;

const MODULES = 225;

/** Module i imports 2i+1 and 2i+2, all with some code. @param {number} seed another text each time, so that no cache knows it */
function moduleTree(seed) {
  const source = (/** @type {number} */ index) => {
    const children = [2 * index + 1, 2 * index + 2].filter((child) => child < MODULES);
    const imports = children.map((child) => `import { total as total${child} } from './m${child}.mjs';`);
    const functions = Array.from({ length: 20 }, (_, at) => `export function f${at}(value) {\n  return value * ${at} + ${seed % 97};\n}`);
    const sum = ['1', ...children.map((child) => `total${child}`)].join(' + ');
    return [`// ${seed}`, ...imports, ...functions, `export const total = ${sum};`, index === 0 ? 'console.log(String(total));' : ''].join(
      '\n',
    );
  };
  return {
    graph: {
      directory: Object.fromEntries(
        Array.from({ length: MODULES }, (_, index) => [`m${index}.mjs`, { file: { contents: source(index) } }]),
      ),
    },
  };
}

/** @param {import('./cases.mjs').Machine} machine */
async function runGraph(machine) {
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const { output, wall } = await machine.run('node', ['graph/m0.mjs']);
  if (output.trim() !== String(MODULES)) throw new Error(`The graph printed ${output}`);
  return wall;
}

/** What Node itself does, beside files. A bar of 2 is half of native's speed. @returns {readonly Case[]} */
export function nodeCases() {
  /** @type {(name: string, source: string, bars: Readonly<Record<string, number>>) => Case} */
  const script = (name, source, bars) => ({
    name,
    prepare: (machine) => machine.mount(scriptTree(source)),
    measure: measureScript,
    bars,
  });
  const encodings = ['hex', 'base64', 'latin1', 'utf8'];
  let seed = 0;
  return [
    script('big files', BIG_READS, { 'readFileSync 64 KB': 1.25, 'readFileSync 1 MB': 1.25 }),
    script(
      'buffers',
      BUFFERS,
      Object.fromEntries(encodings.flatMap((name) => [`${name} to text, 64 KB`, `${name} from text, 64 KB`].map((metric) => [metric, 2]))),
    ),
    script('hash and gzip', HASH_AND_GZIP, { 'sha256 of 16 MB': 2, 'gzip of 16 MB': 2 }),
    script('chains', CHAINS, { 'setImmediate, chain of 20,000': 3, 'nextTick, chain of 200,000': 1.5 }),
    script('children', CHILDREN, { 'spawn of node -e 0': 1, 'spawnSync of node -e 0': 2 }),
    script('many processes', MANY, {}),
    {
      name: 'modules',
      prepare: nothing,
      measure: async (machine) => {
        seed += 1;
        await machine.mount(moduleTree(Date.now() + seed));
        const cold = await runGraph(machine);
        return { 'ESM graph of 225, cold': cold, 'ESM graph of 225, again': await runGraph(machine) };
      },
      bars: { 'ESM graph of 225, cold': 1.5, 'ESM graph of 225, again': 1 },
    },
  ];
}
