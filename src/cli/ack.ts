/** `ack`: silences the alerts about a license for a while, or takes that back. */
import type { Acknowledged, AcknowledgementBody, Done } from '../web/api.ts';
import { acknowledgedInWords } from './acknowledged-words.ts';
import type { CliIo, ExitCode } from './io.ts';
import { AskError } from './service/ask-error.ts';
import { openSource, type Source, type SourceOptions } from './service/source.ts';

export interface AckArguments extends SourceOptions {
  readonly until?: string | undefined;
  readonly by?: string | undefined;
  readonly why?: string | undefined;
  readonly evenExpired?: true;
  readonly withdraw?: true;
}

/** @throws ConfigError, StoreError, AskError */
export async function ack(site: string, options: AckArguments, io: CliIo): Promise<ExitCode> {
  const body = options.withdraw === true ? undefined : bodyOf(options);
  const source = await openSource(options, 'act', io);
  try {
    const path = `/api/v1/sites/${encodeURIComponent(site)}/acknowledgement`;
    if (body === undefined) {
      const by = options.by === undefined ? '' : `?by=${encodeURIComponent(options.by)}`;
      await source.act<Done>('DELETE', `${path}${by}`);
      io.out(`${site}: the acknowledgement is withdrawn. ${whoHears(source)}\n`);
      return 0;
    }
    const { acknowledgement } = await source.act<Acknowledged>('POST', path, body);
    const { speaksAgainOn, coversExpiredAndBlocked } = acknowledgement;
    const sentences = [
      `${site}: ${acknowledgedInWords(acknowledgement)}.`,
      speaksAgainOn !== null && `Alerts speak again on ${speaksAgainOn} at the latest.`,
      coversExpiredAndBlocked
        ? 'That the license has expired or is blocked is silenced, too.'
        : 'That the license has expired or is blocked is told all the same.',
      whoHears(source),
    ];
    io.out(`${sentences.filter((sentence) => sentence !== false).join('\n')}\n`);
    return 0;
  } finally {
    await source.close();
  }
}

function bodyOf({ until, by, why, evenExpired }: AckArguments): AcknowledgementBody {
  if (until === undefined || why === undefined) {
    throw new AskError(
      'Say until when (--until DATE or --until next-rung), who (--by NAME) and why (--why TEXT); or --withdraw.',
      2,
    );
  }
  return { until, why, ...(by !== undefined && { by }), coverExpiredAndBlocked: evenExpired === true };
}

function whoHears({ origin }: Source): string {
  return origin.service === null
    ? 'The destinations are told when the service starts next.'
    : 'The destinations are told now.';
}
