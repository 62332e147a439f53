import { type IncomingMessage, request } from 'node:http';
import type { ApiEvents } from '../../../../src/outlets/page/api.ts';

/** A frame as it came. */
interface Frame {
  readonly event: keyof ApiEvents;
  // biome-ignore lint/suspicious/noExplicitAny: data as it came
  readonly data: any;
  readonly id: string | undefined;
}

/** A client that follows the events. */
export interface EventFollower {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** All that came. */
  text(): string;
  frames(): readonly Frame[];
  isClosed(): boolean;
  /** Reads nothing any more. */
  freeze(): void;
  close(): void;
}

export async function followEvents(url: string, query = ''): Promise<EventFollower> {
  const sent = request(`${url}/api/events${query}`);
  sent.end();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject);
  });
  let text = '';
  let isClosed = false;
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  for (const end of ['close', 'error', 'aborted']) response.on(end, () => (isClosed = true));
  sent.on('error', () => (isClosed = true));
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: () => text,
    frames: () => toFrames(text),
    isClosed: () => isClosed,
    freeze: () => void response.pause(),
    close: () => void sent.destroy(),
  };
}

function toFrames(text: string): readonly Frame[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .flatMap((block) => {
      const fields = new Map(
        block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      const event = fields.get('event');
      if (event === undefined) return [];
      return [
        { event: event as keyof ApiEvents, data: JSON.parse(fields.get('data') ?? 'null'), id: fields.get('id') },
      ];
    });
}
