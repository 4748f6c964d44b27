/** The numbers that stand for the names of sites and destinations. */
import type { DatabaseSync } from 'node:sqlite';

export interface Names {
  /** The number of a name, given on first use. Only inside a transaction. */
  idOf(name: string): number;
  /** The number of a name, if it has one. */
  find(name: string): number | undefined;
  forget(): void;
}

export function namesIn(db: DatabaseSync, table: 'site' | 'destination'): Names {
  const select = db.prepare(`SELECT id FROM ${table} WHERE name = ?`);
  const insert = db.prepare(`INSERT INTO ${table} (name) VALUES (?)`);
  const known = new Map<string, number>();

  const find = (name: string): number | undefined => {
    const remembered = known.get(name);
    if (remembered !== undefined) return remembered;
    const id = select.get(name)?.['id'];
    if (id !== undefined) known.set(name, Number(id));
    return known.get(name);
  };
  return {
    find,
    idOf(name) {
      const found = find(name);
      if (found !== undefined) return found;
      const id = Number(insert.run(name).lastInsertRowid);
      known.set(name, id);
      return id;
    },
    forget: () => known.clear(),
  };
}
