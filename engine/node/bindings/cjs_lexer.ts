/** `internalBinding('cjs_lexer')`: which names a CommonJS module exports, found without running it (native Node: merve; here: cjs-module-lexer). */
import { initSync, parse } from 'cjs-module-lexer';
import type { CreateBinding } from '../environment.ts';

export const create: CreateBinding = () => {
  let isReady = false;
  return {
    parse: (source: string): [Set<string>, string[]] => {
      if (!isReady) initSync();
      isReady = true;
      try {
        const { exports, reexports } = parse(source);
        return [new Set(exports), [...reexports]];
      } catch {
        // As natively: what cannot be lexed exports nothing but `default`; running it shows its error.
        return [new Set(), []];
      }
    },
  };
};
