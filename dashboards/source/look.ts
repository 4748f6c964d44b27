/** Colours and words that mean the same on every panel. */
import type { Threshold, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type { Severity } from '../../src/alert/notice.ts';
import { AlertPolicy } from '../../src/alert/policy.ts';
import { type LicenseState, licenseStates } from '../../src/license/reading.ts';

const policy = AlertPolicy.parse({});
/** The rungs of the default ladder, widest first. */
export const rungs: readonly number[] = policy.thresholdDays;
export const criticalFromDays: number = policy.criticalFromDays;

/** From wide to narrow; the last ones repeat for the rungs that are critical. */
const calmColours = ['light-yellow', 'yellow', 'orange', 'dark-orange'];

/** Green above the widest rung, then a step for each rung; expired is the darkest. */
export function rungThresholds(): dashboard.ThresholdsConfigBuilder {
  const ascending = [...rungs].sort((a, b) => a - b);
  const steps: Threshold[] = [{ value: null, color: 'dark-red' }];
  for (const [index, rung] of ascending.entries()) {
    const from = index === 0 ? Math.min(0, rung) : ascending[index - 1]! + 1;
    steps.push({ value: from, color: rungColour(rung) });
  }
  steps.push({ value: ascending.at(-1)! + 1, color: 'green' });
  return new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute).steps(steps);
}

function rungColour(rung: number): string {
  if (rung <= criticalFromDays) return 'red';
  return calmColours[Math.min(rungs.indexOf(rung), calmColours.length - 1)]!;
}

const stateLook: Readonly<Record<LicenseState, string>> = {
  blocked: 'dark-red',
  missing: 'red',
  expired: 'dark-red',
  'not-started': 'red',
  expiring: 'orange',
  valid: 'green',
  perpetual: 'green',
  unreadable: 'yellow',
};
const severityLook: Readonly<Record<Severity, string>> = { info: 'blue', warning: 'orange', critical: 'red' };

export const stateMappings: ValueMapping[] = [colours(stateLook), nothing('not read yet')];
export const severityMappings: ValueMapping[] = [colours(severityLook)];
export const reachableMappings: ValueMapping[] = [
  truth(true, 'reachable', 'green'),
  truth(false, 'unreachable', 'red'),
];
export const expiredMappings: ValueMapping[] = [
  truth(true, 'yes', 'red'),
  truth(false, 'no', 'green'),
  nothing('unknown'),
];
/** For sources that know nothing but numbers: states by their place, from 1, and 1 or 0 for yes or no. */
export const stateNumberMappings: ValueMapping[] = [
  texts(licenseStates.map((state, index) => [index + 1, state, stateLook[state]])),
  nothing('not read yet'),
];
export const reachableNumberMappings: ValueMapping[] = [
  texts([
    [1, 'reachable', 'green'],
    [0, 'unreachable', 'red'],
  ]),
  nothing('not checked yet'),
];
/** Yes is bad. */
export const yesNoMappings: ValueMapping[] = [
  texts([
    [1, 'yes', 'red'],
    [0, 'no', 'green'],
  ]),
  nothing('unknown'),
];

/** Neither is bad: somebody knows, or nobody said so. Points of earlier versions and sites never read have no word. */
export const acknowledgedMappings: ValueMapping[] = [
  truth(true, 'yes', 'blue'),
  truth(false, 'no', 'text'),
  nothing('–'),
];
export const acknowledgedNumberMappings: ValueMapping[] = [
  texts([
    [1, 'yes', 'blue'],
    [0, 'no', 'text'],
  ]),
  nothing('–'),
];

/** A license without an end and a site that was never read look alike here; the state tells them apart. */
export const noEndMappings: ValueMapping[] = [nothing('–')];

function colours(look: Readonly<Record<string, string>>): ValueMapping {
  return texts(Object.entries(look).map(([value, color]) => [value, value, color]));
}

function texts(
  entries: readonly (readonly [value: string | number, text: string, color: string])[],
): ValueMapping {
  return {
    type: dashboard.MappingType.ValueToText,
    options: Object.fromEntries(
      entries.map(([value, text, color], index) => [String(value), { text, color, index }]),
    ),
  };
}

function truth(value: boolean, text: string, color: string): ValueMapping {
  const { True, False } = dashboard.SpecialValueMatch;
  return {
    type: dashboard.MappingType.SpecialValue,
    options: { match: value ? True : False, result: { text, color } },
  };
}

function nothing(text: string): ValueMapping {
  return {
    type: dashboard.MappingType.SpecialValue,
    options: { match: dashboard.SpecialValueMatch.Null, result: { text, color: 'text' } },
  };
}
