/** What deploys may have. */
export interface EdgeLimits {
  /** Bytes of one file. */
  readonly fileBytes: number;
  /** Files of one deploy. */
  readonly files: number;
  /** Bytes of all files of one deploy; also of a zip archive with all of them. */
  readonly bytes: number;
  /** Deploys of one site that are kept. */
  readonly deploys: number;
  /** Sites of one deploy key. */
  readonly sites: number;
}

export const DEFAULT_EDGE_LIMITS: EdgeLimits = {
  fileBytes: 64 * 2 ** 20,
  files: 20_000,
  bytes: 512 * 2 ** 20,
  deploys: 1000,
  sites: 200,
};

/** Bytes of the longest path in a deploy, as UTF-8. */
export const LONGEST_PATH = 1024;
/** Bytes of a request's JSON. Twenty thousand long paths with their digests fit. */
export const LONGEST_JSON = 16 * 2 ** 20;
/** Bytes of `_redirects`, `_headers` and `netlify.toml`, each. */
export const LONGEST_RULES = 2 ** 20;
