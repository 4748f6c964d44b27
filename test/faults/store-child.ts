/**
 * A process that holds a store, to be killed. `hold PATH`: opens it and says `open`. `commit PATH FIRST`: commits
 * check after check, several at a time, numbered from FIRST, and says the number of each once it is stored.
 */
import { writeSync } from 'node:fs';
import { initialAlertState } from '../../src/alert/state.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { idleLane } from '../../src/store/store.ts';
import { alertMessage, builtAt, checkCommit, routed } from '../fakes/messages.ts';

const CALLERS = 8;
const STDOUT = 1;

const [mode, path, first] = process.argv.slice(2);
const store = await openSqliteStore({
  path: path!,
  logger: silentLogger,
  now: () => new Date(builtAt),
  reserveBytes: 0,
});
writeSync(STDOUT, 'open\n');

if (mode === 'commit') {
  let number = Number(first);
  await Promise.all(Array.from({ length: CALLERS }, commitForEver));

  async function commitForEver(): Promise<never> {
    for (;;) {
      const mine = number;
      number += 1;
      const message = alertMessage({ id: `alert-${mine}`, site: `site-${mine}` });
      await store.commitCheck(
        checkCommit({
          check: { site: `site-${mine}`, at: mine },
          alertState: { ...initialAlertState, timesTold: { number: mine } },
          messages: [routed(message, 'a', 'b')],
        }),
      );
      writeSync(STDOUT, `stored ${mine}\n`);
      if (mine % 3 === 0) await deliverOldest();
    }
  }

  /** So that the kill also hits what takes rows away; what is delivered leaves a receipt. */
  async function deliverOldest(): Promise<void> {
    const rows = await store.nextRows('b', 2);
    const settlements = rows.map(({ seq }) => ({ seq, result: { kind: 'accepted' as const } }));
    await store.settle({ destination: 'b', at: builtAt, settlements, lane: idleLane, messages: [] });
  }
} else {
  setInterval(() => {}, 60_000);
}
