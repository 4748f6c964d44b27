/** What the service of a configuration, running or not, knows of acknowledgements. */
import { acknowledgementsAtRest, isHeld } from '../../app-at-rest.ts';
import type { Config } from '../../config/config.ts';
import { StoreError } from '../../store/store.ts';
import type { ShownAcknowledgement, SiteDetail, SiteList, SiteSummary } from '../../web/api.ts';
import type { CliIo } from '../io.ts';
import { openRunning } from './source.ts';

/** By site; undefined where nobody can say. A service that does not want to be asked is none of our business here. */
export type KnownAcknowledgements = ReadonlyMap<string, ShownAcknowledgement> | undefined;

const LOOK_AGAIN_MS = 20;

/** Never rejects. Looks until it is stopped where it is not told at once. */
export async function knownAcknowledgements(
  config: Config,
  names: readonly string[],
  io: CliIo,
): Promise<KnownAcknowledgements> {
  try {
    return (await askRunning(config, names, io)) ?? (await readAtRest(config, names, io));
  } catch {
    return undefined;
  }
}

/** Several checks at once are in each other's way for a moment. */
async function readAtRest(
  config: Config,
  names: readonly string[],
  { clock, stop }: CliIo,
): Promise<KnownAcknowledgements> {
  while (!isHeld(config)) {
    try {
      return await acknowledgementsAtRest(config, names, clock.now().getTime());
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'STORE_LOCKED') throw error;
      await clock.sleep(LOOK_AGAIN_MS, stop);
    }
  }
  return undefined;
}

async function askRunning(
  config: Config,
  names: readonly string[],
  io: CliIo,
): Promise<KnownAcknowledgements> {
  const source = await openRunning(config, io);
  if (source === undefined) return undefined;
  try {
    const [only] = names;
    const sites: readonly SiteSummary[] =
      names.length === 1
        ? [await source.get<SiteDetail>(`/api/v1/sites/${encodeURIComponent(only!)}`)]
        : (await source.get<SiteList>('/api/v1/sites')).sites;
    return new Map(
      sites.flatMap(({ name, acknowledgement }) =>
        acknowledgement === null ? [] : [[name, acknowledgement] as const],
      ),
    );
  } finally {
    await source.close();
  }
}
