/** The simulated Qlik Sense site whose license is watched. */
import { addDays, todayIn } from '../../src/license/calendar-day.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { expiredLicense, signedLicense } from '../../src/simulator/license-text.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { CALM_DAYS, type Condition, daysIn } from './life.ts';
import type { Cleanup } from './program.ts';

export interface Site {
  /** The `sites` section of our configuration, with a check every second. */
  readonly config: string;
  become(this: void, condition: Condition): void;
  /** From now on nobody listens. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
}

/** @param certificates the folder where they go */
export async function startSite(cleanup: Cleanup, certificates: string): Promise<Site> {
  const timeZone = zoneWhereItIsNoon();
  const endDate = (days: number) => addDays(todayIn(timeZone, new Date()), days);
  let license: unknown = signedLicense({ endDate: endDate(CALM_DAYS) });
  let simulator = await startSimulator({ clock: systemClock, license });
  const { port, authority } = simulator;
  await simulator.writeCertificates(certificates);
  cleanup(() => simulator.close());
  return {
    config: `sites:
  - name: prod
    host: 127.0.0.1
    port: ${port}
    certificates: ${certificates}
    timeZone: ${timeZone}
    check: every 1 s
    version: { enabled: false }
`,
    become(condition) {
      const options = { endDate: endDate(daysIn(condition)) };
      license = condition === 'expired' ? expiredLicense(options) : signedLicense(options);
      simulator.setLicense(license);
    },
    goDown: () => simulator.close(),
    async comeBack() {
      simulator = await startSimulator({ clock: systemClock, port, authority, license });
    },
  };
}

/** So that no run sees its day end. */
function zoneWhereItIsNoon(): string {
  const eastOfUtc = 12 - new Date().getUTCHours();
  // The signs of these names are the other way round than everywhere else.
  return eastOfUtc === 0 ? 'Etc/UTC' : `Etc/GMT${eastOfUtc > 0 ? '-' : '+'}${Math.abs(eastOfUtc)}`;
}
