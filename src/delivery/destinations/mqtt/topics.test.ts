import { describe, expect, it } from 'vitest';
import { alertMessage, statusMessage } from '../../../../test/fakes/messages.ts';
import { AvailabilityTopic, filterFor, TopicTemplate, topicOf } from './topics.ts';

const templates = { status: 'license-sentinel/{site}/status', alert: 'license-sentinel/{site}/alert' };

describe('topics', () => {
  it('go by the kind of message and its site', () => {
    expect(topicOf(statusMessage({ site: 'prod' }), templates)).toBe('license-sentinel/prod/status');
    expect(topicOf(alertMessage({ site: 'test' }), templates)).toBe('license-sentinel/test/alert');
  });

  it('put messages about the service itself where no site can be', () => {
    expect(topicOf(alertMessage({ site: null }), templates)).toBe('license-sentinel/:service/alert');
    expect(topicOf(alertMessage({ site: ':service' }), templates)).toBe('license-sentinel/%3Aservice/alert');
  });

  it.each([
    ['a/b', 'a%2Fb'],
    ['a+', 'a%2B'],
    ['#', '%23'],
    ['$SYS', '%24SYS'],
    ['50%', '50%25'],
    ['$&', '%24&'],
  ])('keep the site name %s on one level', (site, level) => {
    expect(topicOf(statusMessage({ site }), templates)).toBe(`license-sentinel/${level}/status`);
  });

  it('fill in every placeholder, or none', () => {
    const topics = { status: '{site}/x/{site}', alert: 'fixed' };
    expect(topicOf(statusMessage({ site: 'a' }), topics)).toBe('a/x/a');
    expect(topicOf(alertMessage({ site: 'a' }), topics)).toBe('fixed');
  });
});

describe('topic templates', () => {
  it.each([
    ['', 'must not be empty'],
    ['a/+/b', 'must not hold + or #: those are for subscribing'],
    ['a/#', 'must not hold + or #: those are for subscribing'],
    ['$share/a', 'must not begin with $: such topics belong to the broker'],
    ['a/{name}', 'knows only the placeholder {site}'],
    ['a/{site', 'knows only the placeholder {site}'],
  ])('refuse %j: it %s', (template, problem) => {
    const { error } = TopicTemplate.safeParse(template);
    expect(error?.issues.map(({ message }) => message)).toEqual([problem]);
  });

  it.each(['a\u0000b', 'a\tb', 'a\n', 'a\u0085b', 'a\ufffe', 'a\ud800b', 'a\ufdd0', 'a\u{1ffff}'])(
    'refuse %j, which brokers refuse',
    (template) => {
      expect(TopicTemplate.safeParse(template).success).toBe(false);
    },
  );

  it('accept the defaults and fixed topics', () => {
    for (const topic of [...Object.values(templates), 'qliksense/license', '{site}', 'é 漢 🦄']) {
      expect(TopicTemplate.parse(topic)).toBe(topic);
    }
  });

  it('are checked for availability in the same way', () => {
    expect(AvailabilityTopic.parse('a/availability')).toBe('a/availability');
    expect(AvailabilityTopic.safeParse('a/#').success).toBe(false);
  });
});

describe('filters', () => {
  it.each([
    ['license-sentinel/{site}/status', 'license-sentinel/+/status'],
    ['license/site-{site}/status', 'license/+/status'],
    ['fixed/topic', 'fixed/topic'],
  ])('of %s are %s', (template, filter) => {
    expect(filterFor(template)).toBe(filter);
  });
});
