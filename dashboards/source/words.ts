/** What panels say, wherever the numbers come from: `empty` stands in place of "No data". */

export interface Words {
  readonly title: string;
  readonly description: string;
  readonly empty: string;
}

export const NO_CHECKS = 'No check in this time range';
const NO_DATE = 'no end date known';
const NO_DATE_HERE = 'No license with an end date in this time range';

/** Of the overview. */
export const overviewWords = {
  title: 'Qlik Sense licenses',
  description: 'The server licenses of all Qlik Sense sites, as License Sentinel sees them.',
} as const;

export const siteWords = {
  title: 'Qlik Sense license of a site',
  description: 'One Qlik Sense site: how long its license lasts, and what happened to it.',
} as const;

export const words = {
  daysLeftBars: {
    title: 'Days left',
    description:
      'By the latest check. Colours change at the rungs of the default ladder. Licenses without an end date are in the table of sites only.',
    empty: 'No license with an end date',
  },
  sites: {
    title: 'Sites',
    description:
      'The latest check of each site. A site that cannot be read keeps counting from its last reading. Where a site has a tag url, it leads to its QMC and Hub. Acknowledged: somebody knows, so that nothing is repeated.',
    empty: NO_CHECKS,
  },
  daysOverTime: {
    title: 'Days left over time',
    description:
      'Dashed lines are the rungs of the default ladder. A license without an end date has no line.',
    empty: NO_DATE_HERE,
  },
  reachability: {
    title: 'Reachability',
    description: 'Whether each check could read the site.',
    empty: NO_CHECKS,
  },
  versions: {
    title: 'Product versions',
    description: 'What each site runs, by the latest look.',
    empty: 'No product version was read in this time range',
  },
  daysLeft: {
    title: 'Days left',
    description: 'Whole calendar days to the end date; negative afterwards.',
    empty: NO_DATE,
  },
  endDate: {
    title: 'End date',
    description: 'The last day on which the license is valid.',
    empty: NO_DATE,
  },
  state: {
    title: 'State',
    description: 'What License Sentinel makes of the license.',
    empty: 'not read yet',
  },
  reachable: {
    title: 'Reachable',
    description: 'Whether the latest check could read the site.',
    empty: NO_CHECKS,
  },
  readingAge: {
    title: 'Age of reading',
    description: 'How old the reading was that the latest check went by: 0 when it could read the site.',
    empty: 'not read yet',
  },
  countdown: {
    title: 'Countdown',
    description: 'Days left at each check. A step upwards is a renewal.',
    empty: NO_DATE_HERE,
  },
  stateOverTime: {
    title: 'State over time',
    description: 'The state at each check.',
    empty: 'Not read yet',
  },
  endDateOverTime: {
    title: 'End date over time',
    description: 'A new date is a renewal, or an earlier end.',
    empty: NO_DATE_HERE,
  },
  open: {
    title: 'Open QMC and Hub',
    description: 'Needs a tag url on the site, such as https://sense.example.com.',
    empty: NO_CHECKS,
  },
} as const satisfies Readonly<Record<string, Words>>;
