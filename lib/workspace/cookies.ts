const YEAR = 365 * 24 * 60 * 60;

/** Keeps a preference on the IDE's own host (no Domain: the engine's and previews' hosts below it do not get it). */
export function saveCookie(name: string, value: string): void {
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${YEAR}; SameSite=Strict`;
}
