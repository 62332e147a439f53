import type { MqttClient } from 'mqtt';
import { createOutbound, type Outbound } from '../../../src/adapters/mqtt/outbound/outbound.ts';
import type { Decode } from '../../../src/domain/decode.ts';
import type { Report } from '../../../src/domain/events.ts';
import type { LearnerHost } from '../../../src/domain/learnerHost.ts';
import { OutputBytes } from '../../../src/domain/outputBytes.ts';
import type { MachineFor, StreamMachine } from '../../../src/pipeline/streamMachine.ts';
import { hasStage, type Stage } from './stage.ts';

// The ports at which the path is cut off: what stands behind one does nothing but count.

/** Counts what comes to the end of the path. */
export interface End {
  reached: number;
  bytesOut: number;
}

export function cutDecode(last: Stage, decode: Decode, end: End): Decode {
  if (last !== 'decode') return decode;
  const nothing = { samples: [], drops: [] };
  return (message) => {
    end.reached += decode(message).samples.length;
    return nothing;
  };
}

export function cutMachines(last: Stage, machineFor: MachineFor, end: End): MachineFor {
  if (hasStage(last, 'batch')) return machineFor;
  const count = (): void => {
    end.reached++;
  };
  if (last === 'order') return (stream, output) => machineFor(stream, { ...output, pass: count });
  const nothing: StreamMachine = {
    take: count,
    snapshot: (take) => take,
    complete: () => undefined,
    stop: () => undefined,
  };
  return () => nothing;
}

export function cutHost(last: Stage, host: LearnerHost, end: End): LearnerHost {
  if (hasStage(last, 'throttle')) return host;
  const forecasts = { take: () => void end.reached++, endBatch: () => undefined };
  const count = (batch: readonly unknown[]): void => {
    end.reached += batch.length;
  };
  return {
    backlog: 0,
    start: last === 'learner' ? (_, fail) => host.start(forecasts, fail) : () => undefined,
    push: last === 'learner' ? (batch) => host.push(batch) : count,
    drain: () => host.drain(),
    instruct: (input) => host.instruct(input),
    evict: (stream) => host.evict(stream),
    snapshot: (stream) => host.snapshot(stream),
    inspect: (stream) => host.inspect(stream),
    probe: (stream, request) => host.probe(stream, request),
    restore: (stream, state) => host.restore(stream, state),
    stop: () => host.stop(),
  };
}

/** With `bytes`, messages are encoded as for a socket that takes them at once. */
export function cutPublish(last: Stage, report: Report, end: End): Pick<Outbound, 'publish' | 'publishTo'> {
  if (last !== 'bytes') return cutBytes();
  const stream = {
    destroyed: false,
    writableLength: 0,
    writableCorked: 0,
    write(bytes: Uint8Array) {
      end.bytesOut += bytes.length;
      return true;
    },
  };
  const outbound = createOutbound(OUTBOUND_BUFFER, report);
  const client = { connected: true, disconnecting: false, options: { protocolVersion: 5 }, stream };
  outbound.attach(client as unknown as MqttClient, undefined);
  return {
    publish: (message) => outbound.publish(message),
    publishTo: (topic, payload, retain, expire) => outbound.publishTo(topic, payload, retain, expire),
  };
}

/** Payloads are written, and nothing is made of them. */
function cutBytes(): Pick<Outbound, 'publish' | 'publishTo'> {
  const out = new OutputBytes(1024);
  return {
    publish: () => true,
    publishTo(_topic, payload) {
      out.length = 0;
      payload.writeTo(out);
      return true;
    },
  };
}

const OUTBOUND_BUFFER = 16 * 2 ** 20;
