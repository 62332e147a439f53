import { type Outgoing, type PublishTo, toOutgoing } from '../../src/domain/outgoing.ts';

export type TextMessage = Outgoing & { readonly payload: string };

/** A published message with its payload as a text, which can be looked at later. */
export function toTextMessage(...message: Parameters<PublishTo>): TextMessage {
  const { payload, ...rest } = toOutgoing(...message);
  return { ...rest, payload: Buffer.from(payload).toString() };
}
