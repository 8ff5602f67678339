import { beforeEach, describe, expect, it } from 'vitest';
import { FakeRegistry } from './testing/fake-registry.ts';
import { TestProject } from './testing/project.ts';

let registry: FakeRegistry;
let project: TestProject;

beforeEach(() => {
  registry = new FakeRegistry();
  project = TestProject.onHost(registry.platform);
});

describe('npm run', () => {
  it("prints npm's header, runs pre and post scripts, and quotes arguments", async () => {
    project.write({
      'package.json': { name: 'site', version: '1.0.0', scripts: { build: 'printf "[%s]"', prebuild: 'echo pre', postbuild: 'echo post' } },
    });
    const { code, stdout, stderr } = await project.npm('run', 'build', '--', 'a b', "it's", '$HOME');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toBe(
      '\n> site@1.0.0 prebuild\n> echo pre\n\npre\n\n> site@1.0.0 build\n> printf "[%s]" a b it\'s $HOME\n\n[a b][it\'s][$HOME]\n> site@1.0.0 postbuild\n> echo post\n\npost\n',
    );
  });

  it('hands on the exit code and does not run the post script then', async () => {
    project.write({ 'package.json': { name: 'site', version: '1.0.0', scripts: { test: 'exit 7', posttest: 'echo never' } } });
    const { code, stdout } = await project.npm('test', '--silent');
    expect(code).toBe(7);
    expect(stdout).toBe('');
  });

  it("sets npm's variables and finds commands of every node_modules on the way up", async () => {
    project.write({
      'package.json': {
        name: 'site',
        version: '1.2.3',
        config: { port: 80 },
        scripts: { env: 'node -e "console.log(JSON.stringify(process.env))"' },
      },
    });
    const { stdout } = await project.npm('run', 'env', '--silent');
    const env = JSON.parse(stdout) as Record<string, string>;
    expect(env).toMatchObject({
      npm_package_name: 'site',
      npm_package_version: '1.2.3',
      npm_package_config_port: '80',
      npm_package_json: `${project.path}/package.json`,
      npm_lifecycle_event: 'env',
      npm_command: 'run',
      npm_config_user_agent: 'npm/11.19.1 node/v24.21.0 linux x64 workspaces/false',
      INIT_CWD: project.path,
    });
    expect(env['PATH']?.split(':').slice(0, 2)).toEqual([
      `${project.path}/node_modules/.bin`,
      `${project.path.replace(/\/[^/]+$/, '')}/node_modules/.bin`,
    ]);
  });

  it('lists scripts, and tells a missing one with what is near', async () => {
    project.write({ 'package.json': { name: 'site', version: '1.0.0', scripts: { build: 'b', test: 't' } } });
    expect((await project.npm('run')).stdout).toBe(
      'Lifecycle scripts included in site@1.0.0:\n  test\n    t\navailable via `npm run`:\n  build\n    b\n',
    );
    const { code, stderr } = await project.npm('run', 'biuld');
    expect(code).toBe(1);
    expect(stderr).toBe(
      'npm error Missing script: "biuld"\nnpm error\nnpm error Did you mean this?\nnpm error   npm run build\nnpm error\nnpm error To see a list of scripts, run:\nnpm error   npm run\n',
    );
    expect(await project.npm('run', 'biuld', '--if-present')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('says when there is no package.json', async () => {
    const { code, stderr } = await project.npm('run', 'build');
    expect(code).toBe(254);
    expect(stderr).toContain(`open '${project.path}/package.json'`);
  });
});

describe('npm exec, npx', () => {
  const cli = [{ path: 'cli.js', content: '#!/usr/bin/env node\nconsole.log(process.argv.slice(2).join("|"));process.exitCode = 4;' }];

  it('runs a command of an installed package with its own flags', async () => {
    registry.publish({ name: 'tool', version: '1.0.0', bin: 'cli.js' }, cli);
    project.write({ 'package.json': { name: 'site', dependencies: { tool: '1' } } });
    await project.npm('install');
    registry.requests.length = 0;
    expect(await project.npx('tool', '--version', 'a b')).toEqual({ code: 4, stdout: '--version|a b\n', stderr: '' });
    expect((await project.npm('exec', 'tool', '--', '-x')).stdout).toBe('-x\n');
    expect(registry.requests).toEqual([]);
  });

  it('fetches a package that is not installed, once', async () => {
    registry.publish({ name: '@s/far', version: '2.0.0', bin: 'cli.js' }, cli);
    project.write({ 'package.json': { name: 'site' } });
    const first = await project.npx('-y', '@s/far@^2', 'hello');
    expect(first.stdout).toBe('hello\n');
    expect(first.code).toBe(4);
    expect(first.stderr).toContain('npm warn exec The following package was not found and will be installed: @s/far@^2');
    expect(project.exists('node_modules')).toBe(false);
    registry.requests.length = 0;
    expect((await project.npx('@s/far@^2', 'again')).stdout).toBe('again\n');
    expect(registry.requests.filter((path) => path.endsWith('.tgz'))).toEqual([]);
  });

  it('names a command that does not exist', async () => {
    project.write({ 'package.json': { name: 'site' } });
    const { code, stderr } = await project.npx('nothing-such');
    expect(code).toBe(1);
    expect(stderr).toContain('E404');
  });
});

describe('scripts of an install', () => {
  it("runs the project's own in npm's order, dependencies' only where they are approved", async () => {
    registry.publish({ name: 'yes', version: '1.0.0', scripts: { postinstall: 'echo yes > done' } });
    registry.publish({ name: 'no', version: '1.0.0', scripts: { postinstall: 'echo no > done' } });
    registry.publish({ name: 'unknown', version: '1.0.0', scripts: { install: 'echo unknown > done' } });
    const log = (name: string) => `echo ${name} >> log`;
    project.write({
      'package.json': {
        name: 'site',
        dependencies: { yes: '1', no: '1', unknown: '1' },
        allowScripts: { 'yes@1.0.0 || 1.1.0': true, no: false },
        scripts: Object.fromEntries(['prepare', 'postinstall', 'preinstall', 'install', 'postprepare'].map((name) => [name, log(name)])),
      },
    });
    const { code, stderr } = await project.npm('install');
    expect(code).toBe(0);
    expect(project.text('node_modules/yes/done')).toBe('yes\n');
    expect(project.exists('node_modules/no/done')).toBe(false);
    expect(project.exists('node_modules/unknown/done')).toBe(false);
    expect(stderr).toContain(
      '1 package has install scripts not yet covered by allowScripts:\nnpm warn install-scripts   unknown@1.0.0 (install: echo unknown > done)',
    );
    expect(project.text('log')).toBe('preinstall\ninstall\npostinstall\nprepare\npostprepare\n');
  });

  it('ends with the code of an own script that fails', async () => {
    project.write({ 'package.json': { name: 'site', scripts: { postinstall: 'exit 9' } } });
    const { code, stderr } = await project.npm('install');
    expect(code).toBe(9);
    expect(stderr).toContain('npm error code 9');
    expect(stderr).toContain('npm error command sh -c exit 9');
  });

  it('runs none with --ignore-scripts', async () => {
    project.write({ 'package.json': { name: 'site', scripts: { postinstall: 'touch ran' } } });
    expect((await project.npm('install', '--ignore-scripts')).code).toBe(0);
    expect(project.exists('ran')).toBe(false);
  });
});
