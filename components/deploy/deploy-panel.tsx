'use client';
import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import { IconButton } from '../ui/button.tsx';
import { useSlice, useWorkspace } from '../workspace/context.tsx';
import { ProblemCard } from '../workspace/problem-card.tsx';
import { DeployForm } from './deploy-form.tsx';
import { DeployStatus } from './deploy-status.tsx';
import { DownloadSite } from './download-site.tsx';
import { PastDeploys } from './past-deploys.tsx';
import { ProviderChoice } from './provider-choice.tsx';
import { SiteState } from './site-state.tsx';

/** Everything about the project's site: at the right edge of wide screens, all of narrow ones. A deploy goes on while it is closed. */
export function DeployPanel({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }): ReactNode {
  const { deployer } = useWorkspace();
  const ready = useSlice(deployer.store, ({ provider, token }) => provider === 'edge' || token === 'session' || token === 'unlocked');
  const problem = useSlice(deployer.store, (state) => state.problem);
  useEffect(() => {
    if (open) void deployer.refresh();
  }, [open, deployer]);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-backdrop transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Dialog.Popup className="fixed inset-y-0 right-0 z-50 flex w-[min(460px,100vw)] flex-col border-l border-line bg-app shadow-float transition-[opacity,translate] max-wide:w-full max-wide:border-l-0 data-[ending-style]:translate-x-4 data-[ending-style]:opacity-0 data-[starting-style]:translate-x-4 data-[starting-style]:opacity-0">
          <header className="flex h-11 shrink-0 items-center justify-between border-b border-line pr-2 pl-4">
            <Dialog.Title className="text-[15px] font-semibold">Deploy</Dialog.Title>
            <Dialog.Close render={<IconButton label="Close" side="left" />}>
              <X aria-hidden />
            </Dialog.Close>
          </header>
          <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-4">
            <ProviderChoice />
            {ready ? (
              <>
                <SiteState />
                <DeployForm />
              </>
            ) : null}
            {problem === null ? null : <ProblemCard problem={problem} />}
            {ready ? (
              <>
                <DeployStatus />
                <PastDeploys />
              </>
            ) : null}
            <DownloadSite />
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
