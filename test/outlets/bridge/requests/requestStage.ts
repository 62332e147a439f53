import type { HeardDelivery, ReplyAddress } from '../../../../src/domain/listen.ts';
import type { Outgoing } from '../../../../src/domain/outgoing.ts';
import { Requests } from '../../../../src/outlets/bridge/requests/requests.ts';
import { OutletRun, type SharedContext } from '../../../../src/outlets/outletRun.ts';
import { parse } from '../../../config/context.ts';
import { OutletStage } from '../../../contract/outletContract.ts';

interface Answer {
  readonly topic: string;
  readonly status: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly message: string; readonly remedy: string };
  readonly transaction?: unknown;
}

interface SentAs {
  readonly retained?: boolean;
  readonly reply?: ReplyAddress | undefined;
  readonly delivery?: HeardDelivery;
}

/** The outlet of requests with a connection, and all that it answers. */
export interface RequestStage {
  readonly stage: OutletStage;
  readonly run: OutletRun;
  send(command: string, payload?: unknown, how?: SentAs): void;
  /** Answers since the last call. */
  take(): readonly Answer[];
  takeRaw(): readonly Outgoing[];
}

/** @param bridge options of `bridge:`. @param changes parts of the context that are others */
export function requestStage(bridge: object = {}, changes: Partial<SharedContext> = {}): RequestStage {
  const stage = new OutletStage();
  const config = parse(
    JSON.stringify({ mqtt: { server: 'mqtt://pi' }, streams: [{ topic: 'a' }, { topic: 'b' }], bridge }),
  );
  const run = new OutletRun(new Requests({ version: '1.2.3' }), stage.report);
  stage.connected$.next(true);
  run.start({ ...stage.shared, config, configNow: () => config, ...changes });
  const takeRaw = () => stage.published.splice(0);
  return {
    stage,
    run,
    send(command, payload = '', { retained = false, ...how } = {}) {
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
      const topic = `tidegate/bridge/request/${command}`;
      for (const handler of [...stage.listeners]) handler({ topic, payload: Buffer.from(text), retained, ...how });
    },
    takeRaw,
    take: () => takeRaw().map(({ topic, payload }) => ({ topic, ...JSON.parse(String(payload)) })),
  };
}
