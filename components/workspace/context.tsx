'use client';
import { createContext, useContext, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import type { Workspace } from '../../lib/workspace/workspace.ts';

const WorkspaceContext = createContext<Workspace | null>(null);

export function WorkspaceProvider({ workspace, children }: { readonly workspace: Workspace; readonly children: ReactNode }): ReactNode {
  return <WorkspaceContext value={workspace}>{children}</WorkspaceContext>;
}

export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (workspace === null) throw new Error('useWorkspace outside of a WorkspaceProvider');
  return workspace;
}

/** Reads a part of a store and renders again when it changes. */
export function useSlice<State, Slice>(store: StoreApi<State>, select: (state: State) => Slice): Slice {
  return useStore(store, select);
}
