import { createStore, type StoreApi } from 'zustand/vanilla';
import { bootEngine, takeEarlyLock } from '../container/boot.ts';
import { browserFacts, missingSupport } from '../container/browser-support.ts';
import type { Engine, EngineChoice } from '../container/engine.ts';
import { createSession, type Session } from '../container/session.ts';
import { createDeployer, type Deployer } from '../deploy/deployer.ts';
import { openDeployRecords } from '../deploy/keys.ts';
import { directReader, serverReader } from '../deploy/live-check.ts';
import { createEdgeAdapter } from '../deploy/providers/edge.ts';
import { createNetlifyAdapter } from '../deploy/providers/netlify.ts';
import { createTokens, openTokenBoxes, type Tokens } from '../deploy/tokens.ts';
import * as failures from '../errors/failures.ts';
import { messageOf } from '../errors/problem.ts';
import { createProblemsStore, type ProblemsStore } from '../errors/problems-store.ts';
import { takeSkipped } from '../import/skipped.ts';
import { createPrebuild, type Prebuild } from '../prebuild/prebuild.ts';
import { createPreview, type Preview } from '../preview/preview.ts';
import { startAutosave, type Autosave } from '../project/autosave.ts';
import { newProjectId } from '../project/project-id.ts';
import { createProject, type Project } from '../project/project.ts';
import { openProjectStorage, wholeProject, type ProjectStorage, type StoredProject } from '../project/storage.ts';
import { requestWriterLock, type WriterLock } from '../project/writer-lock.ts';
import { openRecentProjects, type RecentProjects } from '../recent/recent-projects.ts';
import { templateContents, type TemplateFiles, type TemplateOutline } from '../templates/template.ts';
import { createTerminals, type Terminals } from '../terminal/terminals.ts';
import { createLayout, type Layout, type LayoutState } from './layout.ts';
import { createTabs, type Tabs, type TabsState } from './tabs.ts';

export type WorkspaceSource =
  | { readonly kind: 'template'; readonly outline: TemplateOutline; readonly filesUrl: string }
  | { readonly kind: 'stored'; readonly id: string };

/** Longest wait for an engine that is still booting when another tab takes the project over, in milliseconds. */
const LETTING_GO = 5000;
/** Most files of a site that the server is asked to compare after a deploy to a provider whose sites pages may not read. */
const CHECKED_BY_SERVER = 40;

export interface AccessState {
  /** `pending` until this tab knows; `missing` when the browser has no such project. */
  readonly role: 'pending' | 'writer' | 'reader' | 'missing';
}

/** Everything behind one open project. Made on the server too (for the first paint); `start` is for the browser. */
export interface Workspace {
  readonly project: Project;
  readonly tabs: Tabs;
  readonly layout: Layout;
  readonly problems: ProblemsStore;
  readonly session: Session;
  readonly preview: Preview;
  readonly prebuild: Prebuild;
  readonly deployer: Deployer;
  readonly terminals: Terminals;
  readonly access: StoreApi<AccessState>;
  start(): () => void;
  /** Runs the build script and shows its log. */
  runPrebuild(): Promise<void>;
  /** Shows the built site; builds first when nothing was built. */
  showBuilt(): Promise<void>;
  /** Makes this tab the writer of the project. */
  takeOver(): void;
  rename(name: string): Promise<void>;
  /** Resolves when all edits are in the browser's storage. */
  saved(): Promise<void>;
}

export interface WorkspaceOptions {
  readonly source: WorkspaceSource;
  readonly engine: EngineChoice;
  readonly layout: Partial<LayoutState>;
  readonly saveLayout: (text: string) => void;
  /** The address bar shall show this path from now on. */
  readonly onAddress: (path: string) => void;
}

export function createWorkspace(options: WorkspaceOptions): Workspace {
  const { source } = options;
  const project =
    source.kind === 'template'
      ? createProject({
          // The id is drawn in the browser: two visitors of one rendered page must not share it.
          id: '',
          name: source.outline.info.title,
          template: source.outline.info.id,
          files: [[source.outline.opened.path, source.outline.opened.text]],
          expected: source.outline.paths.filter((path) => path !== source.outline.opened.path),
          complete: false,
        })
      : createProject({ id: source.id, name: '', complete: false });
  // A new project is saved when the browser has all of it.
  if (source.kind === 'template') project.store.setState({ storage: 'saving' });
  const first = source.kind === 'template' ? source.outline.opened.path : null;
  const tabs = createTabs(project, { open: first === null ? [] : [first], active: first });
  const layout = createLayout(options.layout, options.saveLayout);
  const problems = createProblemsStore();
  const preview = createPreview();
  const access = createStore<AccessState>(() => ({ role: source.kind === 'template' ? 'writer' : 'pending' }));
  let storage: ProjectStorage | null = null;
  let autosave: Autosave | null = null;
  let recent: RecentProjects | null = null;
  let lock: WriterLock | null = null;

  const createManifest = (): void => {
    if (!project.store.getState().files.has('package.json')) {
      project.write('package.json', `${JSON.stringify({ private: true, type: 'module', scripts: {} }, null, 2)}\n`);
    }
    tabs.openFile('package.json', {});
    layout.set({ narrow: 'editor' });
    problems.report(failures.noScript('dev', { label: 'Try again', run: () => session.runAgain() }));
    problems.resolve('build');
  };

  const session = createSession({
    project,
    problems,
    boot: (onEnded) => bootEngine({ projectId: project.store.getState().id, choice: options.engine, onEnded }),
    async reload() {
      await autosave?.flush();
      window.location.reload();
    },
    removed: () => autosave?.removed() ?? [],
    onRemoved: (paths) => autosave?.acknowledge(paths),
    onEngine: (engine) => preview.attach(engine),
    createManifest,
  });
  const terminals = createTerminals({
    id: 'dev',
    title: 'Dev server',
    source: { log: session.log, input: session.input, resize: session.resize },
    closable: false,
  });
  session.store.subscribe((state, previous) => {
    if (state.engine === previous.engine) return;
    terminals.setEngine(state.engine);
    if (state.engine === null) preview.detach();
  });
  const prebuild = createPrebuild({
    project,
    problems,
    settled: () => session.settled(),
    again: () => workspace.runPrebuild(),
    createManifest,
  });

  const build = async (): Promise<void> => {
    const { engine, scripts } = session.store.getState();
    if (engine === null) return;
    const source = { log: prebuild.log, input: () => {}, resize: prebuild.resize };
    terminals.add({ id: 'build', title: 'Build', source, closable: false }, true);
    await prebuild.run(engine, scripts);
  };
  let tokens: Tokens | null = null;
  const deployer = createDeployer({
    project,
    prebuild,
    problems,
    engine: () => session.store.getState().engine,
    build,
    records: openDeployRecords,
    tokens: () => (tokens ??= createTokens(openTokenBoxes(), window.sessionStorage)),
    adapter: (provider, secret) =>
      provider === 'edge'
        ? createEdgeAdapter({ base: '', key: secret, fetch: pageFetch })
        : createNetlifyAdapter({ base: '/api/providers/netlify', token: secret, fetch: pageFetch }),
    reader: (provider) =>
      provider === 'edge'
        ? { read: directReader(pageFetch), limit: Infinity }
        : { read: serverReader(pageFetch), limit: CHECKED_BY_SERVER },
  });

  const fetchTemplate = async (url: string): Promise<void> => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    project.load(templateContents((await response.json()) as TemplateFiles));
  };

  const touchRecent = async (): Promise<void> => {
    const { id, name, template, files } = project.store.getState();
    recent ??= openRecentProjects();
    await recent.touch({ id, name, template, opened: Date.now(), fileCount: files.size });
  };

  const report = (error: unknown): void =>
    problems.report(failures.notSaved(messageOf(error), { label: 'Try again', run: () => autosave?.flush() ?? Promise.resolve() }));

  const beginAutosave = (removed: readonly string[]): void => {
    if (!storage) return;
    autosave?.dispose();
    autosave = startAutosave(project, storage, { removed, onError: report });
  };

  const boot = async (): Promise<void> => {
    const missing = options.engine.kind === 'own' ? missingSupport(browserFacts()) : null;
    if (missing === null) await session.start();
    else problems.report(failures.unsupportedBrowser(missing));
  };

  const startNew = async (url: string): Promise<void> => {
    if (!storage) return;
    beginAutosave([]);
    await fetchTemplate(url);
    await storage.save(wholeProject(project.store.getState()));
    await touchRecent();
    if (project.store.getState().unsaved.size === 0) project.store.setState({ storage: 'saved' });
  };

  const apply = (stored: StoredProject): void => {
    project.store.setState({ name: stored.name, template: stored.template, from: stored.from ?? null });
    project.load(stored.files, stored);
  };

  /** Opens the tabs that were open last, else the README or the first page. */
  const openTabs = (stored: StoredProject): void => {
    const { files } = project.store.getState();
    const saved = stored.tabs.filter((path) => files.has(path));
    const fallback = ['index.njk', 'index.md', 'index.html', 'src/index.njk', 'README.md', 'package.json'].find((path) => files.has(path));
    for (const path of saved.length > 0 ? saved : fallback === undefined ? [] : [fallback]) tabs.openFile(path);
  };

  const becomeWriter = async (isFirst: boolean): Promise<void> => {
    if (!storage) return;
    if (source.kind === 'template' && isFirst) {
      access.setState({ role: 'writer' });
      await Promise.all([startNew(source.filesUrl), boot()]);
      return;
    }
    const stored = await storage.load();
    if (stored === null) {
      access.setState({ role: 'missing' });
      return;
    }
    if (access.getState().role === 'reader') catchUp(project, stored);
    else {
      apply(stored);
      openTabs(stored);
      const skipped = takeSkipped(project.store.getState().id, window.sessionStorage);
      if (skipped.length > 0) {
        problems.report(failures.importIncomplete(skipped));
        layout.set({ bottomOpen: true, bottomTab: 'problems' });
      }
    }
    project.store.setState({ writable: true });
    access.setState({ role: 'writer' });
    beginAutosave(stored.removed);
    await Promise.all([touchRecent(), boot()]);
  };

  const becomeReader = async (): Promise<void> => {
    project.store.setState({ writable: false });
    if (access.getState().role === 'pending') {
      const stored = await storage?.load();
      if (!stored) return access.setState({ role: 'missing' });
      apply(stored);
      openTabs(stored);
    }
    access.setState({ role: 'reader' });
  };

  const workspace: Workspace = {
    project,
    tabs,
    layout,
    problems,
    session,
    preview,
    prebuild,
    deployer,
    terminals,
    access,
    start() {
      let { id } = project.store.getState();
      if (source.kind === 'template' && id === '') {
        id = newProjectId(source.outline.info.id);
        project.store.setState({ id });
        options.onAddress(`/p/${id}`);
      }
      storage = openProjectStorage(id);
      lock = requestWriterLock(id, {
        early: takeEarlyLock(id),
        onAcquired: (isFirst) => becomeWriter(isFirst).catch(report),
        onRefused: () => void becomeReader().catch(report),
        async onRelease() {
          await autosave?.flush();
          autosave?.dispose();
          autosave = null;
          // The next writer's engine keeps the files: this one has to be gone by then, also when it was about to start.
          await Promise.race([session.shutDown(), new Promise((resolve) => setTimeout(resolve, LETTING_GO))]);
        },
      });
      const flush = (): void => void autosave?.flush().catch(report);
      const onVisibility = (): void => {
        if (document.visibilityState === 'hidden') flush();
      };
      window.addEventListener('pagehide', flush);
      document.addEventListener('visibilitychange', onVisibility);
      const saveTabs = ({ open, active }: Pick<TabsState, 'open' | 'active'>): void => {
        const inOrder = active === null ? open : [...open.filter((path) => path !== active), active];
        // Beside the files, and not in localStorage: the browser keeps that in memory for seconds, and a killed one would lose it.
        storage?.save({ tabs: inOrder }).catch((error: unknown) => console.warn('The open tabs were not saved:', error));
      };
      if (first !== null) saveTabs({ open: [first], active: first });
      const stopTabs = tabs.store.subscribe((state, previous) => {
        if (state.open !== previous.open || state.active !== previous.active) saveTabs(state);
      });
      return () => {
        window.removeEventListener('pagehide', flush);
        document.removeEventListener('visibilitychange', onVisibility);
        stopTabs();
        flush();
        lock?.dispose();
        session.dispose();
      };
    },
    async runPrebuild() {
      const { engine, scripts } = session.store.getState();
      if (engine === null) return;
      layout.set({ bottomOpen: true, bottomTab: 'terminal' });
      if (scripts.build === null) layout.set({ bottomTab: 'problems' });
      await build();
    },
    async showBuilt() {
      if (prebuild.store.getState().status !== 'done') await workspace.runPrebuild();
      const state = prebuild.store.getState();
      if (state.status !== 'done') return;
      try {
        await preview.serveBuilt(state.output.folder);
      } catch (error) {
        problems.report({
          code: 'built',
          fault: 'system',
          title: 'Can’t show the built site',
          cause: messageOf(error).split('\n')[0] ?? '',
          remedy: 'Build again, or restart the project.',
          details: messageOf(error),
        });
      }
    },
    takeOver: () => lock?.takeOver(),
    async rename(name) {
      project.store.setState({ name });
      const { id, template, from, executables } = project.store.getState();
      await storage?.save({ meta: { name, template, from }, executables: new Map([...executables].map((path) => [path, true])) });
      recent ??= openRecentProjects();
      await recent.rename(id, name);
    },
    saved: () => autosave?.flush() ?? Promise.resolve(),
  };
  return workspace;
}

/** The page's fetch, which must not be called as a method of something else. */
const pageFetch: typeof fetch = (input, init) => window.fetch(input, init);

/** Brings a tab that looked on up to date with what the other tab saved. */
function catchUp(project: Project, stored: StoredProject): void {
  const { files, folders, links } = project.store.getState();
  for (const path of files.keys()) if (!stored.files.has(path)) project.remove(path, 'storage');
  for (const path of links.keys()) if (!stored.links.has(path)) project.remove(path, 'storage');
  for (const path of folders) if (!stored.folders.has(path)) project.remove(path, 'storage');
  for (const [path, content] of stored.files) project.write(path, content, 'storage');
  for (const path of stored.files.keys()) project.setExecutable(path, stored.executables.has(path), 'storage');
  for (const folder of stored.folders) project.mkdir(folder, 'storage');
  for (const [path, target] of stored.links) project.link(path, target, 'storage');
}

export type { Engine };
