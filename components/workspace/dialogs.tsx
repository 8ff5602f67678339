'use client';
import dynamic from 'next/dynamic';
import { useState, type ReactNode } from 'react';
import { countOf } from '../../lib/format.ts';
import { zipProject } from '../../lib/import/export-zip.ts';
import { withoutLeftOut } from '../../lib/share/left-out.ts';
import type { Workspace } from '../../lib/workspace/workspace.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useSlice, useWorkspace } from './context.tsx';
import { download, fileName } from './download.ts';

const DeployPanel = dynamic(() => import('../deploy/deploy-panel.tsx').then((module) => module.DeployPanel), { ssr: false });

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

/** Downloads the project's files, secrets left out. */
export async function downloadProject(workspace: Workspace): Promise<void> {
  await workspace.session.settled();
  const project = workspace.project.store.getState();
  download(`${fileName(project.name)}.zip`, await zipProject(fileName(project.name), withoutLeftOut(project, new Set())));
}

function ShareDialog({ open, onClose }: Props): ReactNode {
  const workspace = useWorkspace();
  const count = useSlice(workspace.project.store, (state) => state.files.size);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Share this project"
      description="Hand it over as a zip: whoever gets it can import it on their start page, or work on it anywhere Node.js runs. Links to projects are not there yet."
    >
      <p className="mt-3 text-soft">{countOf(count, 'file')}. Files named .env and what .gitignore names stay out.</p>
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          look="primary"
          onClick={() => {
            void downloadProject(workspace);
            onClose();
          }}
        >
          Download zip
        </Button>
      </div>
    </Dialog>
  );
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
