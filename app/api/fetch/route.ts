import { askOutbound } from '../../../lib/server/outbound/outbound-proxy.ts';
import { answer } from '../../../lib/server/problem.ts';
import { readSettings } from '../../../lib/server/settings.ts';

export const dynamic = 'force-dynamic';

const { fetchHosts } = readSettings(process.env, process.cwd());

function handle(request: Request): Promise<Response> {
  return answer(() => askOutbound(request, { hosts: fetchHosts }));
}

export { handle as DELETE, handle as GET, handle as HEAD, handle as OPTIONS, handle as PATCH, handle as POST, handle as PUT };
