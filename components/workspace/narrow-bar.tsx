'use client';
import { CloudUpload, CodeXml, Eye, Files, SquareTerminal, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { NarrowPanel } from '../../lib/workspace/layout.ts';
import { useSlice, useWorkspace } from './context.tsx';

const ITEMS: readonly { readonly id: NarrowPanel; readonly label: string; readonly icon: LucideIcon }[] = [
  { id: 'files', label: 'Files', icon: Files },
  { id: 'editor', label: 'Edit', icon: CodeXml },
  { id: 'preview', label: 'Preview', icon: Eye },
  { id: 'terminal', label: 'Terminal', icon: SquareTerminal },
];

const ITEM =
  'flex h-13 flex-1 flex-col items-center justify-center gap-0.5 text-xs leading-4 text-soft aria-[current=page]:font-medium aria-[current=page]:text-text';

/** Chooses the one panel that a narrow screen shows. */
export function NarrowBar({ onDeploy }: { readonly onDeploy: () => void }): ReactNode {
  const { layout } = useWorkspace();
  const narrow = useSlice(layout.store, (state) => state.narrow);
  return (
    <nav aria-label="Panel" className="flex shrink-0 border-t border-line bg-app pb-[env(safe-area-inset-bottom)] wide:hidden">
      {ITEMS.map(({ id, label, icon: Icon }) => (
        <button
          key={id}
          type="button"
          aria-current={narrow === id ? 'page' : undefined}
          onClick={() => layout.set(id === 'files' ? { narrow: id, side: 'files' } : { narrow: id })}
          className={ITEM}
        >
          <Icon aria-hidden className="size-4.5" />
          {label}
        </button>
      ))}
      <button type="button" onClick={onDeploy} className={`${ITEM} font-medium text-accent-text!`}>
        <CloudUpload aria-hidden className="size-4.5" />
        Deploy
      </button>
    </nav>
  );
}
