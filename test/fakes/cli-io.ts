/** The surroundings of a command that is run within a test, where nobody looks and nobody can be asked. */
import { PassThrough } from 'node:stream';
import type { CliIo } from '../../src/cli/io.ts';
import { FakeClock } from './fake-clock.ts';

/** A command that would go on is told to stop at once. */
export function fakeCliIo(parts: Partial<CliIo> = {}): CliIo {
  return {
    env: {},
    isTty: false,
    columns: undefined,
    ask: undefined,
    clock: new FakeClock(),
    random: () => 0.5,
    stop: AbortSignal.abort('test'),
    onHangup: () => {},
    stdout: new PassThrough(),
    out: () => {},
    err: () => {},
    ...parts,
  };
}
