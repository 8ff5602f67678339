import type { Content } from '../project/content.ts';
import { bytesOf } from '../project/content.ts';
import { parseManifest } from '../project/manifest.ts';
import type { Engine } from './engine.ts';

/**
 * A file in node_modules that says which package.json and lockfile were installed there. It lives and dies with the packages, so a project that is opened again
 * installs nothing and asks the registry nothing, and one whose engine was emptied installs again.
 */
const MARKER = 'node_modules/.jampot-installed';

/** Digest of what decides an install: the manifest's dependencies come with the lockfile. */
export async function installDigest(files: ReadonlyMap<string, Content>): Promise<string> {
  const parts = ['package.json', 'package-lock.json', 'npm-shrinkwrap.json', '.npmrc'].map((path) => {
    const content = files.get(path);
    if (content === undefined) return `${path} -`;
    return `${path} ${path === 'package.json' ? dependenciesOf(content) : new TextDecoder().decode(bytesOf(content))}`;
  });
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(parts.join('\n')));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function isInstalled(engine: Engine, digest: string): Promise<boolean> {
  try {
    return (await engine.fs.readFile(MARKER, 'utf-8')).trim() === digest;
  } catch {
    // Not there: nothing was installed, or the engine's files were lost.
    return false;
  }
}

export async function markInstalled(engine: Engine, digest: string): Promise<void> {
  await engine.fs.mkdir('node_modules', { recursive: true });
  await engine.fs.writeFile(MARKER, `${digest}\n`);
}

/** Only these fields of package.json change what is installed: editing a script or the name does not. */
function dependenciesOf(content: Content): string {
  const text = typeof content === 'string' ? content : '';
  try {
    const manifest = parseManifest(text) as Record<string, unknown>;
    const fields = [
      'dependencies',
      'devDependencies',
      'optionalDependencies',
      'peerDependencies',
      'overrides',
      'workspaces',
      'allowScripts',
    ];
    return JSON.stringify(fields.map((field) => manifest[field] ?? null));
  } catch {
    return text;
  }
}
