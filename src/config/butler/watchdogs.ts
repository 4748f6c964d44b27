/** What watches Butler itself: the heartbeat, and the health check of its container. Pure. */
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

/** Where a container's probe finds `/health`, on loopback as Butler has it. @returns undefined for our own default */
export function webOf({ dockerHealthCheck }: ButlerSettings): unknown {
  const { enable, port = 12398 } = dockerHealthCheck ?? {};
  if (enable !== true) return undefined;
  return { listen: from('dockerHealthCheck.port', `127.0.0.1:${port}`) };
}
