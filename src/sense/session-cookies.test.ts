import { describe, expect, it } from 'vitest';
import { openSessionCookies } from './session-cookies.ts';

describe('session cookies', () => {
  it('resends name and value only', () => {
    const cookies = openSessionCookies();
    cookies.keep(['X-Qlik-Session-jwt=abc; Path=/; HttpOnly; Secure', 'node=2']);

    expect(cookies.header()).toBe('X-Qlik-Session-jwt=abc; node=2');
  });

  it('replaces a value and drops an emptied one', () => {
    const cookies = openSessionCookies();
    cookies.keep(['a=1', 'b=2']);
    cookies.keep(['a=3', 'b=; Max-Age=0']);

    expect(cookies.header()).toBe('a=3');
  });

  it('has no header before the first and after forgetting', () => {
    const cookies = openSessionCookies();
    cookies.keep(undefined);
    expect(cookies.header()).toBeUndefined();

    cookies.keep('a=1');
    cookies.forget();
    expect(cookies.header()).toBeUndefined();
  });

  it.each(['no-equals-sign', '=value', 'a=b c', `a=${'x'.repeat(5000)}`, 'a\r\nb=1', 'a=ü'])(
    'ignores what is not a cookie: %j',
    (line) => {
      const cookies = openSessionCookies();
      cookies.keep(line);

      expect(cookies.header()).toBeUndefined();
    },
  );

  it('keeps a bounded number', () => {
    const cookies = openSessionCookies();
    cookies.keep(Array.from({ length: 500 }, (_, index) => `c${index}=1`));

    expect(cookies.header()?.split('; ')).toHaveLength(20);
  });
});
