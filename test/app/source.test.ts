import { BehaviorSubject, Subject } from 'rxjs';
import { describe } from 'vitest';
import { startEmbeddedBroker } from '../../src/adapters/broker/embeddedBroker.ts';
import { createSystemClock } from '../../src/adapters/clock/systemClock.ts';
import { compileFilter } from '../../src/adapters/mqtt/inbound/topicFilter.ts';
import { createMqttSource } from '../../src/app/mqttSource.ts';
import type { Source } from '../../src/app/source.ts';
import type { Heard } from '../../src/domain/listen.ts';
import { toOutgoing } from '../../src/domain/outgoing.ts';
import type { Inbound } from '../../src/domain/sample.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { createPeer } from '../adapters/mqtt/harness.ts';
import { parse } from '../config/context.ts';
import { READINGS, type SourceStage, sourceContract } from '../contract/sourceContract.ts';
import { repeatsOf } from '../pipeline/samples.ts';

const quiet = (): void => undefined;
const log: Log = { error: quiet, warning: quiet, info: quiet, debug: quiet };

async function mqttStage(): Promise<SourceStage> {
  const broker = await startEmbeddedBroker({});
  const peer = await createPeer(broker.port, { protocolVersion: 4 });
  const { seen: published } = await peer.watch('out/#');
  const source = createMqttSource({
    config: parse(`mqtt: {server: "${broker.url}"}\nstreams: [{topic: "${READINGS}"}]\nstate: {durability: none}\n`),
    clock: createSystemClock(),
    log,
    report: quiet,
    hasRoom: () => true,
    hasFolder: true,
  });
  return {
    source,
    published,
    send: (topic, payload) => peer.publish(topic, payload),
    async dispose() {
      await source.stop();
      await peer.end();
      await broker.stop();
    },
  };
}

/** The least that a source can be: messages from memory. */
class ToySource implements Source {
  readonly #inbound = new Subject<Inbound>();
  readonly #connected = new BehaviorSubject(false);
  readonly #listeners = new Set<{ readonly filter: string; readonly handler: (message: Heard) => void }>();
  readonly inbound$ = this.#inbound.asObservable();
  readonly connected$ = this.#connected.asObservable();
  readonly repeats = repeatsOf();
  readonly published: string[] = [];
  readonly outboundBytes = 0;
  #time = 0;

  start(): void {
    if (!this.#connected.closed && !this.#connected.value) this.#connected.next(true);
  }

  readonly publish: Source['publish'] = ({ topic, payload }) => {
    const canPublish = this.#connected.value;
    if (canPublish) this.published.push(`${topic} ${payload}`);
    return canPublish;
  };

  readonly publishTo: Source['publishTo'] = (...message) => this.publish(toOutgoing(...message));

  readonly listen: Source['listen'] = (filter, handler) => {
    const listener = { filter, handler };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  take(topic: string, text: string): void {
    if (!this.#connected.value) return;
    const payload = new TextEncoder().encode(text);
    for (const { filter, handler } of this.#listeners) {
      if (compileFilter(filter)(topic)) handler({ topic, payload, retained: false });
    }
    const receivedAt = toEpochMs(++this.#time);
    if (compileFilter(READINGS)(topic)) this.#inbound.next({ topic, payload, receivedAt, retained: false });
  }

  closeIntake(): void {
    this.#inbound.complete();
  }

  stop(): Promise<void> {
    this.closeIntake();
    this.#listeners.clear();
    if (this.#connected.value) this.#connected.next(false);
    this.#connected.complete();
    return Promise.resolve();
  }
}

describe('the MQTT source, at the embedded broker', () => sourceContract(mqttStage));

describe('a source from memory', () =>
  sourceContract(() => {
    const source = new ToySource();
    const { published } = source;
    return Promise.resolve({
      source,
      published,
      send: (topic, payload) => Promise.resolve(source.take(topic, payload)),
      dispose: () => source.stop(),
    });
  }));
