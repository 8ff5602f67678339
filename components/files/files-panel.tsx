'use client';
import { FilePlus, FolderPlus } from 'lucide-react';
import { useCallback, useState, type ReactNode } from 'react';
import { IconButton } from '../ui/button.tsx';
import { useSlice, useWorkspace } from '../workspace/context.tsx';
import { FileTree, type Draft } from './file-tree.tsx';

export function FilesPanel(): ReactNode {
  const { project } = useWorkspace();
  const writable = useSlice(project.store, (state) => state.writable);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [folder, setFolder] = useState('');
  const onFolder = useCallback((next: string) => setFolder(next), []);
  return (
    <div className="flex h-full flex-col">
      <PanelHeader title="Files">
        <IconButton label="New file" disabled={!writable} onClick={() => setDraft({ kind: 'file', folder })}>
          <FilePlus aria-hidden />
        </IconButton>
        <IconButton label="New folder" disabled={!writable} onClick={() => setDraft({ kind: 'folder', folder })}>
          <FolderPlus aria-hidden />
        </IconButton>
      </PanelHeader>
      <FileTree draft={draft} onDraft={setDraft} onFolder={onFolder} />
    </div>
  );
}

export function PanelHeader({ title, children }: { readonly title: string; readonly children?: ReactNode }): ReactNode {
  return (
    <div className="flex h-9 shrink-0 items-center border-b border-line pr-1.5 pl-3">
      <h2 className="flex-1 font-medium">{title}</h2>
      {children}
    </div>
  );
}
