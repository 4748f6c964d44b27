// Draws docs/demo.svg, the picture in the README, from what the demo really prints on a terminal.
// Needs `script` (util-linux) for the terminal. Usage: node scripts/draw-demo.mjs
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const command = `${process.execPath} ${here('../bin/license-sentinel.mjs')} demo --fast`;
const printed = execFileSync('script', ['-qec', command, '/dev/null'], {
  encoding: 'utf8',
  env: { ...process.env, COLUMNS: '200' },
});

// What sets colour and weight on a terminal begins with the escape character.
const ESCAPE = String.fromCharCode(27);
const sequence = (flags) => new RegExp(`${ESCAPE}\\[([0-9;]*)m`, flags);

const FONT_PX = 13;
const LINE_PX = 18;
const CHARACTER_PX = FONT_PX * 0.602;
const PADDING_PX = 16;
const colours = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 39: '#c9d1d9' };
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

let style = { fill: colours[39], weight: 'normal', opacity: 1 };
const lines = printed
  .replaceAll('\r', '')
  .trim()
  .split('\n')
  .map((line) => {
    let spans = '';
    // Splitting by an expression with a group gives text and codes in turn.
    for (const [index, part] of line.split(sequence('')).entries()) {
      if (index % 2 === 1) style = styleAfter(style, part);
      else if (part !== '') {
        spans += `<tspan fill="${style.fill}" font-weight="${style.weight}" opacity="${style.opacity}">${escaped(part)}</tspan>`;
      }
    }
    return spans;
  });

function styleAfter(before, code) {
  if (code === '1') return { ...before, weight: 'bold' };
  if (code === '2') return { ...before, opacity: 0.6 };
  if (code === '22') return { ...before, weight: 'normal', opacity: 1 };
  return { ...before, fill: colours[code] ?? colours[39] };
}

const plain = printed.replaceAll(sequence('g'), '').replaceAll('\r', '');
const columns = Math.max(...plain.split('\n').map((line) => line.length));
const width = Math.ceil(columns * CHARACTER_PX + 2 * PADDING_PX);
const height = lines.length * LINE_PX + 2 * PADDING_PX;
const rows = lines.map(
  (spans, row) =>
    `<text x="${PADDING_PX}" y="${PADDING_PX + FONT_PX + row * LINE_PX}" xml:space="preserve">${spans}</text>`,
);
writeFileSync(
  here('../docs/demo.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="What the demo prints" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT_PX}">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${rows.join('\n')}
</svg>
`,
);
