/** Between the headless page and the kernel's worker. */

export interface HostSettings {
  /** The IDE's origin. */
  readonly base: string;
  /** Name of the project: the label of this engine's host. */
  readonly project: string;
  /** Whether the server's outbound proxy is on. */
  readonly fetch: 'on' | 'off';
  /** Whether files are kept between visits: for the IDE's own pages. Others get what the API documents, an empty instance at each boot. */
  readonly isPersistent: boolean;
  /** Bytes of the project's file system; null: as many as the browser gives. */
  readonly disk: number | null;
}

export type PageToKernel =
  | {
      readonly type: 'serve';
      readonly port: MessagePort;
      readonly settings: HostSettings;
      /** Name of a lock that the kernel holds for as long as it lives: nothing else tells a page that a worker has ended. */
      readonly life: string;
    }
  /** A service worker's link, from the bridge of a port. */
  | { readonly type: 'preview-link'; readonly port: number; readonly link: MessagePort }
  | { readonly type: 'preview-failed'; readonly port: number; readonly message: string };

export type KernelToPage =
  /** Opens the bridge of a port, or asks it for another link. */
  | { readonly type: 'open-bridge'; readonly port: number }
  /** The first process was started for the client: what serves previews may come too, while the process is on its way to opening a port. */
  | { readonly type: 'working' }
  /** The kernel holds the lock of its life. */
  | { readonly type: 'alive' };

/** To the embedder: the kernel has ended, and nothing that was asked of it will be answered. */
export interface EngineEnded {
  readonly type: 'jampot-ended';
  readonly message: string;
}
