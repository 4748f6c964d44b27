/** The library, in a module of its own so that only a terminal loads it. */
export { prettyFactory } from 'pino-pretty';
