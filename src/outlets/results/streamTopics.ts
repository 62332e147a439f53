import type { STREAM_PUBLICATIONS } from '../../domain/publications.ts';
import { isStreamId, type StreamId } from '../../domain/streamId.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';

type Settings = Pick<StreamSettings, 'publish' | 'classify'>;
const LAST_LEVELS = ['forecast', 'class', 'anomaly', 'availability'] as const satisfies readonly (keyof StreamTopics)[];

/** Topics below a stream, as in the table of src/outlets/README.md. */
export type StreamTopics = Readonly<Record<keyof typeof STREAM_PUBLICATIONS, string>>;

/** Topics that a broker may be asked to retain. */
export type RetainedPart = Exclude<keyof StreamTopics, 'anomaly'>;
export const RETAINED_PARTS: readonly RetainedPart[] = ['state', 'forecast', 'class', 'availability'];

/** Tells which topics of a stream are retained with its settings. */
export function isRetained(part: RetainedPart, { publish, classify }: Settings): boolean {
  switch (part) {
    case 'availability':
      // Earlier versions retained it.
      return false;
    case 'state':
      return publish.retain;
    case 'forecast':
      return publish.retain && publish.forecast;
    case 'class':
      return publish.retain && classify !== undefined;
  }
}

/** Finds out which stream a topic belongs to, and as which part of it; undefined: none that can be. */
export function readStreamTopic(
  baseTopic: string,
  topic: string,
): { readonly stream: StreamId; readonly part: keyof StreamTopics } | undefined {
  if (!topic.startsWith(`${baseTopic}/`)) return undefined;
  const rest = topic.slice(baseTopic.length + 1);
  const end = rest.lastIndexOf('/');
  // No id ends with one of these.
  const part = LAST_LEVELS.find((level) => level === rest.slice(end + 1));
  const stream = part === undefined ? rest : rest.slice(0, end);
  return isStreamId(stream) ? { stream, part: part ?? 'state' } : undefined;
}

export function streamTopics(baseTopic: string, stream: StreamId): StreamTopics {
  const state = `${baseTopic}/${stream}`;
  return {
    state,
    forecast: `${state}/forecast`,
    class: `${state}/class`,
    anomaly: `${state}/anomaly`,
    availability: `${state}/availability`,
  };
}
