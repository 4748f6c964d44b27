/** The tags of a site, `key: value`. */
export function Tags({ tags }: { readonly tags: Readonly<Record<string, string>> }) {
  const entries = Object.entries(tags);
  if (entries.length === 0) return null;
  return (
    <span class="tags">
      {entries.map(([key, value]) => (
        <span class="tag" key={key} title={`${key}: ${value}`}>
          <span class="visually-hidden">{key}: </span>
          {value}
        </span>
      ))}
    </span>
  );
}
