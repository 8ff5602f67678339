/** Where a preview stands: everything follows from its host, `p<port>--<project>.<base>`. */

export interface PreviewPlace {
  readonly port: number;
  readonly project: string;
  /** `<project>.<base>` with the server's port: the rest of every preview's host of this project. */
  readonly suffix: string;
  /** The IDE's origin. */
  readonly base: string;
}

const LABEL = /^p(\d+)--(([^.]+)(\..+))$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/;

/** @throws when the address is no preview's */
export function previewPlace(location: { readonly protocol: string; readonly host: string }): PreviewPlace {
  const [, port, suffix, project, rest] = LABEL.exec(location.host) ?? [];
  if (port === undefined || suffix === undefined || project === undefined || rest === undefined) {
    throw new Error(`${location.host} is no host of a preview.`);
  }
  return { port: Number(port), project, suffix, base: `${location.protocol}//${rest.slice(1)}` };
}

export function previewOrigin(place: PreviewPlace, port: number): string {
  return `${new URL(place.base).protocol}//p${port}--${place.suffix}`;
}

/** The guest's port that an address means: a preview of the project, or one of `open` on a loopback name. Null for the rest of the world. */
export function guestPortOf(url: URL, place: PreviewPlace, open: ReadonlySet<number>): number | null {
  const [, port, suffix] = LABEL.exec(url.host) ?? [];
  if (port !== undefined && suffix === place.suffix) return Number(port);
  if (!LOOPBACK.test(url.hostname)) return null;
  const number = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return open.has(number) ? number : null;
}
