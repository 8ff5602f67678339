import { createStore, type StoreApi } from 'zustand/vanilla';

export type SidePanel = 'files' | 'search' | 'settings';
export type BottomTab = 'terminal' | 'problems';
/** The one panel that a narrow screen shows. */
export type NarrowPanel = 'files' | 'editor' | 'preview' | 'terminal';

/** Which panels are open and how large they are; shared by all projects of this browser. */
export interface LayoutState {
  readonly side: SidePanel;
  readonly sideOpen: boolean;
  readonly previewOpen: boolean;
  readonly bottomOpen: boolean;
  readonly bottomTab: BottomTab;
  readonly narrow: NarrowPanel;
  /** Percentages by panel id, per group. */
  readonly sizes: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface Layout {
  readonly store: StoreApi<LayoutState>;
  /** Opens a side panel; closes it when it is the open one. */
  toggleSide(panel: SidePanel): void;
  set(change: Partial<LayoutState>): void;
  resized(group: string, sizes: Readonly<Record<string, number>>): void;
}

/** Cookie that holds the layout, so that the server's first paint has it. */
export const LAYOUT_COOKIE = 'jampot-layout';

export const DEFAULT_LAYOUT: LayoutState = {
  side: 'files',
  sideOpen: true,
  previewOpen: true,
  bottomOpen: true,
  bottomTab: 'terminal',
  narrow: 'editor',
  sizes: {},
};

/** `save` gets the layout as text after each change. */
export function createLayout(initial: Partial<LayoutState>, save: (text: string) => void): Layout {
  const store = createStore<LayoutState>(() => ({ ...DEFAULT_LAYOUT, ...initial }));
  const set = (change: Partial<LayoutState>): void => {
    store.setState(change);
    const { narrow: _narrow, ...kept } = store.getState();
    save(JSON.stringify(kept));
  };
  return {
    store,
    set,
    toggleSide(panel) {
      const { side, sideOpen } = store.getState();
      set(side === panel ? { sideOpen: !sideOpen } : { side: panel, sideOpen: true });
    },
    resized(group, sizes) {
      set({ sizes: { ...store.getState().sizes, [group]: sizes } });
    },
  };
}

/** What was saved; a damaged entry counts as none. */
export function savedLayout(text: string | null | undefined): Partial<LayoutState> {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '{}');
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null) return {};
  const { side, sideOpen, previewOpen, bottomOpen, bottomTab, sizes } = value as Record<string, unknown>;
  return {
    ...((side === 'files' || side === 'search' || side === 'settings') && { side }),
    ...(typeof sideOpen === 'boolean' && { sideOpen }),
    ...(typeof previewOpen === 'boolean' && { previewOpen }),
    ...(typeof bottomOpen === 'boolean' && { bottomOpen }),
    ...((bottomTab === 'terminal' || bottomTab === 'problems') && { bottomTab }),
    ...(isSizes(sizes) && { sizes }),
  };
}

function isSizes(value: unknown): value is LayoutState['sizes'] {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(
      (group) =>
        typeof group === 'object' &&
        group !== null &&
        Object.values(group).every((size) => typeof size === 'number' && size >= 0 && size <= 100),
    )
  );
}
