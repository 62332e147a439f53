import { timer } from 'rxjs';
import type { Heard } from '../../../domain/listen.ts';
import type { Outgoing } from '../../../domain/outgoing.ts';
import { RequestError } from '../../../domain/requestErrors.ts';
import type { StreamId } from '../../../domain/streamId.ts';
import type { Outlet, OutletContext } from '../../outlet.ts';
import { answer } from './answer.ts';
import { COMMANDS } from './commands.ts';
import type { Desk } from './desk.ts';
import { deskOf } from './deskOf.ts';
import { readRequest, type Transaction } from './readRequest.ts';
import { RepeatedRequests } from './repeatedRequests.ts';
import { type ReplyTo, replyTo } from './replyTopic.ts';
import { RequestRate } from './requestRate.ts';
import { runCommand } from './runCommand.ts';

/** Commands that are not done within this time are answered with an error. */
const PATIENCE_MS = 30_000;
const MOST_UNDER_WAY = 32;

/** A request until its answer is out. */
interface UnderWay {
  readonly command: string;
  readonly to: ReplyTo;
  readonly transaction: Transaction | undefined;
}

/** Commands over MQTT: `<base>/bridge/request/<command>`, each answered once at `<base>/bridge/response/<command>`. */
export class Requests implements Outlet {
  readonly name = 'requests';
  readonly #version: string;
  readonly #alive = new Set<StreamId>();
  readonly #underWay = new Set<UnderWay>();
  /** Answers that wait for the link. */
  readonly #unsent: Outgoing[] = [];
  readonly #repeats = new RepeatedRequests();
  #isConnected = false;
  #context: OutletContext | undefined;
  #desk: Desk | undefined;
  #rate: RequestRate | undefined;
  #prefix = '';

  constructor(options: { readonly version: string }) {
    this.#version = options.version;
  }

  start(context: OutletContext): void {
    const { config, listen, follow, streams$, connected$ } = context;
    if (!config.bridge.requests) return;
    this.#context = context;
    this.#rate = new RequestRate(performance.now());
    this.#prefix = `${config.mqtt.baseTopic}/bridge/request`;
    this.#desk = deskOf(context, this.#version, () => this.#alive);
    follow(streams$, ({ kind, stream }) => {
      if (kind === 'started') this.#alive.add(stream);
      else if (kind === 'evicted') this.#alive.delete(stream);
    });
    follow(connected$, (isConnected) => {
      this.#isConnected = isConnected;
      if (isConnected) for (const message of this.#unsent.splice(0)) this.#send(message);
    });
    listen(`${this.#prefix}/#`, (message) => this.#hear(context, message));
  }

  stop(): void {
    for (const request of [...this.#underWay]) this.#answer(request, new RequestError('TG_REQUEST_STOPPED'));
    for (const { topic } of this.#unsent.splice(0)) this.#drop(topic);
  }

  #hear(context: OutletContext, message: Heard): void {
    const reason = this.#reasonToIgnore(message);
    const verdict = reason === undefined ? (this.#rate?.judge(performance.now()) ?? 'ignore') : undefined;
    if (verdict === undefined || verdict === 'ignore')
      context.report({ type: 'RequestIgnored', reason: reason ?? 'flood' });
    else this.#take(context, message, verdict);
  }

  /** A request that the broker had kept was meant for a daemon of long ago. */
  #reasonToIgnore(message: Heard): 'retained' | 'repeated' | undefined {
    if (message.retained) return 'retained';
    return this.#repeats.isRepeat(message) ? 'repeated' : undefined;
  }

  #take({ config, configNow }: OutletContext, { topic, payload, reply }: Heard, verdict: 'serve' | 'refuse'): void {
    const command = topic.slice(this.#prefix.length + 1);
    const { transaction, content, fault } = readRequest(payload);
    const { baseTopic } = config.mqtt;
    const to = replyTo(command, reply, { baseTopic, responseTopics: configNow().bridge.responseTopics });
    const request = { command, to, transaction };
    const isFull = verdict === 'refuse' || this.#underWay.size >= MOST_UNDER_WAY;
    this.#underWay.add(request);
    if (isFull) this.#answer(request, new RequestError('TG_REQUEST_TOO_MANY'));
    else if (fault !== undefined) this.#answer(request, fault);
    else this.#serve(request, content);
  }

  #serve(request: UnderWay, content: unknown): void {
    try {
      const { bridge } = (this.#context as OutletContext).configNow();
      const result = runCommand(request.command, content, this.#desk as Desk, bridge);
      if (result instanceof Promise) this.#await(request, result);
      else this.#answer(request, result);
    } catch (error) {
      this.#answer(request, this.#toRequestError(error));
    }
  }

  #await(request: UnderWay, result: Promise<object>): void {
    result.then(
      (data) => this.#answer(request, data),
      (error: unknown) => this.#answer(request, this.#toRequestError(error)),
    );
    this.#context?.follow(timer(PATIENCE_MS), () => this.#answer(request, new RequestError('TG_REQUEST_TIMEOUT')));
  }

  #toRequestError(error: unknown): RequestError {
    if (error instanceof RequestError) return error;
    this.#context?.report({ type: 'OutletFailed', outlet: this.name, error });
    return new RequestError('TG_REQUEST_FAILED');
  }

  /** The link may have gone while the command ran, or may go before the answer is confirmed: it waits for the next one then. */
  #send(message: Outgoing): void {
    const isOut = this.#context?.publish({ ...message, unconfirmed: () => this.#keep(message) });
    if (isOut !== true && !this.#isConnected) this.#keep(message);
  }

  #keep(message: Outgoing): void {
    this.#unsent.push(message);
    if (this.#unsent.length > MOST_UNDER_WAY) this.#drop((this.#unsent.shift() as Outgoing).topic);
  }

  #drop(topic: string): void {
    this.#context?.report({ type: 'PublishDropped', cause: 'disconnected', topic });
  }

  /** Once: what comes after the first answer is void. */
  #answer(request: UnderWay, result: object | RequestError): void {
    if (!this.#underWay.delete(request)) return;
    const { to, transaction, command } = request;
    const code = result instanceof RequestError ? result.code : undefined;
    this.#context?.report({ type: 'RequestAnswered', command: Object.hasOwn(COMMANDS, command) ? command : '', code });
    const payload = answer(result, transaction);
    this.#send({ topic: to.topic, payload, qos: 1, retain: false, correlation: to.correlation });
  }
}
