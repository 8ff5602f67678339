import { beforeEach, describe, expect, it } from 'vitest';
import { FakeRegistry } from './testing/fake-registry.ts';
import { TestProject } from './testing/project.ts';

let registry: FakeRegistry;
let project: TestProject;

beforeEach(() => {
  registry = new FakeRegistry();
  project = TestProject.inEngine(registry.platform);
});

describe('npm ls', () => {
  it('shows the tree, what is missing, extraneous, invalid', async () => {
    registry.publish({ name: 'a', version: '1.0.0', dependencies: { b: '1' } });
    registry.publish({ name: 'b', version: '1.0.0' });
    project.write({ 'package.json': { name: 'site', version: '1.0.0', dependencies: { a: '1' } } });
    await project.npm('install');
    expect((await project.npm('ls')).stdout).toBe('site@1.0.0 /home/site\n└── a@1.0.0\n\n');
    expect((await project.npm('ls', '--all')).stdout).toBe('site@1.0.0 /home/site\n└─┬ a@1.0.0\n  └── b@1.0.0\n\n');
    expect((await project.npm('ls', 'b')).stdout).toBe('site@1.0.0 /home/site\n└─┬ a@1.0.0\n  └── b@1.0.0\n\n');
    project.write({ 'package.json': { name: 'site', version: '1.0.0', dependencies: { a: '2', c: '1' } } });
    const { code, stdout, stderr } = await project.npm('ls');
    expect(code).toBe(1);
    expect(stdout).toContain('├── a@1.0.0 invalid: "2" from the root project\n└── UNMET DEPENDENCY c@1');
    expect(stderr).toContain('npm error missing: c@1, required by site@1.0.0');
    expect(JSON.parse((await project.npm('ls', '--json')).stdout)).toMatchObject({ name: 'site', dependencies: { c: { missing: true } } });
  });
});

describe('npm pkg', () => {
  it('gets, sets and deletes values by their path', async () => {
    project.write({ 'package.json': { name: 'site', scripts: { a: 'b' } } });
    expect((await project.npm('pkg', 'get', 'scripts.a')).stdout).toBe('"b"\n');
    await project.npm('pkg', 'set', 'scripts.c=d', 'files[0]=x', 'private=true', '--json=false');
    await project.npm('pkg', 'set', '--json', 'config.n=5');
    await project.npm('pkg', 'delete', 'scripts.a');
    expect(project.json('package.json')).toEqual({ name: 'site', scripts: { c: 'd' }, files: ['x'], private: 'true', config: { n: 5 } });
  });

  it('does not reach into prototypes', async () => {
    project.write({ 'package.json': {} });
    expect((await project.npm('pkg', 'set', '__proto__.x=1')).code).toBe(1);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('small commands', () => {
  it('answer', async () => {
    registry.publish({ name: 'a', version: '1.0.0', license: 'MIT', description: 'An a' });
    expect((await project.npm('--version')).stdout).toBe('11.19.1\n');
    expect((await project.npm('init', '-y')).code).toBe(0);
    expect(project.json('package.json')).toMatchObject({ name: 'site', version: '1.0.0', license: 'ISC' });
    expect((await project.npm('root')).stdout).toBe('/home/site/node_modules\n');
    expect((await project.npm('prefix')).stdout).toBe('/home/site\n');
    expect((await project.npm('config', 'get', 'registry')).stdout).toBe(`${registry.address}\n`);
    expect((await project.npm('view', 'a', 'version')).stdout).toBe('1.0.0\n');
    expect((await project.npm('view', 'a')).stdout).toContain('a@1.0.0 | MIT | deps: none | versions: 1\nAn a');
    expect((await project.npm('help')).stdout).toContain('npm ci ');
  });

  it('name what is not there', async () => {
    const { code, stderr } = await project.npm('publish');
    expect(code).toBe(1);
    expect(stderr).toContain('npm publish is not available in the page');
    expect((await project.npm('instal1')).stderr).toContain('Did you mean npm install');
    project.write({ 'package.json': {} });
    expect((await project.npm('i', '-g', 'x')).stderr).toContain('EGLOBAL');
  });
});
