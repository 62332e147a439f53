// Loaded before the program (`node --import`), by each of its threads too: a learner thread ends before long.
import { isMainThread } from 'node:worker_threads';

if (!isMainThread) setTimeout(() => process.exit(9), 1500);
