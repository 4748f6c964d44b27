/** What a site can be asked: where, how, how the answer is read, and how both are called in sentences. */
import type { ProductVersion } from '../license/product-version.ts';
import type { LicenseReply } from '../license/reading.ts';
import { parseLicenseReply } from './license-reply.ts';
import { parseAbout, parseSystemInfo } from './version-reply.ts';

export interface Question<Value> {
  /** Behind the host, the port, and the prefix of a virtual proxy. */
  readonly path: string;
  /** The About service, asked directly, goes by the client certificate alone: no Xrfkey, no user. */
  readonly byCertificateAlone: boolean;
  /** Undefined when the JSON is not what was asked for. */
  read(json: unknown): Value | undefined;
  readonly words: {
    /** The service that answers. */
    readonly service: string;
    /** What is asked for: `license`. */
    readonly what: string;
    /** The failure when the JSON is something else. */
    readonly reasonOfOther: 'not-a-license' | 'not-a-version';
    /** The port on which the service listens unless it was changed. */
    readonly usualPort: number;
    /** What an administrator can do when the user may not read it. */
    readonly right: string;
  };
}

const READ_RIGHT =
  'It has to exist, be active, and have the right to read License: give it the role AuditAdmin.';

export const licenseQuestion: Question<{ readonly reply: LicenseReply | null }> = {
  path: '/qrs/license',
  byCertificateAlone: false,
  read(json) {
    const reply = parseLicenseReply(json);
    return reply === undefined ? undefined : { reply };
  },
  words: {
    service: 'repository service',
    what: 'license',
    reasonOfOther: 'not-a-license',
    usualPort: 4242,
    right: READ_RIGHT,
  },
};

const aboutWords: Question<unknown>['words'] = {
  service: 'About service',
  what: 'version',
  reasonOfOther: 'not-a-version',
  usualPort: 9032,
  right: 'It has to exist and be active.',
};

export const systemInfoQuestion: Question<ProductVersion> = {
  path: '/v1/systeminfo',
  byCertificateAlone: true,
  read: (json) => parseSystemInfo(json, 'about-service'),
  words: aboutWords,
};

export const systemInfoViaProxyQuestion: Question<ProductVersion> = {
  path: '/api/about/v1/systeminfo',
  byCertificateAlone: false,
  read: (json) => parseSystemInfo(json, 'proxy'),
  words: aboutWords,
};

/** Tells the build of the repository service, which is not the product version. */
export const aboutQuestion: Question<ProductVersion> = {
  path: '/qrs/about',
  byCertificateAlone: false,
  read: parseAbout,
  words: {
    ...licenseQuestion.words,
    what: 'version',
    reasonOfOther: 'not-a-version',
    right: aboutWords.right,
  },
};
