'use client';
import { Tooltip } from '@base-ui/react/tooltip';
import dynamic from 'next/dynamic';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { matchesKey, type Command } from '../../lib/commands/commands.ts';
import type { EngineChoice } from '../../lib/container/engine.ts';
import { notHere } from '../../lib/share/share-failures.ts';
import { saveCookie } from '../../lib/workspace/cookies.ts';
import { LAYOUT_COOKIE, type LayoutState } from '../../lib/workspace/layout.ts';
import { createWorkspace, type Workspace, type WorkspaceSource } from '../../lib/workspace/workspace.ts';
import type { EditorCommands } from '../editor/editor-area.tsx';
import { FilesPanel } from '../files/files-panel.tsx';
import { ProgressStrip } from '../progress/progress-strip.tsx';
import { VisitorBar } from '../share/visitor-bar.tsx';
import { Button } from '../ui/button.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { ActivityRail } from './activity-rail.tsx';
import { useSlice, useWorkspace, WorkspaceProvider } from './context.tsx';
import { Dialogs, type DialogName } from './dialogs.tsx';
import { NarrowBar } from './narrow-bar.tsx';
import { setTheme, SettingsPanel } from './settings-panel.tsx';
import { TopBar } from './top-bar.tsx';
import { useApple } from './use-apple.ts';

// Each is made interactive by itself: the project begins to run as soon as the frame around them is.
const EditorArea = dynamic(() => import('../editor/editor-area.tsx').then((module) => module.EditorArea));
const PreviewPanel = dynamic(() => import('../preview/preview-panel.tsx').then((module) => module.PreviewPanel));
const BottomPanel = dynamic(() => import('../terminal/bottom-panel.tsx').then((module) => module.BottomPanel));
const SearchPanel = dynamic(() => import('./search-panel.tsx').then((module) => module.SearchPanel));
const CommandPalette = dynamic(() => import('../palette/command-palette.tsx').then((module) => module.CommandPalette), { ssr: false });

export interface WorkspaceViewProps {
  readonly source: WorkspaceSource;
  readonly engine: EngineChoice;
  readonly layout: Partial<LayoutState>;
}

/** The IDE on one project. */
export function WorkspaceView({ source, engine, layout }: WorkspaceViewProps): ReactNode {
  const [workspace] = useState(() =>
    createWorkspace({
      source,
      engine,
      layout,
      saveLayout: (text) => saveCookie(LAYOUT_COOKIE, text),
      // The project has its own address from now on; a reload must open it again, not make another.
      onAddress: (path) => window.history.replaceState(null, '', path),
    }),
  );
  useEffect(() => {
    let stop: (() => void) | null = null;
    // Not in this very tick: React's development mode runs effects twice, and a project starts once.
    const timer = setTimeout(() => (stop = workspace.start()));
    return () => {
      clearTimeout(timer);
      stop?.();
    };
  }, [workspace]);
  return (
    <WorkspaceProvider workspace={workspace}>
      <Tooltip.Provider delay={500}>
        <Toasts>
          <Workbench />
        </Toasts>
      </Tooltip.Provider>
    </WorkspaceProvider>
  );
}

function Workbench(): ReactNode {
  const workspace = useWorkspace();
  const { layout, project, access } = workspace;
  const state = useSlice(layout.store, (value) => value);
  const name = useSlice(project.store, (value) => value.name);
  const role = useSlice(access, (value) => value.role);
  const [palette, setPalette] = useState(false);
  const [dialog, setDialog] = useState<DialogName>(null);
  const [editor] = useState(editorSlot);
  const commands = useMemo(() => workspaceCommands(workspace, editor.get, setPalette, setDialog), [workspace, editor]);
  const apple = useApple();

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const command = commands.find(({ key }) => key !== undefined && matchesKey(key, event, apple));
      if (command === undefined || command.enabled?.() === false) return;
      event.preventDefault();
      void command.run();
    };
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [commands, apple]);
  useEffect(() => {
    if (name !== '') document.title = `${name} · Jampot`;
  }, [name]);

  if (role === 'missing') return <MissingProject />;
  return (
    <div
      className="workbench flex h-dvh flex-col overflow-hidden"
      data-side={state.sideOpen ? 'open' : 'closed'}
      data-preview={state.previewOpen ? 'open' : 'closed'}
      data-bottom={state.bottomOpen ? 'open' : 'closed'}
      data-narrow={state.narrow}
    >
      <TopBar
        onPalette={() => setPalette(true)}
        onRename={() => setDialog('rename')}
        onExport={() => setDialog('share')}
        onShare={() => setDialog('share')}
        onDeploy={() => setDialog('deploy')}
      />
      {role === 'reader' ? <ReaderBanner /> : null}
      <VisitorBar />
      <main className="flex min-h-0 flex-1">
        <ActivityRail />
        <Group
          id="group-side"
          orientation="horizontal"
          defaultLayout={state.sizes.side ?? { 'panel-side': 17, 'panel-main': 83 }}
          onLayoutChanged={(sizes) => layout.resized('side', sizes)}
          className="min-w-0 flex-1"
        >
          <Panel id="panel-side" minSize={160} groupResizeBehavior="preserve-pixel-size" className="bg-app">
            {state.side === 'files' ? <FilesPanel /> : state.side === 'search' ? <SearchPanel /> : <SettingsPanel />}
          </Panel>
          <Separator id="handle-side" className="handle" aria-label="Width of the side panel" />
          <Panel id="panel-main" minSize={240}>
            <Group
              id="group-main"
              orientation="vertical"
              defaultLayout={state.sizes.main ?? { 'panel-top': 72, 'panel-bottom': 28 }}
              onLayoutChanged={(sizes) => layout.resized('main', sizes)}
            >
              <Panel id="panel-top" minSize={120}>
                <Group
                  id="group-top"
                  orientation="horizontal"
                  defaultLayout={state.sizes.top ?? { 'panel-editor': 50, 'panel-preview': 50 }}
                  onLayoutChanged={(sizes) => layout.resized('top', sizes)}
                >
                  <Panel id="panel-editor" minSize={200}>
                    <EditorArea onReady={editor.set} />
                  </Panel>
                  <Separator id="handle-preview" className="handle" aria-label="Width of the preview" />
                  <Panel id="panel-preview" minSize={200}>
                    <PreviewPanel />
                  </Panel>
                </Group>
              </Panel>
              <Separator id="handle-bottom" className="handle" aria-label="Height of the terminal" />
              <Panel id="panel-bottom" minSize={80} groupResizeBehavior="preserve-pixel-size">
                <BottomPanel />
              </Panel>
            </Group>
          </Panel>
        </Group>
      </main>
      <ProgressStrip />
      <NarrowBar onDeploy={() => setDialog('deploy')} />
      <CommandPalette open={palette} onClose={() => setPalette(false)} commands={commands} />
      <Dialogs open={dialog} onClose={() => setDialog(null)} />
    </div>
  );
}

/** Where the editor, once mounted, leaves what the commands ask of it. */
function editorSlot(): { get: () => EditorCommands | null; set: (commands: EditorCommands) => void } {
  let current: EditorCommands | null = null;
  return { get: () => current, set: (commands) => void (current = commands) };
}

function ReaderBanner(): ReactNode {
  const workspace = useWorkspace();
  return (
    <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-amber-wash px-3 py-1.5">
      <p className="flex-1">
        <strong className="font-semibold">Open in another tab.</strong> A project has one writer, so this tab is read-only.
      </p>
      <Button look="outline" onClick={() => workspace.takeOver()}>
        Edit here
      </Button>
    </div>
  );
}

function MissingProject(): ReactNode {
  const { access } = useWorkspace();
  const problem = useSlice(access, (state) => state.problem) ?? notHere();
  const { action, details } = problem;
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-2 p-8 text-center">
      <h1 className="text-[15px] font-semibold">{problem.title}</h1>
      <p className="max-w-sm">{problem.cause}</p>
      <p className="max-w-sm text-soft">{problem.remedy}</p>
      <div className="mt-2 flex flex-wrap justify-center gap-2">
        {action === undefined ? null : (
          <Button look="outline" onClick={() => void action.run()}>
            {action.label}
          </Button>
        )}
        <a href="/" className="inline-flex h-7 items-center rounded-md bg-accent px-2.5 font-medium text-on-accent hover:bg-accent-hover">
          See all projects
        </a>
      </div>
      {details === undefined ? null : (
        <details className="mt-2 max-w-xl">
          <summary className="mx-auto w-fit rounded-sm text-soft hover:text-text">Details</summary>
          <p className="mt-1 break-words text-soft">{details}</p>
        </details>
      )}
    </main>
  );
}

function workspaceCommands(
  workspace: Workspace,
  editor: () => EditorCommands | null,
  setPalette: (open: boolean) => void,
  setDialog: (dialog: DialogName) => void,
): Command[] {
  const { layout, tabs, terminals, session, preview } = workspace;
  const running = (): boolean => session.store.getState().engine !== null;
  const isHeld = (): boolean => workspace.project.store.getState().held;
  const hasTab = (): boolean => tabs.store.getState().active !== null;
  return [
    { id: 'palette', title: 'Search files and run commands', key: 'Mod+K', run: () => setPalette(true) },
    {
      id: 'save',
      title: 'Save now',
      key: 'Mod+S',
      run: async () => {
        await workspace.saved();
        await session.settled();
      },
    },
    { id: 'prebuild', title: 'Prebuild the site', key: 'Mod+Shift+B', run: () => workspace.runPrebuild(), enabled: running },
    { id: 'deploy', title: 'Deploy the site', run: () => setDialog('deploy') },
    { id: 'format', title: 'Format this file', key: 'Shift+Alt+F', run: () => editor()?.format(), enabled: hasTab },
    { id: 'find', title: 'Find in this file', run: () => editor()?.find(), enabled: hasTab },
    {
      id: 'search',
      title: 'Search in all files',
      key: 'Mod+Shift+F',
      run: () => layout.set({ side: 'search', sideOpen: true, narrow: 'files' }),
    },
    { id: 'files', title: 'Show the files', key: 'Mod+Shift+E', run: () => layout.set({ side: 'files', sideOpen: true, narrow: 'files' }) },
    {
      id: 'shell',
      title: 'New terminal',
      run: () => {
        layout.set({ bottomOpen: true, bottomTab: 'terminal', narrow: 'terminal' });
        terminals.openShell();
      },
    },
    {
      id: 'toggle-terminal',
      title: 'Show or hide the terminal',
      key: 'Mod+J',
      run: () => layout.set({ bottomOpen: !layout.store.getState().bottomOpen }),
    },
    {
      id: 'toggle-side',
      title: 'Show or hide the side panel',
      key: 'Mod+B',
      run: () => layout.set({ sideOpen: !layout.store.getState().sideOpen }),
    },
    {
      id: 'toggle-preview',
      title: 'Show or hide the preview',
      run: () => layout.set({ previewOpen: !layout.store.getState().previewOpen }),
    },
    { id: 'live', title: 'Preview: live', run: () => preview.setMode('live'), enabled: running },
    { id: 'built', title: 'Preview: built', run: () => workspace.showBuilt(), enabled: running },
    { id: 'reload', title: 'Reload the preview', run: () => preview.reload(), enabled: running },
    {
      id: 'close-tab',
      title: 'Close this tab',
      run: () => {
        const { active } = tabs.store.getState();
        if (active !== null) tabs.close(active);
      },
      enabled: hasTab,
    },
    { id: 'run', title: 'Run this project', run: () => workspace.run(), enabled: isHeld },
    { id: 'dev-again', title: 'Run the dev server again', run: () => session.runAgain(), enabled: () => !isHeld() },
    { id: 'restart', title: 'Restart the project', run: () => session.restart(), enabled: () => !isHeld() },
    { id: 'rename', title: 'Rename the project', run: () => setDialog('rename') },
    { id: 'share', title: 'Share the project', run: () => setDialog('share') },
    { id: 'zip', title: 'Download the project as zip', run: () => setDialog('share') },
    { id: 'theme-light', title: 'Theme: light', run: () => setTheme('light') },
    { id: 'theme-dark', title: 'Theme: dark', run: () => setTheme('dark') },
    { id: 'theme-system', title: 'Theme: as the system', run: () => setTheme('system') },
    { id: 'home', title: 'All projects', run: () => window.location.assign('/') },
  ];
}
