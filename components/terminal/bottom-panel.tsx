'use client';
import '@xterm/xterm/css/xterm.css';
import { ChevronDown, Plus, X } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import type { TerminalEntry } from '../../lib/terminal/terminals.ts';
import { IconButton } from '../ui/button.tsx';
import { useSlice, useWorkspace } from '../workspace/context.tsx';
import { ProblemList } from '../workspace/problem-card.tsx';
import { BuildSummary } from './build-summary.tsx';
import { createTerminalView, type TerminalView } from './terminal-view.ts';

/** Terminals and problems. */
export function BottomPanel(): ReactNode {
  const { terminals, layout, problems } = useWorkspace();
  const entries = useSlice(terminals.store, (state) => state.entries);
  const active = useSlice(terminals.store, (state) => state.active);
  const tab = useSlice(layout.store, (state) => state.bottomTab);
  const count = useSlice(problems.store, (state) => state.problems.length);

  return (
    <section aria-label="Terminal" className="flex h-full flex-col bg-surface">
      <div className="flex h-9 shrink-0 items-center gap-1 border-b border-line bg-app pr-1.5 pl-2">
        <div
          role="tablist"
          aria-label="Terminals and problems"
          className="flex min-w-0 items-center gap-0.5 overflow-x-auto [scrollbar-width:none]"
        >
          {entries.map((entry) => (
            <PanelTab
              key={entry.id}
              id={entry.id}
              selected={tab === 'terminal' && entry.id === active}
              onSelect={() => {
                terminals.show(entry.id);
                layout.set({ bottomTab: 'terminal' });
              }}
              {...(entry.closable && { onClose: () => terminals.close(entry.id) })}
            >
              {entry.title}
            </PanelTab>
          ))}
          <PanelTab id="problems" selected={tab === 'problems'} onSelect={() => layout.set({ bottomTab: 'problems' })}>
            Problems
            <span className={`ml-1.5 tabular-nums ${count > 0 ? 'font-medium text-red' : 'text-faint'}`}>{count}</span>
          </PanelTab>
        </div>
        <IconButton label="New terminal" side="top" onClick={() => (terminals.openShell(), layout.set({ bottomTab: 'terminal' }))}>
          <Plus aria-hidden />
        </IconButton>
        <span className="flex-1" />
        <IconButton
          label="Hide the terminal"
          shortcut="Ctrl+J"
          side="top"
          className="max-wide:hidden"
          onClick={() => layout.set({ bottomOpen: false })}
        >
          <ChevronDown aria-hidden />
        </IconButton>
      </div>
      <div className="relative min-h-0 flex-1">
        {entries.map((entry) => (
          <div
            key={entry.id}
            role="tabpanel"
            id={`panel-${entry.id}`}
            aria-label={entry.title}
            className={`absolute inset-0 ${tab === 'terminal' && entry.id === active ? '' : 'hidden'}`}
          >
            <div className="flex h-full flex-col">
              {entry.id === 'build' ? <BuildSummary /> : null}
              <TerminalHost entry={entry} visible={tab === 'terminal' && entry.id === active} />
            </div>
          </div>
        ))}
        <div
          role="tabpanel"
          id="panel-problems"
          aria-label="Problems"
          className={`absolute inset-0 overflow-y-auto ${tab === 'problems' ? '' : 'hidden'}`}
        >
          <ProblemList />
        </div>
      </div>
    </section>
  );
}

interface PanelTabProps {
  readonly id: string;
  readonly selected: boolean;
  readonly onSelect: () => void;
  readonly onClose?: () => void;
  readonly children: ReactNode;
}

function PanelTab({ id, selected, onSelect, onClose, children }: PanelTabProps): ReactNode {
  return (
    <button
      type="button"
      role="tab"
      aria-selected={selected}
      aria-controls={`panel-${id}`}
      tabIndex={selected ? 0 : -1}
      onClick={onSelect}
      onKeyDown={(event) => {
        if (event.key === 'Delete') onClose?.();
        if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
        const siblings = [...(event.currentTarget.parentElement?.querySelectorAll<HTMLElement>('[role=tab]') ?? [])];
        const next =
          siblings[(siblings.indexOf(event.currentTarget) + (event.key === 'ArrowRight' ? 1 : -1) + siblings.length) % siblings.length];
        next?.focus();
        next?.click();
      }}
      className={`group flex h-7 shrink-0 items-center rounded-md px-2 transition-colors ${selected ? 'bg-active text-text' : 'text-soft hover:bg-hover hover:text-text'}`}
    >
      {children}
      {onClose === undefined ? null : (
        <span
          aria-hidden
          onClick={(event) => {
            event.stopPropagation();
            onClose();
          }}
          className="ml-1 grid size-4 place-items-center rounded-sm opacity-60 hover:bg-line hover:opacity-100"
        >
          <X className="size-3" />
        </span>
      )}
    </button>
  );
}

function TerminalHost({ entry, visible }: { readonly entry: TerminalEntry; readonly visible: boolean }): ReactNode {
  const { project, session, tabs, layout } = useWorkspace();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<TerminalView | null>(null);
  const shown = useRef(visible);
  const { source, title, closable } = entry;

  useEffect(() => {
    const parent = host.current;
    if (parent === null) return;
    let gone = false;
    void createTerminalView({
      parent,
      source,
      name: title,
      exists: (path) => project.store.getState().files.has(path),
      workdir: () => session.store.getState().engine?.workdir ?? '/',
      onPlace: ({ path, ...position }) => {
        tabs.openFile(path, position);
        layout.set({ narrow: 'editor' });
      },
      // A link in a log is the project's text: no opener, no referrer.
      onLink: (url) => void window.open(url, '_blank', 'noopener,noreferrer'),
    }).then((created) => {
      if (gone) return created.dispose();
      view.current = created;
      if (closable && shown.current) created.focus();
    });
    return () => {
      gone = true;
      view.current?.dispose();
      view.current = null;
    };
  }, [source, title, closable, project, session, tabs, layout]);

  useEffect(() => {
    shown.current = visible;
    if (visible) view.current?.fit();
  }, [visible]);

  return <div ref={host} className="min-h-0 flex-1" />;
}
