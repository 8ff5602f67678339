import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeCases } from './node-cases.mjs';
import { measureScript, nothing, scriptTree } from './scripts.mjs';

/** @typedef {import('./engine-page.mjs').Engine} Machine a place that runs commands: the page's engine or the native Node */

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {(machine: Machine) => Promise<void>} prepare runs once on each machine
 * @property {(machine: Machine) => Promise<Record<string, number>>} measure one sample: metric → milliseconds
 * @property {Readonly<Record<string, number>>} bars metric → highest accepted ratio of the engine to native
 * @property {boolean} [freshMachine] each sample gets a machine of its own
 */

/** Milliseconds. */
const IDLE = 1500;

const FILES = `
const fs = require('node:fs'), path = require('node:path');
const folder = path.join(process.cwd(), 'files');
fs.rmSync(folder, { recursive: true, force: true });
fs.mkdirSync(folder);
const N = 2000, text = 'x'.repeat(4096), result = {};
const name = (i) => path.join(folder, 'file' + (i % 200));
const time = (metric, run) => {
  for (let i = 0; i < 200; i += 1) run(i);
  const start = process.hrtime.bigint();
  for (let i = 0; i < N; i += 1) run(i);
  result[metric] = Number(process.hrtime.bigint() - start) / 1e6 / N;
};
time('writeFileSync 4 KB', (i) => fs.writeFileSync(name(i), text));
time('statSync', (i) => fs.statSync(name(i)));
time('readFileSync 4 KB text', (i) => fs.readFileSync(name(i), 'utf8'));
time('readdirSync of 200', () => fs.readdirSync(folder));
console.log(JSON.stringify(result));
`;

const HTTP = `
const http = require('node:http');
const agent = new http.Agent({ keepAlive: true });
const server = http.createServer((request, response) => response.end('hello')).listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  const once = () => new Promise((resolve, reject) => {
    http.get({ port, host: '127.0.0.1', agent }, (response) => response.resume().on('end', resolve)).on('error', reject);
  });
  for (let i = 0; i < 100; i += 1) await once();
  const start = process.hrtime.bigint();
  for (let i = 0; i < 300; i += 1) await once();
  console.log(JSON.stringify({ 'http request': Number(process.hrtime.bigint() - start) / 1e6 / 300 }));
  agent.destroy();
  server.close();
});
`;

/** @param {string} folder @returns {import('./native.mjs').Tree} */
function treeOf(folder) {
  return Object.fromEntries(
    readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => name !== 'node_modules' && name !== '_site')
      .map((entry) => {
        const path = join(folder, entry.name);
        return entry.isDirectory()
          ? [entry.name, { directory: treeOf(path) }]
          : [entry.name, { file: { contents: readFileSync(path, 'utf8') } }];
      }),
  );
}

/** @param {string} root the project's folder @returns {readonly Case[]} */
export function benchCases(root) {
  const template = () => treeOf(join(root, 'templates', 'eleventy-blog'));
  return [
    {
      name: 'process start',
      prepare: nothing,
      measure: async (machine) => {
        const start = () => machine.run('node', ['-e', 'console.log(1)']);
        // The engine keeps booted processes ready and makes new ones when nothing happens.
        await new Promise((resolve) => setTimeout(resolve, IDLE));
        const { firstOutput } = await start();
        await new Promise((resolve) => setTimeout(resolve, IDLE));
        const { wall } = await machine.run('node', ['-e', '0']);
        const row = [];
        for (let i = 0; i < 10; i += 1) row.push((await start()).firstOutput);
        return {
          'process start to first output': firstOutput,
          'node -e 0, start to exit': wall,
          'process start, mean of 10 in a row': row.reduce((sum, value) => sum + value, 0) / row.length,
        };
      },
      bars: { 'process start to first output': 1.5, 'node -e 0, start to exit': 1.5 },
    },
    {
      name: 'files',
      prepare: (machine) => machine.mount(scriptTree(FILES)),
      measure: measureScript,
      bars: { 'writeFileSync 4 KB': 1, statSync: 1, 'readFileSync 4 KB text': 1, 'readdirSync of 200': 1 },
    },
    { name: 'http', prepare: (machine) => machine.mount(scriptTree(HTTP)), measure: measureScript, bars: { 'http request': 1.2 } },
    ...nodeCases(),
    {
      name: 'install',
      freshMachine: true,
      prepare: (machine) => machine.mount(template()),
      measure: async (machine) => {
        const cold = await machine.run('npm', ['ci']);
        const warm = await machine.run('npm', ['ci']);
        return { 'npm ci, cold': cold.wall, 'npm ci, warm': warm.wall };
      },
      bars: {},
    },
    {
      name: 'eleventy build',
      prepare: async (machine) => {
        await machine.mount(template());
        await machine.run('npm', ['ci']);
      },
      measure: async (machine) => ({ 'Eleventy build': (await machine.run('npm', ['run', 'build'])).wall }),
      bars: { 'Eleventy build': 2 },
    },
  ];
}
