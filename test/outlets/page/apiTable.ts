import type * as v from 'valibot';
import {
  alarmsSchema,
  doctorSchema,
  healthSchema,
  historySchema,
  infoSchema,
  optionsSchema,
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
const SPAN = {
  from: 'First moment, ms since 1970; without it: all that is kept.',
  to: 'Last moment, ms since 1970.',
  points: 'Most rows, 2 to 2000; without it 600. Gaps come on top.',
};
const INDICES = 'Indices of streams with commas between; without it: all.';

const NETWORK = 'One of lstm_residual, lstm_direct, classes; without it: the first that the stream has.';
const FRAME =
  'A look into the memory of a stream: gates of the last 120 readings, half-lives, reach, shares. Bytes: the length of the head as a little-endian uint32; the head, JSON padded with blanks to whole words, whose `arrays` name what follows; float32, little-endian. The same look is had once in two seconds.';

/** Addresses whose answers are bytes. */
export const FRAMES: readonly Omit<ApiEntry, 'answer'>[] = [
  {
    method: 'get',
    path: '/api/stream/probe',
    about: FRAME,
    query: { id: ID, network: NETWORK, horizon: 'In steps; without it: the smallest.' },
  },
  {
    method: 'get',
    path: '/api/streams/{id}/probe',
    about: 'The same, with the id in the path.',
    query: { network: NETWORK },
  },
];

/** Every address of the API whose answer is JSON. */
export const API: readonly ApiEntry[] = [
  {
    method: 'get',
    path: '/api/streams',
    about: 'All streams with their last readings and forecasts.',
    query: {
      streams: INDICES,
      since: 'Cursor of an earlier answer: only streams with a reading after it.',
      spark: 'Rows of a small picture of each stream, 2 to 200; for at most 50 streams.',
    },
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
  {
    method: 'get',
    path: '/api/stream/history',
    about: 'Readings and forecasts of a stream over a span, in full or as spans with their least and greatest reading.',
    query: { id: ID, ...SPAN },
    answer: historySchema,
  },
  {
    method: 'get',
    path: '/api/streams/{id}/history',
    about: 'The same, with the id in the path.',
    query: SPAN,
    answer: historySchema,
  },
  {
    method: 'get',
    path: '/api/alarms',
    about: 'Past alarms, each with its reason, as the command `alarms` has them.',
    query: {
      stream: 'Id of a stream; without it: all.',
      open: '1: those that go on; 0: those that have ended; without it: both.',
      from: 'Alarms that had not ended before, ms since 1970.',
    },
    answer: alarmsSchema,
  },
  {
    method: 'get',
    path: '/api/config',
    about: 'The options that are in force and where they come from, as the command `options` has them.',
    answer: optionsSchema,
  },
  { method: 'get', path: '/api/health', about: 'What `bridge/health` has over MQTT.', answer: healthSchema },
  {
    method: 'get',
    path: '/api/doctor',
    about:
      'What `tidegate doctor` finds without its experiments. It looks once in a minute, and connects to the broker for it.',
    answer: doctorSchema,
  },
  { method: 'get', path: '/api/info', about: 'What `bridge/info` has over MQTT.', answer: infoSchema },
  {
    method: 'post',
    path: '/api/request/{command}',
    about: 'A command of `bridge/request`, with the same body and the same answer: see requests.md.',
    answer: responseSchema,
  },
];
