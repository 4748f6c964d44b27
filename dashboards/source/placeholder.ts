/** Grafana puts the value of a variable in its place. */
export const placeholder = (name: string) => `\${${name}}`;
