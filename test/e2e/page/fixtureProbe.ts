import type { ServerResponse } from 'node:http';
import type { MemoryNetwork } from '../../../src/domain/memoryProbe.ts';
import type { StreamId } from '../../../src/domain/streamId.ts';
import { toDurationMs, toEpochMs } from '../../../src/domain/time.ts';
import { probeSnapshot } from '../../../src/learner/probe/probeMemory.ts';
import { StreamLearner } from '../../../src/learner/streamLearner.ts';
import { encodeProbe } from '../../../src/outlets/page/probeFrame.ts';
import { fastKernel } from '../../learner/classify/classifying.ts';
import { makeSettings, type SettingsOverrides } from '../../support/settings.ts';
import { type FixtureStream, valueAt } from './fixtureStreams.ts';

const ROWS = 300;

/** Learners of streams, which have lived through the last readings of these: a look into one is that of the daemon. */
export class FixtureProbes {
  readonly #learners = new Map<string, StreamLearner>();
  /** Settings of learners that are made from now on. */
  settings: SettingsOverrides = { model: { hidden: 16 } };

  /** Answers `api/stream/probe`. */
  serve(streams: readonly FixtureStream[], query: URLSearchParams, response: ServerResponse): void {
    const stream = streams.find(({ id }) => id === query.get('id'));
    const look = stream === undefined ? 'no such stream' : this.#look(stream, query.get('network'));
    const isFrame = typeof look !== 'string';
    const error = { code: 'TG_HTTP_NO_MEMORY', message: `the memory: ${look}` };
    response.writeHead(isFrame ? 200 : 404, {
      'Content-Type': isFrame ? 'application/octet-stream' : 'application/json',
    });
    response.end(isFrame ? look : JSON.stringify({ error }));
  }

  /** @returns the bytes of a frame, or why there is none */
  #look(stream: FixtureStream, network: string | null): Uint8Array | string {
    const learner = this.#learners.get(stream.id) ?? this.#open(stream);
    const request = network === null ? {} : { network: network as MemoryNetwork };
    const found = probeSnapshot(learner.snapshot(), stream.id as StreamId, request);
    return typeof found === 'string' ? found : encodeProbe(found);
  }

  /** A reading has come. */
  step({ id, at }: FixtureStream, value: number): void {
    const learner = this.#learners.get(id);
    learner?.step({ stream: id as StreamId, at: toEpochMs(at), zoneOffset: toDurationMs(0), value });
    learner?.learn();
  }

  #open(stream: FixtureStream): StreamLearner {
    const learner = new StreamLearner(fastKernel, makeSettings(this.settings));
    this.#learners.set(stream.id, learner);
    for (let row = ROWS - 1; row >= 0; row--) {
      const at = stream.at - row * stream.interval;
      this.step({ ...stream, at }, valueAt(stream, at));
    }
    return learner;
  }
}
