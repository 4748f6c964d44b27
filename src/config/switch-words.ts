/** How a switch may be written: `true` and `false`, and what YAML 1.1, unlike 1.2, took for them. Pure. */
const WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
};

/** What a text says as a switch; undefined when it says something else. */
export function switchIn(text: string): boolean | undefined {
  const word = text.length <= 5 ? text.toLowerCase() : '';
  return Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
}
