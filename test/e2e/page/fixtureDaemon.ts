import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { ApiDoctor, ApiForecastRow, ApiReadingRow } from '../../../src/outlets/page/api.ts';
import type { AlarmAnswer } from '../../../src/outlets/page/site/data/answers.ts';
import { CONFIG, DOCTOR, HEALTH } from './fixtureAnswers.ts';
import { FixtureProbes } from './fixtureProbe.ts';
import {
  detailAnswer,
  type FixtureStream,
  fixtureStreams,
  historyAnswer,
  streamAnswer,
  valueAt,
} from './fixtureStreams.ts';

/** The build, from the folder of the project. */
const SITE = resolve('dist/site');
const POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; object-src 'none'";
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
};
/** Thursday 12 March 2026, 15:36 in Berlin. */
const NOW: number = Date.UTC(2026, 2, 12, 14, 36);

/**
 * A server that answers as the daemon does, below a prefix as behind a proxy, and that does what a test tells it: readings, alarms, silence. The
 * answers have the types of the API; that the daemon gives such answers is for the tests of its own.
 */
export class FixtureDaemon {
  readonly streams: FixtureStream[];
  readonly alarms: AlarmAnswer[];
  /** Bodies of the requests for a change that came, by their command. */
  readonly requests: { readonly command: string; readonly body: Record<string, unknown> }[] = [];
  readonly probes: FixtureProbes = new FixtureProbes();
  health: Record<string, unknown> = { ...HEALTH };
  config: object = CONFIG;
  doctor: ApiDoctor = DOCTOR;
  /** The label that somebody has told of each stream. */
  label = 'running';
  /** Answers of the command of this name; default: an empty one. */
  readonly replies: Map<string, object> = new Map();
  /** `silent`: events are open, and no frame comes. `down`: connections are cut. */
  mood: 'well' | 'silent' | 'down' = 'well';
  /** Time until the first frame of events, ms. */
  helloAfter = 0;
  token: string | undefined;
  now: number = NOW;
  #revision = 1;
  readonly #prefix: string;
  readonly #server: Server;
  /** Pages that follow, and the indices of the streams that each wants; undefined: all. */
  readonly #clients = new Map<ServerResponse, ReadonlySet<number> | undefined>();

  private constructor(count: number, prefix: string) {
    this.streams = fixtureStreams(count, NOW);
    this.alarms = [];
    this.#prefix = prefix;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** @param prefix path below which a proxy has it, with a slash at both ends */
  static async start(count: number, prefix = '/'): Promise<FixtureDaemon> {
    const daemon = new FixtureDaemon(count, prefix);
    await new Promise<void>((resolve) => daemon.#server.listen(0, '127.0.0.1', resolve));
    return daemon;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#prefix}`;
  }

  /** Indices of the streams that somebody follows. */
  get followed(): readonly number[] {
    return [...this.#clients.values()].flatMap((wanted) => [...(wanted ?? [])]).sort((a, b) => a - b);
  }

  /** Cuts all connections that there are. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The next reading of a stream, and the forecast after it, for who follows it. */
  read(index: number, y?: number): void {
    this.readAll([index], y);
  }

  /** The next readings of streams, in one frame as the daemon sends them. */
  readAll(indices: readonly number[], y?: number): void {
    const rows = indices.map((index) => this.#next(this.streams[index] as FixtureStream, y));
    for (const [client, wanted] of this.#clients) {
      const followed = rows.filter(([index]) => wanted === undefined || wanted.has(index));
      if (followed.length > 0) send(client, 'readings', { rows: followed });
      for (const [index] of followed)
        send(client, 'forecast', [index, forecastRows(this.streams[index] as FixtureStream)]);
    }
  }

  /** An alarm of a stream begins. */
  alarm(index: number, channel: string, changes: Partial<AlarmAnswer> = {}): AlarmAnswer {
    const stream = this.streams[index] as FixtureStream;
    stream.isAlarm = true;
    stream.shift = stream.shape[1] * 2;
    const alarm: AlarmAnswer = {
      ...{
        id: `${this.alarms.length + 1}`,
        stream: stream.id,
        start: new Date(stream.at - 9 * stream.interval).toISOString(),
        end: null,
        score: 18.8,
        channel,
      },
      ...{ y: 4.61, yhat_lower: 2.44, yhat_upper: 3.84, known_low: 2.1, known_high: 3.4, verdict: null, ...changes },
    };
    this.alarms.push(alarm);
    this.frame('alarm', alarm);
    return alarm;
  }

  frame(event: string, data: unknown): void {
    for (const client of this.#clients.keys()) send(client, event, data);
  }

  #next(stream: FixtureStream, y: number | undefined): ApiReadingRow {
    stream.at += stream.interval;
    this.now = Math.max(this.now, stream.at);
    const { yhat, yhat_lower, yhat_upper, anomaly_score } = streamAnswer(stream);
    const value = y ?? valueAt(stream, stream.at);
    this.probes.step(stream, value);
    return [stream.index, stream.at, value, yhat, yhat_lower, yhat_upper, anomaly_score, stream.isAlarm ? 1 : 0, 3];
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://daemon');
    response.setHeader('Content-Security-Policy', POLICY);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (this.mood === 'down') return void request.socket.destroy();
    if (!pathname.startsWith(this.#prefix))
      return this.#json(response, 404, { error: { code: 'TG_HTTP_PATH', message: 'no such path' } });
    const path = pathname.slice(this.#prefix.length);
    if (!path.startsWith('api/')) return this.#file(path === '' ? 'index.html' : path, response);
    const isAllowed = this.token === undefined || request.headers.cookie?.includes(`token=${this.token}`) === true;
    if (path === 'api/login') return await this.#login(request, response);
    if (!isAllowed)
      return this.#json(response, 401, { error: { code: 'TG_HTTP_TOKEN', message: 'a token is needed' } });
    if (request.method === 'POST') return await this.#request(path, request, response);
    if (path === 'api/events') return this.#events(response, searchParams.get('streams'));
    if (path === 'api/stream/probe') return this.probes.serve(this.streams, searchParams, response);
    const answer = this.#answer(path, searchParams);
    if (answer === undefined)
      return this.#json(response, 404, { error: { code: 'TG_HTTP_PATH', message: 'no such path' } });
    this.#json(response, 200, answer);
  }

  #answer(path: string, query: URLSearchParams): unknown {
    const stream = this.streams.find(({ id }) => id === query.get('id'));
    switch (path) {
      case 'api/streams':
        return this.#list(query);
      case 'api/alarms':
        return { alarms: this.alarms.filter(({ end }) => !query.has('open') || end === null) };
      case 'api/health':
        return this.health;
      case 'api/doctor':
        return this.doctor;
      case 'api/stream':
        return stream && detailAnswer(stream, this.label);
      case 'api/stream/history':
        return (
          stream &&
          historyAnswer(
            stream,
            query.has('from') ? Number(query.get('from')) : undefined,
            Number(query.get('points') ?? 600),
          )
        );
      default:
        return undefined;
    }
  }

  #list(query: URLSearchParams): object {
    const wanted = query.get('streams')?.split(',').map(Number);
    const spark = query.has('spark') ? Number(query.get('spark')) : undefined;
    const streams = this.streams.filter(({ index }) => wanted === undefined || wanted.includes(index));
    return {
      now: new Date(this.now).toISOString(),
      revision: this.#revision,
      cursor: 1,
      streams: streams.map((stream) => streamAnswer(stream, spark)),
    };
  }

  #events(response: ServerResponse, streams: string | null): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache, no-transform' });
    response.write(':\n\n');
    response.on('close', () => this.#clients.delete(response));
    if (this.mood === 'silent') return;
    const wanted = streams
      ?.split(',')
      .filter((text) => text !== '')
      .map(Number);
    this.#clients.set(response, wanted && new Set(wanted));
    const hello = {
      now: new Date(this.now).toISOString(),
      version: '0',
      revision: this.#revision,
      cursor: 1,
      sources: ['last_value', 'linear', 'lstm_residual', 'lstm_direct'],
    };
    setTimeout(() => send(response, 'hello', hello), this.helloAfter);
  }

  async #request(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const command = path.slice('api/request/'.length);
    const body = (await bodyOf(request)) as Record<string, unknown>;
    const isReading = command === 'options' && body['set'] === undefined;
    if (!isReading) this.requests.push({ command, body });
    const reply = isReading ? this.config : (this.replies.get(command) ?? {});
    if ('error' in reply) return this.#json(response, 400, { status: 'error', data: {}, ...reply });
    this.#json(response, 200, { status: 'ok', data: reply });
  }

  async #login(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { token } = (await bodyOf(request)) as { token: unknown };
    if (token !== this.token)
      return this.#json(response, 401, { error: { code: 'TG_HTTP_TOKEN', message: 'the token is another one' } });
    response.setHeader('Set-Cookie', `token=${this.token}; HttpOnly; SameSite=Strict`);
    this.#json(response, 200, { ok: true });
  }

  #file(name: string, response: ServerResponse): void {
    let text: Buffer;
    try {
      if (!/^[\w.-]+$/.test(name)) throw new Error(name);
      text = readFileSync(join(SITE, name));
    } catch {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'text/plain' }).end(text);
  }

  #json(response: ServerResponse, status: number, body: unknown): void {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  }
}

function send(client: ServerResponse, event: string, data: unknown): void {
  client.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

function forecastRows(stream: FixtureStream): readonly ApiForecastRow[] {
  return Object.entries(streamAnswer(stream).forecast_at).map(([steps, one]) => {
    const { yhat, yhat_lower, yhat_upper } = one;
    return [Number(steps), Date.parse(one.at as string), yhat, yhat_lower, yhat_upper];
  });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}
