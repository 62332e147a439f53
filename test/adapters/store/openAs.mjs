// Opens a state folder as another user, and says how that went.
import { createRequire } from 'node:module';
import { createInlineStore } from '#built/adapters/store/thread/inlineStore';

const [folder, user] = process.argv.slice(2);
// That user may have no right to read it later.
createRequire(import.meta.url)('node-sqlite3-wasm');
process.setgid?.(Number(user));
process.setuid?.(Number(user));

const store = createInlineStore({ folder, reserveBytes: 65_536, segmentBytes: 65_536 });
try {
  const { streams, lastPosition, refusal } = await store.open();
  const next = { first: lastPosition + 1, last: lastPosition + 1, bytes: new Uint8Array(9) };
  const appended = await store.append(next).then(
    () => 'taken',
    ({ fault }) => fault,
  );
  await store.close();
  console.log(JSON.stringify({ streams: streams.map(({ stream }) => stream).sort(), refusal, appended }));
} catch ({ code, fault, message }) {
  console.log(JSON.stringify({ code, fault, message }));
}
