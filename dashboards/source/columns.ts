/** How columns of tables look, whatever they are called where the numbers come from. */
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import * as look from './look.ts';
import { placeholder } from './placeholder.ts';

export type Look = readonly DynamicConfigValue[];
/** A column by its name in what the query gives, and how it looks. */
export type Column = readonly [name: string, look: Look];

const property = (id: string, value: unknown): DynamicConfigValue => ({ id, value });
const coloured = property('custom.cellOptions', { type: 'color-text' });
const link = (title: string, url: string, targetBlank: boolean) => ({ title, url, targetBlank });

export const titled = (title: string, ...more: Look): Look => [property('displayName', title), ...more];
export const inUnit = (unit: string) => property('unit', unit);
export const mapped = (mappings: unknown) => property('mappings', mappings);
export const hidden: Look = [property('custom.hidden', true)];

export const time = (title: string): Look => titled(title, property('custom.width', 165));

/** @param uid of the dashboard of a single site */
export const site = (uid: string): Look =>
  titled(
    'Site',
    property('links', [
      link(
        'This site alone',
        `/d/${uid}?var-datasource=${placeholder('datasource')}&var-site=${placeholder('__value.raw:percentencode')}&${placeholder('__url_time_range')}`,
        false,
      ),
    ]),
  );

/** The address of a site. */
export const open: Look = titled(
  'Open',
  property('links', [
    link('QMC', `${placeholder('__value.raw')}/qmc`, true),
    link('Hub', `${placeholder('__value.raw')}/hub`, true),
  ]),
);

export const daysLeft: Look = titled(
  'Days until expiry',
  inUnit('none'),
  mapped(look.noEndMappings),
  property('thresholds', look.rungThresholds().build()),
  coloured,
);
export const readingAge: Look = titled('Age of reading', inUnit('s'));
export const severity: Look = titled('Severity', mapped(look.severityMappings), coloured);
export const wide = property('custom.minWidth', 260);

/** A word in a colour. */
export const inColour = (title: string, mappings: unknown): Look => titled(title, mapped(mappings), coloured);
