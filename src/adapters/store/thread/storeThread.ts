import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type Answer, type Answers, type Ask, toSentError, toSentPart } from './messages.ts';
import type { StoreSettings } from './openStore.ts';
import { StoreCore } from './storeCore.ts';

// The entry of the store's thread: it waits for the medium, so that the main thread need not.

const core = new StoreCore(workerData as StoreSettings);
const port = parentPort as MessagePort;

port.on('message', (ask: Ask) => {
  try {
    const result = answer(ask);
    port.postMessage({ result, traffic: core.traffic } satisfies Answer, transferOf(result));
  } catch (error) {
    port.postMessage({ error: toSentError(error), traffic: core.traffic } satisfies Answer);
  }
  if (ask.kind === 'close') port.close();
  // After the answer: no caller waits for this.
  else if (ask.kind === 'save' || ask.kind === 'trim' || ask.kind === 'remove') core.tidy();
});

function answer(ask: Ask): Answers[keyof Answers] {
  switch (ask.kind) {
    case 'open':
      return core.open(ask.isAgain);
    case 'repair':
      return core.repair();
    case 'append':
      return core.append(ask.batch) as undefined;
    case 'startReading':
      return core.startReading(ask.from);
    case 'nextPart': {
      const part = core.nextPart();
      return part && toSentPart(part.batches, part.damaged);
    }
    case 'trim':
      return core.trim(ask.position, ask.past);
    case 'save':
      return core.save(ask.snapshots) as undefined;
    case 'load':
      return core.load(ask.stream, ask.below);
    case 'remove':
      return core.remove(ask.stream) as undefined;
    case 'list':
      return core.list();
    case 'backup':
      return core.backup() as undefined;
    case 'close':
      return core.close() as undefined;
  }
}

/** Buffers that are of no use here any more. */
function transferOf(result: Answers[keyof Answers]): ArrayBuffer[] {
  if (typeof result !== 'object' || !('bytes' in result)) return [];
  const { buffer, byteLength } = result.bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}
