import type * as v from 'valibot';
import {
  healthSchema,
  infoSchema,
  responseSchema,
  streamDetailSchema,
  streamsSchema,
} from '../../../src/outlets/page/apiSchemas.ts';

/** An address of the API. */
export interface ApiEntry {
  readonly method: 'get' | 'post';
  /** Names in braces stand for a part of the path. */
  readonly path: string;
  readonly about: string;
  /** Help of each parameter of the query. */
  readonly query?: Readonly<Record<string, string>>;
  readonly answer: v.GenericSchema;
}

const ID = 'Id of the stream, as `api/streams` has it.';
const INDICES = 'Indices of streams with commas between; without it: all.';

/** Every address of the API. */
export const API: readonly ApiEntry[] = [
  {
    method: 'get',
    path: '/api/streams',
    about: 'All streams with their last readings and forecasts.',
    query: { streams: INDICES, since: 'Cursor of an earlier answer: only streams with a reading after it.' },
    answer: streamsSchema,
  },
  {
    method: 'get',
    path: '/api/stream',
    about: 'A stream, and how its experts and networks learn.',
    query: { id: ID },
    answer: streamDetailSchema,
  },
  {
    method: 'get',
    path: '/api/streams/{id}',
    about: 'The same, with the id in the path, percent-encoded with its slashes.',
    answer: streamDetailSchema,
  },
  { method: 'get', path: '/api/health', about: 'What `bridge/health` has over MQTT.', answer: healthSchema },
  { method: 'get', path: '/api/info', about: 'What `bridge/info` has over MQTT.', answer: infoSchema },
  {
    method: 'post',
    path: '/api/request/{command}',
    about: 'A command of `bridge/request`, with the same body and the same answer: see requests.md.',
    answer: responseSchema,
  },
];
