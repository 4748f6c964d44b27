// Runs at the end of `npm install` in a checkout. It never fails the install; it only says what is missing.
const NEEDED_MAJOR = 24;
if (Number(process.versions.node.split('.')[0]) < NEEDED_MAJOR) {
  console.log(
    `License Sentinel needs Node.js ${NEEDED_MAJOR} or later. npm brings it along on Linux (x64, arm64) and Windows (x64); ` +
      `on ${process.platform} ${process.arch} please install it from https://nodejs.org (this is ${process.version}).`,
  );
}
