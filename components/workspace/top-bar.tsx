'use client';
import { Menu } from '@base-ui/react/menu';
import { Check, ChevronDown, Download, GitFork, House, Pencil, Search, Share2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { keyLabel } from '../../lib/commands/commands.ts';
import { sharePath } from '../../lib/share/address.ts';
import { AncestryLink } from '../share/ancestry-link.tsx';
import { Button, WithTooltip } from '../ui/button.tsx';
import { Logo } from '../ui/logo.tsx';
import { MENU_ITEM, MENU_POPUP, MENU_SEPARATOR } from '../ui/menu-styles.ts';
import { useSlice, useWorkspace } from './context.tsx';
import { useApple } from './use-apple.ts';

export interface TopBarProps {
  readonly onPalette: () => void;
  readonly onRename: () => void;
  readonly onExport: () => void;
  readonly onShare: () => void;
  readonly onDeploy: () => void;
}

export function TopBar({ onPalette, onRename, onExport, onShare, onDeploy }: TopBarProps): ReactNode {
  const workspace = useWorkspace();
  const name = useSlice(workspace.project.store, (state) => state.name);
  const from = useSlice(workspace.project.store, (state) => state.from);
  const held = useSlice(workspace.project.store, (state) => state.held);
  const running = useSlice(workspace.session.store, (state) => state.engine !== null);
  const building = useSlice(workspace.prebuild.store, (state) => state.status === 'running');
  const apple = useApple();
  return (
    <header className="flex h-11 shrink-0 items-center gap-1 border-b border-line bg-app pr-2 pl-3">
      <a href="/" className="flex items-center gap-2 rounded-md pr-1 font-semibold" title="All projects">
        <Logo />
        <span className="max-sm:sr-only">Jampot</span>
      </a>
      <span aria-hidden className="mx-1 h-4 w-px bg-line" />
      <Menu.Root>
        <Menu.Trigger className="flex h-7 min-w-0 items-center gap-1 rounded-md px-2 hover:bg-hover data-[popup-open]:bg-hover">
          <h1 className="truncate font-medium">{name || 'Project'}</h1>
          <ChevronDown aria-hidden className="size-3.5 shrink-0 text-faint" />
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner sideOffset={4} align="start" className="z-50">
            <Menu.Popup className={MENU_POPUP}>
              <Menu.Item className={MENU_ITEM} onClick={onRename}>
                <Pencil aria-hidden /> Rename project
              </Menu.Item>
              <Menu.Item className={MENU_ITEM} onClick={onShare}>
                <Share2 aria-hidden /> Share
              </Menu.Item>
              <Menu.Item className={MENU_ITEM} onClick={onExport}>
                <Download aria-hidden /> Download as zip
              </Menu.Item>
              {from === null ? null : (
                <Menu.Item
                  className={MENU_ITEM}
                  onClick={() => window.open(sharePath({ id: from.share, version: from.version }), '_blank', 'noopener')}
                >
                  <GitFork aria-hidden /> From {from.name}, version {from.version}
                </Menu.Item>
              )}
              <Menu.Separator className={MENU_SEPARATOR} />
              <Menu.Item className={MENU_ITEM} onClick={() => window.location.assign('/')}>
                <House aria-hidden /> All projects
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <SaveState />
      {from === null ? null : (
        <span className="ml-2 min-w-0 truncate text-xs text-soft max-wide:hidden">
          <AncestryLink from={from} />
        </span>
      )}
      <span className="flex-1" />
      <WithTooltip label="Search files and run commands" shortcut={keyLabel('Mod+K', apple)}>
        <button
          type="button"
          aria-label="Search or run"
          onClick={onPalette}
          className="flex h-7 w-64 items-center gap-2 rounded-md border border-line bg-surface px-2 text-faint transition-colors hover:border-line-strong max-lg:w-auto"
        >
          <Search aria-hidden className="size-3.5" />
          <span className="flex-1 text-left max-lg:hidden">Search or run…</span>
          <kbd className="font-ui text-xs max-lg:hidden">{keyLabel('Mod+K', apple)}</kbd>
        </button>
      </WithTooltip>
      <span className="flex-1 max-lg:hidden" />
      <Button onClick={onShare} className="max-sm:hidden">
        Share
      </Button>
      <WithTooltip label="Build the site in this page">
        <Button look="outline" disabled={!running || building} onClick={() => void workspace.runPrebuild()}>
          Prebuild
        </Button>
      </WithTooltip>
      <Button look={held ? 'outline' : 'primary'} onClick={onDeploy} className="ml-1 max-wide:hidden">
        Deploy
      </Button>
    </header>
  );
}

/** Whether everything typed is in the browser's storage. */
function SaveState(): ReactNode {
  const { project, access } = useWorkspace();
  const storage = useSlice(project.store, (state) => state.storage);
  const role = useSlice(access, (state) => state.role);
  if (role === 'pending' || role === 'missing' || role === 'visitor') return null;
  if (role === 'reader') return <span className="shrink-0 text-xs text-amber">read-only</span>;
  return (
    <span className={`flex shrink-0 items-center gap-1 text-xs max-sm:hidden ${storage === 'failed' ? 'text-red' : 'text-faint'}`}>
      {storage === 'saved' ? <Check aria-hidden className="size-3" /> : null}
      {storage === 'saved' ? 'saved' : storage === 'saving' ? 'saving' : 'not saved'}
    </span>
  );
}
