import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Engine } from '../container/engine.ts';
import { messageOf, type Problem, type ProblemAction } from '../errors/problem.ts';
import type { ProblemsStore } from '../errors/problems-store.ts';
import type { Prebuild } from '../prebuild/prebuild.ts';
import { readOutput } from '../prebuild/read-output.ts';
import type { Project } from '../project/project.ts';
import type { Account, DeployAdapter, DeployProgress, DeployResult, PastDeploy, Site, SiteFile } from './adapter.ts';
import { DeployError } from './deploy-error.ts';
import { deployFailed, nothingToDeploy, type DeployDeed } from './deploy-failures.ts';
import { digestFiles } from './digest.ts';
import { amountOfFiles, changesBetween, recalled } from './history.ts';
import { newDeployKey, type DeployRecord, type DeployRecords } from './keys.ts';
import { checkLive, type LiveCheck, type ReadLive } from './live-check.ts';
import type { ProviderId } from './provider-id.ts';
import type { TokenPlace, Tokens } from './tokens.ts';

/** The deploy that runs, or the last one. */
export type DeployRun =
  | { readonly status: 'idle' }
  | { readonly status: 'building' | 'reading'; readonly started: number }
  | { readonly status: 'sending'; readonly started: number; readonly progress: DeployProgress | null }
  | ({ readonly status: 'checking' } & Published)
  | ({ readonly status: 'done'; readonly checks: readonly LiveCheck[]; readonly checkFailed: string | null } & Published)
  | { readonly status: 'cancelled' }
  | { readonly status: 'failed' };

interface Published {
  readonly result: DeployResult;
  readonly draft: boolean;
  /** Milliseconds from the click to the answer. */
  readonly duration: number;
  readonly files: number;
}

export interface DeployState {
  readonly provider: ProviderId;
  readonly run: DeployRun;
  /** The project's site at the provider; null when there is none yet, or it is not known yet. */
  readonly site: Site | null;
  /** Sites that could be chosen, where there is an account. */
  readonly sites: readonly Site[];
  /** Null until they are known. */
  readonly deploys: readonly PastDeploy[] | null;
  /** When they were listed, in milliseconds since the epoch. */
  readonly listed: number;
  /** What is being done to the site: the deploy that is rolled back to, or the lock. */
  readonly busy: string | null;
  readonly token: TokenPlace;
  readonly account: Account | null;
  readonly problem: Problem | null;
}

/** Deploys a project and looks after its site. */
export interface Deployer {
  readonly store: StoreApi<DeployState>;
  /** Asks how the site is; called when the panel opens. */
  refresh(): Promise<void>;
  /** Builds when that is needed, sends, and checks what is live. */
  deploy(options: { readonly message: string; readonly draft: boolean }): Promise<void>;
  cancel(): void;
  rollback(deployId: string): Promise<void>;
  setLock(locked: boolean): Promise<void>;
  choose(provider: ProviderId): Promise<void>;
  /** Deploys go to this site from now on; null: to a new one. */
  chooseSite(id: string | null): Promise<void>;
  keepToken(token: string, passphrase: string | null): Promise<void>;
  unlockToken(passphrase: string): Promise<void>;
  removeToken(): Promise<void>;
}

export interface DeployerOptions {
  readonly project: Project;
  readonly prebuild: Prebuild;
  readonly problems: ProblemsStore;
  readonly engine: () => Engine | null;
  /** Runs the build to its end, whatever that is. */
  readonly build: () => Promise<void>;
  readonly records: () => DeployRecords;
  readonly tokens: () => Tokens;
  readonly adapter: (provider: ProviderId, secret: string) => DeployAdapter;
  readonly reader: (provider: ProviderId) => { readonly read: ReadLive; readonly limit: number };
  readonly now?: () => number;
}

/** A DNS label that leaves room for `<24 hex digits>--` in front and a suffix behind. */
const LONGEST_NAME = 30;

export function createDeployer(options: DeployerOptions): Deployer {
  const { project, prebuild, problems } = options;
  const now = options.now ?? (() => performance.now());
  const store = createStore<DeployState>(() => ({
    provider: 'edge',
    run: { status: 'idle' },
    site: null,
    sites: [],
    deploys: null,
    listed: 0,
    busy: null,
    token: 'none',
    account: null,
    problem: null,
  }));
  let record: DeployRecord | null = null;
  let controller: AbortController | null = null;
  /** Goes up with every change of provider, site or token: what was asked before does not count. */
  let epoch = 0;
  /** How often it was asked how the site is: the newest answer counts. */
  let looks = 0;

  const load = async (): Promise<DeployRecord> => {
    if (record !== null) return record;
    const found = await options.records().load(project.store.getState().id);
    record ??= found ?? { provider: 'edge', key: newDeployKey(), sites: {}, notes: {}, published: {} };
    store.setState({ provider: record.provider });
    return record;
  };
  const save = async (change: Partial<DeployRecord>): Promise<DeployRecord> => {
    record = { ...(await load()), ...change };
    await options.records().save(project.store.getState().id, record);
    return record;
  };
  const adapterOf = async (): Promise<DeployAdapter> => {
    const { provider, key } = await load();
    const secret = provider === 'edge' ? key : options.tokens().token(provider);
    if (secret === null) throw new DeployError('unauthorized', 'There is no token.', { said: 'No token was entered.' });
    return options.adapter(provider, secret);
  };
  /** @param goOn what was to be done, once there is a site for it again */
  const fail = (error: unknown, deed: DeployDeed, retry?: ProblemAction, goOn: () => Promise<void> = async () => {}): void => {
    const isGone = error instanceof DeployError && error.code === 'site-gone';
    const anew = async (): Promise<void> => {
      await deployer.chooseSite(null);
      await goOn();
    };
    const problem = deployFailed(error, deed, store.getState().provider, isGone ? { label: 'Make a new site', run: anew } : retry);
    store.setState({ problem });
    problems.report(problem);
  };
  const settle = (): void => {
    store.setState({ problem: null });
    problems.resolve('deploy');
  };

  const refresh = async (): Promise<void> => {
    looks += 1;
    const asked = { epoch, looks };
    const counts = (): boolean => asked.epoch === epoch && asked.looks === looks;
    const { provider, sites, notes } = await load();
    const token = provider === 'edge' ? 'none' : await options.tokens().place(provider);
    store.setState({ token });
    const id = sites[provider];
    if (provider !== 'edge' && options.tokens().token(provider) === null)
      return store.setState({ deploys: null, site: null, account: null, sites: [] });
    try {
      const adapter = await adapterOf();
      if (provider !== 'edge') {
        const [account, all] = await Promise.all([adapter.account(), adapter.sites()]);
        if (counts()) store.setState({ account, sites: all });
      }
      if (id === undefined) return counts() ? store.setState({ site: null, deploys: [] }) : undefined;
      const [site, deploys] = await Promise.all([adapter.site(id), adapter.deploys(id)]);
      if (counts()) store.setState({ site, deploys: deploys.map((deploy) => recalled(deploy, notes)), listed: Date.now() });
    } catch (error) {
      if (counts()) fail(error, 'list the deploys', { label: 'Try again', run: again });
    }
  };
  const again = async (): Promise<void> => {
    settle();
    await refresh();
  };

  /** The built files as they are now; builds first when that is needed. Null when there are none, and the user knows why. */
  const builtFiles = async (signal: AbortSignal, started: number): Promise<SiteFile[] | null> => {
    for (let attempt = 0; ; attempt += 1) {
      if (attempt > 0 || !prebuild.isCurrent()) {
        store.setState({ run: { status: 'building', started } });
        await options.build();
        signal.throwIfAborted();
      }
      const built = prebuild.store.getState();
      const engine = options.engine();
      if (built.status !== 'done' || engine === null) {
        const { problems: known } = problems.store.getState();
        store.setState({ problem: known.findLast(({ code }) => code === 'build' || code === 'manifest' || code === 'engine') ?? null });
        return null;
      }
      store.setState({ run: { status: 'reading', started } });
      const files = await digestFiles(await readOutput(engine, built.output.folder), signal);
      if (files.length === 0) {
        const problem = nothingToDeploy(built.output.folder);
        store.setState({ problem });
        problems.report(problem);
        return null;
      }
      // The dev server may write to the same folder: what goes out is what the build made.
      const shas = new Map(built.output.files.map(({ path, sha256 }) => [path, sha256]));
      const isAsBuilt = files.length === shas.size && files.every(({ path, digest }) => shas.get(path) === digest.sha256);
      if (isAsBuilt || attempt > 0) return files;
    }
  };

  const check = async (files: readonly SiteFile[], published: Published, signal: AbortSignal): Promise<void> => {
    store.setState({ run: { status: 'checking', ...published } });
    const { result, draft } = published;
    const reader = options.reader(store.getState().provider);
    try {
      const checks: LiveCheck[] = [];
      for (const url of draft ? [result.previewUrl] : [result.url, result.previewUrl])
        checks.push(await checkLive(files, { url, signal, ...reader }));
      store.setState({ run: { status: 'done', checks, checkFailed: null, ...published } });
    } catch (error) {
      const reason = signal.aborted ? 'It was stopped.' : messageOf(error);
      store.setState({ run: { status: 'done', checks: [], checkFailed: reason, ...published } });
    }
  };

  const remember = async (files: readonly SiteFile[], result: DeployResult, draft: boolean): Promise<void> => {
    const { provider, notes, published } = await load();
    const before = published[provider];
    const shas = Object.fromEntries(files.map(({ path, digest }) => [path, digest.sha1]));
    const note = { size: amountOfFiles(files), changes: before === undefined ? null : changesBetween(before, shas) };
    await save({
      notes: { ...notes, [result.deployId]: note },
      ...(!draft && { published: { ...published, [provider]: shas } }),
    });
  };

  const deployer: Deployer = {
    store,
    refresh,
    async deploy({ message, draft }) {
      if (controller !== null) return;
      const own = new AbortController();
      const { signal } = own;
      controller = own;
      const started = now();
      const retry = { label: 'Try again', run: () => deployer.deploy({ message, draft }) };
      settle();
      try {
        const adapter = await adapterOf();
        const files = await builtFiles(signal, started);
        if (files === null) return store.setState({ run: { status: 'failed' } });
        // The key is kept before a site is made with it.
        const { provider, sites } = await save({});
        store.setState({ run: { status: 'sending', started, progress: null } });
        const result = await adapter.deploy(files, {
          site: sites[provider] ?? null,
          name: siteName(project.store.getState().id),
          message,
          draft,
          signal,
          onProgress: (progress) => store.setState({ run: { status: 'sending', started, progress } }),
          onSite: async (site) => {
            await save({ sites: { ...(await load()).sites, [provider]: site.id } });
            store.setState({ site });
          },
        });
        const published = { result, draft, duration: now() - started, files: files.length };
        store.setState({ run: { status: 'checking', ...published } });
        await remember(files, result, draft);
        const listed = refresh();
        await check(files, published, signal);
        // It is done: the next one need not wait for the list.
        controller = null;
        await listed;
      } catch (error) {
        if (signal.aborted) return store.setState({ run: { status: 'cancelled' } });
        store.setState({ run: { status: 'failed' } });
        fail(error, 'deploy', retry, retry.run);
        if (error instanceof DeployError && error.code === 'locked') void refresh();
      } finally {
        if (controller === own) controller = null;
      }
    },
    cancel() {
      controller?.abort();
      if (store.getState().run.status === 'building') prebuild.stop();
    },
    async rollback(deployId) {
      const { site } = store.getState();
      if (site === null) return;
      settle();
      store.setState({ busy: deployId });
      try {
        await (await adapterOf()).rollback(site.id, deployId);
        const { run } = store.getState();
        // What the last run said of the site is not true any more.
        if (run.status === 'done') store.setState({ run: { status: 'idle' } });
        await refresh();
      } catch (error) {
        fail(error, 'roll back', { label: 'Try again', run: () => deployer.rollback(deployId) });
      } finally {
        store.setState({ busy: null });
      }
    },
    async setLock(locked) {
      const { site } = store.getState();
      if (site === null) return;
      settle();
      store.setState({ busy: 'lock' });
      try {
        await (await adapterOf()).setLock(site.id, locked);
        await refresh();
      } catch (error) {
        fail(error, locked ? 'lock the site' : 'unlock the site', { label: 'Try again', run: () => deployer.setLock(locked) });
      } finally {
        store.setState({ busy: null });
      }
    },
    async choose(provider) {
      epoch += 1;
      await save({ provider });
      settle();
      store.setState({ provider, run: { status: 'idle' }, site: null, sites: [], deploys: null, account: null });
      await refresh();
    },
    async chooseSite(id) {
      epoch += 1;
      const { provider, sites } = await load();
      const { [provider]: _old, ...others } = sites;
      settle();
      await save({ sites: id === null ? others : { ...others, [provider]: id } });
      store.setState({ site: null, deploys: null, run: { status: 'idle' } });
      await refresh();
    },
    async keepToken(token, passphrase) {
      const { provider } = await load();
      epoch += 1;
      settle();
      try {
        // A token that the provider does not know is not kept.
        await options.adapter(provider, token).account();
        await options.tokens().keep(provider, token, passphrase);
      } catch (error) {
        return fail(error, 'use this token');
      }
      await refresh();
    },
    async unlockToken(passphrase) {
      epoch += 1;
      settle();
      try {
        await options.tokens().unlock((await load()).provider, passphrase);
      } catch (error) {
        return store.setState({
          problem: {
            code: 'deploy',
            fault: 'user',
            title: 'Can’t unlock the token',
            cause: messageOf(error),
            remedy: 'Try again, or remove the token and enter it anew.',
          },
        });
      }
      await refresh();
    },
    async removeToken() {
      epoch += 1;
      await options.tokens().remove((await load()).provider);
      settle();
      await refresh();
    },
  };
  return deployer;
}

/** The project's id, shortened in the middle: its end is what makes it unique. */
export function siteName(projectId: string): string {
  if (projectId.length <= LONGEST_NAME) return projectId;
  const end = projectId.slice(-10).replace(/^-+/, '');
  return `${projectId.slice(0, LONGEST_NAME - end.length - 1).replace(/-+$/, '')}-${end}`;
}
