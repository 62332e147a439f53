import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { serveLearners } from '../adapters/threads/serveLearners.ts';
import type { KernelOptions } from '../kernel/kernel.ts';
import { createLearnerFactory } from './createLearnerFactory.ts';
import { createInlineHost } from './inlineHost.ts';

// The entry of a learner thread. What it imports is in memory once per thread: no mqtt, no rxjs.

serveLearners(parentPort as MessagePort, ({ settingsOf, report }) =>
  createInlineHost({ ...createLearnerFactory(settingsOf, workerData as KernelOptions), report }),
);
