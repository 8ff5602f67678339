/** Look of our own pages in a preview's frame: quiet, in the colours of the IDE, light and dark. */
export const STATUS_STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif;
  --text: light-dark(oklch(0.27 0.01 60), oklch(0.93 0.006 75)); --soft: light-dark(oklch(0.5 0.01 60), oklch(0.72 0.008 75));
  --back: light-dark(oklch(0.985 0.003 75), oklch(0.21 0.006 60)); --line: light-dark(oklch(0.9 0.006 75), oklch(0.33 0.008 60));
  --accent: light-dark(oklch(0.5 0.19 18), oklch(0.72 0.15 18)); }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--back); color: var(--text); }
main { max-width: 30rem; padding: 24px; text-wrap: pretty; }
h1 { margin: 0 0 8px; font-size: 17px; font-weight: 600; }
p { margin: 0 0 8px; color: var(--soft); }
.button { display: inline-block; margin-top: 8px; padding: 4px 12px; border: 1px solid var(--line); border-radius: 6px; background: none; color: var(--accent); font: inherit; text-decoration: none; cursor: pointer; }
.button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
details { margin-top: 16px; color: var(--soft); font-size: 13px; }
code { display: block; margin-top: 4px; overflow-wrap: anywhere; font: 13px/1.5 ui-monospace, monospace; }
`;
