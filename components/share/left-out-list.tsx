'use client';
import type { ReactNode } from 'react';
import { countOf, formatBytes } from '../../lib/format.ts';
import type { LeftOut } from '../../lib/share/left-out.ts';
import { useSlice, useWorkspace } from '../workspace/context.tsx';

/** What stays here unless it is ticked. */
export function LeftOutList(): ReactNode {
  const { sharer } = useWorkspace();
  const { leftOut, ticked } = useSlice(sharer.store, (value) => value);
  if (leftOut.length === 0) return null;
  return (
    <fieldset>
      <legend className="font-medium">Left out</legend>
      <p className="text-soft">Files like .env, and what .gitignore names, stay here. Tick what shall go along.</p>
      <ul className="mt-2 max-h-40 divide-y divide-line overflow-y-auto rounded-md border border-line">
        {leftOut.map((one) => (
          <li key={one.path}>
            <label className="flex items-center gap-2 px-3 py-1 hover:bg-hover">
              <input
                type="checkbox"
                checked={ticked.has(one.path)}
                onChange={(event) => sharer.tick(one.path, event.currentTarget.checked)}
                className="size-3.5 shrink-0 accent-accent"
              />
              <span className="truncate">
                {one.path}
                {one.kind === 'folder' ? '/' : ''}
              </span>
              <span className="ml-auto shrink-0 text-soft">
                {one.reason === 'secret' ? 'may hold secrets' : 'in .gitignore'} · {sizeOf(one)}
              </span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

function sizeOf({ kind, count, bytes }: LeftOut): string {
  return kind === 'folder' ? `${countOf(count, 'file')}, ${formatBytes(bytes)}` : formatBytes(bytes);
}
