/** `status`: how the licenses and destinations are, from the running service or from the store of a stopped one. */
import type { Deliveries, Overview } from '../web/api.ts';
import type { CliIo, ExitCode } from './io.ts';
import { AskError } from './service/ask-error.ts';
import { openSource, type SourceOptions } from './service/source.ts';
import { exitCodeOf, type StatusReport, statusAsJson, statusAsText } from './status-report.ts';
import { columnsOf, paintFor } from './text-table.ts';

export interface StatusArguments extends SourceOptions {
  readonly site?: string | undefined;
  readonly json?: true;
}

/** @throws ConfigError, StoreError, AskError */
export async function status(options: StatusArguments, io: CliIo): Promise<ExitCode> {
  const report = await reportOf(options, io);
  io.out(
    options.json === true
      ? statusAsJson(report)
      : statusAsText(report, { width: columnsOf(io), paint: paintFor(io) }),
  );
  return exitCodeOf(report);
}

async function reportOf({ site, ...options }: StatusArguments, io: CliIo): Promise<StatusReport> {
  const source = await openSource(options, 'read', io);
  try {
    const { generatedAt, sites } = await source.get<Overview>('/api/v1/overview');
    const { origin } = source;
    if (site === undefined) {
      const { lanes } = await source.get<Deliveries>('/api/v1/deliveries');
      return { origin, generatedAt, sites, lanes };
    }
    const found = sites.filter(({ name }) => name === site);
    if (found.length === 0) {
      throw new AskError(`There is no site "${site}". There are: ${shortList(sites)}`, 2);
    }
    return { origin, generatedAt, sites: found, lanes: null };
  } finally {
    await source.close();
  }
}

function shortList(sites: readonly { readonly name: string }[]): string {
  const shown = sites.slice(0, 20).map(({ name }) => name);
  return [...shown, ...(sites.length > shown.length ? ['…'] : [])].join(', ');
}
