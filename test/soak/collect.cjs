// Loaded into every thread of the daemon under test: its garbage is collected now and then, so that what it holds can be told
// from what it has not thrown away yet. The least memory of a minute is then that after a collection.
const EVERY_MS = 10_000;

setInterval(() => globalThis.gc?.(), EVERY_MS).unref();
