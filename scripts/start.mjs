// Builds what is missing and serves Jampot: production by default, "--development" for Next's development server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildApplication, bundlePageScripts } from './next-build.mjs';
import { bundleServer } from './server-build.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const development = process.argv.includes('--development');

/** @param {string | undefined} text @returns {Promise<number>} 0 means any free port */
async function choosePort(text) {
  const wanted = text === undefined || text === '' ? 3000 : Number(text);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65535) throw new Error(`PORT must be a number from 0 to 65535, not "${text}".`);
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', (error) => {
      const inUse = /** @type {NodeJS.ErrnoException} */ (error).code === 'EADDRINUSE';
      fail(inUse ? new Error(`Port ${wanted} is taken by another program. Choose another one: PORT=4000 npm start`) : error);
    });
    probe.listen(wanted, () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : wanted;
      probe.close(() => done(port));
    });
  });
}

/** @param {number} port @param {() => boolean} stopped */
async function untilReady(port, stopped) {
  while (!stopped()) {
    const response = await fetch(`http://127.0.0.1:${port}/api/health`).catch(() => undefined);
    if (response?.status === 200) return true;
    await new Promise((done) => setTimeout(done, 100));
  }
  return false;
}

async function main() {
  const port = await choosePort(process.env['PORT']);
  const base = process.env['JAMPOT_BASE_URL'] || `http://jampot.localhost:${port}`;
  const data = resolve(root, process.env['JAMPOT_DATA'] || '.data');

  const buildEngine = [join(root, 'scripts', 'build-engine.mjs'), ...(development ? ['--development'] : [])];
  // The application does not need the engine's files to be built: both at once.
  const engine = spawn(process.execPath, buildEngine, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const engineEnded = once(engine, 'exit');
  try {
    if (development) bundlePageScripts();
    else buildApplication();
  } catch (error) {
    engine.kill();
    throw error;
  }
  const [status] = await engineEnded;
  if (status !== 0) throw new Error('The engine could not be built; the output above says why.');

  const server = spawn(process.execPath, ['--enable-source-maps', bundleServer()], {
    cwd: root,
    // Next announces its own address, which is not the one to open: its standard output is left out.
    stdio: ['ignore', development ? 'inherit' : 'ignore', 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: development ? 'development' : 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      PORT: String(port),
      JAMPOT_BASE_URL: base,
      JAMPOT_DATA: data,
    },
  });
  const watcher = development
    ? spawn(process.execPath, [...buildEngine, '--watch'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    : undefined;
  let stopped = false;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => server.kill(signal));
  server.on('exit', (code, signal) => {
    stopped = true;
    watcher?.kill();
    process.exitCode = code ?? (signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGHUP' ? 0 : 1);
  });
  if (await untilReady(port, () => stopped)) console.log(`\nJampot is ready at ${base}\nData is kept in ${data}`);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
