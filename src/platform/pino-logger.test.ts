import { expect, it } from 'vitest';
import { createLogger, type LoggerOptions } from './pino-logger.ts';
import { Secret } from './secret.ts';

async function logged(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const destination = { write: (text: string) => lines.push(text) };
  const logger = await createLogger({ level: 'info', format: 'auto', isTTY: false, destination, ...options });
  return { lines, logger };
}

it('writes one JSON line for each entry, with level and time in words', async () => {
  const { lines, logger } = await logged();
  logger.info({ site: 'prod', daysLeft: 30 }, 'checked');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/\n$/);
  expect(JSON.parse(lines[0]!)).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    site: 'prod',
    daysLeft: 30,
    msg: 'checked',
  });
});

it('leaves out what is less important than its level', async () => {
  const { lines, logger } = await logged({ level: 'warn' });
  logger.debug({}, 'a');
  logger.info({}, 'b');
  logger.warn({}, 'c');
  logger.error({}, 'd');
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['c', 'd']);
});

it.each([
  ['auto', true, 'pretty'],
  ['auto', false, 'json'],
  ['pretty', false, 'pretty'],
  ['json', true, 'json'],
] as const)('writes format %s with a terminal: %s as %s', async (format, isTTY, expected) => {
  const { lines, logger } = await logged({ format, isTTY });
  logger.info({ site: 'prod' }, 'checked');
  expect(lines.join('').startsWith('{') ? 'json' : 'pretty').toBe(expected);
  expect(lines.join('')).toContain('checked');
  if (format === 'pretty') expect(lines.join('')).not.toContain('\u001b');
});

it.each(['json', 'pretty'] as const)(
  'keeps what libraries hang on their errors out of %s lines',
  async (format) => {
    const { lines, logger } = await logged({ format });
    const cause = Object.assign(new TypeError('inner'), { headers: { authorization: 'planted-1' } });
    const error = Object.assign(new Error('outer', { cause }), {
      code: 'ECONNREFUSED',
      request: { auth: 'planted-2' },
    });
    logger.error({ err: error }, 'first');
    logger.error({ error }, 'second');
    logger.error({ attempts: [{ error }] }, 'third');
    logger.error(error, 'fourth');
    logger.info({ token: new Secret('planted-3') }, 'fifth');
    const text = lines.join('');
    expect(text).not.toContain('planted');
    for (const told of ['outer', 'inner', 'ECONNREFUSED', 'TypeError', '***', 'fifth'])
      expect(text).toContain(told);
  },
);
