import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createFakeEngine, type FakeEngine, type FakeProgram } from '../container/fake-engine.ts';
import { plainText } from '../container/output-log.ts';
import { createProblemsStore, type ProblemsStore } from '../errors/problems-store.ts';
import { createProject, type Project } from '../project/project.ts';
import { detectScripts, type Scripts } from './detect.ts';
import { createPrebuild, type Prebuild } from './prebuild.ts';

function open(build: FakeProgram): {
  prebuild: Prebuild;
  engine: FakeEngine;
  problems: ProblemsStore;
  scripts: Scripts;
  settled: () => boolean;
  project: Project;
} {
  const files: [string, string][] = [
    ['package.json', JSON.stringify({ scripts: { build: 'eleventy' }, devDependencies: { '@11ty/eleventy': '3' } })],
    ['posts/a.md', 'x'],
  ];
  const project = createProject({ id: 'p', name: 'P', files });
  const problems = createProblemsStore();
  let wasSettled = false;
  let clock = 0;
  const prebuild = createPrebuild({
    project,
    problems,
    settled: async () => void (wasSettled = true),
    again: async () => {},
    createManifest: () => {},
    now: () => (clock += 1000),
  });
  return {
    prebuild,
    engine: createFakeEngine({ 'npm run build': build }),
    problems,
    scripts: detectScripts(project.store.getState().files),
    settled: () => wasSettled,
    project,
  };
}

describe('Prebuild.run', () => {
  it('measures what the build made and says it in the log', async () => {
    const page = '<p>hello</p>'.repeat(500);
    const { prebuild, engine, scripts, settled } = open(({ print }) => {
      engine.change('_site/index.html', page);
      engine.change('_site/img/x.png', new Uint8Array([1, 2, 3]));
      print('Wrote 2 files\r\n');
      return 0;
    });
    await prebuild.run(engine, scripts);
    const state = prebuild.store.getState();
    expect(settled()).toBe(true);
    expect(state).toMatchObject({ status: 'done', duration: 1000, output: { folder: '_site', size: page.length + 3 } });
    if (state.status !== 'done') return;
    expect(state.output.files.map(({ path }) => path)).toEqual(['index.html', 'img/x.png']);
    // Compressors differ by some bytes; the order of size tells.
    expect(state.output.files[0]?.gzip).toBeLessThan(gzipSync(page).length + 40);
    expect(plainText(prebuild.log.text())).toMatch(
      /Wrote 2 files\n\n +6 kB +\d+ B gzip {2}_site\/index\.html\n.*x\.png\nBuilt in 1\.0 s: 2 files, 6 kB, \d+ B with gzip\n$/,
    );
  });
  it('reports exit code and place of a failed build', async () => {
    const { prebuild, engine, problems, scripts } = open(({ print }) => (print('Error in ./posts/a.md:3:1\r\n'), 1));
    await prebuild.run(engine, scripts);
    expect(prebuild.store.getState()).toMatchObject({ status: 'failed', exitCode: 1, place: { path: 'posts/a.md', line: 3, column: 1 } });
    expect(problems.store.getState().problems).toMatchObject([{ code: 'build', place: { path: 'posts/a.md', line: 3 } }]);
  });
  it('fails when the build made nothing', async () => {
    const { prebuild, engine, problems, scripts } = open(() => 0);
    await prebuild.run(engine, scripts);
    expect(prebuild.store.getState().status).toBe('failed');
    expect(problems.store.getState().problems).toHaveLength(1);
  });
  it('stops without calling it a failure', async () => {
    const { prebuild, engine, problems, scripts } = open(async ({ killed }) => {
      await killed;
      return 143;
    });
    const running = prebuild.run(engine, scripts);
    await new Promise((resolve) => setTimeout(resolve, 20));
    prebuild.stop();
    await running;
    expect(prebuild.store.getState().status).toBe('stopped');
    expect(problems.store.getState().problems).toEqual([]);
  });
});

describe('Prebuild.isCurrent', () => {
  it('is true from a build to the next change, and what the build writes is none', async () => {
    const { prebuild, engine, scripts, project } = open(() => {
      engine.change('_site/index.html', 'x');
      project.write('cache.json', '{}', 'engine');
      return 0;
    });
    expect(prebuild.isCurrent()).toBe(false);
    await prebuild.run(engine, scripts);
    expect(prebuild.isCurrent()).toBe(true);
    project.write('posts/a.md', 'edited');
    expect(prebuild.isCurrent()).toBe(false);
    await prebuild.run(engine, scripts);
    expect(prebuild.isCurrent()).toBe(true);
    project.write('posts/a.md', 'by a program', 'engine');
    expect(prebuild.isCurrent()).toBe(false);
  });
  it('is false when something was typed during the build, and after a failed one', async () => {
    let code = 0;
    const { prebuild, engine, scripts, project } = open(() => {
      engine.change('_site/index.html', 'x');
      project.write('posts/a.md', `typed ${code}`);
      return code;
    });
    await prebuild.run(engine, scripts);
    expect(prebuild.isCurrent()).toBe(false);
    code = 1;
    await prebuild.run(engine, scripts);
    expect(prebuild.isCurrent()).toBe(false);
  });
});
