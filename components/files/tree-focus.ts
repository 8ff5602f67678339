import type { FeatureImplementation } from '@headless-tree/core';

/** Milliseconds in which the focused item's row is waited for. */
const PATIENCE = 500;

/**
 * Puts the focus on the tree's focused item, as the library does, but not when it has gone elsewhere meanwhile: rows come later than the change that they show, and who
 * types in a terminal by then must not type into the tree.
 */
export const politeFocus: FeatureImplementation<string> = {
  key: 'polite-focus',
  treeInstance: {
    updateDomFocus: ({ tree }) => {
      const before = document.activeElement;
      const until = performance.now() + PATIENCE;
      const mayTake = (): boolean => {
        const { activeElement } = document;
        return (
          activeElement === null ||
          activeElement === document.body ||
          activeElement === before ||
          tree.getElement()?.contains(activeElement) === true
        );
      };
      const take = (): void => {
        if (!mayTake()) return;
        const item = tree.getFocusedItem();
        const element = item.getElement();
        if (element !== null && element !== undefined) {
          void tree.getConfig().scrollToItem?.(item);
          element.focus();
        } else if (performance.now() < until) requestAnimationFrame(take);
        else {
          const first = tree.getItems()[0];
          first?.setFocused();
          first?.getElement()?.focus();
        }
      };
      setTimeout(take);
    },
  },
};
