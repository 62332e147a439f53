import { getPriority, setPriority } from 'node:os';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createLearnerFactory, type LearnersOptions } from './createLearnerFactory.ts';
import { createInlineHost } from './inlineHost.ts';
import { serveLearners } from './threads/serveLearners.ts';

// The entry of a learner thread. What it imports is in memory once per thread: no mqtt, no rxjs.

/** Niceness that a learner thread has more than the main thread: a third of its share where both want a core. */
const NICER = 5;
const NICEST = 19;

stepBack();
serveLearners(parentPort as MessagePort, ({ settingsOf, report }) =>
  createInlineHost({ ...createLearnerFactory(settingsOf, workerData as LearnersOptions, report), report }),
);

/** Messages and keep-alives go before learning. Only Linux has a priority per thread; elsewhere it is the process's. */
function stepBack(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(Math.min(NICEST, getPriority() + NICER));
  } catch {
    // A sandbox may forbid it. It is a courtesy and no need.
  }
}
