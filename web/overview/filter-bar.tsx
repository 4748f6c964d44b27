/** Search, state and tag. `/` goes to the search from anywhere. */
import { useEffect, useRef } from 'preact/hooks';
import type { SiteSummary } from '../../src/web/api.ts';
import { conditionWords } from '../words/license.ts';
import { conditionsOf, countsOf, type Filter, tagsOf } from './filter.ts';

interface FilterBarProps {
  readonly sites: readonly SiteSummary[];
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}

export function FilterBar({ sites, filter, onChange }: FilterBarProps) {
  const search = useRef<HTMLInputElement>(null);
  useSlash(search);
  const tags = countsOf(sites, tagsOf);
  return (
    <search class="filters">
      <input
        ref={search}
        type="search"
        aria-label="Search sites"
        aria-keyshortcuts="/"
        placeholder="Search ( / )"
        value={filter.text}
        onInput={({ currentTarget }) => onChange({ ...filter, text: currentTarget.value })}
      />
      <Choice
        label="State"
        any="Any state"
        value={filter.condition}
        options={countsOf(sites, conditionsOf).map(([value, count]) => [value, conditionWords[value], count])}
        onChoose={(condition) => onChange({ ...filter, condition })}
      />
      {tags.length > 0 && (
        <Choice
          label="Tag"
          any="Any tag"
          value={filter.tag}
          options={tags.map(([value, count]) => [value, value.replace('=', ': '), count])}
          onChoose={(tag) => onChange({ ...filter, tag })}
        />
      )}
    </search>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly any: string;
  readonly value: string | null;
  /** Value, words, how many sites. */
  readonly options: readonly (readonly [string, string, number])[];
  readonly onChoose: (value: string | null) => void;
}

function Choice({ label, any, value, options, onChoose }: ChoiceProps) {
  const isGone = value !== null && !options.some(([one]) => one === value);
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      onChange={({ currentTarget }) => onChoose(currentTarget.value === '' ? null : currentTarget.value)}
    >
      <option value="">{any}</option>
      {isGone && <option value={value}>{value} (0)</option>}
      {options.map(([one, words, count]) => (
        <option key={one} value={one}>
          {words} ({count})
        </option>
      ))}
    </select>
  );
}

function useSlash(field: { readonly current: HTMLInputElement | null }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof Element && event.target.matches('input, select, textarea');
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [field]);
}
