/** `simulator`: a fake Qlik Sense site on its own. Ends when it is told to. */
import { addDays, todayIn } from '../license/calendar-day.ts';
import {
  blacklistedLicense,
  type DateRendering,
  expiredLicense,
  invalidLicense,
  lefLicense,
  noLicense,
  perpetualLicense,
  signedLicense,
  unreadableLicense,
} from '../simulator/license-text.ts';
import { startSimulator } from '../simulator/simulator.ts';
import type { CliIo, ExitCode } from './io.ts';
import { aborted } from './run.ts';

export interface SimulatorArguments {
  readonly folder: string;
  readonly port: string;
  readonly versionPort: string;
  readonly days: string;
  readonly license: string;
  readonly rendering: string;
}

export async function simulator(options: SimulatorArguments, io: CliIo): Promise<ExitCode> {
  const port = wholeNumber(options.port, 0, 65_535);
  const versionPort = wholeNumber(options.versionPort, 0, 65_535);
  const days = wholeNumber(options.days, -36_500, 36_500);
  if (port === undefined || versionPort === undefined || days === undefined) {
    io.err(
      '--port and --version-port take a whole number from 0 to 65535, --days one from -36500 to 36500.\n',
    );
    return 2;
  }
  const endDate = addDays(todayIn('UTC', io.clock.now()), days);
  const simulated = await startSimulator({
    clock: io.clock,
    port,
    versionPort,
    license: licenseFor(options, endDate, days),
  });
  await simulated.writeCertificates(options.folder);
  io.out(
    [
      `A simulated Qlik Sense site answers on https://127.0.0.1:${simulated.port}/qrs/license (${options.license} license${
        options.license === 'signed' || options.license === 'lef' ? `, ends on ${endDate}` : ''
      }).`,
      'A configuration for it:',
      '',
      'sites:',
      '  - name: simulated',
      '    host: 127.0.0.1',
      `    port: ${simulated.port}`,
      `    versionPort: ${simulated.versionPort}`,
      `    certificates: ${options.folder}`,
      '',
      'Ctrl-C ends it.',
      '',
    ].join('\n'),
  );
  await aborted(io.stop);
  await simulated.close();
  return 0;
}

function licenseFor({ license, rendering }: SimulatorArguments, endDate: string, days: number): unknown {
  const signed = { endDate, rendering: rendering as DateRendering };
  switch (license) {
    case 'perpetual':
      return perpetualLicense();
    case 'lef':
      return lefLicense({ timeLimit: endDate, maintenanceEnd: endDate });
    case 'none':
      return noLicense;
    case 'blacklisted':
      return blacklistedLicense(signed);
    case 'invalid':
      return invalidLicense(signed);
    case 'unreadable':
      return unreadableLicense();
    default:
      return days < 0 ? expiredLicense(signed) : signedLicense(signed);
  }
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const number = /^-?\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
}
