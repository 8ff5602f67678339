import { JampotError } from '../errors/problem.ts';
import { engineOrigin, parseBase } from '../origins.ts';
import type { Engine, EngineChoice } from './engine.ts';

export interface BootEngineOptions {
  readonly projectId: string;
  readonly choice: EngineChoice;
  /** Milliseconds after which an engine that has not answered is given up. The client itself would wait for ever. */
  readonly patience?: number;
}

/** Boots the engine of a project with the official client, in this page. */
export async function bootEngine(options: BootEngineOptions): Promise<Engine> {
  if (options.choice.kind === 'own') {
    // The client reads this where the import below is evaluated or later, so it comes first.
    Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: engineOrigin(parseBase(window.location.origin), options.projectId) });
  }
  const { WebContainer, configureAPIKey } = await import('@webcontainer/api');
  if (options.choice.kind === 'hosted') setKeyOnce(configureAPIKey, options.choice.apiKey);
  const patience = options.patience ?? 30_000;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const booted = WebContainer.boot({ coep: 'require-corp', workdirName: 'project', forwardPreviewErrors: 'exceptions-only' });
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new JampotError('engine-silent', `The engine has not answered for ${patience / 1000} s.`, { fault: 'system' })),
      patience,
    );
  });
  try {
    return await Promise.race([booted, late]);
  } finally {
    clearTimeout(timer);
  }
}

function setKeyOnce(configure: (key: string) => void, key: string): void {
  try {
    configure(key);
  } catch (error) {
    // The client takes the key before the first boot only; on a second boot in the same page it is set already.
    if (!(error instanceof Error && error.message.includes('configureAPIKey'))) throw error;
  }
}
