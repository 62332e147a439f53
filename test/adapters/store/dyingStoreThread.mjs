import { parentPort } from 'node:worker_threads';

// The real one, which does not hear of what kills it.
const on = parentPort.on.bind(parentPort);
parentPort.on = (name, handle) =>
  on(name, (ask) => {
    if (ask.stream === 'die') process.exit(3);
    if (ask.stream === 'hang') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    handle(ask);
  });

await import('../../../build/adapters/store/thread/storeThread.js');
