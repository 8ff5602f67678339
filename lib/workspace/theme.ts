/** Theme of the IDE: what the user chose, kept in a cookie so that the server's first paint has it. */
export type Theme = 'system' | 'light' | 'dark';

export const THEME_COOKIE = 'jampot-theme';

export function readTheme(value: string | undefined): Theme {
  return value === 'light' || value === 'dark' ? value : 'system';
}
