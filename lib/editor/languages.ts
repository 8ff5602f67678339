import type { Extension } from '@codemirror/state';
import { extensionOf } from '../project/file-kind.ts';

/** CodeMirror language of a file, loaded when first needed; null for plain text. */
export async function loadLanguage(path: string): Promise<Extension | null> {
  switch (extensionOf(path)) {
    case 'html':
    case 'htm':
    case 'svg':
    case 'xml':
    case 'vue':
    case 'svelte':
    case 'astro':
      return (await import('@codemirror/lang-html')).html();
    case 'njk':
    case 'jinja':
    case 'j2':
      return (await import('@codemirror/lang-jinja')).jinja();
    case 'liquid':
      return (await import('@codemirror/lang-liquid')).liquid();
    case 'css':
    case 'scss':
    case 'less':
      return (await import('@codemirror/lang-css')).css();
    case 'js':
    case 'mjs':
    case 'cjs':
    case 'jsx':
      return (await import('@codemirror/lang-javascript')).javascript({ jsx: true });
    case 'ts':
    case 'mts':
    case 'cts':
      return (await import('@codemirror/lang-javascript')).javascript({ typescript: true });
    case 'tsx':
      return (await import('@codemirror/lang-javascript')).javascript({ typescript: true, jsx: true });
    case 'json':
    case 'webmanifest':
    case 'map':
      return (await import('@codemirror/lang-json')).json();
    case 'yml':
    case 'yaml':
      return (await import('@codemirror/lang-yaml')).yaml();
    case 'md':
    case 'mdx':
    case 'markdown':
      return markdownWithFrontMatter();
    default:
      return null;
  }
}

/** Markdown with YAML front matter and fenced code in the languages of the web. */
async function markdownWithFrontMatter(): Promise<Extension> {
  const [{ markdown, markdownLanguage }, { yamlFrontmatter }, { javascript }, { css }, { html }, { json }, { LanguageDescription }] =
    await Promise.all([
      import('@codemirror/lang-markdown'),
      import('@codemirror/lang-yaml'),
      import('@codemirror/lang-javascript'),
      import('@codemirror/lang-css'),
      import('@codemirror/lang-html'),
      import('@codemirror/lang-json'),
      import('@codemirror/language'),
    ]);
  const codeLanguages = [
    LanguageDescription.of({
      name: 'javascript',
      alias: ['js', 'jsx', 'mjs', 'ts', 'typescript', 'tsx'],
      support: javascript({ jsx: true, typescript: true }),
    }),
    LanguageDescription.of({ name: 'css', support: css() }),
    LanguageDescription.of({ name: 'html', support: html() }),
    LanguageDescription.of({ name: 'json', support: json() }),
  ];
  return yamlFrontmatter({ content: markdown({ base: markdownLanguage, codeLanguages }) });
}
