import { JampotError } from '../errors/problem.ts';
import { engineOrigin, parseBase } from '../origins.ts';
import { openJournal, type Journal } from '../project/journal/journal.ts';
import { isStored } from '../project/storage.ts';
import { holdWriterLock } from '../project/writer-lock.ts';
import type { Engine, EngineChoice } from './engine.ts';

export interface BootEngineOptions {
  readonly projectId: string;
  readonly choice: EngineChoice;
  /** Milliseconds after which an engine that has not answered is given up. The client itself would wait for ever. */
  readonly patience?: number;
  /** The engine has ended: nothing that is asked of it will be answered. */
  readonly onEnded?: (message: string) => void;
}

type Client = typeof import('@webcontainer/api');

/** A boot under way. */
interface Boot {
  readonly projectId: string;
  readonly booted: Promise<Engine>;
  /** The one listener that hears, perhaps late, that the engine has ended. */
  onEnded(listener: (message: string) => void): void;
  /** Its end is of no interest any more. */
  forget(): void;
}

/** What a script that ran before the page's own (early-boot.ts) has begun for it. */
interface EarlyBoot {
  readonly projectId: string;
  /** Whether this browser has the project. */
  readonly stored: Promise<boolean>;
  /** Null when the project is another tab's, or not in this browser. */
  boot: Promise<Boot | null>;
  /** As `holdWriterLock`: an engine boots only where it is held. */
  lock: Promise<(() => void) | null>;
  /** Opened where the lock is held. */
  journal: Promise<Journal | null>;
  /** The client whose one frame the boot runs in. */
  readonly loadClient: () => Promise<Client>;
}

declare global {
  var jampotEarlyBoot: EarlyBoot | undefined;
}

const loadClient = (): Promise<Client> => import('@webcontainer/api');
/** The latest boot of this page. */
let current: Boot | null = null;

/**
 * Begins to boot a project's own engine before the page's own code has come, when the project is in this browser and no other tab has it.
 * `requestWriterLock` and `bootEngine` for the same project go on from there.
 */
export function bootEarly(projectId: string): void {
  const stored = isStored(projectId);
  const lock = holdWhereStored(projectId, stored);
  // Before the engine starts, which keeps the browser busy.
  const journal = lock.then((held) => (held === null ? null : openJournal(projectId)));
  // The client puts the engine's frame into the body, where React finds it behind what the server rendered.
  const boot = Promise.all([lock, parsed()]).then(([mine]) => (mine === null ? null : beginBoot(projectId, { kind: 'own' }, loadClient)));
  globalThis.jampotEarlyBoot = { projectId, stored, boot, lock, journal, loadClient };
  // What cannot begin early begins when the page asks for it, and is reported there.
  journal.catch(() => {});
  boot.catch((error: unknown) => console.warn('The engine could not be booted early:', error));
}

function parsed(): Promise<void> {
  if (document.readyState !== 'loading') return Promise.resolve();
  return new Promise((resolve) => document.addEventListener('DOMContentLoaded', () => resolve(), { once: true }));
}

/** The project's writer lock, where the browser has the project. Both are asked for at once: each answer comes late while the page's scripts begin. */
async function holdWhereStored(projectId: string, stored: Promise<boolean>): ReturnType<typeof holdWriterLock> {
  const held = holdWriterLock(projectId);
  let found = false;
  try {
    found = await stored;
  } finally {
    // What is not wanted is let go when it comes; that it could not be had is of no interest then.
    if (!found)
      held.then(
        (release) => release?.(),
        () => {},
      );
  }
  return found ? held : null;
}

/** The project's writer lock, when the early script asked for it. Once. */
export function takeEarlyLock(projectId: string): Promise<(() => void) | null> | undefined {
  const early = globalThis.jampotEarlyBoot;
  if (early?.projectId !== projectId) return undefined;
  const { lock } = early;
  early.lock = Promise.resolve(null);
  return lock.catch(() => null);
}

/** The project's journal, when the early script opened it. Once. */
export async function takeEarlyJournal(projectId: string): Promise<Journal | null> {
  const early = globalThis.jampotEarlyBoot;
  if (early?.projectId !== projectId) return null;
  const { journal } = early;
  early.journal = Promise.resolve(null);
  return journal.catch(() => null);
}

/** Whether this browser has the project, when the early script asked. */
export function earlyStored(projectId: string): Promise<boolean> | undefined {
  const early = globalThis.jampotEarlyBoot;
  return early?.projectId === projectId ? early.stored : undefined;
}

async function takeEarlyBoot(projectId: string): Promise<Boot | null> {
  const early = globalThis.jampotEarlyBoot;
  if (early?.projectId !== projectId) return null;
  const { boot } = early;
  early.boot = Promise.resolve(null);
  return boot.catch(() => null);
}

/** Boots the engine of a project with the official client, in this page. */
export async function bootEngine(options: BootEngineOptions): Promise<Engine> {
  const { projectId, choice, patience = 30_000 } = options;
  current?.forget();
  const boot = (await takeEarlyBoot(projectId)) ?? beginBoot(projectId, choice, globalThis.jampotEarlyBoot?.loadClient ?? loadClient);
  current = boot;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ended = new Promise<never>((_, reject) =>
    boot.onEnded((message) => {
      reject(new JampotError('engine-ended', message, { fault: 'system' }));
      options.onEnded?.(message);
    }),
  );
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new JampotError('engine-silent', `The engine has not answered for ${patience / 1000} s.`, { fault: 'system' })),
      patience,
    );
  });
  try {
    return await Promise.race([boot.booted, late, ended]);
  } finally {
    clearTimeout(timer);
  }
}

function beginBoot(projectId: string, choice: EngineChoice, load: () => Promise<Client>): Boot {
  let end: string | null = null;
  let listener: ((message: string) => void) | null = null;
  const forgotten = new AbortController();
  if (choice.kind === 'own') {
    const origin = engineOrigin(parseBase(window.location.origin), projectId);
    // The client has no event for this: the engine's page tells it beside the client's channel.
    const onMessage = (event: MessageEvent<unknown>): void => {
      const message = event.origin === origin ? endOf(event.data) : null;
      if (message === null) return;
      end = message;
      listener?.(message);
    };
    window.addEventListener('message', onMessage, { signal: forgotten.signal });
    // The client reads this where it is evaluated or later, so it comes first.
    Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: origin });
  }
  const booted = bootClient(choice, load);
  // Who asks for it hears of its failure; an early one may never be asked for.
  booted.catch(() => {});
  return {
    projectId,
    booted,
    onEnded(given) {
      listener = given;
      if (end !== null) given(end);
    },
    forget: () => forgotten.abort(),
  };
}

async function bootClient(choice: EngineChoice, load: () => Promise<Client>): Promise<Engine> {
  const { WebContainer, configureAPIKey } = await load();
  if (choice.kind === 'hosted') setKeyOnce(configureAPIKey, choice.apiKey);
  return WebContainer.boot({ coep: 'require-corp', workdirName: 'project', forwardPreviewErrors: 'exceptions-only' });
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
