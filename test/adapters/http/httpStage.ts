import { afterEach } from 'vitest';
import { HttpListener } from '../../../src/adapters/http/listener.ts';
import type { HttpPart } from '../../../src/adapters/http/parts.ts';
import type { HttpSettings } from '../../../src/adapters/http/settings.ts';
import type { DomainEvent } from '../../../src/domain/events.ts';

/** A listener on a free port, and what it told. */
export interface HttpStage {
  readonly listener: HttpListener;
  readonly events: DomainEvent[];
  /** Changes the rules. */
  set(changes: Partial<HttpSettings>): void;
  /** Resolves with the address without its last slash, once it listens. */
  url(): Promise<string>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  serve(part: HttpPart): () => void;
}

const OPEN: HttpSettings = {
  ...{ address: '127.0.0.1', port: 0, token: undefined, userHeader: undefined, hosts: [], base: undefined },
};

/** To be called within a `describe`: what is served ends with its test. */
export function httpStages(): (settings?: Partial<HttpSettings>) => HttpStage {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });
  return (changes = {}) => {
    let settings = { ...OPEN, ...changes };
    const events: DomainEvent[] = [];
    const listener = new HttpListener({
      settings: () => settings,
      report: (event) => void events.push(event),
      hostname: 'Tidepool',
    });
    const stage: HttpStage = {
      listener,
      events,
      set: (more) => {
        settings = { ...settings, ...more };
      },
      async url() {
        while (listener.port === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
        return `http://127.0.0.1:${listener.port}`;
      },
      fetch: async (path, init) => fetch(`${await stage.url()}${path}`, init),
      serve(part) {
        const end = listener.serve(part);
        ends.push(end);
        return end;
      },
    };
    return stage;
  };
}

/** A part with one guarded address `/api/thing`, an open one `/open`, and one that counts how often it was loaded. */
export function thing(name = 'thing'): HttpPart & { loads: number } {
  const part = {
    name,
    loads: 0,
    load: async () => {
      part.loads++;
      return {
        open: ['/open'],
        mount: (app: Parameters<Awaited<ReturnType<HttpPart['load']>>['mount']>[0]) => {
          app.get(`/api/${name}`, (c) => c.json({ name }));
          app.get('/open', (c) => c.text('open'));
          app.post(`/api/${name}`, async (c) => c.json(await c.req.json()));
          app.get('/api/broken', () => {
            throw new Error('a bug with a secret hunter2');
          });
        },
      };
    },
  };
  return part;
}
