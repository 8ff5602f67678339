/** What the page can tell about the browser. */
export interface BrowserFacts {
  readonly crossOriginIsolated: boolean;
  readonly sharedArrayBuffer: boolean;
  readonly secureContext: boolean;
  readonly serviceWorker: boolean;
  readonly storage: boolean;
}

export function browserFacts(): BrowserFacts {
  return {
    crossOriginIsolated: globalThis.crossOriginIsolated === true,
    sharedArrayBuffer: typeof SharedArrayBuffer === 'function',
    secureContext: globalThis.isSecureContext,
    serviceWorker: 'serviceWorker' in navigator,
    storage: typeof indexedDB === 'object',
  };
}

/** Why projects cannot run here, or null when they can. */
export function missingSupport(facts: BrowserFacts): 'insecure' | 'not-isolated' | 'old-browser' | null {
  if (!facts.secureContext) return 'insecure';
  if (!facts.storage || !facts.serviceWorker) return 'old-browser';
  if (!facts.crossOriginIsolated) return 'not-isolated';
  if (!facts.sharedArrayBuffer) return 'old-browser';
  return null;
}
