import { createServer, type Server } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { redirectOfBase, withoutBase } from './basePath.ts';
import { SAFE_HEADERS } from './headers.ts';
import { HttpError } from './httpError.ts';
import type { HttpApp } from './parts.ts';
import { HTTP_LIMITS } from './settings.ts';

/**
 * An HTTP server that does not listen yet, with bounds on all that a client can make it hold.
 * @param appOf the app of now; may reject, and is asked again with the next request then
 * @param baseOf path below which a proxy asks, as in `HttpSettings`
 */
export function createHttpServer(appOf: () => Promise<HttpApp>, baseOf: () => string | undefined): Server {
  const answer = getRequestListener(
    async (request, bindings) => {
      const app = await appOf().catch(() => undefined);
      return app === undefined ? notLoaded() : app.fetch(request, bindings as HttpBindings);
    },
    { overrideGlobalObjects: false },
  );
  const server = createServer(
    {
      maxHeaderSize: HTTP_LIMITS.headerBytes,
      headersTimeout: HTTP_LIMITS.headersMs,
      requestTimeout: HTTP_LIMITS.requestMs,
      keepAliveTimeout: HTTP_LIMITS.keepAliveMs,
      connectionsCheckingInterval: HTTP_LIMITS.headersMs,
    },
    (request, response) => {
      const url = request.url ?? '/';
      const base = baseOf();
      const location = redirectOfBase(url, base);
      if (location !== undefined) response.writeHead(308, { ...SAFE_HEADERS, Location: location }).end();
      else {
        request.url = withoutBase(url, base);
        void answer(request, response);
      }
    },
  );
  server.maxHeadersCount = HTTP_LIMITS.headers;
  server.maxConnections = HTTP_LIMITS.connections;
  server.maxRequestsPerSocket = HTTP_LIMITS.requestsPerConnection;
  server.setTimeout(HTTP_LIMITS.silenceMs);
  // It would wait for a body that the checks may not want.
  server.on('checkContinue', (request, response) => void server.emit('request', request, response));
  server.on('upgrade', (_, socket) => void socket.destroy());
  return server;
}

/** The parts are loaded with the first request: a package that was updated meanwhile has other files. */
function notLoaded(): Response {
  const { code, message, status } = new HttpError('TG_HTTP_NOT_LOADED');
  return Response.json(
    { error: { code, message } },
    { status, headers: { ...SAFE_HEADERS, 'Cache-Control': 'no-store' } },
  );
}
