import type { StoreApi } from 'zustand/vanilla';
import { earlyStored, takeEarlyJournal, takeEarlyLock } from '../container/boot.ts';
import type { Session } from '../container/session.ts';
import * as failures from '../errors/failures.ts';
import { messageOf } from '../errors/problem.ts';
import type { ProblemsStore } from '../errors/problems-store.ts';
import { takeSkipped } from '../import/skipped.ts';
import { startAutosave, type Autosave } from '../project/autosave.ts';
import { catchUp } from '../project/catch-up.ts';
import { openJournal, type Journal } from '../project/journal/journal.ts';
import { recover } from '../project/journal/recover.ts';
import { newProjectId } from '../project/project-id.ts';
import type { Project } from '../project/project.ts';
import {
  hasProject,
  openProjectStorage,
  wholeProject,
  type ProjectMeta,
  type ProjectStorage,
  type StoredProject,
} from '../project/storage.ts';
import { requestWriterLock, type WriterLock } from '../project/writer-lock.ts';
import { openRecentProjects, type RecentProjects } from '../recent/recent-projects.ts';
import type { ShareClient } from '../share/client.ts';
import { notHere, shareProblem } from '../share/share-failures.ts';
import { templateContents, type TemplateFiles } from '../templates/template.ts';
import type { Layout } from './layout.ts';
import { openForeign } from './open-foreign.ts';
import type { Tabs, TabsState } from './tabs.ts';
import type { AccessState, WorkspaceSource } from './workspace.ts';

/** Longest wait for an engine that is still booting when another tab takes the project over, in milliseconds. */
const LETTING_GO = 5000;

/**
 * Whose the open project is, and where it is kept:
 *
 * ```
 * template ─────────────────────────────▶ writer ◀──take over──▶ reader (another tab is the writer)
 * stored: in this browser ──────────────▶   ▲
 *         not here ─▶ share ──▶ visitor ────┘ first edit, new name, shared, run
 * shared, fragment ───────────▶    ╰──────▶ missing (nothing to open)
 * ```
 */
export interface Ownership {
  /** Opens the project; gives a function that ends it. */
  begin(): () => void;
  /** Makes a visitor's copy a project of this browser. */
  keep(): void;
  /** Starts a project that is held, and lets it start by itself from now on. */
  run(): Promise<void>;
  takeOver(): void;
  rename(name: string): Promise<void>;
  /** Resolves when all edits are in the browser's storage. */
  flush(): Promise<void>;
  /** Paths that were removed and that the engine has not removed yet. */
  removed(): readonly string[];
  acknowledge(paths: readonly string[]): void;
}

export interface OwnershipOptions {
  readonly source: WorkspaceSource;
  readonly project: Project;
  readonly tabs: Tabs;
  readonly layout: Layout;
  readonly problems: ProblemsStore;
  readonly session: Session;
  readonly access: StoreApi<AccessState>;
  readonly shares: ShareClient;
  /** Starts the project's engine. */
  readonly boot: () => Promise<void>;
  readonly onAddress: (path: string) => void;
}

export function createOwnership({
  source,
  project,
  tabs,
  layout,
  problems,
  session,
  access,
  shares,
  boot,
  onAddress,
}: OwnershipOptions): Ownership {
  let storage: ProjectStorage | null = null;
  let autosave: Autosave | null = null;
  let journal: Journal | null = null;
  let recent: RecentProjects | null = null;
  let lock: WriterLock | null = null;
  /** Some of the template's files have not come. */
  let unfinished = source.kind === 'template';
  /** Until the project is open here and every change of it is stored. */
  let opening: Promise<void> = Promise.resolve();

  /** Fills in what has not come of a template, without what was removed since. */
  const fetchTemplate = async (url: string, removed: readonly string[] = []): Promise<void> => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    const contents = [...templateContents((await response.json()) as TemplateFiles)];
    project.load(contents.filter(([path]) => !removed.includes(path)));
    unfinished = false;
  };

  const touchRecent = async (): Promise<void> => {
    const { id, name, template, files, expected } = project.store.getState();
    recent ??= openRecentProjects();
    await recent.touch({ id, name, template, opened: Date.now(), fileCount: files.size + expected.size });
  };

  const report = (error: unknown): void =>
    problems.report(failures.notSaved(messageOf(error), { label: 'Try again', run: () => autosave?.flush() ?? Promise.resolve() }));

  const beginAutosave = (kept: Pick<StoredProject, 'removed' | 'sequence'>, meta?: ProjectMeta): void => {
    if (!storage || !journal) return;
    autosave?.dispose();
    autosave = startAutosave(project, storage, { removed: kept.removed, sequence: kept.sequence, meta, journal, onError: report });
  };

  const start = (): void => void boot().catch(report);
  const startUnlessHeld = (): void => {
    if (!project.store.getState().held) start();
  };

  const currentMeta = (): ProjectMeta => {
    const { name, template, from, held } = project.store.getState();
    return { name, template, from, held, ...(unfinished && { unfinished }) };
  };

  const saveMeta = async (): Promise<void> => {
    const { executables } = project.store.getState();
    const batch = { meta: currentMeta(), executables: new Map([...executables].map((path) => [path, true])) };
    await (autosave ? autosave.adopt(batch) : storage?.save(batch));
  };

  /** Stores a project that came from somewhere else, when all of it has come. */
  const storeNew = async (load: () => Promise<void>): Promise<void> => {
    beginAutosave({ removed: [], sequence: 0 }, unfinished ? currentMeta() : undefined);
    const store = async (): Promise<void> => {
      await load();
      await autosave?.adopt(wholeProject(project.store.getState()));
    };
    await Promise.all([store(), touchRecent()]);
  };

  const apply = (stored: StoredProject): void => {
    project.store.setState(metaOf(stored));
    project.load(stored.files, stored);
  };

  /** Opens the tabs that were open last, else the README or the first page. */
  const openTabs = (last: readonly string[]): void => {
    const { files } = project.store.getState();
    const saved = last.filter((path) => files.has(path));
    const fallback = ['index.njk', 'index.md', 'index.html', 'src/index.njk', 'README.md', 'package.json'].find((path) => files.has(path));
    for (const path of saved.length > 0 ? saved : fallback === undefined ? [] : [fallback]) tabs.openFile(path);
  };

  const becomeWriter = async (isFirst: boolean): Promise<void> => {
    if (!storage) return;
    // Before the engine starts, which keeps the browser busy.
    const opened = (await takeEarlyJournal(project.store.getState().id)) ?? openJournal(project.store.getState().id);
    journal = opened;
    if (source.kind === 'template' && isFirst) {
      access.setState({ role: 'writer' });
      const stored = storeNew(() => fetchTemplate(source.filesUrl));
      start();
      return stored;
    }
    if (access.getState().role === 'visitor') {
      access.setState({ role: 'writer' });
      const stored = storeNew(async () => {});
      startUnlessHeld();
      return stored;
    }
    const recovered = recover(...(await Promise.all([storage.load(), opened.left])));
    if (recovered === null) {
      access.setState({ role: 'missing', problem: notHere() });
      return;
    }
    const stored = recovered.project;
    if (access.getState().role === 'reader') {
      project.store.setState(metaOf(stored));
      catchUp(project, stored);
    } else {
      apply(stored);
      openTabs(stored.tabs);
      const skipped = takeSkipped(project.store.getState().id, window.sessionStorage);
      if (skipped.length > 0) {
        problems.report(failures.importIncomplete(skipped));
        layout.set({ bottomOpen: true, bottomTab: 'problems' });
      }
    }
    project.store.setState({ writable: true });
    access.setState({ role: 'writer' });
    beginAutosave(stored);
    const kept = recovered.unsaved && autosave?.adopt(recovered.unsaved);
    unfinished = stored.unfinished ?? false;
    if (unfinished) {
      await fetchTemplate(`/templates/${stored.template}/files`, stored.removed);
      if (tabs.store.getState().open.length === 0) openTabs([]);
      await autosave?.adopt(wholeProject(project.store.getState()));
    }
    startUnlessHeld();
    await Promise.all([kept, touchRecent()]);
  };

  const becomeReader = async (): Promise<void> => {
    project.store.setState({ writable: false });
    if (access.getState().role === 'pending') {
      const stored = await storage?.load();
      if (!stored) return access.setState({ role: 'missing', problem: notHere() });
      apply(stored);
      openTabs(stored.tabs);
    }
    access.setState({ role: 'reader' });
  };

  /** Becomes the project's writer, or a reader, in this browser. */
  const own = (id: string): void => {
    storage = openProjectStorage(id);
    lock = requestWriterLock(id, {
      early: takeEarlyLock(id),
      onAcquired: (isFirst) => (opening = becomeWriter(isFirst).catch(report)),
      onRefused: () => void becomeReader().catch(report),
      async onRelease() {
        await opening;
        // What is typed from here on would be nobody's.
        project.store.setState({ writable: false });
        // What the storage refuses is in the journal: the next writer has it from there.
        await autosave?.flush().catch(report);
        autosave?.dispose();
        autosave = null;
        // The next writer opens it.
        await Promise.race([journal?.close(), new Promise((resolve) => setTimeout(resolve, LETTING_GO))]);
        journal = null;
        // The next writer's engine keeps the files: this one has to be gone by then, also when it was about to start.
        await Promise.race([session.shutDown(), new Promise((resolve) => setTimeout(resolve, LETTING_GO))]);
      },
    });
  };

  /** Makes a visitor's copy a project of this browser. Its id is its own from the start, so that its engine's origin is nobody else's. */
  const keep = (): void => {
    if (access.getState().role !== 'visitor' || storage !== null) return;
    const { id } = project.store.getState();
    onAddress(`/p/${id}`);
    own(id);
  };

  const visit = async (): Promise<void> => {
    try {
      const { name, template, from, files } = await openForeign(source, shares);
      project.store.setState({ id: newProjectId(name), name, template, from, held: true });
      project.load(files.files, files);
      access.setState({ role: 'visitor' });
      openTabs([]);
      project.onChange((_change, origin) => {
        if (origin === 'user') keep();
      });
    } catch (error) {
      const again = { label: 'Try again', run: () => window.location.reload() };
      access.setState({ role: 'missing', problem: shareProblem(error, 'open', again) });
    }
  };

  return {
    begin() {
      let { id } = project.store.getState();
      if (source.kind === 'template' && id === '') {
        id = newProjectId(source.outline.info.id);
        project.store.setState({ id });
        onAddress(`/p/${id}`);
      }
      let disposed = false;
      const openOrVisit = async (): Promise<void> => {
        const isHere = await (earlyStored(id) ?? hasProject(id));
        if (disposed) return;
        if (isHere) own(id);
        else await visit();
      };
      if (source.kind === 'template') own(id);
      else if (source.kind === 'stored') openOrVisit().catch(report);
      else void visit();
      const flush = (): void => void autosave?.flush().catch(report);
      const onVisibility = (): void => {
        if (document.visibilityState === 'hidden') flush();
      };
      window.addEventListener('pagehide', flush);
      document.addEventListener('visibilitychange', onVisibility);
      const saveTabs = ({ open, active }: Pick<TabsState, 'open' | 'active'>, meta?: ProjectMeta): void => {
        const inOrder = active === null ? open : [...open.filter((path) => path !== active), active];
        // Beside the files, and not in localStorage: the browser keeps that in memory for seconds, and a killed one would lose it.
        storage
          ?.save({ tabs: inOrder, ...(meta && { meta }) })
          .catch((error: unknown) => console.warn('The open tabs were not saved:', error));
      };
      const { open, active } = tabs.store.getState();
      // The address that is shown opens it from now on.
      if (source.kind === 'template') saveTabs({ open, active }, currentMeta());
      const stopTabs = tabs.store.subscribe((state, previous) => {
        // Opening what was open last is no change.
        if (access.getState().role !== 'pending' && (state.open !== previous.open || state.active !== previous.active)) saveTabs(state);
      });
      return () => {
        disposed = true;
        window.removeEventListener('pagehide', flush);
        document.removeEventListener('visibilitychange', onVisibility);
        stopTabs();
        flush();
        void journal?.close();
        lock?.dispose();
        session.dispose();
      };
    },
    keep,
    async run() {
      if (!project.store.getState().held) return;
      project.store.setState({ held: false });
      if (access.getState().role === 'visitor') return keep();
      await Promise.all([saveMeta(), boot()]);
    },
    takeOver: () => lock?.takeOver(),
    async rename(name) {
      project.store.setState({ name });
      // With all of it.
      if (access.getState().role === 'visitor') return keep();
      await saveMeta();
      recent ??= openRecentProjects();
      await recent.rename(project.store.getState().id, name);
    },
    flush: () => autosave?.flush() ?? Promise.resolve(),
    removed: () => autosave?.removed() ?? [],
    acknowledge: (paths) => autosave?.acknowledge(paths),
  };
}

const metaOf = ({ name, template, from, held }: StoredProject): Required<Pick<ProjectMeta, 'name' | 'template' | 'from' | 'held'>> => ({
  name,
  template,
  from: from ?? null,
  held: held ?? false,
});
