/** Makes a reading of a license reply: finds out when the license ends, and leaves every secret behind. */
import { todayIn } from './calendar-day.ts';
import { dateIn } from './date-order.ts';
import { parseInstant } from './instant.ts';
import { type KeyDetails, parseKeyDetails } from './key-details.ts';
import { type Lef, parseLef } from './lef.ts';
import { fingerprintOf, licenseClaim, licenseDigits, maskedNumber } from './license-number.ts';
import type { CalendarDate, DateOrder, LicenseEnd, LicenseReading, LicenseReply, Remark } from './reading.ts';
import { dateTextToShow, scrubbed } from './scrub.ts';
import { readTerm, type Term } from './term.ts';
import { parseDateLine } from './valid-to.ts';

export interface ReadSettings {
  /** Only to drop a reading of an ambiguous date that the server's own flag contradicts today. */
  readonly now: Date;
  readonly timeZone: string;
  readonly dateOrder: DateOrder;
  /** The operator says that this license has no end. */
  readonly perpetual: boolean;
  /** The operator says when this license ends. Wins over `perpetual`, because it warns. */
  readonly manualEndDate: CalendarDate | null;
}

/**
 * Reads a license, whatever its texts hold: a reply never makes this throw, and the time it takes grows with the
 * length of the texts and no faster.
 *
 * The key details govern. The LEF is asked when they name no end date: a signed key takes the place of a LEF.
 *
 * @param reply null when the server says that it has no license
 * @throws RangeError for an unknown time zone or an invalid `now`
 */
export function readLicense(reply: LicenseReply | null, settings: ReadSettings): LicenseReading {
  if (reply === null) return missing({ expired: null, blacklisted: null, invalid: null }, '');
  const details = parseKeyDetails(reply.keyDetails);
  const lef = parseLef(reply.lef);
  const flags = {
    expired: reply.isExpired,
    blacklisted: details.isBlacklisted === true ? true : (reply.isBlacklisted ?? details.isBlacklisted),
    invalid: reply.isInvalid,
  };
  const secrets = secretsOf(reply, details, lef);
  const expiredReason = scrubbed(reply.expiredReason, [...secrets, reply.lef]);
  if (!isPresent(reply)) return missing(flags, expiredReason);

  const digits = licenseDigits(reply, details.licenseNumber);
  const today = todayIn(settings.timeZone, settings.now);
  const orderSettings = { dateOrder: settings.dateOrder, today, isExpired: reply.isExpired };
  const lefTerm = readTerm(linesOfLef(lef), orderSettings);
  const { term, source } = termThatGoverns(
    readTerm(linesOfKeyDetails(details), orderSettings),
    lefTerm,
    details,
    lef,
  );
  const decided = decideEnd(endOf(term, source, reply.isSubscription), term, settings);
  const [maintenanceEnd] = lef.maintenanceEnds;

  return {
    present: true,
    licenseNumber: digits === null ? null : maskedNumber(digits),
    fingerprint: digits === null ? null : fingerprintOf(digits),
    startDate: term.startDate,
    end: decided.end,
    flags,
    expiredReason,
    maintenanceEndDate: maintenanceEnd === undefined ? null : dateIn(maintenanceEnd.to, lefTerm.order),
    definitionUpdatedAt: parseInstant(reply.definitionUpdated),
    remarks: [...decided.remarks, ...(reply.isExpired === null ? (['no-flag'] as const) : [])],
    evidence: {
      source: decided.isConfigured ? 'configuration' : source,
      endText: term.endText === null ? null : dateTextToShow(term.endText, secrets),
      dateOrder: term.dateOrder,
      endDates: term.endDates,
    },
  };
}

/** An entity with none of these four is how a server without a license may answer, instead of `null`. */
function isPresent(reply: LicenseReply): boolean {
  return [reply.serial, reply.key, reply.lef, reply.keyDetails].some((text) => text.trim() !== '');
}

function missing(flags: LicenseReading['flags'], expiredReason: string): LicenseReading {
  return {
    present: false,
    licenseNumber: null,
    fingerprint: null,
    startDate: null,
    end: { kind: 'unreadable', why: 'nothing-recognised' },
    flags,
    expiredReason,
    maintenanceEndDate: null,
    definitionUpdatedAt: null,
    remarks: [],
    evidence: { source: 'none', endText: null, dateOrder: null, endDates: [] },
  };
}

function linesOfKeyDetails({ ofLicense, ofAllotments }: KeyDetails) {
  return {
    ownEnds: ofLicense.to.map(parseDateLine),
    otherEnds: ofAllotments.to.map(parseDateLine),
    starts: ofLicense.from.map(parseDateLine),
    furtherDates: ofAllotments.from.map(parseDateLine),
  };
}

function linesOfLef({ timeLimits, starts, maintenanceEnds }: Lef) {
  return { ownEnds: timeLimits, otherEnds: [], starts, furtherDates: maintenanceEnds };
}

type TextSource = Exclude<LicenseReading['evidence']['source'], 'configuration'>;

function termThatGoverns(
  ofDetails: Term,
  ofLef: Term,
  details: KeyDetails,
  lef: Lef,
): { readonly term: Term; readonly source: TextSource } {
  if (ofDetails.end.kind !== 'none') return { term: ofDetails, source: 'key-details' };
  if (ofLef.end.kind !== 'none') return { term: ofLef, source: 'lef' };
  if (details.licenseNumber !== null || details.hasAllotments)
    return { term: ofDetails, source: 'key-details' };
  return lef.isRecognised ? { term: ofLef, source: 'lef' } : { term: ofDetails, source: 'none' };
}

/** Only a text that is recognised may say by its silence that there is no end, and a subscription has one. */
function endOf(term: Term, source: TextSource, isSubscription: boolean | null): LicenseEnd {
  if (term.end.kind === 'date') return term.end;
  if (term.end.kind === 'not-understood') return { kind: 'unreadable', why: 'not-understood' };
  if (source === 'none') return { kind: 'unreadable', why: 'nothing-recognised' };
  return isSubscription === true ? { kind: 'unreadable', why: 'no-end-date' } : { kind: 'perpetual' };
}

interface DecidedEnd {
  readonly end: LicenseEnd;
  readonly remarks: readonly Remark[];
  readonly isConfigured: boolean;
}

/** What the operator says replaces the texts, and with them every doubt about the texts. */
function decideEnd(end: LicenseEnd, term: Term, settings: ReadSettings): DecidedEnd {
  if (settings.manualEndDate !== null) {
    const manual = { kind: 'date', date: settings.manualEndDate } as const;
    return { end: manual, remarks: ['manual-end-date'], isConfigured: true };
  }
  if (settings.perpetual) return { end: { kind: 'perpetual' }, remarks: [], isConfigured: true };
  return { end, remarks: term.remarks, isConfigured: false };
}

/** All but the LEF as a whole: its dates are what we look for, its other lines are not. */
function secretsOf(reply: LicenseReply, details: KeyDetails, lef: Lef): readonly string[] {
  const { serial, key, controlNumber, ownerName, ownerOrganization } = reply;
  const numbers = [serial, details.licenseNumber ?? '', licenseClaim(key) ?? ''];
  return [...numbers, key, controlNumber, ownerName, ownerOrganization, ...lef.otherLines];
}
