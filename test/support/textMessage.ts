import { type Outgoing, type PublishTo, toOutgoing } from '../../src/domain/outgoing.ts';

export type TextMessage = Outgoing & { readonly payload: string };

/** A published message with its payload as a text, which can be looked at later. */
export function toTextMessage(...message: Parameters<PublishTo>): TextMessage {
  return withText(toOutgoing(...message));
}

export function withText(message: Outgoing): TextMessage {
  return { ...message, payload: Buffer.from(message.payload).toString() };
}
