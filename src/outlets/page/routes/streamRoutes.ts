import { setImmediate as nextTurn } from 'node:timers/promises';
import { HttpError } from '../../../adapters/http/httpError.ts';
import type { HttpApp, HttpContext } from '../../../adapters/http/parts.ts';
import { toIsoTime } from '../../../domain/time.ts';
import type { PagePorts } from '../pagePorts.ts';
import type { PageStream, PageStreams } from '../pageStreams.ts';
import { StreamDetails } from '../streamDetail.ts';
import { readStreamPath } from '../streamPath.ts';
import { StreamTexts } from '../streamText.ts';
import { answerHistoryOf, sparkOf } from './historyRoutes.ts';
import { json } from './json.ts';
import { readIndices, readWhole } from './query.ts';

/** Streams that are written in one turn of the event loop: a thousand at once would hold up forecasts for ten milliseconds. */
const IN_ONE_TURN = 50;
/** Most rows of a spark, and streams that may be asked for with one. */
const MOST_SPARK = 200;
const MOST_SPARKS = 50;

/** `api/streams`, and `api/stream` with the id in the query, or behind `api/streams/`. */
export function mountStreams(app: HttpApp, ports: PagePorts): void {
  const { context, streams, labels } = ports;
  const texts = new StreamTexts(context);
  const details = new StreamDetails(context, labels);
  const detail = async (c: HttpContext, stream: PageStream): Promise<Response> =>
    json(c, `${texts.open(stream)},${JSON.stringify(await details.of(stream.id)).slice(1)}`);
  app.get('/api/streams', async (c) => {
    const asked = readIndices(c, 'streams');
    const since = readWhole(c, 'since', { from: 0, to: Number.MAX_SAFE_INTEGER }) ?? -1;
    const { revision, cursor } = streams;
    const chosen = asked === undefined ? [...streams.all] : asked.flatMap((index) => streams.at(index) ?? []);
    const points = readWhole(c, 'spark', { from: 2, to: MOST_SPARK });
    if (points !== undefined && chosen.length > MOST_SPARKS)
      throw new HttpError('TG_HTTP_INVALID', `spark: only with streams, at most ${MOST_SPARKS} of them`);
    const written = await writeAll(
      chosen.filter((stream) => stream.cursor > since),
      (stream) => `${texts.open(stream)}${points === undefined ? '' : `,"spark":${sparkOf(stream, points, ports)}`}}`,
    );
    const now = toIsoTime(context.control.now());
    return json(c, `{"now":"${now}","revision":${revision},"cursor":${cursor},"streams":[${written.join(',')}]}`);
  });
  const byQuery = (c: HttpContext): PageStream => findStream(streams, [c.req.query('id') ?? '']);
  app.get('/api/stream', (c) => detail(c, byQuery(c)));
  app.get('/api/stream/history', (c) => answerHistoryOf(c, byQuery(c), ports));
  app.get('/api/streams/*', (c) => {
    const path = readStreamPath(new URL(c.req.url).pathname);
    if (path === undefined || path.part === 'probe') throw new HttpError('TG_HTTP_NOT_FOUND');
    const stream = findStream(streams, path.ids);
    return path.part === 'history' ? answerHistoryOf(c, stream, ports) : detail(c, stream);
  });
}

/** @throws HttpError TG_HTTP_NO_STREAM */
export function findStream(streams: PageStreams, ids: readonly string[]): PageStream {
  for (const id of ids) {
    const stream = streams.find(id);
    if (stream !== undefined) return stream;
  }
  throw new HttpError('TG_HTTP_NO_STREAM');
}

async function writeAll(streams: readonly PageStream[], write: (stream: PageStream) => string): Promise<string[]> {
  const texts: string[] = [];
  for (const [i, stream] of streams.entries()) {
    if (i > 0 && i % IN_ONE_TURN === 0) await nextTurn();
    texts.push(write(stream));
  }
  return texts;
}
