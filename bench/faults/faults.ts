/** The faults. Each begins right before the license enters its second condition. */
import { setTimeout } from 'node:timers/promises';
import type { Condition } from './life.ts';
import type { AlertingProgram, RunningProgram, Told } from './program.ts';
import { type Manner, type Receiver, well } from './receiver.ts';

export interface Scene {
  readonly receiver: Receiver;
  readonly program: RunningProgram;
  readonly told: (body: string) => readonly Told[];
  /** The condition in which the fault begins. */
  readonly first: Condition;
  /** Aborts when the fault has to end. */
  readonly ending: AbortSignal;
}

/** `brief`: ends while the license is still in the condition in which it began. `long`: outlasts whole conditions. */
export type Length = 'brief' | 'long';

export interface Fault {
  readonly name: string;
  readonly length: Length;
  /** One sentence, for the page. */
  readonly what: string;
  readonly needsDatabase?: true;
  /** An MQTT broker can have it, too. */
  readonly alsoOfBroker?: true;
  begin?(scene: Scene): Promise<void> | void;
  /** Goes on between the two; ends soon after `ending` aborts. */
  meanwhile?(scene: Scene): Promise<void>;
  end?(scene: Scene): Promise<void> | void;
}

const receiverThat = (manner: Manner): Pick<Fault, 'begin' | 'end'> => ({
  begin: ({ receiver }) => receiver.behave(manner),
  end: ({ receiver }) => receiver.behave(well),
});

const bothLengths = (fault: Omit<Fault, 'length'>): readonly Fault[] => [
  { ...fault, length: 'brief' },
  { ...fault, length: 'long' },
];

/** Kills the program while its request about the first condition is under way, in a receiver of this manner. */
const killedInRequest = (manner: Manner): Pick<Fault, 'begin' | 'meanwhile' | 'end'> => ({
  begin: ({ receiver }) => receiver.behave(manner),
  async meanwhile({ receiver, program, told, first, ending }) {
    const saysFirst = (body: string) =>
      told(body).some(({ condition, how }) => condition === first && how === 'now');
    await Promise.race([
      receiver.arrivals.until((all) => all.some(({ body }) => saysFirst(body))),
      aborted(ending),
    ]);
    await program.kill9();
    receiver.behave(well);
  },
  end: ({ program }) => program.restart(),
});

/** Whether something of this kind can break so. */
export const concerns = ({ alsoOfBroker }: Fault, sendsTo: AlertingProgram['sendsTo']): boolean =>
  sendsTo === 'webhook' || alsoOfBroker === true;

export const faults: readonly Fault[] = [
  { name: 'none', length: 'brief', what: 'Nothing breaks.', alsoOfBroker: true },
  ...bothLengths({
    name: 'receiver down',
    alsoOfBroker: true,
    what: 'Nobody listens at the address of the receiver; then it is back.',
    begin: ({ receiver }) => receiver.goDown(),
    end: ({ receiver }) => receiver.comeBack(),
  }),
  ...bothLengths({
    name: 'answers 500',
    what: 'The receiver answers every request with 500.',
    ...receiverThat({ kind: 'answer', status: 500 }),
  }),
  ...bothLengths({
    name: 'answers 429',
    what: 'The receiver answers every request with 429 and `Retry-After: 2`.',
    ...receiverThat({ kind: 'answer', status: 429, headers: { 'retry-after': '2' } }),
  }),
  ...bothLengths({
    name: 'hangs',
    alsoOfBroker: true,
    what: 'The receiver reads requests and never answers them, also not later; new ones are answered when it is over.',
    ...receiverThat({ kind: 'hang' }),
  }),
  ...bothLengths({
    name: 'connection reset',
    alsoOfBroker: true,
    what: 'The receiver resets the connection before the request is whole.',
    ...receiverThat({ kind: 'reset' }),
  }),
  ...bothLengths({
    name: 'answer lost',
    alsoOfBroker: true,
    what: 'The receiver takes every message, but the connection is reset before its answer.',
    ...receiverThat({ kind: 'take-and-reset' }),
  }),
  {
    name: 'slow',
    alsoOfBroker: true,
    length: 'long',
    what: 'The receiver takes every message and answers after 3 s.',
    ...receiverThat({ kind: 'slow', ms: 3_000 }),
  },
  {
    name: 'receiver restarts',
    alsoOfBroker: true,
    length: 'long',
    what: 'The receiver is down for a second and back for a second, in turns.',
    async meanwhile({ receiver, ending }) {
      while (!ending.aborted) {
        await receiver.goDown();
        await setTimeout(1_000);
        await receiver.comeBack();
        await setTimeout(1_000);
      }
    },
  },
  ...bothLengths({
    name: 'killed before sending',
    what: 'The program is killed right before the condition begins, and started again.',
    begin: ({ program }) => program.kill9(),
    end: ({ program }) => program.restart(),
  }),
  {
    name: 'killed while sending',
    length: 'brief',
    what: 'The program is killed while its request is under way and nobody has taken it, and started again.',
    ...killedInRequest({ kind: 'hang' }),
  },
  {
    name: 'killed before the answer',
    alsoOfBroker: true,
    length: 'brief',
    what: 'The program is killed when its message was taken and the answer is not there yet, and started again.',
    ...killedInRequest({ kind: 'take-and-hang' }),
  },
  {
    name: 'receiver down, then killed',
    alsoOfBroker: true,
    length: 'long',
    what: 'The receiver is down; 8 s later the program is killed and started again at once; then the receiver is back.',
    begin: ({ receiver }) => receiver.goDown(),
    async meanwhile({ program, ending }) {
      await Promise.race([setTimeout(8_000), aborted(ending)]);
      await program.kill9();
      await program.restart();
    },
    end: ({ receiver }) => receiver.comeBack(),
  },
  ...bothLengths({
    name: 'source gone',
    what: 'What the program looks at is not there: the license server for License Sentinel, `/metrics` for Prometheus.',
    begin: ({ program }) => program.loseSource(),
    end: ({ program }) => program.regainSource(),
  }),
  ...bothLengths({
    name: 'database gone',
    needsDatabase: true,
    what: 'The time-series database is killed and started again: InfluxDB beside License Sentinel, Prometheus itself in front of Alertmanager.',
    begin: ({ program }) => program.loseDatabase(),
    end: ({ program }) => program.regainDatabase(),
  }),
];

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
