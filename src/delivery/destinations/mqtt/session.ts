/** A connection to the broker that is up, as the rest of the destination sees it. Types only; `dial` makes them. */
import type { Outcome } from '../../destination.ts';
import type { Publication } from './publication.ts';
import type { Failure } from './reason-codes.ts';

export interface Session {
  /** How many messages may be unconfirmed at a time; more would break the protocol (OASIS MQTT 5.0, 4.9). */
  readonly window: number;
  /** True from the moment at which it is given up; `ended` follows when the socket is closed. */
  isOver(): boolean;
  /** Settles once the broker has confirmed or refused, or the connection has ended. Never rejects. */
  publish(publication: Publication): Promise<Outcome>;
  /** Gives up what is not confirmed yet. Ends the connection if a late confirmation could still come. */
  giveUp(failure: Failure): void;
  /** Breaks the connection off without a goodbye, so that the broker sends the last will. */
  drop(failure: Failure): void;
  /** Says DISCONNECT, so that the broker forgets the last will; breaks off when `signal` aborts. */
  close(signal: AbortSignal): Promise<void>;
  /** Resolves when the connection has ended and its socket is closed, with the reason. */
  readonly ended: Promise<Failure>;
}

export type Dialled =
  | { readonly kind: 'session'; readonly session: Session }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      /** `refused`: the broker said so; `perhaps`: it hung up without a word, as some old brokers do. */
      readonly versionRefused: 'refused' | 'perhaps' | 'no';
    };
