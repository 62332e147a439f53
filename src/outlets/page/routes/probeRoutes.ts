import { HttpError } from '../../../adapters/http/httpError.ts';
import type { HttpApp, HttpContext } from '../../../adapters/http/parts.ts';
import { MEMORY_NETWORKS, type MemoryNetwork, type MemoryRequest, NO_MEMORY } from '../../../domain/memoryProbe.ts';
import type { PagePorts } from '../pagePorts.ts';
import type { PageStream } from '../pageStreams.ts';
import { Probes } from '../probes.ts';
import { readStreamPath } from '../streamPath.ts';
import { readWhole } from './query.ts';
import { findStream } from './streamRoutes.ts';

const LONGEST_HORIZON = 1_000_000;

/** `api/stream/probe` with the id in the query, or behind `api/streams/`: a look into the memory of a stream, as `probeFrame.ts` writes it. */
export function mountProbes(app: HttpApp, { context, streams }: PagePorts): void {
  const probes = new Probes(context.probe, () => performance.now());
  const answer = async (c: HttpContext, { id }: PageStream): Promise<Response> => {
    const look = await probes.look(id, readRequest(c));
    if (look === 'busy') throw new HttpError('TG_HTTP_BUSY');
    if (look === undefined) throw new HttpError('TG_HTTP_NO_MEMORY', 'the stream has no learner now');
    if (typeof look === 'string') throw new HttpError('TG_HTTP_NO_MEMORY', `the stream ${NO_MEMORY[look]}`);
    c.header('Cache-Control', 'no-store');
    c.header('Content-Type', 'application/octet-stream');
    return c.body(look);
  };
  app.get('/api/stream/probe', (c) => answer(c, findStream(streams, [c.req.query('id') ?? ''])));
  app.get('/api/streams/*', (c, next) => {
    const path = readStreamPath(new URL(c.req.url).pathname);
    return path?.part === 'probe' ? answer(c, findStream(streams, path.ids)) : next();
  });
}

/** @throws HttpError TG_HTTP_INVALID */
function readRequest(c: HttpContext): MemoryRequest {
  const network = c.req.query('network') || undefined;
  if (network !== undefined && !isNetwork(network))
    throw new HttpError('TG_HTTP_INVALID', `network: expected one of ${MEMORY_NETWORKS.join(', ')}`);
  return { network, horizon: readWhole(c, 'horizon', { from: 1, to: LONGEST_HORIZON }) };
}

function isNetwork(name: string): name is MemoryNetwork {
  return (MEMORY_NETWORKS as readonly string[]).includes(name);
}
