import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Annotation, Compartment, EditorState, Transaction, type Extension } from '@codemirror/state';
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  rectangularSelection,
} from '@codemirror/view';
import { documentChange } from '../../lib/editor/document-changes.ts';
import { loadLanguage } from '../../lib/editor/languages.ts';
import { editorTheme } from './editor-theme.ts';

/** Marks a change that came from outside: it is not the user's edit and not written back. */
const external = Annotation.define<boolean>();

export interface CodeEditorOptions {
  readonly parent: HTMLElement;
  readonly onEdit: (path: string, text: string) => void;
  readonly onFormat: () => void;
  /** Offset at which a file opens. */
  readonly cursorOf: (path: string) => number;
  readonly onCursor: (path: string, offset: number) => void;
}

/** CodeMirror for all open files of a project: one view, and per file a state that keeps text, cursor, undo and scroll position across tab switches. */
export interface CodeEditor {
  /** Shows a file, made from `text` when it was not open. */
  show(path: string, text: string): void;
  /** A file's text was changed by something else. */
  update(path: string, text: string): void;
  /** Forgets files that are not open any more. */
  retain(paths: readonly string[]): void;
  rename(from: string, to: string): void;
  reveal(line: number, column: number): void;
  /** Replaces the shown file's text as one undoable edit. */
  replace(text: string): void;
  setReadOnly(readOnly: boolean): void;
  focus(): void;
  openSearch(): void;
  destroy(): void;
}

interface Saved {
  readonly state: EditorState;
  readonly scroll: ReturnType<EditorView['scrollSnapshot']> | null;
}

export function createCodeEditor(options: CodeEditorOptions): CodeEditor {
  const saved = new Map<string, Saved>();
  const language = new Compartment();
  const readOnly = new Compartment();
  const label = new Compartment();
  let locked = false;
  let shown: string | null = null;

  const labelled = (path: string): Extension =>
    EditorView.contentAttributes.of({ 'aria-label': `Editor: ${path}`, spellcheck: 'false', tabindex: '0' });
  const locking = (): Extension => [EditorState.readOnly.of(locked), EditorView.editable.of(!locked)];

  const newState = (path: string, text: string): EditorState =>
    EditorState.create({
      doc: text,
      selection: { anchor: Math.min(options.cursorOf(path), text.length) },
      extensions: [
        label.of(labelled(path)),
        readOnly.of(locking()),
        language.of([]),
        lineNumbers(),
        foldGutter({ openText: '▾', closedText: '▸' }),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        dropCursor(),
        EditorState.allowMultipleSelections.of(true),
        indentOnInput(),
        indentUnit.of(indentationOf(text)),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ icons: false }),
        rectangularSelection(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        search({ top: true }),
        EditorView.lineWrapping,
        editorTheme,
        keymap.of([
          { key: 'Shift-Alt-f', run: () => (options.onFormat(), true) },
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...foldKeymap,
          ...completionKeymap,
          indentWithTab,
        ]),
        EditorView.updateListener.of((update) => {
          if (shown === null) return;
          if (update.selectionSet || update.docChanged) options.onCursor(shown, update.state.selection.main.head);
          if (!update.docChanged) return;
          if (update.transactions.every((transaction) => !transaction.docChanged || transaction.annotation(external))) return;
          options.onEdit(shown, update.state.doc.toString());
        }),
      ],
    });

  const view = new EditorView({ parent: options.parent, state: EditorState.create({}) });

  const keep = (): void => {
    if (shown !== null) saved.set(shown, { state: view.state, scroll: view.scrollSnapshot() });
  };

  const load = async (path: string): Promise<void> => {
    const extension = await loadLanguage(path);
    if (extension === null) return;
    const effects = language.reconfigure(extension);
    if (shown === path) view.dispatch({ effects });
    else {
      const other = saved.get(path);
      if (other) saved.set(path, { ...other, state: other.state.update({ effects }).state });
    }
  };

  return {
    show(path, text) {
      if (shown === path) return;
      keep();
      shown = path;
      const known = saved.get(path);
      if (known) {
        view.setState(known.state);
        view.dispatch({ effects: [readOnly.reconfigure(locking()), ...(known.scroll ? [known.scroll] : [])] });
        this.update(path, text);
      } else {
        const state = newState(path, text);
        view.setState(state);
        // The file's beginning stays in sight where the cursor's line is, too.
        if (state.selection.main.head > 0)
          view.dispatch({ effects: EditorView.scrollIntoView(state.selection.main.head, { y: 'nearest', yMargin: 96 }) });
        void load(path);
      }
    },
    update(path, text) {
      const state = shown === path ? view.state : saved.get(path)?.state;
      if (state === undefined) return;
      const changes = documentChange(state.doc.toString(), text);
      if (changes === null) return;
      // Undo takes back what the user typed, not what a tool wrote.
      const specification = { changes, annotations: [external.of(true), Transaction.addToHistory.of(false)] };
      if (shown === path) view.dispatch(specification);
      else saved.set(path, { state: state.update(specification).state, scroll: saved.get(path)?.scroll ?? null });
    },
    retain(paths) {
      for (const path of saved.keys()) if (!paths.includes(path)) saved.delete(path);
      if (shown !== null && !paths.includes(shown)) shown = null;
    },
    rename(from, to) {
      const effects = label.reconfigure(labelled(to));
      if (shown === from) {
        shown = to;
        view.dispatch({ effects });
        void load(to);
      }
      const other = saved.get(from);
      if (other) {
        saved.delete(from);
        saved.set(to, { ...other, state: other.state.update({ effects }).state });
      }
    },
    reveal(lineNumber, column) {
      const line = view.state.doc.line(Math.min(Math.max(1, lineNumber), view.state.doc.lines));
      const position = Math.min(line.from + Math.max(0, column - 1), line.to);
      view.dispatch({ selection: { anchor: position }, effects: EditorView.scrollIntoView(position, { y: 'center' }) });
      view.focus();
    },
    replace(text) {
      const changes = documentChange(view.state.doc.toString(), text);
      if (changes !== null) view.dispatch({ changes, scrollIntoView: true });
    },
    setReadOnly(next) {
      if (locked === next) return;
      locked = next;
      view.dispatch({ effects: readOnly.reconfigure(locking()) });
    },
    focus: () => view.focus(),
    openSearch() {
      view.focus();
      void import('@codemirror/search').then(({ openSearchPanel }) => openSearchPanel(view));
    },
    destroy: () => view.destroy(),
  };
}

/** The unit that a text is indented with; two spaces when nothing tells. */
function indentationOf(text: string): string {
  const first = /^(\t+| {2,8})\S/m.exec(text)?.[1];
  if (first === undefined) return '  ';
  return first.startsWith('\t') ? '\t' : first.length % 4 === 0 && !/^ {2}\S/m.test(text) ? '    ' : '  ';
}
