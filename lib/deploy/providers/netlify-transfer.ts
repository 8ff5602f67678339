import type { Amount, DeployOptions, DeployProgress, Site, SiteFile } from '../adapter.ts';
import { cancelled, DeployError } from '../deploy-error.ts';
import { amountOfFiles } from '../history.ts';
import { forEachParallel } from '../parallel.ts';
import type { ProviderClient } from '../provider-client.ts';
import { readDeploy, type RemoteDeploy } from './netlify-shapes.ts';

/** Uploads at a time. */
const LANES = 6;
/** From this number of files on, the provider compares digests while we poll. */
const ASYNC_FROM = 100;
/** Milliseconds between two looks at a deploy: grows from the first to the last. */
const FIRST_LOOK = 150;
const LAST_LOOK = 3000;
/** Looks at a deploy that does not change, about ten minutes. */
const LOOKS = 200;
/** How often files are sent that the provider goes on asking for. */
const ROUNDS = 4;
/** Looks without a change after which a deploy that still asks for files is given them again. */
const STUCK = 4;
const NOTHING: Amount = { files: 0, bytes: 0 };

export type Waiting = (reason: string | null) => void;
export type Reporter = ((change: Partial<DeployProgress>) => void) & { readonly waiting: Waiting };

export interface TransferContext {
  readonly client: ProviderClient;
  /** The provider's, for people. */
  readonly name: string;
  readonly site: Site;
  readonly files: readonly SiteFile[];
  readonly options: DeployOptions;
  readonly report: Reporter;
}

/** One deploy on its way, from the list of digests to the published site. */
export class Transfer {
  /** What was sent, each file once. */
  uploaded: Amount = NOTHING;
  readonly #sent = new Set<SiteFile>();
  /** SHA-1 → the files that have this content. */
  readonly #bySha = new Map<string, SiteFile[]>();
  readonly #context: TransferContext;
  #deploy: RemoteDeploy;

  /** @param created the deploy as the provider made it, without files */
  constructor(context: TransferContext, created: RemoteDeploy) {
    this.#context = context;
    this.#deploy = created;
    for (const file of context.files) this.#bySha.set(file.digest.sha1, [...(this.#bySha.get(file.digest.sha1) ?? []), file]);
  }

  async run(): Promise<RemoteDeploy> {
    this.#deploy = readDeploy(await this.#ask('PUT', 'prepare the deploy', this.#manifest()));
    for (let looks = 0; this.#deploy.state === 'preparing' || this.#deploy.state === 'new'; looks += 1) await this.#look(looks);
    this.#throwIfFailed();
    const total = amountOfFiles(this.#firstOf(this.#deploy.required));
    for (let round = 0; round < ROUNDS; round += 1) {
      // Once for each content; a server that wants each path says so by asking again.
      const wanted = round === 0 ? this.#firstOf(this.#deploy.required) : this.#allOf(this.#deploy.required);
      if (wanted.length > 0) await this.#upload(wanted, total, round === ROUNDS - 1);
      this.#context.report({ phase: 'publishing', path: null });
      if (await this.#settles(wanted.length > 0)) return this.#deploy;
    }
    const missing = this.#allOf(this.#deploy.required)[0]?.path ?? this.#deploy.required[0] ?? '';
    throw new DeployError('file-forgotten', `${this.#context.name} goes on asking for “${missing}”, which was sent ${ROUNDS} times.`);
  }

  /** Cancels the deploy, whatever happened to it. Null when it will never appear, else the deploy as it was published all the same. */
  async giveUp(): Promise<RemoteDeploy | null> {
    const path = `/deploys/${encodeURIComponent(this.#deploy.id)}/cancel`;
    try {
      const deploy = readDeploy(await this.#context.client.ask({ method: 'POST', path, action: 'cancel the deploy', attempts: 3 }));
      return deploy.state === 'ready' ? deploy : null;
    } catch {
      // Too late, or the provider is gone. A deploy that lacks files never appears; one that lacks none is whole.
      try {
        const deploy = readDeploy(await this.#context.client.ask({ ...this.#get(), signal: undefined, onWaiting: undefined, attempts: 2 }));
        return deploy.state === 'ready' ? deploy : null;
      } catch {
        return null;
      }
    }
  }

  #manifest(): unknown {
    const files = Object.fromEntries(this.#context.files.map(({ path, digest }) => [path, digest.sha1]));
    return { files, draft: this.#context.options.draft, async: this.#context.files.length > ASYNC_FROM };
  }

  #ask(method: 'GET' | 'PUT', action: string, json?: unknown): Promise<unknown> {
    return this.#context.client.ask({
      method,
      path: this.#get().path,
      ...(json !== undefined && { body: { json } }),
      action,
      signal: this.#context.options.signal,
      onWaiting: this.#context.report.waiting,
    });
  }

  #get(): { readonly method: 'GET'; readonly path: string; readonly action: string } {
    const path = `/sites/${encodeURIComponent(this.#context.site.id)}/deploys/${encodeURIComponent(this.#deploy.id)}`;
    return { method: 'GET', path, action: 'show the deploy' };
  }

  /** Waits, then asks how the deploy is. */
  async #look(looks: number): Promise<void> {
    if (looks >= LOOKS)
      throw new DeployError('provider-failed', `${this.#context.name} has not got on with the deploy for long (${this.#deploy.state}).`);
    const { signal } = this.#context.options;
    await this.#context.client.wait(Math.min(LAST_LOOK, FIRST_LOOK * 1.3 ** looks), signal).catch((reason: unknown) => {
      throw signal.aborted ? cancelled() : reason;
    });
    this.#deploy = readDeploy(await this.#ask('GET', 'show the deploy'));
    this.#throwIfFailed();
  }

  /** Whether the deploy becomes ready; false when it wants files again. @param changed whether files were sent since it was last looked at */
  async #settles(changed: boolean): Promise<boolean> {
    let waitingForFiles = 0;
    for (let looks = 0; ; looks += 1) {
      // The first look comes at once: small deploys are ready by then.
      if (looks > 0) await this.#look(looks);
      else if (changed) this.#deploy = readDeploy(await this.#ask('GET', 'show the deploy'));
      this.#throwIfFailed();
      const { state, required } = this.#deploy;
      if (state === 'ready') return true;
      waitingForFiles = (state === 'prepared' || state === 'uploading') && required.length > 0 ? waitingForFiles + 1 : 0;
      if (waitingForFiles >= STUCK) return false;
    }
  }

  async #upload(wanted: readonly SiteFile[], total: Amount, isLast: boolean): Promise<void> {
    this.#context.report({ phase: 'uploading', total, done: this.#done(total) });
    try {
      await forEachParallel(wanted, LANES, (file) => this.#send(file, total), this.#context.options.signal);
    } catch (error) {
      // The connection may be back by the time the deploy is asked what it still lacks.
      if (isLast || !(error instanceof DeployError) || error.code !== 'unreachable')
        throw this.#context.options.signal.aborted ? cancelled() : error;
    }
  }

  async #send(file: SiteFile, total: Amount): Promise<void> {
    const path = file.path.split('/').map(encodeURIComponent).join('/');
    await this.#context.client.ask({
      method: 'PUT',
      path: `/deploys/${encodeURIComponent(this.#deploy.id)}/files/${path}`,
      body: { bytes: file.bytes },
      action: `take “${file.path}”`,
      signal: this.#context.options.signal,
      onWaiting: this.#context.report.waiting,
      attempts: 4,
    });
    if (!this.#sent.has(file)) this.uploaded = { files: this.uploaded.files + 1, bytes: this.uploaded.bytes + file.bytes.length };
    this.#sent.add(file);
    this.#context.report({ done: this.#done(total), path: file.path });
  }

  #done(total: Amount): Amount {
    const { files, bytes } = this.uploaded;
    return { files: Math.min(files, total.files), bytes: Math.min(bytes, total.bytes) };
  }

  #firstOf(shas: readonly string[]): SiteFile[] {
    return [...new Set(shas)].flatMap((sha) => this.#bySha.get(sha)?.slice(0, 1) ?? []);
  }

  #allOf(shas: readonly string[]): SiteFile[] {
    return [...new Set(shas)].flatMap((sha) => this.#bySha.get(sha) ?? []);
  }

  #throwIfFailed(): void {
    const { state, error } = this.#deploy;
    if (state === 'error' || state === 'rejected')
      throw new DeployError('deploy-failed', `${this.#context.name} ended the deploy.`, { said: error ?? undefined });
  }
}

export function progressReporter(files: readonly SiteFile[], { onProgress }: DeployOptions): Reporter {
  let state: DeployProgress = { phase: 'preparing', done: NOTHING, total: amountOfFiles(files), path: null, waiting: null };
  const report = (change: Partial<DeployProgress>): void => {
    state = { ...state, ...change };
    onProgress?.(state);
  };
  return Object.assign(report, { waiting: (reason: string | null) => report({ waiting: reason }) });
}
