import type { Options, Plugin } from 'prettier';
import { extensionOf } from '../project/file-kind.ts';

type Loader = () => Promise<readonly Plugin[]>;

const babel: Loader = async () => [await import('prettier/plugins/babel'), await import('prettier/plugins/estree')].map(asPlugin);
const typescript: Loader = async () => [await import('prettier/plugins/typescript'), await import('prettier/plugins/estree')].map(asPlugin);
const postcss: Loader = async () => [asPlugin(await import('prettier/plugins/postcss'))];
const html: Loader = async () => [asPlugin(await import('prettier/plugins/html')), ...(await postcss()), ...(await babel())];
const markdown: Loader = async () => [asPlugin(await import('prettier/plugins/markdown')), ...(await yaml())];
const yaml: Loader = async () => [asPlugin(await import('prettier/plugins/yaml'))];

const FORMATS: Readonly<Record<string, { readonly parser: string; readonly plugins: Loader }>> = {
  js: { parser: 'babel', plugins: babel },
  mjs: { parser: 'babel', plugins: babel },
  cjs: { parser: 'babel', plugins: babel },
  jsx: { parser: 'babel', plugins: babel },
  ts: { parser: 'typescript', plugins: typescript },
  mts: { parser: 'typescript', plugins: typescript },
  tsx: { parser: 'typescript', plugins: typescript },
  json: { parser: 'json', plugins: babel },
  css: { parser: 'css', plugins: postcss },
  scss: { parser: 'scss', plugins: postcss },
  less: { parser: 'less', plugins: postcss },
  html: { parser: 'html', plugins: html },
  vue: { parser: 'vue', plugins: html },
  md: { parser: 'markdown', plugins: markdown },
  yml: { parser: 'yaml', plugins: yaml },
  yaml: { parser: 'yaml', plugins: yaml },
};

export function canFormat(path: string): boolean {
  return Object.hasOwn(FORMATS, extensionOf(path));
}

/**
 * The text as Prettier formats it. `configuration` is the content of the project's `.prettierrc` or `.prettierrc.json`, if there is one.
 * Throws Prettier's own error, with line and column, where the text has a syntax error.
 */
export async function formatText(path: string, text: string, configuration?: string): Promise<string> {
  const format = FORMATS[extensionOf(path)];
  if (!format || !canFormat(path)) throw new Error(`There is no formatter for “${path}”.`);
  const [{ format: run }, plugins] = await Promise.all([import('prettier/standalone'), format.plugins()]);
  return run(text, { ...readConfiguration(configuration), parser: format.parser, plugins: [...plugins], filepath: path });
}

function readConfiguration(text: string | undefined): Options {
  if (text === undefined) return {};
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error('.prettierrc is not an object.');
  // Plugins and overrides would need the project's own Prettier.
  const { plugins: _plugins, overrides: _overrides, ...options } = value as Options & { overrides?: unknown };
  return options;
}

/** Prettier's plugin modules have a default export that is the plugin, and the same as named exports. */
function asPlugin(module: unknown): Plugin {
  return (module as { default?: Plugin }).default ?? (module as Plugin);
}
