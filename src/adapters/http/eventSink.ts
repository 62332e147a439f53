import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { SAFE_HEADERS } from './headers.ts';
import type { HttpContext } from './parts.ts';

/** One client that follows server-sent events. */
export interface EventSink {
  /** Sends text as it is; nothing where the client has gone. */
  write(text: string): void;
  /** Bytes that were written and that the other end has not taken yet. */
  readonly backlog: number;
  readonly isOpen: boolean;
  /** Cuts it off, whatever waits. */
  cut(): void;
}

/** The answer to give for the request, as all of it is written to the sink. */
export const HANDED_OVER: Response = RESPONSE_ALREADY_SENT;

const HEADERS: Readonly<Record<string, string>> = {
  ...SAFE_HEADERS,
  'Content-Type': 'text/event-stream; charset=utf-8',
  // Proxies are neither to keep, nor to compress, nor to gather it.
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

/** Begins to answer a request with events. @param onClose called once, when the client has gone */
export function openEventSink(c: HttpContext, onClose: () => void): EventSink {
  const { outgoing } = c.env;
  outgoing.writeHead(200, HEADERS);
  outgoing.once('close', onClose);
  outgoing.on('error', () => outgoing.destroy());
  return {
    write: (text) => void (outgoing.destroyed || outgoing.write(text)),
    get backlog() {
      return outgoing.writableLength;
    },
    get isOpen() {
      return !outgoing.destroyed;
    },
    cut: () => void outgoing.destroy(),
  };
}
