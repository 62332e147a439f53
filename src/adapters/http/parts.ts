import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Hono } from 'hono/tiny';

interface HttpEnvironment {
  readonly Bindings: HttpBindings;
}

export type HttpApp = Hono<HttpEnvironment>;
export type HttpContext = Context<HttpEnvironment>;

/** Answers of one part of the daemon. */
export interface HttpRoutes {
  /** Paths that are answered without a token, as they are. Every other one needs it, where there is one. */
  readonly open: readonly string[];
  mount(app: HttpApp): void;
}

/** A part of the daemon that answers over HTTP, such as the page or the metrics. */
export interface HttpPart {
  readonly name: string;
  /** Asked with the first request to any part, and again with the next one where it fails: nothing is loaded before somebody looks. */
  load(): Promise<HttpRoutes>;
}

/** Port: answers requests from now on, until the function that it gives is called. */
export type Serve = (part: HttpPart) => () => void;
