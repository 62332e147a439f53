import { describe, expect, it } from 'vitest';
import type { LearnerHost } from '../../../src/domain/learnerHost.ts';
import { askPage } from '../../../src/tools/probe/askPage.ts';
import { pageStages } from '../../outlets/page/pageStage.ts';
import { idOf } from '../../pipeline/samples.ts';
import { trickyLook } from '../../support/trickyLearner.mjs';

const stageWith = pageStages();
const never = new AbortController().signal;
const probe: LearnerHost['probe'] = async (stream, request) => trickyLook(Uint8Array.of(5), stream, request);
const TOKEN = 'a long secret'.replaceAll(' ', '-');

describe('a running daemon', () => {
  it('tells of the memory of a stream by its page, whatever the name', async () => {
    const { begin, url } = stageWith({ probe });
    const stream = idOf('a%2Fb &x=ü');
    begin(stream);
    for (const address of [await url(), `${await url()}/`]) {
      const found = await askPage({ address, token: undefined }, stream, { network: 'lstm_direct', horizon: 1 }, never);
      expect(found).toMatchObject({ stream, network: 'lstm_direct', units: 5 });
    }
  });

  it('wants its token, and says in its words why there is nothing', async () => {
    const { begin, url } = stageWith({ probe }, { token: TOKEN });
    begin('a');
    const address = await url();
    const ask = (token: string | undefined, name = 'a', network?: 'classes') =>
      askPage({ address, token }, idOf(name), { network }, never);
    expect(await ask(TOKEN)).toMatchObject({ units: 5 });
    await expect(ask(undefined)).rejects.toMatchObject({
      code: 'TG_REQUEST_REFUSED',
      message: expect.stringContaining('TG_HTTP_TOKEN'),
    });
    await expect(ask(TOKEN, 'none')).rejects.toMatchObject({ message: expect.stringContaining('TG_HTTP_NO_STREAM') });
    await expect(ask(TOKEN, 'a', 'classes')).rejects.toMatchObject({
      message: expect.stringContaining('fewer than two'),
    });
  });

  it('is told from what is none', async () => {
    const ask = (address: string) => askPage({ address, token: undefined }, idOf('a'), {}, never);
    await expect(ask('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'TG_REQUEST_UNANSWERED' });
    for (const address of ['ftp://h/', 'nonsense', ''])
      await expect(ask(address)).rejects.toMatchObject({ code: 'TG_USAGE', exit: 64 });
  });
});
