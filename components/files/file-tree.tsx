'use client';
import { ContextMenu } from '@base-ui/react/context-menu';
import {
  dragAndDropFeature,
  hotkeysCoreFeature,
  keyboardDragAndDropFeature,
  renamingFeature,
  selectionFeature,
  syncDataLoaderFeature,
  type ItemInstance,
} from '@headless-tree/core';
import { AssistiveTreeDescription, useTree } from '@headless-tree/react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronRight, Copy, FilePlus, FileSymlink, FolderPlus, Pencil, Trash2 } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState, type ReactNode } from 'react';
import { messageOf } from '../../lib/errors/problem.ts';
import { ancestors, baseName, folderOf, isWithin, joinPath, parsePath } from '../../lib/project/paths.ts';
import { childrenOf } from '../../lib/project/tree.ts';
import { useToasts } from '../ui/toasts.tsx';
import { MENU_ITEM, MENU_KEY, MENU_POPUP, MENU_SEPARATOR } from '../ui/menu-styles.ts';
import { useSlice, useWorkspace } from '../workspace/context.tsx';
import { FileIcon } from './file-icon.tsx';
import { politeFocus } from './tree-focus.ts';

/** Pixels; the height of a row below. */
const ROW_HEIGHT = 24;

/** The tree keeps its items in a plain object, where the bare name `constructor` or `__proto__` would find what every object has. */
const idOf = (path: string): string => `/${path}`;
const pathOf = (id: string): string => id.slice(1);

export interface Draft {
  readonly kind: 'file' | 'folder';
  readonly folder: string;
}

export interface FileTreeProps {
  /** A new file or folder that is being named, or null. */
  readonly draft: Draft | null;
  readonly onDraft: (draft: Draft | null) => void;
  /** The folder that new files go to: the focused one, or the one of the focused file. */
  readonly onFolder: (folder: string) => void;
}

/** The project's files. Arrow keys walk, Enter opens, F2 renames, Delete deletes, dragging or Ctrl+Shift+D moves. */
export function FileTree({ draft, onDraft, onFolder }: FileTreeProps): ReactNode {
  const { project, tabs, layout } = useWorkspace();
  const toasts = useToasts();
  const paths = useSlice(project.store, (state) => state.paths);
  const folders = useSlice(project.store, (state) => state.folders);
  const links = useSlice(project.store, (state) => state.links);
  const unsaved = useSlice(project.store, (state) => state.unsaved);
  const writable = useSlice(project.store, (state) => state.writable);
  const active = useSlice(tabs.store, (state) => state.active);
  const children = useMemo(() => childrenOf(paths, folders), [paths, folders]);
  const [target, setTarget] = useState<string | null>(null);

  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      toasts.add({ title: messageOf(error) });
    }
  };
  const remove = (targets: readonly string[]): void => {
    const { files, links, executables } = project.store.getState();
    const isGone = (path: string): boolean => targets.some((gone) => isWithin(path, gone));
    const kept = [...files].filter(([path]) => isGone(path));
    const keptLinks = [...links].filter(([path]) => isGone(path));
    const keptExecutables = [...executables].filter(isGone);
    const keptFolders = [...folders].filter(isGone);
    attempt(() => {
      for (const path of targets) project.remove(path);
      const what = targets.length === 1 ? `“${baseName(targets[0] ?? '')}”` : `${targets.length} items`;
      toasts.add({
        title: `Deleted ${what}`,
        actionProps: {
          children: 'Undo',
          onClick: () =>
            attempt(() => {
              for (const folder of keptFolders) project.mkdir(folder);
              for (const [path, content] of kept) project.write(path, content);
              for (const path of keptExecutables) project.setExecutable(path, true);
              for (const [path, linked] of keptLinks) project.link(path, linked);
            }),
        },
      });
    });
  };

  /** Opens a file and puts the focus where one types. */
  const edit = (path: string): void => {
    tabs.openFile(path, {});
    layout.set({ narrow: 'editor' });
  };

  const scroller = useRef<HTMLDivElement>(null);
  const tree = useTree<string>({
    rootItemId: idOf(''),
    getItemName: (item) => baseName(item.getItemData()),
    isItemFolder: (item) => item.getItemData() === '' || children.has(item.getItemData()),
    dataLoader: { getItem: pathOf, getChildren: (id) => (children.get(pathOf(id)) ?? []).map(idOf) },
    initialState: { expandedItems: active === null ? [] : ancestors(active).map(idOf), focusedItem: active === null ? null : idOf(active) },
    onPrimaryAction: (item) => {
      if (item.isFolder()) return;
      tabs.openFile(item.getItemData());
      layout.set({ narrow: 'editor' });
    },
    canReorder: false,
    canDrag: () => writable,
    canDrop: (items, { item }) => item.isFolder() && !items.some((dragged) => isWithin(item.getItemData(), dragged.getItemData())),
    onDrop: (items, { item }) => {
      for (const dragged of items) {
        const from = dragged.getItemData();
        attempt(() => project.rename(from, joinPath(item.getItemData(), baseName(from))));
      }
    },
    canRename: () => writable,
    onRename: (item, value) =>
      attempt(() => {
        const to = joinPath(folderOf(item.getItemData()), value.trim());
        project.rename(item.getItemData(), to);
        // The tree puts the focus on its focused item next: the old name is gone, and in its place it would take the first row, later.
        tree.applySubStateUpdate('focusedItem', idOf(to));
      }),
    hotkeys: {
      customOpen: {
        hotkey: 'Enter',
        // The editor may have the focus by the end of this event: the key must not become a line in it.
        preventDefault: true,
        isEnabled: (instance) => !instance.isRenamingItem() && instance.getState().dnd === undefined,
        handler: (_event, instance) => {
          const item = instance.getFocusedItem();
          if (item.isFolder()) (item.isExpanded() ? item.collapse : item.expand)();
          else edit(item.getItemData());
        },
      },
      customDelete: {
        hotkey: 'Delete',
        isEnabled: () => writable,
        handler: (_event, instance) => {
          const selected = instance.getSelectedItems().map((item) => item.getItemData());
          const focused = instance.getFocusedItem().getItemData();
          const targets = selected.includes(focused) ? selected : [focused];
          const isGone = (path: string): boolean => targets.some((target) => isWithin(path, target));
          const rows = instance.getItems().map((item) => item.getItemData());
          const at = rows.indexOf(focused);
          const next = rows.slice(at).find((path) => !isGone(path)) ?? rows.slice(0, at).findLast((path) => !isGone(path));
          remove(targets);
          if (next === undefined) return;
          instance.applySubStateUpdate('focusedItem', idOf(next));
          instance.updateDomFocus();
        },
      },
    },
    scrollToItem: (item) => virtual.scrollToIndex(item.getItemMeta().index),
    features: [
      syncDataLoaderFeature,
      selectionFeature,
      hotkeysCoreFeature,
      dragAndDropFeature,
      keyboardDragAndDropFeature,
      renamingFeature,
      politeFocus,
    ],
  });

  // The items come from the stores: build them anew when those change, in this very render, so that the first paint has them too.
  const built = useRef<typeof children | null>(null);
  if (built.current !== children) {
    built.current = children;
    tree.scheduleRebuildTree();
  }

  // Show where the open file is.
  const revealed = useRef(active);
  useEffect(() => {
    if (active === null || revealed.current === active) return;
    revealed.current = active;
    for (const folder of ancestors(active)) tree.getItemInstance(idOf(folder)).expand();
  }, [active, tree]);

  const focusedId = tree.getState().focusedItem;
  const focused = focusedId === null || focusedId === undefined ? null : pathOf(focusedId);
  const folder = focused === null ? '' : children.has(focused) ? focused : folderOf(focused);
  useEffect(() => onFolder(folder), [folder, onFolder]);
  useEffect(() => {
    if (draft !== null && draft.folder !== '')
      for (const path of [...ancestors(draft.folder), draft.folder]) tree.getItemInstance(idOf(path)).expand();
  }, [draft, tree]);

  const startDraft = (kind: Draft['kind']): void => {
    const base = target ?? '';
    onDraft({ kind, folder: children.has(base) ? base : folderOf(base) });
  };
  const commitDraft = (name: string): void => {
    if (draft === null) return;
    onDraft(null);
    if (name.trim() === '') return;
    attempt(() => {
      const parsed = parsePath(joinPath(draft.folder, name.trim()));
      if ('reason' in parsed) throw new Error(parsed.reason);
      if (paths.has(parsed.path) || folders.has(parsed.path)) throw new Error(`“${baseName(parsed.path)}” exists already.`);
      if (draft.kind === 'folder') return project.mkdir(parsed.path);
      project.write(parsed.path, '');
      edit(parsed.path);
    });
  };

  const row = (item: ItemInstance<string>): ReactNode => (
    <Row
      key={item.getId()}
      item={item}
      active={item.getItemData() === active}
      unsaved={unsaved.has(item.getItemData())}
      linked={links.get(item.getItemData()) ?? null}
      onEdit={() => edit(item.getItemData())}
      onContext={() => {
        item.setFocused();
        setTarget(item.getItemData());
      }}
    />
  );
  const draftRow = draft === null ? null : <DraftRow key="draft" draft={draft} onCommit={commitDraft} onCancel={() => onDraft(null)} />;
  const items = tree.getItems();
  // Only the rows in view are drawn: a project may have thousands.
  // oxlint-disable-next-line react/incompatible-library -- the compiler that it does not suit is not in use
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 20,
    initialRect: { width: 240, height: 900 },
  });
  const visible = virtual.getVirtualItems();
  const before = visible[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (visible.at(-1)?.end ?? 0);

  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger
        ref={scroller}
        className="min-h-0 flex-1 overflow-y-auto py-1"
        onContextMenu={(event) => {
          if (event.target === event.currentTarget) setTarget(null);
        }}
      >
        <div {...tree.getContainerProps('Files')} className="outline-none" style={{ paddingTop: before, paddingBottom: after }}>
          {draft?.folder === '' ? draftRow : null}
          {visible.map(({ index }) => {
            const item = items[index];
            if (item === undefined) return null;
            return draft !== null && item.getItemData() === draft.folder ? [row(item), draftRow] : row(item);
          })}
        </div>
        {tree.getState().assistiveDndState ? <AssistiveTreeDescription tree={tree} /> : null}
      </ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Positioner className="z-50 outline-none">
          <ContextMenu.Popup className={MENU_POPUP}>
            <ContextMenu.Item className={MENU_ITEM} disabled={!writable} onClick={() => startDraft('file')}>
              <FilePlus aria-hidden /> New file
            </ContextMenu.Item>
            <ContextMenu.Item className={MENU_ITEM} disabled={!writable} onClick={() => startDraft('folder')}>
              <FolderPlus aria-hidden /> New folder
            </ContextMenu.Item>
            {target === null ? null : (
              <>
                <ContextMenu.Separator className={MENU_SEPARATOR} />
                <ContextMenu.Item
                  className={MENU_ITEM}
                  disabled={!writable}
                  onClick={() => setTimeout(() => tree.getItemInstance(idOf(target)).startRenaming())}
                >
                  <Pencil aria-hidden /> Rename <kbd className={MENU_KEY}>F2</kbd>
                </ContextMenu.Item>
                <ContextMenu.Item className={MENU_ITEM} onClick={() => void navigator.clipboard.writeText(target)}>
                  <Copy aria-hidden /> Copy path
                </ContextMenu.Item>
                <ContextMenu.Item className={MENU_ITEM} disabled={!writable} onClick={() => remove([target])}>
                  <Trash2 aria-hidden /> Delete <kbd className={MENU_KEY}>Del</kbd>
                </ContextMenu.Item>
              </>
            )}
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

interface RowProps {
  readonly item: ItemInstance<string>;
  readonly active: boolean;
  readonly unsaved: boolean;
  /** Target of a symlink. */
  readonly linked: string | null;
  readonly onContext: () => void;
  readonly onEdit: () => void;
}

function Row({ item, active, unsaved, linked, onContext, onEdit }: RowProps): ReactNode {
  const level = item.getItemMeta().level;
  const folder = item.isFolder();
  return (
    <div
      {...item.getProps()}
      onContextMenu={onContext}
      onDoubleClick={() => {
        if (!folder && !item.isRenaming()) onEdit();
      }}
      // Assistive technology may focus a row without the tree's own keys.
      onFocus={(event) => {
        if (event.target === event.currentTarget && !item.isFocused()) item.setFocused();
      }}
      className={`group mx-1 flex h-6 items-center gap-1.5 rounded-sm pr-2 select-none aria-selected:bg-hover hover:bg-hover ${active ? 'bg-active! text-text' : ''} ${item.isDragTarget() ? 'bg-active outline outline-focus' : ''}`}
      style={{ paddingLeft: 6 + level * 12 }}
    >
      {folder ? (
        <ChevronRight aria-hidden className={`size-4 shrink-0 text-faint transition-transform ${item.isExpanded() ? 'rotate-90' : ''}`} />
      ) : linked === null ? (
        <FileIcon path={item.getItemData()} />
      ) : (
        <FileSymlink aria-label="Link" className="size-4 shrink-0 text-faint" strokeWidth={1.75} />
      )}
      {item.isRenaming() ? (
        <RenameInput item={item} />
      ) : (
        <span className={`min-w-0 flex-1 truncate ${folder ? 'text-text' : ''}`}>
          {item.getItemName()}
          {linked === null ? null : <span className="text-faint"> → {linked}</span>}
        </span>
      )}
      {unsaved ? <span aria-hidden title="Not saved yet" className="size-1.5 shrink-0 rounded-full bg-amber" /> : null}
    </div>
  );
}

function RenameInput({ item }: { readonly item: ItemInstance<string> }): ReactNode {
  const props = item.getRenameInputProps() as Record<string, unknown>;
  const name = item.getItemName();
  const selected = useRef(false);
  return (
    <input
      {...props}
      aria-label={`New name of ${name}`}
      ref={(input) => {
        if (input === null || selected.current) return;
        selected.current = true;
        input.focus();
        const dot = name.lastIndexOf('.');
        input.setSelectionRange(0, dot > 0 ? dot : name.length);
      }}
      className="h-5 min-w-0 flex-1 rounded-sm border border-focus bg-surface px-1 outline-none"
    />
  );
}

function DraftRow({
  draft,
  onCommit,
  onCancel,
}: {
  readonly draft: Draft;
  readonly onCommit: (name: string) => void;
  readonly onCancel: () => void;
}): ReactNode {
  const id = useId();
  const level = draft.folder === '' ? 0 : draft.folder.split('/').length;
  return (
    <div
      role="treeitem"
      aria-selected={false}
      aria-level={level + 1}
      aria-labelledby={id}
      className="mx-1 flex h-6 items-center gap-1.5 pr-2"
      style={{ paddingLeft: 6 + level * 12 }}
    >
      {draft.kind === 'folder' ? <ChevronRight aria-hidden className="size-4 shrink-0 text-faint" /> : <FileIcon path="" />}
      <input
        id={id}
        autoFocus
        aria-label={draft.kind === 'file' ? 'Name of the new file' : 'Name of the new folder'}
        placeholder={draft.kind === 'file' ? 'page.md' : 'folder'}
        onBlur={(event) => onCommit(event.currentTarget.value)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Enter') {
            // The editor has the focus by the end of this event: the key must not become a line in it.
            event.preventDefault();
            onCommit(event.currentTarget.value);
          }
          if (event.key === 'Escape') onCancel();
        }}
        className="h-5 min-w-0 flex-1 rounded-sm border border-focus bg-surface px-1 outline-none"
      />
    </div>
  );
}
