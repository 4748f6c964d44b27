import { expect, it } from 'vitest';
import type { MqttSection } from './section.ts';
import type { Dialled, Session } from './session.ts';
import { dialWithVersion } from './version.ts';

type Answer = 'up' | 'refused' | 'perhaps' | 'no';

/** Versions tried, dial by dial, against a broker that answers so to version 5 and is up for 3.1.1. */
async function tried(wanted: MqttSection['version'], answersTo5: readonly Answer[], dials: number) {
  const versions: number[] = [];
  let asked = 0;
  const dial = dialWithVersion(wanted, async (version): Promise<Dialled> => {
    versions.push(version);
    const answer = version === 5 ? answersTo5[asked++]! : 'up';
    if (answer === 'up') return { kind: 'session', session: {} as Session };
    return { kind: 'failed', failure: { reason: 'unreachable', detail: '' }, versionRefused: answer };
  });
  for (let i = 0; i < dials; i += 1) await dial(new AbortController().signal);
  return versions;
}

it.each<[string, MqttSection['version'], Answer[], number, number[]]>([
  ['5 where it is taken', 'auto', ['up', 'up'], 2, [5, 5]],
  ['3.1.1 from the refusal of 5 on', 'auto', ['refused'], 2, [5, 4, 4]],
  ['5 again after a broker hung up without a word', 'auto', ['perhaps', 'up'], 2, [5, 4, 5]],
  ['5 again after any other failure', 'auto', ['no', 'up'], 2, [5, 5]],
  ['nothing but 5 where 5 is wanted', 5, ['refused', 'refused'], 2, [5, 5]],
  ['nothing but 3.1.1 where that is wanted', '3.1.1', [], 2, [4, 4]],
])('speaks %s', async (_, wanted, answers, dials, versions) => {
  expect(await tried(wanted, answers, dials)).toEqual(versions);
});

it('asks once only for 3.1.1, also where that is what came of auto', async () => {
  const versions: number[] = [];
  const dial = dialWithVersion('auto', async (version): Promise<Dialled> => {
    versions.push(version);
    const failure = { reason: 'unreachable', detail: '' } as const;
    return { kind: 'failed', failure, versionRefused: version === 5 ? 'refused' : 'perhaps' };
  });
  for (let i = 0; i < 2; i += 1) await dial(new AbortController().signal);
  expect(versions).toEqual([5, 4, 4]);
});
