import { createStore, type StoreApi } from 'zustand/vanilla';
import { bootEngine } from '../container/boot.ts';
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
import { messageOf, type Problem } from '../errors/problem.ts';
import { createProblemsStore, type ProblemsStore } from '../errors/problems-store.ts';
import { createPrebuild, type Prebuild } from '../prebuild/prebuild.ts';
import { createPreview, type Preview } from '../preview/preview.ts';
import { createProject, type Project } from '../project/project.ts';
import { createShareClient } from '../share/client.ts';
import { openShareKeys } from '../share/keys.ts';
import { createSharer, type Sharer } from '../share/sharer.ts';
import type { TemplateOutline } from '../templates/template.ts';
import { createTerminals, type Terminals } from '../terminal/terminals.ts';
import { createLayout, type Layout, type LayoutState } from './layout.ts';
import { createOwnership } from './ownership.ts';
import { createTabs, type Tabs } from './tabs.ts';

export type WorkspaceSource =
  | { readonly kind: 'template'; readonly outline: TemplateOutline; readonly filesUrl: string }
  /** A project of this browser; where it has none of that name, the share's newest version. */
  | { readonly kind: 'stored'; readonly id: string }
  /** A fixed version of a share. */
  | { readonly kind: 'shared'; readonly id: string; readonly version: number }
  /** The project in the address's fragment. */
  | { readonly kind: 'fragment' };

/** Most files of a site that the server is asked to compare after a deploy to a provider whose sites pages may not read. */
const CHECKED_BY_SERVER = 40;

export interface AccessState {
  /**
   * `pending` until this tab knows; `visitor` of a shared project, which becomes a project of this browser by the first edit, or when it is run;
   * `missing` when there is nothing to open.
   */
  readonly role: 'pending' | 'writer' | 'reader' | 'visitor' | 'missing';
  /** Why there is nothing to open. */
  readonly problem?: Problem;
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
  readonly sharer: Sharer;
  readonly terminals: Terminals;
  readonly access: StoreApi<AccessState>;
  start(): () => void;
  /** Runs the build script and shows its log. */
  runPrebuild(): Promise<void>;
  /** Shows the built site; builds first when nothing was built. */
  showBuilt(): Promise<void>;
  /** Starts somebody else's project, which does not start by itself. */
  run(): Promise<void>;
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
          // It is saved when the browser has all of it. Said from the first state on, which is the one that the server renders.
          storage: 'saving',
        })
      : createProject({ id: source.kind === 'stored' ? source.id : '', name: '', complete: false });
  const first = source.kind === 'template' ? source.outline.opened.path : null;
  const tabs = createTabs(project, { open: first === null ? [] : [first], active: first });
  const layout = createLayout(options.layout, options.saveLayout);
  const problems = createProblemsStore();
  const preview = createPreview();
  project.onChange((_change, origin) => {
    if (origin !== 'engine') preview.edited();
  });
  const access = createStore<AccessState>(() => ({ role: source.kind === 'template' ? 'writer' : 'pending' }));

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
      await ownership.flush();
      window.location.reload();
    },
    removed: () => ownership.removed(),
    onRemoved: (paths) => ownership.acknowledge(paths),
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

  const shares = createShareClient({ fetch: pageFetch });
  const sharer = createSharer({
    project,
    client: shares,
    keys: openShareKeys,
    origin: () => window.location.origin,
    settled: () => session.settled(),
    keep: () => ownership.keep(),
  });

  const boot = async (): Promise<void> => {
    const missing = options.engine.kind === 'own' ? missingSupport(browserFacts()) : null;
    if (missing === null) await session.start();
    else problems.report(failures.unsupportedBrowser(missing));
  };

  const ownership = createOwnership({
    source,
    project,
    tabs,
    layout,
    problems,
    session,
    access,
    shares,
    boot,
    onAddress: options.onAddress,
  });

  const workspace: Workspace = {
    project,
    tabs,
    layout,
    problems,
    session,
    preview,
    prebuild,
    deployer,
    sharer,
    terminals,
    access,
    start: () => ownership.begin(),
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
    run: () => ownership.run(),
    takeOver: () => ownership.takeOver(),
    rename: (name) => ownership.rename(name),
    saved: () => ownership.flush(),
  };
  return workspace;
}

/** The page's fetch, which must not be called as a method of something else. */
const pageFetch: typeof fetch = (input, init) => window.fetch(input, init);

export type { Engine };
