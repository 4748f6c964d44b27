/**
 * The server of `node:http`, without `import`. An import asks a built-in module for everything that it exports, and this one then
 * loads the `WebSocket` of Node.js with its own `fetch` around it, which stay in memory and take time at the start (Node.js 24).
 */
const http = process.getBuiltinModule('node:http');

export const createHttpServer = http.createServer;
export const statusCodes = http.STATUS_CODES;
