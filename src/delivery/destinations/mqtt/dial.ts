/**
 * One connection to the broker, from CONNECT to its end. It never reconnects and keeps nothing for later: what the
 * broker has not confirmed when the connection ends is reported as deferred and forgotten here, since the outbox
 * sends it again.
 */
import type { IClientOptions, MqttClient } from 'mqtt';
import { type Secret, withoutSecrets } from '../../../platform/secret.ts';
import { shortageBehind } from '../../../platform/shortage.ts';
import type { Outcome } from '../../destination.ts';
import { echoesOf } from './echoes.ts';
import { watchExcess } from './excess.ts';
import { networkFailure } from './network-failure.ts';
import { type Publication, packetBytes } from './publication.ts';
import {
  connectFailure,
  deferred,
  disconnectFailure,
  type Failure,
  isVersionRefused,
  publishOutcome,
} from './reason-codes.ts';
import type { Dialled, Session } from './session.ts';

export interface DialOptions {
  /** Opens the library's client; may throw when certificates cannot be used. */
  readonly connect: (options: IClientOptions) => MqttClient;
  readonly client: IClientOptions;
  readonly qos: 1 | 2;
  /** The broker for people, without secrets: `mqtt://host:port`. */
  readonly address: string;
  readonly secrets: readonly (Secret | undefined)[];
  /** Topic filters to subscribe to; a message to them then counts only when it has come back. */
  readonly confirmBy: readonly string[];
}

/** Connects once. Never rejects; settles soon after `signal` aborts. */
export function dial(options: DialOptions, signal: AbortSignal): Promise<Dialled> {
  const { address, secrets } = options;
  const clean = (failure: Failure): Failure => ({
    reason: failure.reason,
    detail: withoutSecrets(failure.detail, secrets),
  });
  const whyOf = (error: unknown) => networkFailure(error, address, shortageBehind(error));
  let client: MqttClient;
  try {
    client = options.connect(options.client);
  } catch (error) {
    return Promise.resolve({
      kind: 'failed',
      failure: clean(whyOf(error)),
      versionRefused: 'no',
    });
  }
  let failure: Failure | undefined;
  let isUp = false;
  let versionRefused: 'refused' | 'perhaps' | 'no' = 'no';
  const unconfirmed = new Set<(outcome: Outcome) => void>();
  const echoes = echoesOf(client);

  function drop(why: Failure): void {
    failure ??= clean(why);
    for (const settle of unconfirmed) settle(deferred(unconfirmedBecause(failure)));
    echoes.giveUp(failure);
    client.end(true);
    client.stream.destroy(); // `end` does nothing when it has been called before
  }

  function fail(error: Error & { readonly code?: unknown }): void {
    const { code } = error;
    if (typeof code === 'number') {
      if (isVersionRefused(code)) versionRefused = 'refused';
      drop(isUp ? disconnectFailure(code) : connectFailure(code));
    } else {
      if (!isUp && code === 'ECONNRESET') versionRefused = 'perhaps';
      drop(whyOf(error));
    }
  }

  const ended = new Promise<Failure>((resolve) => {
    client.on('close', () => {
      if (failure === undefined && !isUp) versionRefused = 'perhaps';
      const what = isUp ? 'ended the connection' : 'closed the connection before it answered';
      drop({ reason: 'unreachable', detail: `${address} ${what}.` });
      resolve(failure!);
    });
  });
  client.on('error', fail);
  // The client keeps quiet about stream errors without a code, such as a refused WebSocket.
  client.stream.on('error', fail);
  watchExcess(client, (what) => drop({ reason: 'server-error', detail: `${address} ${what}.` }));
  client.on('disconnect', ({ reasonCode }) => drop(disconnectFailure(reasonCode ?? 0)));

  return new Promise((resolve) => {
    const abort = () => drop({ reason: 'timeout', detail: `${address} has not answered in time.` });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
    void ended.then((why) => {
      signal.removeEventListener('abort', abort);
      resolve({ kind: 'failed', failure: why, versionRefused });
    });
    client.once('connect', (connack) => {
      isUp = true;
      const succeed = () => {
        signal.removeEventListener('abort', abort);
        resolve({ kind: 'session', session });
      };
      // Before version 5 a broker has no way to say any of this.
      const {
        receiveMaximum = 65_535,
        maximumPacketSize = Number.POSITIVE_INFINITY,
        maximumQoS = 2,
        retainAvailable = true,
      } = connack.properties ?? {};
      if (maximumQoS === 0) {
        drop({ reason: 'refused', detail: `${address} confirms no messages (it takes QoS 0 only).` });
        return;
      }
      const session: Session = { window: receiveMaximum, isOver, publish, giveUp, drop, close, ended };
      if (options.confirmBy.length === 0) {
        succeed();
        return;
      }
      // "Retain handling 2": a version 5 broker leaves out the old messages, which are none of ours.
      client.subscribe([...options.confirmBy], { qos: 1, rh: 2 }, (error) => {
        if (error === null) succeed();
        else drop(subscribeFailure(options.confirmBy));
      });

      function publish(publication: Publication): Promise<Outcome> {
        if (failure !== undefined) return Promise.resolve(deferred(failure));
        if (packetBytes(publication) > maximumPacketSize) {
          const size = `${packetBytes(publication)} bytes, and the broker takes ${maximumPacketSize} at most`;
          return Promise.resolve({
            kind: 'rejected',
            reason: 'refused',
            detail: `The message is too large: ${size}.`,
          });
        }
        const { topic, payload, properties } = publication;
        const isEchoed = options.confirmBy.length > 0 && properties !== undefined;
        const echoed = isEchoed ? echoes.expect(publication) : undefined;
        const confirmed = new Promise<Outcome>((settle) => {
          const done = (outcome: Outcome) => {
            unconfirmed.delete(done);
            settle(outcome);
          };
          unconfirmed.add(done);
          client.publish(
            topic,
            payload,
            {
              qos: Math.min(options.qos, maximumQoS) as 1 | 2,
              retain: publication.retain && retainAvailable,
              ...(properties && { properties }),
            },
            (error) => {
              if (!error) return done({ kind: 'accepted' });
              const code = 'code' in error ? error.code : undefined;
              if (typeof code === 'number') return done(publishOutcome(code, topic));
              done(deferred(unconfirmedBecause(failure ?? whyOf(error))));
            },
          );
        });
        if (echoed === undefined) return confirmed;
        return confirmed.then((outcome) => {
          if (outcome.kind === 'accepted') return echoed.outcome;
          echoed.forget();
          return outcome;
        });
      }
    });
  });

  function isOver(): boolean {
    return failure !== undefined;
  }

  function giveUp(why: Failure): void {
    // A confirmation that comes late could be taken for that of another message, since packet ids are used again.
    if (unconfirmed.size > 0) drop(why);
    else echoes.giveUp(why);
  }

  async function close(signal: AbortSignal): Promise<void> {
    const breakOff = () => client.stream.destroy();
    if (signal.aborted) breakOff();
    else signal.addEventListener('abort', breakOff);
    failure ??= { reason: 'unreachable', detail: 'The connection has been closed.' };
    client.end();
    await ended;
    signal.removeEventListener('abort', breakOff);
  }
}

function unconfirmedBecause({ reason, detail }: Failure): Failure {
  return { reason, detail: `Not confirmed by the broker. ${detail}` };
}

function subscribeFailure(filters: readonly string[]): Failure {
  return {
    reason: 'unauthorized',
    detail: `The broker does not allow this client to subscribe to ${filters.join(', ')}, which \`confirm\` needs.`,
  };
}
