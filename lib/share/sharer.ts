import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Problem } from '../errors/problem.ts';
import { byteLength } from '../project/content.ts';
import type { Project } from '../project/project.ts';
import type { ProjectFiles } from '../project/project-files.ts';
import { sharePath } from './address.ts';
import { ShareError, type ShareClient, type VersionInfo } from './client.ts';
import { encodeFragment, FRAGMENT_LIMIT } from './fragment.ts';
import type { ShareKeys } from './keys.ts';
import { leftOut, withoutLeftOut, type LeftOut } from './left-out.ts';
import { buildManifest, ManifestError, parseManifest, sha256, manifestText, DEFAULT_LIMITS, type ShareLimits } from './manifest.ts';
import { shareProblem, tooLargeToShare } from './share-failures.ts';

export interface SharerState {
  readonly status: 'idle' | 'looking' | 'publishing' | 'deleting';
  /** Versions of this project's share, oldest first; empty when there is none. Null until the server has told. */
  readonly versions: readonly VersionInfo[] | null;
  /** Whether the newest version is what would be shared now; null when that is not known. */
  readonly isCurrent: boolean | null;
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly problem: Problem | null;
  /** What stays here unless it is ticked. */
  readonly leftOut: readonly LeftOut[];
  readonly ticked: ReadonlySet<string>;
  /** The project in a link of its own: its address, or only the length when that is too much. */
  readonly fragment: { readonly url: string | null; readonly length: number } | null;
}

/** Shares the open project: on the server, or in a link. */
export interface Sharer {
  readonly store: StoreApi<SharerState>;
  /** Looks at the project and at the server, as the dialog opens. */
  look(): Promise<void>;
  tick(path: string, on: boolean): void;
  /** Makes the share or moves it forward; the link that shows the newest version, null when it failed (the state says why). */
  publish(): Promise<string | null>;
  stop(): void;
  remove(): Promise<void>;
  /** The project as it would be handed over. */
  outgoing(): Promise<ProjectFiles>;
  linkTo(version: number | null): string;
}

export interface SharerOptions {
  readonly project: Project;
  readonly client: ShareClient;
  readonly keys: () => ShareKeys;
  /** Origin of the IDE. */
  readonly origin: () => string;
  /** Resolves when the project has all that the engine has. */
  readonly settled: () => Promise<void>;
  /** Makes somebody else's project one of this browser. */
  readonly keep: () => void;
}

/** Characters of a fragment take up more than a quarter of what they stand for: beyond this many bytes nobody tries. */
const FRAGMENT_TRIES = 4 * 1024 * 1024;

export function createSharer({ project, client, keys, origin, settled, keep }: SharerOptions): Sharer {
  const store = createStore<SharerState>(() => ({
    status: 'idle',
    versions: null,
    isCurrent: null,
    progress: null,
    problem: null,
    leftOut: [],
    ticked: new Set(),
    fragment: null,
  }));
  let abort: AbortController | null = null;
  let limits: ShareLimits | null = null;
  /** Hash of the newest version's manifest, where this page has published it or looked. */
  let newest: string | null = null;
  let looks = 0;

  const files = (): ProjectFiles => withoutLeftOut(project.store.getState(), store.getState().ticked);
  const sizeOf = ({ files: all }: ProjectFiles): number => [...all.values()].reduce((sum, content) => sum + byteLength(content), 0);
  const again = { label: 'Try again', run: async () => void (await sharer.look()) };

  /** What depends on the project and the ticks. */
  const measure = async (): Promise<void> => {
    const mine = (looks += 1);
    const outgoing = files();
    const options = optionsOf(project);
    const fragment = sizeOf(outgoing) > FRAGMENT_TRIES ? null : await encodeFragment(outgoing, options);
    const { manifest } = await buildManifest(outgoing, options);
    const hash = await sha256(new TextEncoder().encode(manifestText(manifest)));
    if (mine !== looks) return;
    const length = fragment?.length ?? Math.round((sizeOf(outgoing) * 4) / 3);
    store.setState({
      fragment: { url: fragment !== null && length <= FRAGMENT_LIMIT ? `${origin()}/#${fragment}` : null, length },
      isCurrent: newest === null ? null : newest === hash,
    });
  };

  const lookAtServer = async (): Promise<void> => {
    limits ??= await client.limits();
    const { id } = project.store.getState();
    // Others may have a share of this name; this project's is the one whose key is here.
    if ((await keys().get(id)) === null) return store.setState({ versions: [] });
    try {
      const versions = await client.versions(id);
      newest = versions.at(-1)?.manifest ?? null;
      store.setState({ versions });
    } catch (error) {
      if (!(error instanceof ShareError && (error.code === 'SHARE_UNKNOWN' || error.code === 'SHARE_DELETED'))) throw error;
      newest = null;
      store.setState({ versions: [] });
    }
  };

  const sharer: Sharer = {
    store,
    async look() {
      store.setState({ status: 'looking', problem: null });
      try {
        await settled();
        const found = leftOut(project.store.getState());
        const { ticked } = store.getState();
        store.setState({ leftOut: found, ticked: new Set([...ticked].filter((path) => found.some((one) => one.path === path))) });
        await lookAtServer();
      } catch (error) {
        store.setState({ problem: shareProblem(error, 'publish', again) });
      } finally {
        store.setState({ status: 'idle' });
      }
      await measure();
    },
    tick(path, on) {
      const ticked = new Set(store.getState().ticked);
      if (on) ticked.add(path);
      else ticked.delete(path);
      store.setState({ ticked });
      void measure();
    },
    async publish() {
      keep();
      const { id } = project.store.getState();
      store.setState({ status: 'publishing', problem: null, progress: null });
      abort = new AbortController();
      try {
        await settled();
        const outgoing = files();
        const content = await buildManifest(outgoing, optionsOf(project));
        try {
          parseManifest(content.manifest, limits ?? DEFAULT_LIMITS);
        } catch (error) {
          if (!(error instanceof ManifestError)) throw error;
          store.setState({ problem: tooLargeToShare(error.message, sizeOf(outgoing)) });
          return null;
        }
        await client.publish(id, await keys().obtain(id), content, {
          expected: store.getState().versions?.at(-1)?.version ?? 0,
          signal: abort.signal,
          onProgress: (done, total) => store.setState({ progress: { done, total } }),
        });
        await lookAtServer();
        await measure();
        return sharer.linkTo(null);
      } catch (error) {
        if (!abort.signal.aborted) store.setState({ problem: shareProblem(error, 'publish', again) });
        return null;
      } finally {
        store.setState({ status: 'idle', progress: null });
      }
    },
    stop: () => abort?.abort(),
    async remove() {
      const { id } = project.store.getState();
      store.setState({ status: 'deleting', problem: null });
      try {
        const key = await keys().get(id);
        if (key !== null) await client.remove(id, key);
        newest = null;
        store.setState({ versions: [], isCurrent: null });
      } catch (error) {
        store.setState({ problem: shareProblem(error, 'delete', again) });
      } finally {
        store.setState({ status: 'idle' });
      }
    },
    async outgoing() {
      await settled();
      return files();
    },
    linkTo: (version) => `${origin()}${sharePath({ id: project.store.getState().id, version })}`,
  };
  return sharer;
}

function optionsOf(project: Project): Pick<ReturnType<Project['store']['getState']>, 'name' | 'template' | 'from'> {
  const { name, template, from } = project.store.getState();
  return { name, template, from };
}
