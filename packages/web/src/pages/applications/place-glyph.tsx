import type { ReactElement } from 'react'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { PLACE_STANDS, PLACE_WORDS, type PlaceStand } from './snapshot-place.ts'

/** How a snapshot stands to an environment; the words stand beside it, or are its tooltip. Empty while nobody knows. */
export function PlaceGlyph({ stand }: { readonly stand: PlaceStand }): ReactElement {
  if (stand === 'unknown') return <span className="size-3.5 shrink-0" />
  if (stand === 'ran') {
    return (
      <svg viewBox="0 0 16 16" width={14} height={14} fill="none" aria-hidden className="shrink-0">
        <circle cx="8" cy="8" r="6.2" stroke="var(--ls-ok-solid)" strokeWidth="1.4" />
        <path
          d="m5.2 8.2 2 2 3.6-4"
          stroke="var(--ls-ok-solid)"
          strokeWidth="1.6"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
    )
  }
  return <StateGlyph state={stand === 'runs' ? 'passed' : 'not_started'} size={14} isDecoration />
}

/** What the glyphs mean. */
export function PlaceLegend(): ReactElement {
  return (
    <ul
      aria-label="What the marks mean"
      className="mt-2.5 flex flex-wrap gap-x-4 text-12 text-ink-3"
    >
      {PLACE_STANDS.map((stand) => (
        <li key={stand} className="flex items-center gap-1.5">
          <PlaceGlyph stand={stand} /> {PLACE_WORDS[stand]}
        </li>
      ))}
    </ul>
  )
}
