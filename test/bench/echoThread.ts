import { type MessagePort, parentPort } from 'node:worker_threads';
import { serveLearners } from '../../src/hosts/threads/serveLearners.ts';
import { createEchoHost } from './echoHost.ts';

serveLearners(parentPort as MessagePort, () => createEchoHost());
