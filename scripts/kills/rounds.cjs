// Kills processes at random moments and looks whether everything else is whole. Runs in the page and natively.
//   node rounds.cjs <kills> <seed> <folder of a site with its packages installed>
// Prints one line of JSON: what was killed how often, how far it had come, and violations.
const { spawn, spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');

const [count, seed, site] = process.argv.slice(2);
const KILLS = Number(count);
let state = Number(seed) >>> 0;
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};
const below = (limit) => Math.floor(random() * limit);
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const base = path.resolve('kills');
fs.rmSync(base, { recursive: true, force: true });
fs.mkdirSync(base);
const log = path.join(base, 'log');
fs.writeFileSync(log, '');
const violations = [];
const report = (text) => violations.push(text);

/** The files below a folder with their hashes, as one hash. */
function hashOf(folder) {
  const hash = createHash('sha256');
  for (const entry of fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .map((one) => path.join(one.parentPath, one.name))
    .sort()) {
    const stats = fs.lstatSync(entry);
    hash.update(
      `${path.relative(folder, entry)}\0${stats.isFile() ? stats.size : stats.isSymbolicLink() ? fs.readlinkSync(entry) : 'd'}\0`,
    );
    if (stats.isFile()) hash.update(fs.readFileSync(entry));
  }
  return hash.digest('hex');
}

function checkFile(name) {
  let bytes;
  try {
    bytes = fs.readFileSync(name);
  } catch (error) {
    // The next of its writers removed it.
    if (error.code === 'ENOENT') return;
    throw error;
  }
  // What is not renamed into its place may be cut off anywhere.
  if (bytes.length === 0 && path.basename(name) !== 'x') report(`${name} is empty`);
  if (bytes.some((byte) => byte !== bytes[0])) report(`${name} is torn`);
}

/** Files that are not temporary hold one byte value only; so does each record of the log. */
function checkWhole() {
  for (const folder of fs.readdirSync(base).filter((name) => /^w(?:\d|itness$)/.test(name))) {
    for (const entry of fs.readdirSync(path.join(base, folder), { withFileTypes: true, recursive: true })) {
      if (entry.isFile() && !entry.name.endsWith('.tmp')) checkFile(path.join(entry.parentPath, entry.name));
    }
  }
  const bytes = fs.readFileSync(log);
  let at = 0;
  let previous = 0;
  while (at < bytes.length) {
    const length = bytes.length - at < 4 ? 0 : bytes.readUInt32LE(at);
    if (length < 5 || at + length > bytes.length)
      return report(
        `the log has a torn record at ${at} of ${bytes.length}: ${bytes.toString('hex', Math.max(0, at - 24), at)} | ${bytes.toString('hex', at, at + 40)}, before it one of ${previous} bytes`,
      );
    for (let index = at + 5; index < at + length; index += 1)
      if (bytes[index] !== bytes[at + 4]) return report(`the log's record at ${at} is torn`);
    at += length;
    previous = length;
  }
  if (bytes.length > 4_000_000) fs.truncateSync(log, 0);
}

const KINDS = {
  'writes files': {
    weight: 60,
    longest: 500,
    command: (slot) => [process.execPath, [path.join(__dirname, 'victim.cjs'), path.join(base, `w${slot}`), log, String(below(2 ** 31))]],
  },
  'runs a pipeline': {
    weight: 20,
    longest: 400,
    command: () => ['sh', ['-c', `while true; do cat ${log} ${log} | base64 | sort | head -n 500 > ${base}/sorted; done`]],
  },
  'installs packages': { weight: 8, longest: 2500, cwd: path.join(base, 'install'), command: () => ['npm', ['ci']] },
  'builds a site': { weight: 12, longest: 2000, cwd: path.join(base, 'build'), command: () => ['npm', ['run', 'build']] },
};

function pickKind() {
  let left = below(Object.values(KINDS).reduce((sum, { weight }) => sum + weight, 0));
  for (const [name, { weight }] of Object.entries(KINDS)) if ((left -= weight) < 0) return name;
  throw new Error('no kind');
}

/** Runs to its end; what goes wrong is a violation. */
function mustRun(command, args, cwd) {
  const { status, signal, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) report(`${command} ${args.join(' ')} ended with ${status ?? signal} after the kills: ${stderr.slice(-500)}`);
}

async function main() {
  for (const copy of ['install', 'build']) fs.cpSync(site, path.join(base, copy), { recursive: true, verbatimSymlinks: true });
  mustRun('npm', ['run', 'build'], path.join(base, 'build'));
  const built = hashOf(path.join(base, 'build', '_site'));
  const installed = hashOf(path.join(base, 'install', 'node_modules'));
  const free = () => fs.statfsSync('/');
  const processes = () => fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length;
  const before = fs.existsSync('/proc/self') ? processes() : null;

  // It is never killed, and has to get on.
  const witness = spawn(
    process.execPath,
    [path.join(__dirname, 'victim.cjs'), path.join(base, 'witness'), path.join(base, 'witness-log'), '1'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  let isOver = false;
  const gone = once(witness, 'exit').then(([code, signal]) => {
    if (!isOver) report(`the witness ended with ${code ?? signal}`);
  });
  const progress = () => fs.statSync(path.join(base, 'witness-log'), { throwIfNoEntry: false })?.size ?? 0;
  const kills = Object.fromEntries(Object.keys(KINDS).map((name) => [name, 0]));
  let ended = 0;
  let seen = 0;

  const slots = Array.from({ length: 3 }, async (_, slot) => {
    for (;;) {
      if (Object.values(kills).reduce((sum, value) => sum + value, 0) >= KILLS) return;
      const kind = pickKind();
      const { longest, cwd, command } = KINDS[kind];
      const [file, args] = command(slot);
      const child = spawn(file, args, { cwd, detached: true, stdio: 'ignore' });
      const exit = once(child, 'exit');
      await sleep(below(longest));
      try {
        process.kill(-child.pid, 'SIGKILL');
        kills[kind] += 1;
      } catch (error) {
        if (error.code !== 'ESRCH') throw error;
        ended += 1;
      }
      const [code, signal] = await exit;
      if (signal !== 'SIGKILL' && code !== 0 && kind !== 'installs packages' && kind !== 'builds a site')
        report(`${kind}: it ended with ${code ?? signal}`);
    }
  });
  const all = Promise.all(slots).finally(() => (isOver = true));
  while (!isOver) {
    await Promise.race([all, sleep(3000)]);
    checkWhole();
    const size = progress();
    if (size <= seen) report('the witness does not get on');
    seen = size;
    if (size > 4_000_000) {
      fs.truncateSync(path.join(base, 'witness-log'), 0);
      seen = 0;
    }
    console.error(JSON.stringify(kills));
  }
  await all;
  witness.kill('SIGKILL');
  await gone;
  // What was orphaned by a kill of its parent was killed with the group.
  await sleep(500);
  checkWhole();
  mustRun('npm', ['ci'], path.join(base, 'install'));
  if (hashOf(path.join(base, 'install', 'node_modules')) !== installed) report('the packages are not the same after the kills');
  fs.rmSync(path.join(base, 'build', '_site'), { recursive: true, force: true });
  mustRun('npm', ['run', 'build'], path.join(base, 'build'));
  if (hashOf(path.join(base, 'build', '_site')) !== built) report('the site is not the same after the kills');
  const after = before === null ? null : processes();
  if (before !== null && after > before) report(`${after - before} processes are left`);
  fs.rmSync(base, { recursive: true });
  console.log(JSON.stringify({ kills, ended, violations, free: free().bfree }));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
