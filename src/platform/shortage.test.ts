import { describe, expect, it } from 'vitest';
import { shortageBehind } from './shortage.ts';

const withCode = (code: string, cause?: unknown) =>
  Object.assign(new Error('as it says', { cause }), { code });

describe('a shortage', () => {
  it.each(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'])('%s is found behind what wraps it', (code) => {
    expect(shortageBehind(withCode(code))).toBe(code);
    expect(shortageBehind(new TypeError('outer', { cause: withCode('OTHER', withCode(code)) }))).toBe(code);
    expect(shortageBehind(new AggregateError([withCode('ECONNREFUSED'), withCode(code)]))).toBe(code);
  });

  it('is not seen in another error, nor in a name that is not known while files can be opened', () => {
    const notFound = Object.assign(withCode('ENOTFOUND'), { syscall: 'getaddrinfo' });
    for (const error of [withCode('ECONNREFUSED'), new Error('x'), 'x', undefined, notFound]) {
      expect(shortageBehind(error)).toBeUndefined();
    }
  });
});
