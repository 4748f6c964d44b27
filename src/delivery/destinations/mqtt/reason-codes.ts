/**
 * What the numbers that a broker answers with mean for us. Pure.
 *
 * Sources: OASIS MQTT 5.0, 2.4 (reason codes) with 3.2.2.2, 3.4.2.1 and 3.14.2.1; OASIS MQTT 3.1.1, 3.2.2.3
 * (connect return codes, 1 to 5).
 */
import type { DeliveryFailureReason, Outcome } from '../../destination.ts';

export interface Failure {
  readonly reason: DeliveryFailureReason;
  /** For people, without secrets. */
  readonly detail: string;
}

export function deferred({ reason, detail }: Failure): Outcome {
  return { kind: 'deferred', reason, detail };
}

/** True when a broker says that it does not speak the protocol version we came with. */
export function isVersionRefused(code: number): boolean {
  return code === 1 || code === 0x84;
}

/** A connection that the broker refused (CONNACK). */
export function connectFailure(code: number): Failure {
  switch (code) {
    case 1:
    case 0x84:
      return refused('it does not speak this MQTT version; set `version: auto`');
    case 2:
    case 0x85:
      return refused('it does not accept the client id; set `clientId`');
    case 4:
    case 5:
    case 0x86:
    case 0x87:
      return {
        reason: 'unauthorized',
        detail: `The broker refused the login (code ${code}): check \`user\` and \`password\`, and what the broker allows this user and client id.`,
      };
    case 0x8a:
    case 0x8c:
      return {
        reason: 'unauthorized',
        detail: `The broker refused the login (code ${code}): this client is banned, or has to log in another way.`,
      };
    case 0x90:
      return refused('it does not accept the topic; change `topics.availability`');
    case 0x95:
    case 0x99:
      return refused('it does not accept the last will of the connection; set `will: false`');
    case 0x97:
    case 0x9f:
      return {
        reason: 'rate-limited',
        detail: `The broker refused the connection for now (code ${code}): a quota or connection rate is exceeded.`,
      };
    case 0x9a:
      return refused(
        'it keeps no retained messages, which the availability topic needs; set `will: false` and `retainStatus: false`',
      );
    case 0x9b:
      return refused('it does not accept this quality of service; set `qos: 1`');
    case 0x9c:
    case 0x9d:
      return {
        reason: 'redirected',
        detail: `The broker sends us to another server (code ${code}): change \`url\` to that one.`,
      };
    default:
      return {
        reason: 'server-error',
        detail: `The broker refused the connection (code ${code}): it is not available, or has an error; see its log.`,
      };
  }

  function refused(why: string): Failure {
    return { reason: 'refused', detail: `The broker refused the connection (code ${code}): ${why}.` };
  }
}

/** A connection that the broker ended (DISCONNECT, MQTT 5 only). */
export function disconnectFailure(code: number): Failure {
  switch (code) {
    case 0x87:
      return {
        reason: 'unauthorized',
        detail: 'The broker ended the connection: not authorized. Check what it allows this user.',
      };
    case 0x8e:
      return {
        reason: 'unreachable',
        detail:
          'Another client with the same client id took the connection over: give each instance its own `clientId`.',
      };
    case 0x96:
    case 0x97:
      return {
        reason: 'rate-limited',
        detail: 'The broker ended the connection: too many messages for now.',
      };
    default:
      return { reason: 'unreachable', detail: `The broker ended the connection (code ${code}).` };
  }
}

/**
 * What became of one message (PUBACK, PUBREC, PUBCOMP; MQTT 5 only, earlier versions cannot say no).
 *
 * A denied message is deferred, because an operator can mend the rights while it waits.
 */
export function publishOutcome(code: number, topic: string): Outcome {
  switch (code) {
    case 0x00:
    case 0x10:
      return { kind: 'accepted' };
    case 0x87:
      return {
        kind: 'deferred',
        reason: 'unauthorized',
        detail: `The broker does not allow this client to publish to ${topic}: mend its access rules or \`topics\`.`,
      };
    case 0x97:
      return {
        kind: 'deferred',
        reason: 'rate-limited',
        detail: 'The broker takes no more messages for now (quota exceeded).',
      };
    case 0x90:
      return rejected(`the topic name ${topic} is not valid there`);
    case 0x99:
      return rejected('it does not take the format of the message');
    default:
      return {
        kind: 'deferred',
        reason: 'server-error',
        detail: `The broker did not take the message for ${topic} (code ${code}); see its log.`,
      };
  }

  function rejected(why: string): Outcome {
    return {
      kind: 'rejected',
      reason: 'refused',
      detail: `The broker refused the message (code ${code}): ${why}.`,
    };
  }
}
