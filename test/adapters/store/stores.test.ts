import { describe } from 'vitest';
import { createStore } from '../../../src/adapters/store/thread/createStore.ts';
import { createInlineStore } from '../../../src/adapters/store/thread/inlineStore.ts';
import { stateStoreContract } from '../../contract/stateStoreContract.ts';
import { BUILT_ENTRY } from './builtEntry.ts';
import { describeEngines } from './engines.ts';

const SMALL = { segmentBytes: 65_536, reserveBytes: 65_536 };

describeEngines('the store on the calling thread', (engine) =>
  stateStoreContract((folder) => createInlineStore({ folder, engine, ...SMALL })),
);

describe('the store on its own thread', () =>
  stateStoreContract((folder) => createStore({ folder, entry: BUILT_ENTRY, ...SMALL })));
