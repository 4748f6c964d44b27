/** A simulated Qlik Sense site whose license ends so many days from now, and which can go down. */
import { join } from 'node:path';
import { addDays, todayIn } from '../../src/license/calendar-day.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { CertificateAuthority } from '../../src/simulator/certificate-authority.ts';
import { expiredLicense, signedLicense } from '../../src/simulator/license-text.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import type { Cleanup } from './program.ts';

export interface Site {
  /** The `sites` section, with a check every second. */
  readonly config: string;
  readonly port: number;
  /** Of the About service. The configuration does not name it, so that no test sees a version unasked. */
  readonly versionPort: number;
  readonly timeZone: string;
  /** Of its certificates. */
  readonly authority: CertificateAuthority;
  /** The end date of a license that has so many days left. */
  dateIn(days: number): string;
  endsIn(days: number): void;
  expires(): void;
  setLicense(license: unknown): void;
  /** From now on it takes requests and never answers. */
  hangs(): void;
  /** From now on nobody listens. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
}

/** @param folder where the certificates go */
export async function startSite(cleanup: Cleanup, folder: string, days = 30): Promise<Site> {
  const timeZone = zoneWhereItIsNoon();
  const dateIn = (left: number) => addDays(todayIn(timeZone, new Date()), left);
  let license: unknown = signedLicense({ endDate: dateIn(days) });
  let simulator = await startSimulator({ clock: systemClock, license });
  const { port, versionPort, authority } = simulator;
  await simulator.writeCertificates(join(folder, 'certificates'));
  cleanup(() => simulator.close());

  const setLicense = (next: unknown) => {
    license = next;
    simulator.setLicense(next);
  };
  return {
    config: `sites:
  - name: prod
    host: 127.0.0.1
    port: ${port}
    certificates: certificates
    timeZone: ${timeZone}
    check: every 1 s
    tags: { environment: test }
web: false
`,
    port,
    versionPort,
    timeZone,
    authority,
    dateIn,
    endsIn: (left) => setLicense(signedLicense({ endDate: dateIn(left) })),
    expires: () => setLicense(expiredLicense({ endDate: dateIn(-1) })),
    setLicense,
    hangs: () => simulator.setBehavior({ kind: 'hang' }),
    goDown: () => simulator.close(),
    async comeBack() {
      simulator = await startSimulator({ clock: systemClock, port, authority, license });
    },
  };
}

/** So that no test sees its day end. */
function zoneWhereItIsNoon(): string {
  const eastOfUtc = 12 - new Date().getUTCHours();
  // The signs of these names are the other way round than everywhere else.
  return eastOfUtc === 0 ? 'Etc/UTC' : `Etc/GMT${eastOfUtc > 0 ? '-' : '+'}${Math.abs(eastOfUtc)}`;
}
