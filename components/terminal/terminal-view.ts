import type { ITheme } from '@xterm/xterm';
import type { Place } from '../../lib/errors/problem.ts';
import { findPlaces } from '../../lib/prebuild/places.ts';
import { dimToColor } from '../../lib/terminal/dim-to-color.ts';
import type { TerminalSource } from '../../lib/terminal/terminals.ts';

export interface TerminalViewOptions {
  readonly parent: HTMLElement;
  readonly source: TerminalSource;
  readonly name: string;
  /** Whether a path is a file of the project: its mentions become links. */
  readonly exists: (path: string) => boolean;
  readonly workdir: () => string;
  readonly onPlace: (place: Place) => void;
  readonly onLink: (url: string) => void;
}

export interface TerminalView {
  fit(): void;
  focus(): void;
  dispose(): void;
}

/** One xterm.js terminal on a source of output. Loads xterm when the first terminal is shown. */
export async function createTerminalView(options: TerminalViewOptions): Promise<TerminalView> {
  const [{ Terminal }, { FitAddon }, { WebLinksAddon }] = await Promise.all([
    import('@xterm/xterm'),
    import('@xterm/addon-fit'),
    import('@xterm/addon-web-links'),
  ]);
  await document.fonts.load('12.5px "JetBrains Mono Variable"');
  const terminal = new Terminal({
    fontFamily: '"JetBrains Mono Variable", ui-monospace, Menlo, Consolas, monospace',
    fontSize: 12.5,
    lineHeight: 1.35,
    cursorBlink: false,
    cursorStyle: 'bar',
    cursorInactiveStyle: 'outline',
    scrollback: 5000,
    convertEol: true,
    minimumContrastRatio: 4.5,
    allowProposedApi: true,
    screenReaderMode: false,
    theme: themeOf(options.parent),
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(new WebLinksAddon((_event, url) => options.onLink(url)));
  terminal.registerLinkProvider({
    provideLinks(row, callback) {
      const text = terminal.buffer.active.getLine(row - 1)?.translateToString(true) ?? '';
      callback(
        findPlaces(text, options.exists, options.workdir()).map(({ start, end, ...place }) => ({
          range: { start: { x: start + 1, y: row }, end: { x: end, y: row } },
          text: text.slice(start, end),
          activate: () => options.onPlace(place),
        })),
      );
    },
  });
  terminal.open(options.parent);
  terminal.textarea?.setAttribute('aria-label', `Terminal input: ${options.name}`);

  const resize = (): void => {
    // A hidden terminal has no size to fit to.
    if (options.parent.clientWidth === 0 || options.parent.clientHeight === 0) return;
    fit.fit();
    options.source.resize({ cols: terminal.cols, rows: terminal.rows });
  };
  const observer = new ResizeObserver(resize);
  observer.observe(options.parent);
  const input = terminal.onData((text) => options.source.input(text));
  let readable = dimToColor();
  const unfollow = options.source.log.follow((text) => {
    if (text !== null) return terminal.write(readable(text));
    readable = dimToColor();
    terminal.reset();
  });
  const retheme = (): void => {
    terminal.options.theme = themeOf(options.parent);
  };
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', retheme);
  const themes = new MutationObserver(retheme);
  themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  resize();

  return {
    fit: resize,
    focus: () => terminal.focus(),
    dispose() {
      observer.disconnect();
      themes.disconnect();
      scheme.removeEventListener('change', retheme);
      unfollow();
      input.dispose();
      terminal.dispose();
    },
  };
}

/** xterm takes plain colours: the tokens as the page computes them, painted and read back as sRGB. */
function themeOf(element: HTMLElement): ITheme {
  const style = getComputedStyle(element);
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const probe = document.createElement('span');
  element.append(probe);
  const color = (token: string): string => {
    probe.style.color = `var(--${token})`;
    const computed = getComputedStyle(probe).color;
    if (!context) return computed;
    context.fillStyle = computed;
    context.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    return `rgb(${red}, ${green}, ${blue})`;
  };
  const theme: ITheme = {
    background: color('surface'),
    foreground: color('text'),
    cursor: color('text'),
    cursorAccent: color('surface'),
    selectionBackground: color('selection'),
    black: color('text'),
    brightBlack: color('faint'),
    red: color('red'),
    brightRed: color('red'),
    green: color('green'),
    brightGreen: color('green'),
    yellow: color('amber'),
    brightYellow: color('amber'),
    blue: color('syntax-name'),
    brightBlue: color('syntax-name'),
    magenta: color('syntax-meta'),
    brightMagenta: color('syntax-keyword'),
    cyan: color('syntax-type'),
    brightCyan: color('syntax-type'),
    white: color('soft'),
    brightWhite: color('text'),
  };
  probe.remove();
  return style.display === 'none' ? {} : theme;
}
