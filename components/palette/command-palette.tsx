'use client';
import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { useId, useMemo, useState, type KeyboardEvent, type ReactNode } from 'react';
import { keyLabel, search, type Command } from '../../lib/commands/commands.ts';
import { baseName, folderOf } from '../../lib/project/paths.ts';
import { FileIcon } from '../files/file-icon.tsx';
import { useSlice, useWorkspace } from '../workspace/context.tsx';
import { useApple } from '../workspace/use-apple.ts';

export interface CommandPaletteProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly commands: readonly Command[];
}

type Entry = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'command'; readonly command: Command };

/** Opens files and runs commands by name. `>` shows commands only. */
export function CommandPalette({ open, onClose, commands }: CommandPaletteProps): ReactNode {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-backdrop" />
        <Dialog.Popup className="fixed top-[12vh] left-1/2 z-50 flex max-h-[60vh] w-[min(560px,calc(100vw-24px))] -translate-x-1/2 flex-col overflow-hidden rounded-lg border border-line bg-raised shadow-float outline-none">
          <Dialog.Title className="sr-only">Search files and run commands</Dialog.Title>
          <Palette commands={commands} onClose={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Palette({ commands, onClose }: Omit<CommandPaletteProps, 'open'>): ReactNode {
  const { project, tabs, layout } = useWorkspace();
  const files = useSlice(project.store, (state) => state.files);
  const [query, setQuery] = useState('');
  const [index, setIndex] = useState(0);
  const apple = useApple();
  const id = useId();

  const matches = useMemo(() => {
    const commandsOnly = query.startsWith('>');
    const text = commandsOnly ? query.slice(1) : query;
    const all: Entry[] = [
      ...(commandsOnly ? [] : [...files.keys()].sort().map((path): Entry => ({ kind: 'file', path }))),
      ...commands.filter(({ enabled }) => enabled?.() ?? true).map((command): Entry => ({ kind: 'command', command })),
    ];
    const ordered =
      text.trim() === '' ? [...all.filter(({ kind }) => kind === 'command'), ...all.filter(({ kind }) => kind === 'file')] : all;
    return search(text, ordered, (entry) => (entry.kind === 'file' ? entry.path : entry.command.title));
  }, [query, files, commands]);
  const selected = Math.min(index, Math.max(0, matches.length - 1));

  const choose = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    onClose();
    if (entry.kind === 'command') return void entry.command.run();
    tabs.openFile(entry.path);
    layout.set({ narrow: 'editor' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setIndex((selected + 1) % Math.max(1, matches.length));
    else if (event.key === 'ArrowUp') setIndex((selected - 1 + matches.length) % Math.max(1, matches.length));
    else if (event.key === 'Enter') choose(matches[selected]?.item);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <div className="flex items-center gap-2 border-b border-line px-3">
        <Search aria-hidden className="size-4 text-faint" />
        <input
          role="combobox"
          aria-label="Search files and run commands"
          aria-expanded
          aria-controls={id}
          {...(matches.length > 0 && { 'aria-activedescendant': `${id}-${selected}` })}
          autoFocus
          placeholder="File or command"
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setIndex(0);
          }}
          onKeyDown={onKeyDown}
          className="h-11 flex-1 bg-transparent text-[14px] outline-none placeholder:text-faint"
        />
      </div>
      <div id={id} role="listbox" aria-label="Results" tabIndex={-1} className="min-h-0 overflow-y-auto p-1">
        {matches.map(({ item, positions }, position) => (
          // The combobox above has the focus and the keys of its options.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div
            {...(position === selected && { ref: intoView })}
            key={item.kind === 'file' ? `file ${item.path}` : item.command.id}
            id={`${id}-${position}`}
            role="option"
            aria-selected={position === selected}
            onPointerMove={() => setIndex(position)}
            onClick={() => choose(item)}
            className="flex h-8 items-center gap-2 rounded-sm px-2 aria-selected:bg-hover"
          >
            {item.kind === 'file' ? (
              <>
                <FileIcon path={item.path} />
                <span className="truncate">
                  <Marked
                    text={baseName(item.path)}
                    positions={positions.map((at) => at - (item.path.length - baseName(item.path).length))}
                  />
                </span>
                <span className="truncate text-xs text-faint">{folderOf(item.path)}</span>
              </>
            ) : (
              <>
                <span className="flex-1 truncate">
                  <Marked text={item.command.title} positions={positions} />
                </span>
                {item.command.key === undefined ? null : (
                  <kbd className="font-ui text-xs text-faint">{keyLabel(item.command.key, apple)}</kbd>
                )}
              </>
            )}
          </div>
        ))}
      </div>
      {matches.length === 0 ? <p className="px-3 pb-3 text-soft">Nothing has that name. Try fewer letters.</p> : null}
    </>
  );
}

function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}

function Marked({ text, positions }: { readonly text: string; readonly positions: readonly number[] }): ReactNode {
  return [...text].map((character, index) =>
    positions.includes(index) ? (
      <b key={index} className="font-semibold text-accent-text">
        {character}
      </b>
    ) : (
      character
    ),
  );
}
