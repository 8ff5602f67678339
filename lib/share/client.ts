import { JampotError, messageOf } from '../errors/problem.ts';
import type { ProjectFiles } from '../project/project-files.ts';
import { manifestBlobs, ManifestError, parseManifest, projectOf, sha256, type Manifest, type ShareLimits } from './manifest.ts';

/** A version of a share, as the server lists it. */
export interface VersionInfo {
  readonly version: number;
  /** Hash of its manifest. */
  readonly manifest: string;
  /** ISO 8601. */
  readonly at: string;
  readonly files: number;
  readonly bytes: number;
}

export interface OpenedShare {
  readonly version: VersionInfo;
  readonly manifest: Manifest;
  readonly project: ProjectFiles;
}

export interface ShareClient {
  limits(): Promise<ShareLimits>;
  /** Oldest first. */
  versions(id: string): Promise<readonly VersionInfo[]>;
  /** @param version null: the newest */
  open(id: string, version: number | null, signal?: AbortSignal): Promise<OpenedShare>;
  publish(id: string, editKey: string, content: ShareContent, options: PublishOptions): Promise<VersionInfo>;
  remove(id: string, editKey: string): Promise<void>;
}

export interface ShareContent {
  readonly manifest: Manifest;
  readonly blobs: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

export interface PublishOptions {
  /** The newest version that the author knows of, 0 for none. */
  readonly expected: number;
  readonly signal?: AbortSignal;
  /** Bytes that have been sent, of those that had to be. */
  readonly onProgress?: (sent: number, total: number) => void;
}

/**
 * What the server or the way to it refused. `code` is the server's (lib/server/shares/share-problems.ts), `UNREACHABLE` without an answer, `BROKEN` when what
 * came is not what it says, `UNEXPECTED` for an answer that is none of the server's.
 */
export class ShareError extends JampotError {
  override readonly name = 'ShareError';
  readonly problem: { readonly title: string; readonly cause: string; readonly remedy: string } | null;
  /** Seconds after which the server may be asked again, when it said so. */
  readonly wait: number | null;

  constructor(code: string, message: string, options: { cause?: unknown; problem?: ShareError['problem']; wait?: number | null } = {}) {
    super(code, message, { fault: 'system', cause: options.cause });
    this.problem = options.problem ?? null;
    this.wait = options.wait ?? null;
  }
}

/** What a shared project may have to be opened, whatever the server allows: as an import. */
const OPEN_LIMITS: ShareLimits = { bytes: 256 * 1024 * 1024, files: 20_000 };
const AT_ONCE = 6;
const ATTEMPTS = 4;
/** Longest wait for a server that asks to wait, in seconds. */
const PATIENCE = 15;

export interface ShareClientOptions {
  readonly fetch: typeof fetch;
  /** Where the API is; default: of this page. */
  readonly base?: string;
  /** Waits, in milliseconds. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

export function createShareClient({ fetch, base = '/api/shares', sleep = wait }: ShareClientOptions): ShareClient {
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    let response: Response;
    try {
      response = await fetch(`${base}${path}`, init);
    } catch (error) {
      if (init.signal?.aborted === true) throw error;
      throw new ShareError('UNREACHABLE', messageOf(error), { cause: error });
    }
    if (!response.ok) throw await refusal(response);
    return response;
  };

  /** Again when the connection failed, the server did, or it asks to wait for a moment. Every call that it is used for may be made twice. */
  const askAgain = async (path: string, init: RequestInit = {}): Promise<Response> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await ask(path, init);
      } catch (error) {
        if (!(error instanceof ShareError) || attempt === ATTEMPTS) throw error;
        const isPassing = error.code === 'UNREACHABLE' || error.code === 'SERVER_ERROR' || (error.wait !== null && error.wait <= PATIENCE);
        if (!isPassing) throw error;
        await sleep(error.wait === null ? 200 * 4 ** (attempt - 1) : error.wait * 1000);
      }
    }
  };

  const publish = async (id: string, editKey: string, { manifest, blobs }: ShareContent, options: PublishOptions): Promise<VersionInfo> => {
    const { expected, onProgress, signal } = options;
    const headers = { Authorization: `Bearer ${editKey}` };
    const more = signal === undefined ? {} : { signal };
    for (let round = 1; ; round += 1) {
      const begun = await askAgain(`/${id}/uploads`, { method: 'POST', headers, body: JSON.stringify(manifest), ...more });
      const { upload, missing } = (await begun.json()) as { upload: string; missing: string[] };
      const total = missing.reduce((sum, hash) => sum + (blobs.get(hash)?.length ?? 0), 0);
      let sent = 0;
      onProgress?.(sent, total);
      await inParallel(missing, async (hash) => {
        const body = blobs.get(hash);
        if (body === undefined) throw new ShareError('UNEXPECTED', `The server asked for ${hash}, which the project has not.`);
        await askAgain(`/${id}/uploads/${upload}/${hash}`, { method: 'PUT', headers, body, ...more });
        sent += body.length;
        onProgress?.(sent, total);
      });
      try {
        const done = await askAgain(`/${id}/versions`, { method: 'POST', headers, body: JSON.stringify({ upload, expected }), ...more });
        return (await done.json()) as VersionInfo;
      } catch (error) {
        // The server lost what it had, or gave the upload up: once more from the start.
        if (round < 2 && error instanceof ShareError && (error.code === 'UPLOAD_INCOMPLETE' || error.code === 'UPLOAD_UNKNOWN')) continue;
        throw error;
      }
    }
  };

  return {
    async limits() {
      const { limits } = (await (await ask('')).json()) as { limits: ShareLimits };
      return limits;
    },
    async versions(id) {
      const { versions } = (await (await ask(`/${id}`)).json()) as { versions: VersionInfo[] };
      return versions;
    },
    async open(id, number, signal) {
      const more = signal === undefined ? {} : { signal };
      const answer: unknown = await (await askAgain(`/${id}/versions/${number ?? 'newest'}`, more)).json();
      const { version, manifest: raw } = answer as { version: VersionInfo; manifest: unknown };
      const manifest = checkedManifest(raw);
      const response = await ask(`/${id}/versions/${version.version}/content`, more);
      return { version, manifest, project: await readContent(manifest, response) };
    },
    publish,
    async remove(id, editKey) {
      await ask(`/${id}`, { method: 'DELETE', headers: { Authorization: `Bearer ${editKey}` } });
    },
  };
}

/** @throws {ShareError} `BROKEN` */
function checkedManifest(value: unknown): Manifest {
  try {
    return parseManifest(value, OPEN_LIMITS);
  } catch (error) {
    if (error instanceof ManifestError) throw new ShareError('BROKEN', error.message, { cause: error });
    throw error;
  }
}

/** Takes the files apart that come in one piece, and believes none of them. @throws {ShareError} `BROKEN`, `UNREACHABLE` when it is cut off */
async function readContent(manifest: Manifest, response: Response): Promise<ProjectFiles> {
  const sizes = manifestBlobs(manifest);
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const all = new Uint8Array(total);
  let length = 0;
  const reader = response.body?.getReader();
  try {
    for (let chunk = await reader?.read(); chunk !== undefined && !chunk.done; chunk = await reader?.read()) {
      if (length + chunk.value.length > total) throw new ShareError('BROKEN', 'More came than the manifest names.');
      all.set(chunk.value, length);
      length += chunk.value.length;
    }
  } catch (error) {
    await reader?.cancel().catch(() => {});
    throw error instanceof ShareError ? error : new ShareError('UNREACHABLE', messageOf(error), { cause: error });
  }
  if (length < total) throw new ShareError('UNREACHABLE', `The connection ended after ${length} of ${total} bytes.`);
  const blobs = new Map<string, Uint8Array<ArrayBuffer>>();
  let at = 0;
  for (const [hash, size] of sizes) {
    const bytes = all.slice(at, at + size);
    at += size;
    if ((await sha256(bytes)) !== hash) throw new ShareError('BROKEN', `A file is not what the manifest says: its SHA-256 is not ${hash}.`);
    blobs.set(hash, bytes);
  }
  return projectOf(manifest, (hash) => blobs.get(hash) ?? new Uint8Array());
}

async function refusal(response: Response): Promise<ShareError> {
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN);
  const waits = Number.isFinite(seconds) ? seconds : null;
  const body: unknown = await response.json().catch(() => null);
  const { code, title, cause, remedy } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  if (typeof code !== 'string' || typeof title !== 'string' || typeof cause !== 'string' || typeof remedy !== 'string')
    return new ShareError('UNEXPECTED', `The server answered ${response.status} without saying why.`, { wait: waits });
  return new ShareError(code, `${title}: ${cause}`, { problem: { title, cause, remedy }, wait: waits });
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (failed) return;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
