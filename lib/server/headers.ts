/** Headers that isolate an origin (SharedArrayBuffer needs them) and keep others out. */
export type Headers = Readonly<Record<string, string>>;

export type EmbedderPolicy = 'require-corp' | 'credentialless';

interface Isolation {
  readonly embedderPolicy: EmbedderPolicy;
  /** Who may load the response from another origin: `cross-origin` is needed by frames and scripts of sibling origins. */
  readonly resourcePolicy: 'same-origin' | 'cross-origin';
  readonly contentSecurityPolicy?: string;
}

export function isolationHeaders({ embedderPolicy, resourcePolicy, contentSecurityPolicy }: Isolation): Headers {
  return {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': embedderPolicy,
    'Cross-Origin-Resource-Policy': resourcePolicy,
    'Origin-Agent-Cluster': '?1',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'X-Content-Type-Options': 'nosniff',
    ...(contentSecurityPolicy === undefined ? {} : { 'Content-Security-Policy': contentSecurityPolicy }),
  };
}

/** Cache-Control of a path under `/engine/`: names that carry a content hash never change, the others are asked for again. */
export function engineCacheControl(path: string): string {
  return /\.[0-9a-f]{12}\.[a-z0-9]+$/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
}
