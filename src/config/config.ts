/** The configuration file: joins the sections, whose schemas live with the code they configure. */
import * as z from 'zod';
import { AlertPolicy } from '../alert/policy.ts';
import { parseSchedule } from '../check/schedule.ts';
import { LaneSection } from '../delivery/lane-section.ts';
import { DestinationSection } from '../delivery/registry.ts';
import { HeartbeatSection } from '../liveness/heartbeat-section.ts';
import { SiteSection } from '../sense/site-section.ts';
import { WebSection } from '../web/web-section.ts';

const days = z.int().min(1).max(36_500);
const path = z.string().min(1);

const Store = z.strictObject({
  path: path.default('./license-sentinel.db').describe('The database file; its folder must exist.'),
  keepDays: days.default(400).describe('Readings older than this are removed.'),
  thinAfterDays: days
    .default(30)
    .describe(
      'Of readings older than this, one a day is kept, and every one that differs from its neighbours.',
    ),
});

const StoreSection = z
  .union([path.transform((text) => Store.parse({ path: text })), Store])
  .prefault('./license-sentinel.db')
  .describe('Where readings, alert states and waiting messages are kept: a path, or a section.');

const logLevels = ['debug', 'info', 'warn', 'error'] as const;
const logFormats = ['auto', 'pretty', 'json'] as const;

const LogSection = z.strictObject({
  level: z.enum(logLevels).default('info').describe('The least important lines to write.'),
  format: z
    .enum(logFormats)
    .default('auto')
    .describe('pretty for people, json for machines; auto is pretty on a terminal and json elsewhere.'),
});

export const Config = z
  .strictObject({
    sites: z.array(SiteSection).min(1).max(50_000).describe('The Qlik Sense sites to look at.'),
    alerts: AlertPolicy.prefault({}).describe('When to speak, and how urgently.'),
    destinations: z
      .array(DestinationSection)
      .max(1000)
      .default([])
      .describe('Where status and alerts go. Each has its own queue, so that none can hold up another.'),
    lane: LaneSection.prefault({}).describe(
      'How messages are queued and tried again, for every destination.',
    ),
    store: StoreSection,
    web: WebSection.prefault({}),
    heartbeat: HeartbeatSection.optional().describe(
      'A call to a watchdog elsewhere as long as checks are made and every lane moves. Without it none is made.',
    ),
    log: LogSection.prefault({}).describe('What the service says while it runs.'),
    concurrency: z.int().min(1).max(1000).default(16).describe('How many sites are looked at at once.'),
  })
  .superRefine(checkAcrossSections, {
    // Always, so that these problems are told together with all others.
    when: () => true,
  });
export type Config = z.output<typeof Config>;

/** What no single section can see. Sections may be broken here, so nothing is taken for granted. */
function checkAcrossSections(config: unknown, context: z.RefinementCtx): void {
  for (const section of ['sites', 'destinations']) complainAboutRepeatedNames(config, section, context);
  // Thousands of sites share a few schedules, and reading one takes a while.
  const known = new Map<string, string | undefined>();
  for (const [index, site] of entriesOf(config, 'sites').entries()) {
    complainAboutSchedule(site['check'], site['timeZone'], ['sites', index, 'check']);
    const { version } = site;
    if (version === null || typeof version !== 'object' || !('check' in version)) continue;
    complainAboutSchedule(version.check, site['timeZone'], ['sites', index, 'version', 'check']);
  }

  function complainAboutSchedule(check: unknown, timeZone: unknown, at: (string | number)[]): void {
    const key = JSON.stringify([check, timeZone]);
    if (!known.has(key)) known.set(key, scheduleProblem(check, timeZone));
    const problem = known.get(key);
    if (problem !== undefined) context.addIssue({ code: 'custom', path: at, message: problem });
  }
}

function complainAboutRepeatedNames(config: unknown, section: string, context: z.RefinementCtx): void {
  const first = new Map<string, number>();
  for (const [index, { name }] of entriesOf(config, section).entries()) {
    if (typeof name !== 'string') continue;
    const before = first.get(name);
    if (before === undefined) first.set(name, index);
    else {
      const message = `this name is taken by ${section}[${before}]; names must differ`;
      context.addIssue({ code: 'custom', path: [section, index, 'name'], message });
    }
  }
}

function scheduleProblem(check: unknown, timeZone: unknown): string | undefined {
  const zone = typeof timeZone === 'string' && isKnownZone(timeZone) ? timeZone : 'UTC';
  const schedule = readableSchedule(check, zone);
  return schedule?.kind === 'problem' ? schedule.detail : undefined;
}

function readableSchedule(check: unknown, zone: string): ReturnType<typeof parseSchedule> | undefined {
  if (typeof check === 'string') return check === '' ? undefined : parseSchedule(check, zone);
  if (check === null || typeof check !== 'object') return undefined;
  const { cron, timeZone = zone } = check as Record<string, unknown>;
  if (typeof cron !== 'string' || typeof timeZone !== 'string' || !isKnownZone(timeZone)) return undefined;
  return parseSchedule({ cron, timeZone });
}

/** An unknown zone is told by the section's own schema. */
function isKnownZone(timeZone: string): boolean {
  return parseSchedule({ cron: '0 0 * * *', timeZone }).kind !== 'problem';
}

function entriesOf(config: unknown, section: string): readonly Readonly<Record<string, unknown>>[] {
  const entries =
    config !== null && typeof config === 'object' ? (config as Record<string, unknown>)[section] : undefined;
  if (!Array.isArray(entries)) return [];
  return entries.map((entry: unknown) =>
    entry !== null && typeof entry === 'object' ? (entry as Record<string, unknown>) : {},
  );
}
