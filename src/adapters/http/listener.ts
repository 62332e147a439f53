import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import type { Report } from '../../domain/events.ts';
import { toDurationMs } from '../../domain/time.ts';
import { Access } from './access.ts';
import type { HttpAppOptions } from './app.ts';
import type { HttpApp, HttpPart, Serve } from './parts.ts';
import { HTTP_LIMITS, type HttpSettings } from './settings.ts';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

export interface HttpListenerOptions {
  /** Asked when it opens, and at each request: token and names may change meanwhile. */
  readonly settings: () => HttpSettings;
  readonly report: Report;
  /** Name of the computer, by which it may be called too. */
  readonly hostname: string;
}

/**
 * The one address over which parts of the daemon answer HTTP. It opens with the first part and closes with the last. Until the first client comes it is a
 * bare TCP server: HTTP, the framework and what the parts show are loaded for that one. An address that cannot be had is tried again; nothing else waits for it.
 */
export class HttpListener {
  readonly #options: HttpListenerOptions;
  readonly #parts = new Set<HttpPart>();
  readonly #access: Access;
  #server: Server | undefined;
  #http: Promise<HttpServer> | undefined;
  /** The answers of the parts that there are. */
  #app: Promise<HttpApp> | undefined;
  /** Connections that came while HTTP is loaded. */
  readonly #early = new Set<Socket>();
  #retry: NodeJS.Timeout | undefined;
  #wait = FIRST_WAIT_MS;

  constructor(options: HttpListenerOptions) {
    this.#options = options;
    this.#access = new Access(options.settings);
  }

  readonly serve: Serve = (part) => {
    this.#parts.add(part);
    this.#app = undefined;
    if (this.#parts.size === 1) this.#open();
    return () => {
      if (!this.#parts.delete(part)) return;
      this.#app = undefined;
      if (this.#parts.size === 0) this.#close();
    };
  };

  /** Where it listens; undefined: nowhere now. The port is the one that the system chose where the settings say 0. */
  get port(): number | undefined {
    const address = this.#server?.address();
    return typeof address === 'object' ? address?.port : undefined;
  }

  #open(): void {
    const { address, port } = this.#options.settings();
    const server = createServer({ pauseOnConnect: true }, (socket) => this.#meet(socket));
    server.maxConnections = HTTP_LIMITS.connections;
    this.#server = server;
    server.once('error', (error) => this.#openLater(server, error));
    server.listen({ host: address, port, exclusive: true }, () => {
      this.#wait = FIRST_WAIT_MS;
      this.#options.report({ type: 'HttpOpened', url: this.#url(this.port ?? port) });
    });
  }

  #openLater(server: Server, error: Error): void {
    if (this.#server !== server) return;
    this.#server = undefined;
    const { port } = this.#options.settings();
    const retryIn = toDurationMs(this.#wait);
    this.#options.report({ type: 'HttpFailed', url: this.#url(port), error, retryIn });
    this.#retry = setTimeout(() => this.#open(), retryIn);
    this.#retry.unref();
    this.#wait = Math.min(LONGEST_WAIT_MS, 2 * this.#wait);
  }

  #url(port: number): string {
    const { address } = this.#options.settings();
    return `http://${address.includes(':') ? `[${address}]` : address}:${port}/`;
  }

  /** The first client: from now on it is an HTTP server that listens, on the same handle. */
  #meet(socket: Socket): void {
    const tcp = this.#server;
    this.#early.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#early.delete(socket));
    this.#http ??= this.#load(tcp as Server);
    this.#http.then(
      (http) => this.#handOver(http, socket),
      () => socket.destroy(),
    );
  }

  #handOver(http: HttpServer, socket: Socket): void {
    this.#early.delete(socket);
    if (socket.destroyed) return;
    http.emit('connection', socket);
    socket.resume();
  }

  async #load(tcp: Server): Promise<HttpServer> {
    try {
      const { createHttpServer } = await import('./httpServer.ts');
      if (this.#server !== tcp) throw new Error('the listener was closed meanwhile');
      const http = createHttpServer(
        () => (this.#app ??= this.#loadApp()),
        () => this.#options.settings().base,
      );
      await new Promise<void>((resolve) => http.listen(tcp, resolve));
      return http;
    } catch (error) {
      if (this.#server === tcp) this.#fail(error);
      this.#http = undefined;
      throw error;
    }
  }

  async #loadApp(): Promise<HttpApp> {
    try {
      const { createHttpApp } = await import('./app.ts');
      const routes = await Promise.all([...this.#parts].map((part) => part.load()));
      return createHttpApp({ routes, ...this.#appOptions() });
    } catch (error) {
      this.#app = undefined;
      this.#fail(error);
      throw error;
    }
  }

  #fail(error: unknown): void {
    this.#options.report({ type: 'OutletFailed', outlet: 'http', error });
  }

  #appOptions(): Omit<HttpAppOptions, 'routes'> {
    const { report, settings, hostname } = this.#options;
    return {
      access: this.#access,
      hosts: () => [...settings().hosts, settings().address, hostname.toLowerCase()],
      refused: ({ code }) => report({ type: 'HttpRefused', code }),
      failed: (error) => this.#fail(error),
    };
  }

  #close(): void {
    clearTimeout(this.#retry);
    for (const socket of this.#early) socket.destroy();
    const [tcp, http] = [this.#server, this.#http];
    this.#server = undefined;
    this.#http = undefined;
    if (http === undefined) tcp?.close();
    else
      http.then(
        (server) => {
          server.close();
          server.closeAllConnections();
        },
        () => tcp?.close(),
      );
  }
}
