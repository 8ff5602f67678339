import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colours come from the page's tokens, so one theme serves light and dark. */
const view = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'var(--surface)', fontSize: '13.5px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-code)', fontVariantLigatures: 'none', lineHeight: '22px' },
  '.cm-content': { padding: '10px 0 40vh', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0 20px 0 8px' },
  '.cm-cursor': { borderLeftColor: 'var(--text)', borderLeftWidth: '2px' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--faint)', border: 'none', paddingLeft: '8px' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--text)' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in oklch, var(--hover) 45%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--selection)',
  },
  '.cm-selectionMatch': { backgroundColor: 'color-mix(in oklch, var(--selection) 60%, transparent)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'transparent',
    outline: '1px solid var(--line-strong)',
    borderRadius: '2px',
  },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--hover)', border: 'none', color: 'var(--soft)', padding: '0 6px' },
  '.cm-panels': { backgroundColor: 'var(--app)', color: 'var(--text)', borderColor: 'var(--line)' },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: '8px 32px 8px 12px', fontFamily: 'var(--font-ui)', fontSize: '13px' },
  '.cm-panel.cm-search label': { fontSize: '12px', color: 'var(--soft)' },
  '.cm-panel.cm-search [name=close]': { color: 'var(--soft)', fontSize: '18px', right: '10px', top: '8px' },
  '.cm-textfield': {
    backgroundColor: 'var(--surface)',
    border: '1px solid var(--line-strong)',
    borderRadius: '4px',
    fontSize: '13px',
    padding: '2px 6px',
  },
  '.cm-button': {
    backgroundImage: 'none',
    backgroundColor: 'var(--surface)',
    border: '1px solid var(--line)',
    borderRadius: '4px',
    fontSize: '12px',
    padding: '2px 8px',
  },
  '.cm-searchMatch': { backgroundColor: 'light-dark(oklch(0.9 0.1 90), oklch(0.45 0.09 85))' },
  '.cm-searchMatch.cm-searchMatch-selected': { backgroundColor: 'light-dark(oklch(0.83 0.13 80), oklch(0.55 0.11 80))' },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    border: '1px solid var(--line)',
    borderRadius: '6px',
    boxShadow: 'var(--shadow)',
    overflow: 'hidden',
  },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-code)', fontSize: '12.5px' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px !important' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--active)', color: 'var(--text)' },
  '.cm-revealed': { backgroundColor: 'var(--amber-wash)' },
});

const highlight = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword],
    color: 'var(--syntax-keyword)',
  },
  { tag: [tags.string, tags.special(tags.string), tags.attributeValue, tags.regexp], color: 'var(--syntax-string)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.unit, tags.color], color: 'var(--syntax-number)' },
  { tag: [tags.propertyName, tags.attributeName, tags.definition(tags.propertyName)], color: 'var(--syntax-name)' },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.labelName], color: 'var(--syntax-name)' },
  { tag: [tags.tagName, tags.typeName, tags.className, tags.namespace], color: 'var(--syntax-type)' },
  { tag: [tags.meta, tags.processingInstruction, tags.special(tags.variableName), tags.macroName], color: 'var(--syntax-meta)' },
  { tag: [tags.comment, tags.lineComment, tags.blockComment, tags.docComment], color: 'var(--faint)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.bracket, tags.angleBracket, tags.separator, tags.contentSeparator], color: 'var(--soft)' },
  { tag: tags.heading, color: 'var(--text)', fontWeight: '700' },
  { tag: tags.strong, fontWeight: '700' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
  { tag: [tags.link, tags.url], color: 'var(--syntax-name)' },
  { tag: tags.monospace, color: 'var(--syntax-number)' },
  { tag: tags.quote, color: 'var(--soft)' },
  { tag: tags.invalid, color: 'var(--red)' },
]);

export const editorTheme: Extension = [view, syntaxHighlighting(highlight)];
