/** For checks across the settings of a section: run them also where single settings are broken, so that all is told at once. */

/** Parameters for zod's `refine` and `superRefine`. The check has to expect missing and mistyped settings. */
export const whenObject = {
  when: ({ value }: { readonly value: unknown }) =>
    typeof value === 'object' && value !== null && !Array.isArray(value),
};
