/** What `/qrs/license` answers in all the ways that were seen or are to be expected. Pure; all values are invented. */

/** How the simulated server writes a date: it follows the regional settings of its Windows account. */
export type DateRendering = 'iso' | 'iso-12-hour' | 'dmy' | 'mdy' | 'dotted';

export interface SignedLicenseOptions {
  /** `YYYY-MM-DD` */
  readonly endDate: string;
  readonly startDate?: string;
  readonly rendering?: DateRendering;
  readonly lineEnd?: '\n' | '\r\n';
  /** 16 digits. */
  readonly number?: string;
}

const NUMBER = '9999000000001234';

/** A license with a signed key, healthy by its flags. Spread it to change single fields. */
export function signedLicense(options: SignedLicenseOptions): Record<string, unknown> {
  const { endDate, startDate = '2023-05-04', rendering = 'iso', lineEnd = '\n', number = NUMBER } = options;
  return licenseWithDetails(
    [
      'isBlackListed: False',
      `License Number: ${inGroups(number)}`,
      `Valid From: ${renderDate(startDate, rendering)}`,
      `Valid To: ${renderDate(endDate, rendering)}`,
      'Allotment professional:25;',
      'Allotment analyzer:100;',
      'Allotment analyzer_time:10000;',
      '',
    ].join(lineEnd),
    number,
  );
}

/** A license with a signed key that has no end. */
export function perpetualLicense(number = NUMBER): Record<string, unknown> {
  return {
    ...licenseWithDetails(
      `isBlackListed: False\nLicense Number: ${inGroups(number)}\nValid From: 0001-01-01\nAllotment professional:25;\n`,
      number,
    ),
    isSubscription: false,
  };
}

/** A license of the serial and control number era. Dates are `YYYY-MM-DD`; without `timeLimit` it is perpetual. */
export function lefLicense(dates: {
  readonly timeLimit?: string;
  readonly maintenanceEnd: string;
}): Record<string, unknown> {
  const lines = [
    NUMBER,
    'Qlik Sense Enterprise',
    'Example Ltd',
    `PRODUCTLEVEL;50;;${dates.maintenanceEnd}`,
    'TOKENS;100;;',
    ...(dates.timeLimit ? [`TIMELIMIT;;;${dates.timeLimit}`] : []),
    'OVERAGE;NO;;',
    'ABCD-1234-EFGH-5678-IJKL',
    '',
  ];
  return {
    ...licenseWithDetails('', NUMBER),
    lef: lines.join('\r\n'),
    serial: NUMBER,
    check: '12345',
    key: '',
    isSubscription: false,
  };
}

/** The server's word that the license has ended, whatever its date says. */
export function expiredLicense(options: SignedLicenseOptions): Record<string, unknown> {
  return { ...signedLicense(options), isExpired: true, expiredReason: 'The license has expired.' };
}

/** A license whose number is deny-listed. */
export function blacklistedLicense(options: SignedLicenseOptions): Record<string, unknown> {
  const license = signedLicense(options);
  const keyDetails = String(license['keyDetails']).replace('isBlackListed: False', 'isBlackListed: True');
  return { ...license, keyDetails, isBlacklisted: true };
}

export function invalidLicense(options: SignedLicenseOptions): Record<string, unknown> {
  return { ...signedLicense(options), isInvalid: true };
}

/** A license whose end date nobody understands. */
export function unreadableLicense(number = NUMBER): Record<string, unknown> {
  return licenseWithDetails(
    `isBlackListed: False\nLicense Number: ${inGroups(number)}\nValid To: soon\nAllotment professional:25;\n`,
    number,
  );
}

/** A site without a license. */
export const noLicense = null;

/** @param date `YYYY-MM-DD` */
export function renderDate(date: string, rendering: DateRendering): string {
  const [year, month, day] = date.split('-') as [string, string, string];
  switch (rendering) {
    case 'iso':
      return date;
    case 'iso-12-hour':
      return `${date}  12:00:00 AM`;
    case 'dmy':
      return `${day}/${month}/${year} 00:00:00`;
    case 'mdy':
      return `${Number(month)}/${Number(day)}/${year} 12:00:00 AM`;
    case 'dotted':
      return `${day}.${month}.${year} 00:00:00`;
  }
}

function licenseWithDetails(keyDetails: string, number: string): Record<string, unknown> {
  return {
    id: '5f0c2d1e-1111-4222-8333-abcdefabcdef',
    createdDate: '2023-05-04T08:12:10.101Z',
    modifiedDate: '2026-05-05T08:00:28.951Z',
    modifiedByUserName: 'INTERNAL\\sa_repository',
    lef: '',
    serial: inGroups(number),
    check: '',
    key: 'eyJhbGciOiJSUzUxMiIsImtpZCI6ImludmVudGVkIiwidHlwIjoiSldUIn0.eyJqdGkiOiJpbnZlbnRlZCJ9.SIGNATURE',
    keyDetails,
    name: 'Example Owner',
    organization: 'Example Ltd',
    product: 2,
    numberOfCores: -1,
    isExpired: false,
    expiredReason: '',
    isBlacklisted: false,
    isInvalid: false,
    isSubscription: true,
    isCloudServices: false,
    isElastic: false,
    privileges: null,
    schemaPath: 'License',
  };
}

function inGroups(number: string): string {
  return number.replace(/(\d{4})(?=\d)/g, '$1 ');
}
