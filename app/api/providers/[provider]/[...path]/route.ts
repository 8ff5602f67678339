import { answer } from '../../../../../lib/server/problem.ts';
import { providerAgent } from '../../../../../lib/server/providers/agent.ts';
import { askProvider } from '../../../../../lib/server/providers/provider-proxy.ts';

export const dynamic = 'force-dynamic';

const agent = providerAgent(process.env);

function handle(request: Request): Promise<Response> {
  return answer(() => askProvider(request, { agent }));
}

export { handle as GET, handle as POST, handle as PUT };
