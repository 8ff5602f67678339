/** `internalBinding('options')` (src/node_options.cc). The table is the pinned binary's; the values come from this process's command line. */
import { revive } from '../dump.ts';
import type { CreateBinding } from '../environment.ts';
import type { OptionTable } from '../options.ts';

export const createOptionsBinding =
  (table: OptionTable, values: () => Record<string, unknown>): CreateBinding =>
  (environment) => {
    const dump = environment.dumps['options'] ?? {};
    const data = (name: string) => revive(dump[`${name}()`], name);
    return {
      getCLIOptionsValues: values,
      getCLIOptionsInfo: () => ({ options: new Map(table.info), aliases: new Map(table.aliases) }),
      getOptionsAsFlags: () => data('getOptionsAsFlags'),
      getEmbedderOptions: () => data('getEmbedderOptions'),
      getEnvOptionsInputType: () => data('getEnvOptionsInputType'),
      getNamespaceOptionsInputType: () => data('getNamespaceOptionsInputType'),
    };
  };

export function optionTable(dump: Readonly<Record<string, unknown>>): OptionTable {
  const info = revive(dump['getCLIOptionsInfo()'], 'options') as { options: OptionTable['info']; aliases: OptionTable['aliases'] };
  return {
    info: info.options,
    aliases: info.aliases,
    defaults: revive(dump['getCLIOptionsValues()'], 'options') as Record<string, unknown>,
    types: dump['types'] as Record<string, number>,
  };
}
