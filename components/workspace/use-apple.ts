import { useSyncExternalStore } from 'react';

const never = (): (() => void) => () => {};

/** Whether the machine is Apple's, for key names. False on the server. */
export function useApple(): boolean {
  return useSyncExternalStore(
    never,
    () => /Mac|iPhone|iPad/.test(navigator.platform),
    () => false,
  );
}
