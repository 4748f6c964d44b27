/** What watches Butler itself: the heartbeat, and the health check of its container. Pure. */
import * as z from 'zod';
import { parseSchedule } from '../../check/schedule.ts';
import { from, needed } from './draft.ts';
import type { ButlerSettings } from './schema.ts';

/** @returns undefined when it is switched off */
export function heartbeatOf({ heartbeat }: ButlerSettings): unknown {
  if (heartbeat?.enable !== true) return undefined;
  const schedule = heartbeat.frequency === undefined ? undefined : parseSchedule(heartbeat.frequency);
  const every = schedule?.kind === 'interval' ? `${schedule.everyMs / 1000} s` : undefined;
  return from('heartbeat', {
    url: needed('heartbeat.remoteURL', heartbeat.remoteURL),
    every: from('heartbeat.frequency', every),
    method: 'GET',
    onTrouble: 'silence',
  });
}

/**
 * Where a container's probe finds `/health`, on loopback as Butler has it; else a port that the REST server of Butler leaves
 * free, as whoever takes it first would keep the other from starting.
 *
 * @param restServer the part `restServerConfig`, which nothing has looked at @returns undefined for our own default
 */
export function webOf({ dockerHealthCheck }: ButlerSettings, restServer: unknown): unknown {
  const { enable, port = 12398 } = dockerHealthCheck ?? {};
  if (enable === true) return { listen: from('dockerHealthCheck.port', `127.0.0.1:${port}`) };
  const taken = portsOf(restServer);
  if (!taken.includes(OUR_PORT)) return undefined;
  const free = [OUR_PORT + 1, OUR_PORT + 2].find((one) => !taken.includes(one));
  return { listen: from('restServerConfig', `127.0.0.1:${free}`) };
}

/** Where the page is when nobody says otherwise. */
const OUR_PORT = 8080;

function portsOf(restServer: unknown): readonly number[] {
  const read = z
    .object({
      enable: z.literal(true),
      serverPort: z.number().default(8080),
      backgroundServerPort: z.number().default(8081),
    })
    .safeParse(restServer);
  return read.success ? [read.data.serverPort, read.data.backgroundServerPort] : [];
}
