/** Look of our own pages in a preview's frame: quiet, in the colours of the IDE, light and dark. */
export const STATUS_STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif;
  --surface: light-dark(oklch(0.993 0.002 75), oklch(0.228 0.006 60)); --line: light-dark(oklch(0.898 0.007 75), oklch(0.305 0.008 60));
  --text: light-dark(oklch(0.265 0.012 55), oklch(0.925 0.006 75)); --soft: light-dark(oklch(0.45 0.013 58), oklch(0.762 0.01 70));
  --accent: light-dark(oklch(0.475 0.187 17), oklch(0.745 0.145 15)); --focus: light-dark(oklch(0.52 0.13 250), oklch(0.72 0.12 245)); }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--surface); color: var(--text); }
main { max-width: 30rem; padding: 24px; text-wrap: pretty; }
h1 { margin: 0 0 8px; font-size: 17px; font-weight: 600; }
p { margin: 0 0 8px; color: var(--soft); }
.button { display: inline-block; margin-top: 8px; padding: 4px 12px; border: 1px solid var(--line); border-radius: 6px; background: none; color: var(--accent); font: inherit; text-decoration: none; cursor: pointer; }
.button:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
details { margin-top: 16px; color: var(--soft); font-size: 13px; }
code { display: block; margin-top: 4px; overflow-wrap: anywhere; font: 13px/1.5 ui-monospace, monospace; }
`;
