import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8 from taking memory that it would never give back. To be called first of all, on Node.js 24.
 *
 * - Else the room for young objects grows to 32 MiB while starting, and a service that then idles keeps it.
 * - Else the room for old objects may grow to four times what lives there, so that emptying a long queue takes more and more.
 */
export function keepHeapSmall() {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=100');
}
