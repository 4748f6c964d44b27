/** The tag with the address of a site, from which the links to QMC and Hub are made; set in the configuration. */
export const URL_TAG = 'url';
