// Measures the engine against the pinned native Node in the same run: medians, as ratios.
//   node scripts/bench.mjs [names of cases …] [--samples=5]
import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchCases } from '../bench/cases.mjs';
import { measureDeploys } from '../bench/deploy.mjs';
import { openEngine } from '../bench/engine-page.mjs';
import { EDGE_BAR, measureEdge } from '../bench/edge.mjs';
import { IDE_BARS, measureIde } from '../bench/ide.mjs';
import { openNative } from '../bench/native.mjs';
import { measureShare } from '../bench/share.mjs';
import { median, milliseconds } from '../bench/statistics.mjs';
import { writeAtomically } from './engine/incremental.mjs';
import { findNodeBinary } from './engine/node-binary.mjs';
import { freePort, startServer, untilAnswers } from './local-server.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const samples = Number(process.argv.find((word) => word.startsWith('--samples='))?.slice('--samples='.length) ?? 5);
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const cases = benchCases(root).filter(({ name }) => wanted.length === 0 || wanted.includes(name));
/** What a person waits for, by the name of the case. */
const PAGES = { ide: measureIde, share: measureShare };
const pages = Object.entries(PAGES).filter(([name]) => wanted.length === 0 || wanted.includes(name));
/** What the server does for whoever deploys, and for visitors, by the name of the case. */
const SERVER = { deploy: reportDeploys, edge: reportEdge };
const serverCases = Object.entries(SERVER).filter(([name]) => wanted.length === 0 || wanted.includes(name));
if (cases.length === 0 && pages.length === 0 && serverCases.length === 0) {
  const names = [...benchCases(root).map(({ name }) => name), ...Object.keys(PAGES), ...Object.keys(SERVER)];
  throw new Error(`No such case; there are: ${names.join(', ')}.`);
}
const { path: node, version } = findNodeBinary(root);

/**
 * @param {import('../bench/cases.mjs').Case} benchCase
 * @param {() => Promise<import('../bench/cases.mjs').Machine>} open
 * @returns {Promise<Record<string, number>>} medians
 */
async function medians(benchCase, open) {
  /** @type {Map<string, number[]>} */
  const values = new Map();
  let machine = await prepared(benchCase, open);
  try {
    for (let sample = 0; sample < samples; sample += 1) {
      if (benchCase.freshMachine && sample > 0) {
        await machine.close();
        machine = await prepared(benchCase, open);
      }
      for (const [metric, value] of Object.entries(await benchCase.measure(machine)))
        values.set(metric, [...(values.get(metric) ?? []), value]);
    }
  } finally {
    await machine.close();
  }
  return Object.fromEntries([...values].map(([metric, list]) => [metric, median(list)]));
}

/** @param {import('../bench/cases.mjs').Case} benchCase @param {() => Promise<import('../bench/cases.mjs').Machine>} open */
async function prepared(benchCase, open) {
  const machine = await open();
  try {
    await benchCase.prepare(machine);
    return machine;
  } catch (error) {
    await machine.close();
    throw error;
  }
}

/**
 * @param {(base: string) => Promise<Record<string, number>>} measure
 * @param {string} base
 * @returns {Promise<Record<string, number>>}
 */
async function pageMedians(measure, base) {
  /** @type {Array<Record<string, number>>} */
  const measured = [];
  while (measured.length < samples) measured.push(await measure(base));
  return Object.fromEntries(
    Object.keys(measured[0] ?? {}).map((metric) => [metric, median(measured.map((sample) => sample[metric] ?? Number.NaN))]),
  );
}

/** @param {number} port */
async function reportDeploys(port) {
  const costs = Object.entries(await measureDeploys(port, samples));
  return costs.map(([metric, { milliseconds: duration, requests, sent, files }]) => {
    const facts = [`${requests} requests`.padStart(13), `${sent.toLocaleString('en')} bytes sent`.padStart(22), `${files} uploaded`];
    console.log(`${metric.padEnd(32)} ${milliseconds(duration).padStart(10)}  ${facts.join('  ')}`);
    return { metric, engine: duration, requests, sent, files, bar: null };
  });
}

/** @param {number} port */
async function reportEdge(port) {
  const { edge, nginx, bare } = await measureEdge(port, samples);
  const ratio = edge / nginx;
  const verdict = ratio >= EDGE_BAR ? `at least ${EDGE_BAR}×` : `UNDER ${EDGE_BAR}×`;
  const perSecond = (/** @type {number} */ value) => `${Math.round(value)}/s`.padStart(10);
  console.log(
    `${'edge, requests of 10 KB / nginx'.padEnd(32)} ${perSecond(edge)} / ${perSecond(nginx)} = ${ratio.toFixed(2)}×  ${verdict}`,
  );
  console.log(`${"Node's http alone / nginx".padEnd(32)} ${perSecond(bare)} / ${perSecond(nginx)} = ${(bare / nginx).toFixed(2)}×`);
  return [
    { metric: "Node's http alone, requests of 10 KB a second", engine: bare, native: nginx, ratio: bare / nginx, bar: null },
    { metric: 'edge, requests of 10 KB a second', engine: edge, native: nginx, ratio, bar: EDGE_BAR },
  ];
}

async function main() {
  const port = await freePort();
  const clientPort = await freePort();
  const built = spawnSync(process.execPath, [join(root, 'scripts', 'build-engine.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (built.status !== 0) throw new Error('The engine could not be built; the output above says why.');
  const server = startServer(root, port, { JAMPOT_EMBEDDERS: `http://client.jampot.localhost:${clientPort}` });
  const client = spawn(process.execPath, [join(root, 'e2e', 'support', 'client-server.mjs'), String(clientPort)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const results = [];
  const failed = [];
  try {
    await untilAnswers(`http://127.0.0.1:${port}/api/health`, server);
    await untilAnswers(`http://127.0.0.1:${clientPort}/client`, client);
    console.log(`Medians of ${samples}; native is Node ${version}\n`);
    for (const benchCase of cases) {
      let project = 0;
      const slug = benchCase.name.replaceAll(' ', '-');
      try {
        const page = await medians(benchCase, () => openEngine({ port, clientPort }, `${slug}-${(project += 1)}`));
        const native = await medians(benchCase, () => openNative(node));
        for (const [metric, value] of Object.entries(page)) {
          const reference = native[metric] ?? Number.NaN;
          const bar = benchCase.bars[metric];
          const ratio = value / reference;
          const verdict = bar === undefined ? '' : ratio <= bar ? `within ${bar}×` : `OVER ${bar}×`;
          console.log(
            `${metric.padEnd(32)} ${milliseconds(value).padStart(10)} / ${milliseconds(reference).padStart(10)} = ${ratio.toFixed(2)}×  ${verdict}`,
          );
          results.push({ metric, engine: value, native: reference, ratio, bar: bar ?? null });
        }
      } catch (error) {
        failed.push(benchCase.name);
        console.error(`${benchCase.name}: ${/** @type {Error} */ (error).message}`);
      }
    }
    for (const [name, measure] of pages) {
      try {
        for (const [metric, value] of Object.entries(await pageMedians(measure, `http://jampot.localhost:${port}`))) {
          const bar = IDE_BARS[metric];
          const verdict = bar === undefined ? '' : value <= bar ? `within ${milliseconds(bar)}` : `OVER ${milliseconds(bar)}`;
          console.log(`${metric.padEnd(32)} ${milliseconds(value).padStart(10)}  ${verdict}`);
          results.push({ metric, engine: value, bar: bar ?? null });
        }
      } catch (error) {
        failed.push(name);
        console.error(`${name}: ${/** @type {Error} */ (error).message}`);
      }
    }
    for (const [name, report] of serverCases) {
      try {
        results.push(...(await report(port)));
      } catch (error) {
        failed.push(name);
        console.error(`${name}: ${/** @type {Error} */ (error).message}`);
      }
    }
  } finally {
    client.kill();
    server.kill();
  }
  writeAtomically(join(root, 'test-results', 'bench.json'), JSON.stringify({ node: version, samples, results }, null, 2));
  if (failed.length > 0) {
    console.error(`\nNot measured: ${failed.join(', ')}`);
    process.exitCode = 1;
  }
}

await main();
