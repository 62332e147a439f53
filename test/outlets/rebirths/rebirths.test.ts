import { expect, it } from 'vitest';
import { writeRebirth } from '../../../src/adapters/payload/dialects/sparkplugPayload.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { Rebirths } from '../../../src/outlets/rebirths/rebirths.ts';
import { OutletStage } from '../../contract/outletContract.ts';

it('asks the node that is meant, and nobody of its own accord', () => {
  const stage = new OutletStage();
  stage.connected$.next(true);
  stage.run(new Rebirths());
  stage.events$.next({ type: 'SenderGone', topics: 'spBv1.0/g/n/#' });
  expect(stage.published).toEqual([]);
  stage.events$.next({ type: 'BirthWanted', group: 'Plant 1', node: 'Edge1', at: toEpochMs(5) });
  const topic = 'spBv1.0/Plant 1/NCMD/Edge1';
  expect(stage.published).toEqual([{ topic, payload: writeRebirth(5), qos: 0, retain: false }]);
});
