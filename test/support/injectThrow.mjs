// Makes one place of the built program throw once: `node --import ./test/support/injectThrow.mjs build/main.js …` with
// TIDEGATE_INJECT=FILE|TEXT|CALL. TEXT occurs once in build/FILE and ends where the throw is to stand; CALL: at which call. On the
// main thread only.
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) register('./injectThrowHooks.mjs', import.meta.url, { data: process.env.TIDEGATE_INJECT });
