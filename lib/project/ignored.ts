/**
 * Folders that stay in the engine: installed packages, build output, caches. They can be made again from the project's files, so the project neither
 * stores nor shows them.
 */
const ANYWHERE = new Set([
  'node_modules',
  '.git',
  '.cache',
  '.npm',
  '.next',
  '.nuxt',
  '.output',
  '.astro',
  '.svelte-kit',
  '.vite',
  '.docusaurus',
  '.parcel-cache',
  '.turbo',
]);
const AT_ROOT = new Set([
  '_site',
  'dist',
  'out',
  'build',
  'coverage',
  '.vitepress/cache',
  '.vitepress/dist',
  'docs/.vitepress/cache',
  'docs/.vitepress/dist',
]);

/** A predicate for a project whose build writes to `output` (a path, or null when that is not known). */
export function ignoredPaths(output: string | null): (path: string) => boolean {
  return (path) => {
    const names = path.split('/');
    if (names.some((name) => ANYWHERE.has(name))) return true;
    for (let length = 1; length <= names.length; length += 1) {
      const folder = names.slice(0, length).join('/');
      if (folder === output || AT_ROOT.has(folder)) return true;
    }
    return false;
  };
}
