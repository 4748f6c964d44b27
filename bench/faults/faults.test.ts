/** A few of the faults of `npm run compare:faults`, in small: a program that forgets is found out, ours loses nothing. */
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { describeWith } from '../../test/servers/describe-with.ts';
import { type Fault, faults } from './faults.ts';
import type { Condition, Life } from './life.ts';
import { play } from './play.ts';
import type { AlertingProgram } from './program.ts';
import { licenseSentinel } from './programs/license-sentinel.ts';

const life: Life = { conditions: ['30', '14', '7', '1', 'expired'], eachMs: 2_000, recoveryMs: 2_000 };
const limits = { patienceMs: 15_000, quietMs: 1_500 };

function faultNamed(name: string, length: Fault['length']): Fault {
  return faults.find((fault) => fault.name === name && fault.length === length)!;
}

describe('License Sentinel', { timeout: 60_000 }, () => {
  it.concurrent.for([
    { fault: faultNamed('receiver down', 'long'), most: { repeated: 0 } },
    { fault: faultNamed('answer lost', 'brief'), most: { repeated: 3 } },
    { fault: faultNamed('killed while sending', 'brief'), most: { repeated: 0 } },
  ])('loses nothing: $fault.name, $fault.length', async ({ fault, most }) => {
    const score = await play({ life, fault, program: licenseSentinel({ lucky: true }), ...limits });
    expect(score).toMatchObject({ conditions: 5, lost: [], toldWhenOver: [], falselyOver: [] });
    expect(score.repeated).toBeLessThanOrEqual(most.repeated);
  });
});

describeWith(['mosquitto'], 'License Sentinel over MQTT', () => {
  it.concurrent.for([
    { fault: faultNamed('receiver down', 'long'), most: { repeated: 0 } },
    { fault: faultNamed('answer lost', 'long'), most: { repeated: 20 }, least: { repeated: 1 } },
    { fault: faultNamed('killed before the answer', 'brief'), most: { repeated: 3 }, least: { repeated: 1 } },
  ])('loses nothing: $fault.name, $fault.length', { timeout: 60_000 }, async ({ fault, most, least }) => {
    const program = licenseSentinel({ lucky: true, sendsTo: 'broker' });
    const score = await play({ life, fault, program, ...limits });
    expect(score).toMatchObject({ conditions: 5, lost: [], toldWhenOver: [], falselyOver: [] });
    expect(score.repeated).toBeLessThanOrEqual(most.repeated);
    // Else the fault was none.
    expect(score.repeated).toBeGreaterThanOrEqual(least?.repeated ?? 0);
  });
});

describe('the comparison', { timeout: 60_000 }, () => {
  it.concurrent('finds out a program that sends once and forgets', async () => {
    const fault = faultNamed('receiver down', 'long');
    const score = await play({ life, fault, program: forgetful, patienceMs: 100, quietMs: 0 });
    expect(score.lost).toEqual(['14', '7', '1', 'expired']);
    expect(score.requests).toBe(1);
  });
});

/** Hears of every condition at once, and sends it at once, once. */
const forgetful: AlertingProgram = {
  name: 'forgetful',
  sendsTo: 'webhook',
  setting: '',
  version: () => Promise.resolve('forgetful'),
  told: (body) => [{ id: body, condition: body as Condition, how: 'now' }],
  start({ site, receiver, cleanup }) {
    const { become } = site;
    const sent: Promise<unknown>[] = [];
    site.become = (condition) => {
      become(condition);
      sent.push(fetch(receiver.url, { method: 'POST', body: condition }).catch(() => undefined));
    };
    cleanup(async () => {
      await Promise.all(sent);
    });
    const nothing = () => setTimeout(0);
    return Promise.resolve({
      kill9: nothing,
      restart: nothing,
      loseSource: nothing,
      regainSource: nothing,
      loseDatabase: nothing,
      regainDatabase: nothing,
    });
  },
};
