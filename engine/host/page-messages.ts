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
}

export type PageToKernel =
  | { readonly type: 'serve'; readonly port: MessagePort; readonly settings: HostSettings }
  /** A service worker's link, from the bridge of a port. */
  | { readonly type: 'preview-link'; readonly port: number; readonly link: MessagePort }
  | { readonly type: 'preview-failed'; readonly port: number; readonly message: string };

/** Opens the bridge of a port, or asks it for another link. */
export interface KernelToPage {
  readonly type: 'open-bridge';
  readonly port: number;
}
