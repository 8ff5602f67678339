'use client';
import dynamic from 'next/dynamic';
import { useState, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useSlice, useWorkspace } from './context.tsx';

const DeployPanel = dynamic(() => import('../deploy/deploy-panel.tsx').then((module) => module.DeployPanel), { ssr: false });

const ShareDialog = dynamic(() => import('../share/share-dialog.tsx').then((module) => module.ShareDialog), { ssr: false });

export type DialogName = 'share' | 'deploy' | 'rename' | null;

export function Dialogs({ open, onClose }: { readonly open: DialogName; readonly onClose: () => void }): ReactNode {
  return (
    <>
      <ShareDialog open={open === 'share'} onClose={onClose} />
      <DeployPanel open={open === 'deploy'} onClose={onClose} />
      <RenameDialog open={open === 'rename'} onClose={onClose} />
    </>
  );
}

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
}

function RenameDialog({ open, onClose }: Props): ReactNode {
  const workspace = useWorkspace();
  const name = useSlice(workspace.project.store, (state) => state.name);
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <Dialog open={open} onClose={onClose} title="Rename project">
      <form
        className="mt-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed !== null && typed.trim() !== '') void workspace.rename(typed.trim());
          setTyped(null);
          onClose();
        }}
      >
        <input
          aria-label="Name of the project"
          maxLength={80}
          value={typed ?? name}
          onChange={(event) => setTyped(event.currentTarget.value)}
          className="h-8 w-full rounded-md border border-line-strong bg-surface px-2 focus:border-focus focus:outline-none"
        />
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary">
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
