import { answer } from '../../../../lib/server/problem.ts';
import { providerAgent } from '../../../../lib/server/providers/agent.ts';
import { hashLiveFile } from '../../../../lib/server/providers/live-file.ts';

export const dynamic = 'force-dynamic';

const agent = providerAgent(process.env);

/** `?url=`: status, SHA-256 and size of a file of a site at a provider, for pages that may not read it themselves. */
export function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  return answer(async () => {
    const file = await hashLiveFile(searchParams.get('url'), { agent, signal: request.signal });
    return Response.json(file, { headers: { 'Cache-Control': 'no-store' } });
  });
}
