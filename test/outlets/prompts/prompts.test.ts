import { expect, it } from 'vitest';
import { writeRebirth } from '../../../src/adapters/payload/dialects/sparkplugPayload.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { Prompts } from '../../../src/outlets/prompts/prompts.ts';
import { OutletStage } from '../../contract/outletContract.ts';

it('asks the node that is meant, and nobody of its own accord', () => {
  const stage = new OutletStage();
  stage.connected$.next(true);
  stage.run(new Prompts());
  stage.events$.next({ type: 'SenderGone', topics: 'spBv1.0/g/n/#' });
  expect(stage.published).toEqual([]);
  stage.events$.next({ type: 'BirthWanted', group: 'Plant 1', node: 'Edge1', at: toEpochMs(5) });
  const topic = 'spBv1.0/Plant 1/NCMD/Edge1';
  expect(stage.published).toEqual([{ topic, payload: writeRebirth(5), qos: 0, retain: false }]);
});

it('asks a portal for everything once, and then to go on', () => {
  const stage = new OutletStage();
  stage.connected$.next(true);
  stage.run(new Prompts());
  for (const isFirst of [true, false]) stage.events$.next({ type: 'KeepaliveWanted', portal: 'c06', isFirst });
  expect(stage.published).toEqual([
    { topic: 'R/c06/keepalive', payload: '', qos: 0, retain: false },
    { topic: 'R/c06/keepalive', payload: '{"keepalive-options":["suppress-republish"]}', qos: 0, retain: false },
  ]);
});
