import type { Content } from '../project/content.ts';
import { parseManifest } from '../project/manifest.ts';

/** What a project's package.json says about working on it and building it. */
export interface Scripts {
  /** Name of the script that serves the site while it is being edited. */
  readonly dev: string | null;
  readonly build: string | null;
  /** Folder the build writes to, `null` when nothing tells: the build's result then decides. */
  readonly output: string | null;
  readonly generator: string | null;
  /** `ci` with a lockfile, else `install`; null when there is nothing to install. */
  readonly install: 'ci' | 'install' | null;
  /** Why package.json could not be read. */
  readonly broken: string | null;
}

interface Generator {
  readonly name: string;
  readonly dependency: string;
  readonly output: string;
}

/** Ordered: a framework comes before the bundler that it uses. */
const GENERATORS: readonly Generator[] = [
  { name: 'Eleventy', dependency: '@11ty/eleventy', output: '_site' },
  { name: 'Astro', dependency: 'astro', output: 'dist' },
  { name: 'Next', dependency: 'next', output: 'out' },
  { name: 'Nuxt', dependency: 'nuxt', output: '.output/public' },
  { name: 'SvelteKit', dependency: '@sveltejs/kit', output: 'build' },
  { name: 'Docusaurus', dependency: '@docusaurus/core', output: 'build' },
  { name: 'VitePress', dependency: 'vitepress', output: '.vitepress/dist' },
  { name: 'Hexo', dependency: 'hexo', output: 'public' },
  { name: 'Vite', dependency: 'vite', output: 'dist' },
];

const DEV_SCRIPTS = ['dev', 'start', 'serve', 'develop'];

/** Folders looked for after a build when the generator is not known. */
export const OUTPUT_FOLDERS: readonly string[] = [
  '_site',
  'dist',
  'out',
  'build',
  'public',
  '.output/public',
  '.vitepress/dist',
  'docs/.vitepress/dist',
];

export function detectScripts(files: ReadonlyMap<string, Content>): Scripts {
  const nothing: Scripts = { dev: null, build: null, output: null, generator: null, install: null, broken: null };
  const source = files.get('package.json');
  if (source === undefined) return nothing;
  let manifest: unknown;
  try {
    manifest = parseManifest(source);
  } catch (error) {
    return { ...nothing, broken: error instanceof Error ? error.message : String(error) };
  }
  const scripts = record(record(manifest).scripts);
  const dependencies = { ...record(record(manifest).dependencies), ...record(record(manifest).devDependencies) };
  const generator = GENERATORS.find(({ dependency }) => dependency in dependencies);
  const hasDependencies = Object.keys(dependencies).length > 0;
  const locked = files.has('package-lock.json') || files.has('npm-shrinkwrap.json');
  return {
    dev: DEV_SCRIPTS.find((name) => typeof scripts[name] === 'string') ?? null,
    build: typeof scripts.build === 'string' ? 'build' : null,
    output: vitePressOutput(generator, String(scripts.build ?? '')) ?? generator?.output ?? null,
    generator: generator?.name ?? null,
    install: hasDependencies ? (locked ? 'ci' : 'install') : null,
    broken: null,
  };
}

/** `vitepress build docs` writes below the folder it is given. */
function vitePressOutput(generator: Generator | undefined, build: string): string | null {
  if (generator?.name !== 'VitePress') return null;
  const folder = /vitepress build ([\w./-]+)/.exec(build)?.[1];
  return folder === undefined ? null : `${folder.replace(/^\.\/|\/$/g, '')}/.vitepress/dist`;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
