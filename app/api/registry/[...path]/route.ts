import { join } from 'node:path';
import { answerRegistryRequest } from '../../../../lib/server/registry/answer.ts';
import { readNpmConfig } from '../../../../lib/server/registry/npm-config.ts';
import { RegistryProxy } from '../../../../lib/server/registry/registry-proxy.ts';
import { readSettings } from '../../../../lib/server/settings.ts';

export const dynamic = 'force-dynamic';

let starting: Promise<RegistryProxy> | undefined;

/** One for the server's life; a failed start is tried again by the next request. */
function registryProxy(): Promise<RegistryProxy> {
  starting ??= startProxy().catch((error: unknown) => {
    starting = undefined;
    throw error;
  });
  return starting;
}

async function startProxy(): Promise<RegistryProxy> {
  const settings = readSettings(process.env, process.cwd());
  return new RegistryProxy({ config: await readNpmConfig(process.cwd()), folder: join(settings.dataFolder, 'registry') });
}

export function GET(request: Request): Promise<Response> {
  return answerRegistryRequest(request, registryProxy);
}
