'use client';
import { CircleAlert, CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { countOf, formatBytes, formatDuration } from '../../lib/format.ts';
import { Button } from '../ui/button.tsx';
import { useSlice, useWorkspace } from '../workspace/context.tsx';

const SHOWN = 3;

/** What the last build came to, above its log. */
export function BuildSummary(): ReactNode {
  const workspace = useWorkspace();
  const { tabs, layout, prebuild } = workspace;
  const state = useSlice(prebuild.store, (value) => value);
  if (state.status !== 'done' && state.status !== 'failed') return null;
  const row = 'flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1.5';
  if (state.status === 'failed') {
    const { place } = state;
    return (
      <div role="status" aria-label="Build result" className={`${row} bg-red-wash`}>
        <span className="flex items-center gap-2 font-medium">
          <CircleAlert aria-hidden className="size-4 text-red" /> Build failed
        </span>
        <span className="flex-1 text-soft">
          exit code {state.exitCode} after {formatDuration(state.duration)}
        </span>
        {place === null ? null : (
          <Button
            look="outline"
            onClick={() => {
              const { path, ...position } = place;
              tabs.openFile(path, position);
              layout.set({ narrow: 'editor' });
            }}
          >
            {place.path}
            {place.line === undefined ? '' : `, line ${place.line}`}
          </Button>
        )}
      </div>
    );
  }
  const { output } = state;
  return (
    <div role="status" aria-label="Build result" className={row}>
      <span className="flex items-center gap-2 font-medium">
        <CircleCheck aria-hidden className="size-4 text-green" /> Built in {formatDuration(state.duration)}
      </span>
      <span>
        {countOf(output.files.length, 'file')}, {formatBytes(output.size)}, {formatBytes(output.gzip)} with gzip
      </span>
      <span className="min-w-0 flex-1 truncate text-soft max-wide:hidden">
        Biggest:{' '}
        {output.files
          .slice(0, SHOWN)
          .map(({ path, size }) => `${path} ${formatBytes(size)}`)
          .join(', ')}
      </span>
      <Button
        look="outline"
        onClick={() => {
          layout.set({ previewOpen: true, narrow: 'preview' });
          void workspace.showBuilt();
        }}
      >
        Show built site
      </Button>
    </div>
  );
}
