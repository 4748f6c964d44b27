/** The points of a message as lines, with the tags that the configuration adds or leaves out. Pure. */
import type { Point } from '../../../license/points.ts';
import type { Message } from '../../../store/message.ts';
import { encodePoints } from './line-protocol.ts';

export interface TagSettings {
  readonly tags: Readonly<Record<string, string>>;
  readonly measurementTags: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly siteTag: boolean;
}

/** Gives the lines of a message, `''` when it has nothing to write. A point's own tags win over all that are added. */
export function messageEncoder(settings: TagSettings): (message: Message) => string {
  const { tags, siteTag } = settings;
  const tagsByMeasurement = new Map(
    Object.entries(settings.measurementTags).map(([measurement, own]) => [measurement, { ...tags, ...own }]),
  );
  if (tagsByMeasurement.size === 0 && siteTag) return ({ points }) => encodePoints(points, tags);

  const encode = (point: Point) =>
    encodePoints([siteTag ? point : withoutSiteTag(point)], tagsByMeasurement.get(point.measurement) ?? tags);
  return ({ points }) =>
    points
      .map(encode)
      .filter((line) => line !== '')
      .join('\n');
}

function withoutSiteTag(point: Point): Point {
  return {
    ...point,
    tags: Object.fromEntries(Object.entries(point.tags).filter(([name]) => name !== 'site')),
  };
}
