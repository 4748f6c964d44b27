/** Suites that need a disk of their own, which takes the right to mount one. */
import { describe, it } from 'vitest';

export interface Mountable {
  /** In brackets after the name of a suite that cannot run. */
  readonly need: string;
  /** What could not be done, and what to do. */
  readonly advice: string;
  mount(): { remove(): void };
}

/** `describe`; where it cannot be mounted, the suite is skipped under a telling name, and fails where nothing may be skipped. */
export function describeMountable({ need, advice, mount }: Mountable, name: string, body: () => void): void {
  if (canMount(mount)) {
    describe(name, body);
  } else if (process.env['LICENSE_SENTINEL_REQUIRE_SERVERS'] === '1') {
    it(`${name} [${need}]`, () => {
      throw new Error(advice);
    });
  } else {
    describe.skip(`${name} [${need}]`, body);
  }
}

function canMount(mount: Mountable['mount']): boolean {
  try {
    mount().remove();
    return true;
  } catch {
    return false;
  }
}
