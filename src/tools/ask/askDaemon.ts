import { randomUUID } from 'node:crypto';
import { checkBroker } from '../../adapters/mqtt/client/checkBroker.ts';
import { exchangeOnce } from '../../adapters/mqtt/client/exchangeOnce.ts';
import { TidegateError } from '../../domain/errors.ts';
import type { MqttSettings } from '../../domain/mqttSettings.ts';
import type { DurationMs } from '../../domain/time.ts';

export interface AskOptions {
  /** Broker and base topic of the daemon that is asked. */
  readonly settings: MqttSettings;
  /** Name of a command, as config/requests.md has it. */
  readonly command: string;
  /** Members of the request. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly within: DurationMs;
  readonly stop: AbortSignal;
}

/** The daemon's answer, as it came. */
export interface Answer {
  readonly status: string;
  readonly data: unknown;
  readonly error?: { readonly code: string; readonly message: string; readonly remedy: string };
}

/**
 * Sends a request to a running daemon over its broker, and waits for the answer to this one.
 * @throws TidegateError TG_REQUEST_UNANSWERED where none comes; those of `checkBroker` and `exchangeOnce`
 */
export async function askDaemon({ settings, command, request, within, stop }: AskOptions): Promise<Answer> {
  const { protocol } = await checkBroker(settings);
  const transaction = randomUUID();
  const bridge = `${settings.baseTopic}/bridge`;
  const answer = await exchangeOnce({
    settings,
    protocol,
    topic: `${bridge}/request/${command}`,
    payload: JSON.stringify({ ...request, transaction }),
    answerTopics: [`${bridge}/response/${command}`],
    read: (payload) => readAnswer(payload, transaction),
    within,
    stop,
  });
  if (answer !== undefined) return answer as Answer;
  const seconds = within / 1000;
  throw new TidegateError(
    'TG_REQUEST_UNANSWERED',
    `no answer within ${seconds} s on ${bridge}/response/${command}: the daemon does not run, has another base topic, or \`bridge.requests\` is off`,
  );
}

function readAnswer(payload: Uint8Array, transaction: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return isAnswer(answer) && answer.transaction === transaction ? answer : undefined;
  } catch {
    return undefined;
  }
}

function isAnswer(value: unknown): value is Answer & { readonly transaction?: unknown } {
  return typeof value === 'object' && value !== null && 'status' in value && 'data' in value;
}
