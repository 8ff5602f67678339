/** What a file is, by its name: decides icon, editor language and view. */
export type FileKind = 'markup' | 'markdown' | 'style' | 'script' | 'data' | 'image' | 'font' | 'config' | 'lock' | 'text';

const KINDS: Readonly<Record<string, FileKind>> = {
  html: 'markup',
  htm: 'markup',
  njk: 'markup',
  liquid: 'markup',
  vue: 'markup',
  svelte: 'markup',
  astro: 'markup',
  xml: 'markup',
  md: 'markdown',
  mdx: 'markdown',
  markdown: 'markdown',
  css: 'style',
  scss: 'style',
  sass: 'style',
  less: 'style',
  js: 'script',
  mjs: 'script',
  cjs: 'script',
  ts: 'script',
  mts: 'script',
  cts: 'script',
  jsx: 'script',
  tsx: 'script',
  json: 'data',
  yaml: 'data',
  yml: 'data',
  toml: 'data',
  csv: 'data',
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  gif: 'image',
  webp: 'image',
  avif: 'image',
  svg: 'image',
  ico: 'image',
  bmp: 'image',
  woff: 'font',
  woff2: 'font',
  ttf: 'font',
  otf: 'font',
};

export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}

export function fileKind(path: string): FileKind {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/^(?:package-lock\.json|npm-shrinkwrap\.json|.*\.lock)$/.test(name)) return 'lock';
  if (/^\.|\.config\.[cm]?[jt]s$/.test(name)) return 'config';
  return own(KINDS, extensionOf(path)) ?? 'text';
}

const IMAGE_TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  svg: 'image/svg+xml',
  ico: 'image/x-icon',
  bmp: 'image/bmp',
};

/** Media type of an image, or null when the browser cannot show the file as one. */
export function imageType(path: string): string | null {
  return own(IMAGE_TYPES, extensionOf(path)) ?? null;
}

/** A table's own entry: a file may be called `a.constructor`. */
function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
