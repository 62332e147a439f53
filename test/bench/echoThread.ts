import { type MessagePort, parentPort } from 'node:worker_threads';
import { toDurationMs } from '../../src/domain/time.ts';
import { serveLearners } from '../../src/hosts/threads/serveLearners.ts';
import { echoWith } from '../support/echoHost.ts';

const HORIZON = { label: '1', steps: 1 };
const CADENCE = toDurationMs(1000);

/** Learns nothing: what is left is the handing over. */
const createHost = () =>
  echoWith(({ stream, at, value }) => ({
    stream,
    at,
    value,
    expected: { mean: value, lower: value - 1, upper: value + 1 },
    horizons: [{ horizon: HORIZON, mean: value, lower: value - 1, upper: value + 1 }],
    anomalyScore: 0.5,
    anomaly: false,
    state: 'active',
    source: 'lstm_direct',
    skill: 0.1,
    coverage: 0.9,
    samples: 1,
    resolution: 0.1,
    cadence: CADENCE,
  }));

serveLearners(parentPort as MessagePort, createHost);
