import { parentPort } from 'node:worker_threads';

// The real one, which does not hear of what kills it.
const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
const on = port.on.bind(port);
port.on = (name, handle) =>
  on(name, (/** @type {{stream?: string}} */ ask) => {
    if (ask.stream === 'die') process.exit(3);
    if (ask.stream === 'hang') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    handle(ask);
  });

await import('#built/adapters/store/thread/storeThread');
