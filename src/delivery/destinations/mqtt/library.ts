/** The library, in a module of its own so that it is loaded when a broker is configured, in the checkout and in the package alike. */
export { connect } from 'mqtt';
