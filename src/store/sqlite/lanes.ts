/** How long each lane is, what is remembered of it, and what to drop from it when it is too long. */
import type { DatabaseSync } from 'node:sqlite';
import { idleLane, type LaneRecord, type LaneSummary } from '../store.ts';
import type { Names } from './names.ts';

/**
 * How many rows wait in a lane; kept in memory, because every new row asks for it. Whoever changes rows gets hold
 * of it before it does, and counts along.
 */
export interface LaneLength {
  alerts: number;
  statuses: number;
}

export interface Lanes {
  lengthOf(destination: number): LaneLength;
  record(destination: string): LaneRecord;
  save(destination: number, record: LaneRecord): void;
  summaries(): LaneSummary[];
  forget(): void;
}

export function lanesIn(db: DatabaseSync, destinations: Names): Lanes {
  const count = db.prepare(
    'SELECT topic, count(*) AS waiting FROM outbox WHERE destination = ? GROUP BY topic',
  );
  const select = db.prepare('SELECT lane FROM destination WHERE id = ?');
  const update = db.prepare('UPDATE destination SET lane = ? WHERE id = ?');
  const summarize = db.prepare(`
    SELECT id, name, lane,
      (SELECT enqueued_at FROM message WHERE seq =
        (SELECT min(seq) FROM outbox WHERE destination = destination.id)) AS oldest,
      (SELECT count(*) FROM receipt WHERE destination = destination.id AND reason IS NOT NULL) AS dead
    FROM destination ORDER BY name
  `);
  const lengths = new Map<number, LaneLength>();

  const lengthOf = (destination: number): LaneLength => {
    const known = lengths.get(destination);
    if (known !== undefined) return known;
    const length = { alerts: 0, statuses: 0 };
    for (const { topic, waiting } of count.all(destination)) {
      length[topic === 1 ? 'alerts' : 'statuses'] = Number(waiting);
    }
    lengths.set(destination, length);
    return length;
  };

  return {
    lengthOf,
    record(destination) {
      const id = destinations.find(destination);
      return id === undefined ? idleLane : parseLane(select.get(id)?.['lane']);
    },
    save: (destination, record) => void update.run(JSON.stringify(record), destination),
    summaries: () =>
      summarize.all().map((row) => {
        const { alerts, statuses } = lengthOf(Number(row['id']));
        return {
          destination: String(row['name']),
          waiting: alerts + statuses,
          oldestEnqueuedAt: row['oldest'] === null ? null : Number(row['oldest']),
          deadLetters: Number(row['dead']),
          lane: parseLane(row['lane']),
        };
      }),
    forget: () => lengths.clear(),
  };
}

function parseLane(text: unknown): LaneRecord {
  return typeof text === 'string' ? (JSON.parse(text) as LaneRecord) : idleLane;
}
