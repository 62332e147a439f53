// Writes a store's folder until it is killed, and says on stdout what is durable: numbers that the parent holds it to.

import { createStore } from '#built/adapters/store/thread/createStore';
import { createInlineStore } from '#built/adapters/store/thread/inlineStore';

const [folder, kind] = process.argv.slice(2);
const settings = { folder, segmentBytes: 65_536, reserveBytes: 0 };
const store =
  kind === 'thread'
    ? createStore(settings)
    : createInlineStore({
        ...settings,
        engine: /** @type {import('#built/adapters/store/sqlite/database').Engine} */ (kind),
      });
const STREAMS = 5;

/** Bytes that tell what they are of: every four the number. */
const bytesOf = (number, length) => new Uint8Array(new Uint32Array(length / 4).fill(number).buffer);
const say = (text) => process.stdout.write(`${text}\n`);

const { lastPosition } = await store.open();
say('open');
for (let entry = lastPosition + 1; ; entry++) {
  const done = [
    store.append({ first: entry, last: entry, bytes: bytesOf(entry, 400) }).then(() => say(`entry ${entry}`)),
  ];
  if (entry % 4 === 0) {
    const streams = Array.from({ length: STREAMS }, (_, i) => ({
      stream: /** @type {import('#built/domain/streamId').StreamId} */ (`stream ${i}`),
      position: entry,
      bytes: bytesOf(entry * STREAMS + i, 20_000),
    }));
    done.push(store.save(streams).then(() => say(`saved ${entry}`)));
  }
  if (entry % 40 === 0) done.push(store.trim(entry - 30).then(() => say(`trimmed ${entry - 30}`)));
  if (entry % 100 === 0) done.push(store.backup().then(() => say('backup')));
  await Promise.all(done);
}
