import { BehaviorSubject, NEVER, Subject } from 'rxjs';
import type { Report } from '../../src/domain/events.ts';
import type { BorrowedForecast, ClassAnswer } from '../../src/domain/forecast.ts';
import { NO_NOTE } from '../../src/domain/note.ts';
import { type Outgoing, toOutgoing } from '../../src/domain/outgoing.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { StreamSettings } from '../../src/domain/streamSettings.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import type { TopicNotes } from '../../src/domain/topicNotes.ts';
import { AlarmRecord } from '../../src/outlets/alarms/alarmRecord.ts';
import type { StreamChange } from '../../src/outlets/outlet.ts';
import { OutletRun } from '../../src/outlets/outletRun.ts';
import { Results } from '../../src/outlets/results/results.ts';
import { RetainedTopics } from '../../src/outlets/retained/retainedTopics.ts';
import { Counters } from '../../src/telemetry/counters.ts';
import { parse } from '../config/context.ts';
import { idleControl } from '../support/idleControl.ts';
import { lend } from '../support/lent.ts';
import type { World } from './world.ts';

const CONFIG = parse('mqtt: {server: mqtt://pi}\nstreams: [{topic: a}]\n');
const BASE = CONFIG.mqtt.baseTopic;
/** Between two sweeps; a message that clears is believed to have arrived after 240 of them. */
const SWEEP_MS = 5000;
const LATENCY_MS = 3;
const MOST = 1000;
const ANSWER: ClassAnswer = {
  label: 'on',
  classes: ['off', 'on'],
  probabilities: [0.25, 0.75],
  since: toEpochMs(0),
  source: 'net',
  scores: null,
};

/** Retained messages at the broker, and the notes of them beside the state: both outlive a process. */
export class RetainedStore {
  readonly topics: Set<string> = new Set();
  readonly #noted = new Set<string>();
  #hasNotes = false;

  get notes(): TopicNotes {
    return {
      read: () => (this.#hasNotes ? [...this.#noted] : undefined),
      add: (topic) => {
        this.#hasNotes = true;
        this.#noted.add(topic);
      },
      remove: (topic) => void this.#noted.delete(topic),
      close: () => undefined,
    };
  }

  /** @returns what is retained at the broker though the settings of now fill it no more */
  misplaced(settingsOf: (stream: StreamId) => StreamSettings): string | undefined {
    for (const topic of this.topics) {
      const [, stream, part = 'state'] = topic.slice(BASE.length).split('/');
      const { publish, classify } = settingsOf(stream as StreamId);
      const mayStay = { state: publish.retain, forecast: publish.forecast, class: classify !== undefined }[part];
      if (mayStay !== true) return topic;
    }
    return undefined;
  }
}

export interface RetainingOptions {
  readonly world: World;
  readonly store: RetainedStore;
  /** Settings of the streams in this life: `classify` may be there in one and not in the next. */
  readonly settingsOf: (stream: StreamId) => StreamSettings;
  readonly isDead: () => boolean;
  readonly report: Report;
}

/** The results of one process at the broker: the daemon's own outlet, and its own book of retained topics. */
export class Retaining {
  readonly #options: RetainingOptions;
  readonly #retained: RetainedTopics;
  readonly #run: OutletRun;
  readonly #forecasts$ = new Subject<BorrowedForecast>();
  readonly #streams$ = new Subject<StreamChange>();
  readonly #connected$ = new BehaviorSubject(false);
  /** Number of the connection: what is on its way is lost with it. */
  #epoch = 0;

  constructor(options: RetainingOptions) {
    this.#options = options;
    const publish = (message: Outgoing): boolean => this.#send(message);
    this.#retained = new RetainedTopics({
      notes: options.store.notes,
      suspected: () => [],
      clear: (topic) => publish({ topic, payload: '', qos: 0, retain: true }),
      most: MOST,
    });
    this.#run = new OutletRun(new Results(), options.report);
    this.#run.start({
      config: CONFIG,
      configNow: () => CONFIG,
      log$: NEVER,
      settingsOf: options.settingsOf,
      prospectsOf: (stream) => [options.settingsOf(stream)],
      sensorOf: () => undefined,
      retained: this.#retained,
      forecasts$: this.#forecasts$,
      streams$: this.#streams$,
      eventsOf: () => NEVER,
      connected$: this.#connected$,
      health: { counters: new Counters() },
      control: idleControl(),
      alarms: new AlarmRecord(),
      inspect: async () => undefined,
      probe: async () => undefined,
      examine: async () => [],
      noteOf: () => NO_NOTE,
      publish,
      publishTo: (...message) => publish(toOutgoing(...message)),
      listen: () => () => undefined,
      serve: () => () => undefined,
    });
    this.#retained.giveUpFormer((topic) => this.#run.mayRetain(topic));
    this.#sweepOn();
  }

  #send({ topic, payload, retain }: Outgoing): boolean {
    const { world, store, isDead } = this.#options;
    if (!this.#connected$.value || isDead()) return false;
    const epoch = this.#epoch;
    world.schedule(LATENCY_MS, () => {
      if (!retain || epoch !== this.#epoch) return;
      if (payload.length === 0) store.topics.delete(topic);
      else store.topics.add(topic);
    });
    return true;
  }

  #sweepOn(): void {
    this.#options.world.schedule(SWEEP_MS, () => {
      if (this.#options.isDead()) return;
      if (this.#connected$.value) this.#retained.sweep(MOST);
      this.#sweepOn();
    });
  }

  connected(isConnected: boolean): void {
    this.#epoch++;
    if (!isConnected) this.#retained.disconnected();
    this.#connected$.next(isConnected);
  }

  tell(change: StreamChange): void {
    this.#streams$.next(change);
  }

  forecast(forecast: BorrowedForecast): void {
    const { classify } = this.#options.settingsOf(forecast.stream);
    const classAnswer = classify && ANSWER;
    lend({ ...forecast.toForecast(), ...(classAnswer && { classAnswer }) }, (row) => this.#forecasts$.next(row));
  }

  /** @returns what is retained at the broker though the settings of now fill it no more */
  misplaced(): string | undefined {
    return this.#options.store.misplaced(this.#options.settingsOf);
  }

  stop(): Promise<void> {
    return this.#run.stop();
  }
}
