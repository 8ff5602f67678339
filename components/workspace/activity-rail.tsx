'use client';
import { Files, PanelBottom, PanelRight, Search, Settings, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '../ui/button.tsx';
import { useSlice, useWorkspace } from './context.tsx';

/** The column of icons at the left edge of wide screens. */
export function ActivityRail(): ReactNode {
  const { layout, problems } = useWorkspace();
  const state = useSlice(layout.store, (value) => value);
  const count = useSlice(problems.store, (value) => value.problems.length);
  return (
    <nav aria-label="Panels" className="flex w-11 shrink-0 flex-col items-center gap-1 border-r border-line bg-app py-1.5 max-wide:hidden">
      <IconButton
        label="Files"
        side="right"
        aria-pressed={state.sideOpen && state.side === 'files'}
        onClick={() => layout.toggleSide('files')}
      >
        <Files aria-hidden />
      </IconButton>
      <IconButton
        label="Search"
        side="right"
        aria-pressed={state.sideOpen && state.side === 'search'}
        onClick={() => layout.toggleSide('search')}
      >
        <Search aria-hidden />
      </IconButton>
      <span className="relative">
        <IconButton
          label={count === 0 ? 'Problems' : `Problems: ${count}`}
          side="right"
          onClick={() =>
            layout.set(
              state.bottomOpen && state.bottomTab === 'problems' ? { bottomOpen: false } : { bottomOpen: true, bottomTab: 'problems' },
            )
          }
        >
          <TriangleAlert aria-hidden />
        </IconButton>
        {count === 0 ? null : <span aria-hidden className="absolute top-1 right-1 size-1.5 rounded-full bg-red" />}
      </span>
      <span className="flex-1" />
      <IconButton
        label="Terminal panel"
        side="right"
        shortcut="Ctrl+J"
        aria-pressed={state.bottomOpen}
        onClick={() => layout.set({ bottomOpen: !state.bottomOpen })}
      >
        <PanelBottom aria-hidden />
      </IconButton>
      <IconButton
        label="Preview panel"
        side="right"
        aria-pressed={state.previewOpen}
        onClick={() => layout.set({ previewOpen: !state.previewOpen })}
      >
        <PanelRight aria-hidden />
      </IconButton>
      <IconButton
        label="Settings"
        side="right"
        aria-pressed={state.sideOpen && state.side === 'settings'}
        onClick={() => layout.toggleSide('settings')}
      >
        <Settings aria-hidden />
      </IconButton>
    </nav>
  );
}
