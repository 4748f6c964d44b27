/** Whether the service does its work, with reasons. */
import { type Liveness, wordStalls } from '../liveness/liveness.ts';
import type { StoreIncident } from '../store/store.ts';
import type { WatchedStore } from './watch-store.ts';

export interface Health {
  readonly ok: boolean;
  readonly reasons: readonly string[];
}

export interface HealthOptions {
  readonly watched: WatchedStore;
  readonly liveness: Pick<Liveness, 'stalls' | 'notBegun'>;
  neverChecked(): number;
  now(): number;
}

export interface HealthWatch {
  /** False when something hangs: a restart would help. @param withNames false for strangers */
  alive(withNames: boolean): Health;
  /** False as long as something is missing that a restart would not bring. Names no site and no destination. */
  ready(): Promise<Health>;
}

export function watchHealth({ watched, liveness, neverChecked, now }: HealthOptions): HealthWatch {
  let isFull = false;
  const follow = ({ kind }: StoreIncident) => {
    if (kind === 'disk-full') isFull = true;
    if (kind === 'disk-recovered') isFull = false;
  };
  for (const incident of watched.store.incidents) follow(incident);
  watched.store.onIncident(follow);

  /** An empty transaction shows a store that is closed or locked; a full disk shows in the last real write. */
  async function canWrite(): Promise<boolean> {
    try {
      const wasWritable = watched.isWritable();
      await watched.probe(now());
      return wasWritable;
    } catch {
      return false;
    }
  }

  return {
    alive: (withNames) => healthOf(wordStalls(liveness.stalls(), withNames)),
    ready: async () => {
      const [missing, waiting] = [neverChecked(), liveness.notBegun().length];
      return healthOf([
        isFull && 'the disk of the store is full',
        !isFull && !(await canWrite()) && 'the store cannot be written',
        missing > 0 && `${missing} ${missing === 1 ? 'site was' : 'sites were'} never checked`,
        waiting > 0 && `${waiting} ${waiting === 1 ? 'lane has' : 'lanes have'} not begun`,
      ]);
    },
  };
}

function healthOf(found: readonly (string | false)[]): Health {
  const reasons = found.filter((reason) => reason !== false);
  return { ok: reasons.length === 0, reasons };
}
