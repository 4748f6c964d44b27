/** `outbox retry` and `outbox drop`: what becomes of dead letters. */
import type { DeadLetterRow, Done, LaneRow, MessageDetail } from '../../web/api.ts';
import type { CliIo, ExitCode } from '../io.ts';
import { AskError } from '../service/ask-error.ts';
import { openSource, type Source, type SourceOptions } from '../service/source.ts';
import { deadLettersFrom, lanesFrom } from './lanes.ts';
import { counted } from './list.ts';
import { wholeSeq } from './seq.ts';

export interface WhichLetters extends SourceOptions {
  readonly all?: true;
}

/** Puts dead letters back at the end of their lane, in their order. @throws ConfigError, StoreError, AskError */
export async function retryLetters(
  destination: string,
  seq: string | undefined,
  options: WhichLetters,
  io: CliIo,
): Promise<ExitCode> {
  checkChoice(seq, options);
  const source = await openSource(options, 'act', io);
  try {
    const { lane, letters } = await lettersOf(source, destination, seq);
    const path = (letter: Letter) => `${pathOf(destination, letter)}/retry`;
    const done = await each(letters, (letter) => source.act<Done>('POST', path(letter)));
    io.out(
      `${counted(done, 'dead letter')} put back at the end of the lane of ${destination}. ${whatNext(lane, source)}\n`,
    );
    return 0;
  } finally {
    await source.close();
  }
}

/**
 * Forgets dead letters for good. Asks first on a terminal, and does nothing where nobody can be asked.
 *
 * @throws ConfigError, StoreError, AskError
 */
export async function dropLetters(
  destination: string,
  seq: string | undefined,
  options: WhichLetters & { readonly yes?: true },
  io: CliIo,
): Promise<ExitCode> {
  checkChoice(seq, options);
  if (options.yes !== true && !(await isSure(destination, seq, options, io))) {
    io.out('Nothing was dropped.\n');
    return 0;
  }
  const source = await openSource(options, 'act', io);
  try {
    const { letters } = await lettersOf(source, destination, seq);
    const done = await each(letters, (letter) => source.act<Done>('DELETE', pathOf(destination, letter)));
    io.out(`${counted(done, 'dead letter')} of ${destination} dropped.\n`);
    return 0;
  } finally {
    await source.close();
  }
}

type Letter = Pick<DeadLetterRow, 'seq' | 'title'>;

const pathOf = (destination: string, { seq }: Letter) =>
  `/api/v1/dead-letters/${encodeURIComponent(destination)}/${seq}`;

function checkChoice(seq: string | undefined, { all }: WhichLetters): void {
  if ((seq === undefined) !== (all === true)) {
    throw new AskError(
      'Say which dead letters: the number of one, as `outbox list --dead` shows it, or --all.',
      2,
    );
  }
}

/** @param seq of one letter; undefined: all of the destination */
async function lettersOf(
  source: Source,
  destination: string,
  seq: string | undefined,
): Promise<{ readonly lane: LaneRow; readonly letters: readonly Letter[] }> {
  const wanted = seq === undefined ? undefined : wholeSeq(seq);
  const [lane] = await lanesFrom(source, destination);
  // All that are dead now: one that dies again meanwhile is not tried a second time.
  if (wanted === undefined) {
    return { lane: lane!, letters: await deadLettersFrom(source, destination, lane!.deadLetters) };
  }
  const path = `/api/v1/messages/${encodeURIComponent(destination)}/${wanted}`;
  const { fate, payload } = await source.get<MessageDetail>(path);
  if (fate === 'dead') return { lane: lane!, letters: [{ seq: wanted, title: payload.title }] };
  throw new AskError(
    `Message ${wanted} of ${destination} is no dead letter: it waits, and is tried until it is delivered or given up.`,
    2,
  );
}

/** One after the other, so that they keep their order. Returns how many; those that somebody else dealt with do not count. */
async function each(letters: readonly Letter[], act: (letter: Letter) => Promise<Done>): Promise<number> {
  let done = 0;
  for (const letter of letters) {
    try {
      await act(letter);
      done += 1;
    } catch (error) {
      if (error instanceof AskError && error.code === 'unknown-dead-letter') continue;
      if (!(error instanceof AskError) || done === 0) throw error;
      throw new AskError(
        `${done} of ${letters.length} done, then: ${error.message}`,
        error.exitCode,
        error.code,
      );
    }
  }
  return done;
}

function whatNext(lane: LaneRow, { origin }: Source): string {
  if (lane.kind === null) {
    return 'The destination is not in the configuration: they wait until it is put back.';
  }
  if (origin.service === null) return 'They are sent when the service starts next.';
  return lane.state === 'failing'
    ? 'The destination fails at present: they are sent once it works again.'
    : 'The service sends them now.';
}

async function isSure(
  destination: string,
  seq: string | undefined,
  options: WhichLetters,
  io: CliIo,
): Promise<boolean> {
  // Closed before the question, which may stay on the screen while the service has to start.
  const source = await openSource(options, 'read', io);
  let letters: readonly Letter[];
  try {
    ({ letters } = await lettersOf(source, destination, seq));
  } finally {
    await source.close();
  }
  if (letters.length === 0) return true;
  const what = letters.length === 1 ? `"${letters[0]!.title}"` : counted(letters.length, 'dead letter');
  if (io.ask === undefined) {
    throw new AskError(`This would drop ${what} of ${destination} for good. Say --yes if it shall be so.`, 2);
  }
  const answer = await io.ask(
    `Drop ${what} of ${destination} for good? What is dropped is never delivered. [y/N] `,
  );
  return /^y(?:es)?$/i.test(answer.trim());
}
