/** Puts the parts together: a connection that is kept up, what is said on it, and what became of each message. */
import { hostname } from 'node:os';
import type { IClientOptions, MqttClient } from 'mqtt';
import type { Clock } from '../../../platform/clock.ts';
import type { Message } from '../../../store/message.ts';
import type { Destination, DestinationTools, Outcome } from '../../destination.ts';
import { addressOf, clientOptions } from './client-options.ts';
import { keepConnected } from './connection.ts';
import { dial } from './dial.ts';
import { newestStatuses } from './newest-statuses.ts';
import { type Publication, publicationOf } from './publication.ts';
import { deferred, type Failure } from './reason-codes.ts';
import type { MqttSection } from './section.ts';
import { sendInOrder } from './send-in-order.ts';
import type { Dialled, Session } from './session.ts';
import { filterFor } from './topics.ts';
import { dialWithVersion, type ProtocolVersion } from './version.ts';

const MAX_BATCH = 100;
/** The two parts of `close`, which may take 2 s in all. */
const LAST_WORD_MS = 1_000;
const GOODBYE_MS = 500;

export interface MqttSurroundings {
  /** Opens the client of the MQTT library; may throw when certificates cannot be used. */
  readonly connect: (options: IClientOptions) => MqttClient;
  /** Reads a whole file; may reject. */
  readonly read: (path: string) => Promise<Buffer>;
}

export function openMqtt(
  config: MqttSection,
  tools: DestinationTools,
  { connect, read }: MqttSurroundings,
): Destination {
  const { clock, logger } = tools;
  const address = addressOf(config.url);
  const logFields = { destination: config.name, broker: address };
  const secrets = [config.password, config.clientCertificate?.passphrase];
  const newest = newestStatuses(clock);
  let hasWarned = false;
  if (!config.verify) logger.warn(logFields, 'the certificate of the MQTT broker is not checked');

  const connection = keepConnected({
    dial: dialWithVersion(config.version, dialVersion),
    greet,
    clock,
    logger,
    logFields,
  });

  return {
    maxBatch: MAX_BATCH,
    async deliver(batch, signal) {
      const connected = await connection.session(signal);
      if (connected.kind === 'failed') return batch.map(() => deferred(connected.failure));
      return sendAll(connected.session, batch, signal);
    },
    close: () => connection.close(sayGoodbye),
  };

  async function dialVersion(version: ProtocolVersion, signal: AbortSignal): Promise<Dialled> {
    const client = await clientOptions(config, { version, hostname: hostname(), read });
    if (client.kind === 'failed') return { ...client, versionRefused: 'no' };
    const { status, alert, expiry } = config.topics;
    const templates = [status, alert, expiry].filter((topic) => topic !== undefined);
    const confirmBy = config.confirm ? [...new Set(templates.map(filterFor))] : [];
    const options = { connect, client: client.options, qos: config.qos, address, secrets, confirmBy };
    const dialled = await within(clock, config.timeout, (late) =>
      dial(options, AbortSignal.any([signal, late])),
    );
    if (dialled.kind === 'session' && version === 4 && !config.confirm && !hasWarned) {
      hasWarned = true;
      logger.warn(
        logFields,
        'MQTT 3.1.1 does not tell whether the broker denied a message; use a broker with MQTT 5, or set confirm: true',
      );
    }
    return dialled;
  }

  /** Says `online`, and tells the broker again the status of every site: it may have lost what it retained. */
  async function greet(session: Session): Promise<void> {
    try {
      const said = await sayAvailability(session, 'online', config.timeout);
      if (said.kind !== 'accepted')
        logger.warn({ ...logFields, detail: said.detail }, 'could not say online');
      const statuses = config.retainStatus ? await tools.latestStatuses() : [];
      for (let from = 0; from < statuses.length; from += MAX_BATCH) {
        const part = statuses.slice(from, from + MAX_BATCH);
        const outcomes = await within(clock, config.timeout, (signal) => sendAll(session, part, signal));
        const failed = outcomes.find((outcome) => outcome.kind !== 'accepted');
        if (failed === undefined) continue;
        logger.warn({ ...logFields, detail: failed.detail }, 'could not tell the status of every site again');
        // One that will never be taken says nothing about the others; what is only put off would put them off as well.
        if (outcomes.some(({ kind }) => kind === 'deferred')) return;
      }
    } catch (error) {
      // A store that cannot be read must not keep alerts from going out.
      logger.error({ ...logFields, err: error }, 'could not tell the status of every site again');
    }
  }

  async function sendAll(
    session: Session,
    batch: readonly Message[],
    signal: AbortSignal,
  ): Promise<readonly Outcome[]> {
    return untilAborted(session, signal, () =>
      sendInOrder(batch, session.window, async (message) => {
        if (signal.aborted) return deferred(outOfTime);
        if (newest.hasNewerThan(message)) return { kind: 'accepted' };
        const outcome = await session.publish(publicationOf(message, config));
        if (outcome.kind === 'accepted') newest.note(message);
        return outcome;
      }),
    );
  }

  /** Says nothing without a last will, because nobody would take an `online` back when the connection breaks. */
  async function sayAvailability(
    session: Session,
    state: 'online' | 'offline',
    timeoutMs: number,
  ): Promise<Outcome> {
    if (!config.will) return { kind: 'accepted' };
    const publication: Publication = {
      topic: config.topics.availability,
      payload: Buffer.from(state),
      retain: true,
    };
    return within(clock, timeoutMs, (signal) =>
      untilAborted(session, signal, () => session.publish(publication)),
    );
  }

  async function sayGoodbye(session: Session): Promise<void> {
    const said = await sayAvailability(session, 'offline', LAST_WORD_MS);
    // The last will says `offline` just as well, as long as there is no orderly DISCONNECT.
    if (said.kind === 'accepted') await within(clock, GOODBYE_MS, (signal) => session.close(signal));
    else session.drop(outOfTime);
  }
}

const outOfTime: Failure = { reason: 'timeout', detail: 'The broker did not confirm the message in time.' };

/** Gives up what is not confirmed when the signal aborts, so that `work` settles. */
async function untilAborted<Result>(
  session: Session,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const giveUp = () => session.giveUp(outOfTime);
  signal.addEventListener('abort', giveUp);
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** Lets `work` run under a deadline. */
async function within<Result>(
  clock: Clock,
  ms: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController();
  const done = new AbortController();
  void clock.sleep(ms, done.signal).then(
    () => late.abort(),
    () => {},
  );
  try {
    return await work(late.signal);
  } finally {
    done.abort();
  }
}
