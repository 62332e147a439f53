import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type DaemonProcess, startDaemon } from './daemonProcess.ts';
import { type Mosquitto, startMosquitto } from './mosquitto.ts';
import { type Probe, startProbe } from './probe.ts';

/** Only what never comes takes this time: a machine may be ten times slower, or busy. */
const LONGEST_WAIT_MS = 100_000;

/** Settings of one start, beside the configuration of the daemon. */
export interface DaemonStart {
  /** Options of `mqtt`. Default: QoS 1. */
  readonly mqtt?: string;
  /** State folder. Default: the one of its name, so that it goes on from what one of the same name has left. */
  readonly state?: string;
}

/** A real mosquitto, a client beside the daemons, and daemons by name, each with a state folder and a base topic of its own. */
export interface DaemonStage {
  readonly broker: Mosquitto;
  readonly probe: Probe;
  readonly folder: string;
  run(name: string, config: string, how?: DaemonStart): DaemonProcess;
  /** The topic of a daemon's own below its base topic. */
  topicOf(name: string, topic: string): string;
  /** The newest `bridge/health`; undefined: there is none yet. */
  // biome-ignore lint/suspicious/noExplicitAny: a payload as it came
  health(name: string): any;
}

/** To be called within a `describe`: starts all before its tests and ends it behind them; daemons end with their test. */
export function daemonStage(brokerConfig?: string): DaemonStage {
  let broker: Mosquitto | undefined;
  let probe: Probe | undefined;
  let folder = '';
  const daemons: DaemonProcess[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-stage-'));
    broker = await startMosquitto(brokerConfig === undefined ? {} : { config: brokerConfig });
    probe = await startProbe(broker.port);
  });
  afterEach(async () => {
    for (const daemon of daemons.splice(0)) await daemon.dispose();
  });
  afterAll(async () => {
    await probe?.end();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const topicOf = (name: string, topic: string): string => `tidegate/${name}/${topic}`;
  return {
    get broker() {
      return broker as Mosquitto;
    },
    get probe() {
      return probe as Probe;
    },
    get folder() {
      return folder;
    },
    run(name, config, { mqtt = 'qos: 1', state = join(folder, name) } = {}) {
      const server = `server: "mqtt://127.0.0.1:${broker?.port}", client_id: ${name}, base_topic: tidegate/${name}`;
      const daemon = startDaemon(`mqtt: {${server}, ${mqtt}}\n${config}\n`, ['run'], [], state);
      daemons.push(daemon);
      return daemon;
    },
    topicOf,
    health(name) {
      const payload = probe?.on(topicOf(name, 'bridge/health')).at(-1);
      return payload === undefined ? undefined : JSON.parse(payload);
    },
  };
}

/** Resolves with what is found as soon as there is something; rejects after a while with `what` there is not. */
export async function until<T>(what: string | (() => string), find: () => T | undefined): Promise<T> {
  for (const end = Date.now() + LONGEST_WAIT_MS; ; await sleep(20)) {
    const found = find();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`there is not: ${typeof what === 'string' ? what : what()}`);
  }
}
