import { HANDED_OVER, openEventSink } from '../../../adapters/http/eventSink.ts';
import { HttpError } from '../../../adapters/http/httpError.ts';
import type { HttpApp } from '../../../adapters/http/parts.ts';
import type { EventStream } from '../events/eventStream.ts';
import { readIndices } from './query.ts';

/** `api/events?streams=3,17&log=1`: server-sent events. */
export function mountEvents(app: HttpApp, events: EventStream): void {
  app.get('/api/events', (c) => {
    const streams = readIndices(c, 'streams');
    const log = c.req.query('log') === '1';
    if (events.isFull) throw new HttpError('TG_HTTP_FULL');
    let end = (): void => undefined;
    const sink = openEventSink(c, () => end());
    end = events.add(sink, { streams: streams === undefined ? undefined : new Set(streams), log });
    return HANDED_OVER;
  });
}
