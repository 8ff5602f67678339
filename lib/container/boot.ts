import { JampotError } from '../errors/problem.ts';
import { engineOrigin, parseBase } from '../origins.ts';
import type { Engine, EngineChoice } from './engine.ts';

export interface BootEngineOptions {
  readonly projectId: string;
  readonly choice: EngineChoice;
  /** Milliseconds after which an engine that has not answered is given up. The client itself would wait for ever. */
  readonly patience?: number;
  /** The engine has ended: nothing that is asked of it will be answered. */
  readonly onEnded?: (message: string) => void;
}

/** Ends the listening to the engine that was booted before. */
let watching: AbortController | null = null;

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
  let end: (message: string) => void = () => {};
  const ended = new Promise<never>((_, reject) => {
    end = (message) => reject(new JampotError('engine-ended', message, { fault: 'system' }));
  });
  watching?.abort();
  watching = new AbortController();
  if (options.choice.kind === 'own') {
    const origin = engineOrigin(parseBase(window.location.origin), options.projectId);
    // The client has no event for this: the engine's page tells it beside the client's channel.
    const onMessage = (event: MessageEvent<unknown>): void => {
      const message = event.origin === origin ? endOf(event.data) : null;
      if (message === null) return;
      end(message);
      options.onEnded?.(message);
    };
    window.addEventListener('message', onMessage, { signal: watching.signal });
  }
  const booted = WebContainer.boot({ coep: 'require-corp', workdirName: 'project', forwardPreviewErrors: 'exceptions-only' });
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new JampotError('engine-silent', `The engine has not answered for ${patience / 1000} s.`, { fault: 'system' })),
      patience,
    );
  });
  try {
    return await Promise.race([booted, late, ended]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the engine's page says when its kernel has ended, or null when the message is another. */
function endOf(data: unknown): string | null {
  if (typeof data !== 'object' || data === null) return null;
  const { type, message } = data as Record<string, unknown>;
  return type === 'jampot-ended' && typeof message === 'string' ? message : null;
}

function setKeyOnce(configure: (key: string) => void, key: string): void {
  try {
    configure(key);
  } catch (error) {
    // The client takes the key before the first boot only; on a second boot in the same page it is set already.
    if (!(error instanceof Error && error.message.includes('configureAPIKey'))) throw error;
  }
}
