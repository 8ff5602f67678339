import { clientAddress } from '../../../../lib/server/client-address.ts';
import { readSettings } from '../../../../lib/server/settings.ts';
import { openShares } from '../../../../lib/server/shares/shares.ts';

export const dynamic = 'force-dynamic';

const { api } = openShares(readSettings(process.env, process.cwd()));

interface Context {
  readonly params: Promise<{ path?: string[] }>;
}

async function handle(request: Request, { params }: Context): Promise<Response> {
  return api.handle(request, (await params).path ?? [], clientAddress(request.headers));
}

export { handle as DELETE, handle as GET, handle as HEAD, handle as POST, handle as PUT };
