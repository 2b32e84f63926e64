import { useState } from 'react'
import type { Defined } from '../../lib/definitions.ts'
import { useIsWidth } from '../../lib/is-width.ts'
import { useMayDefine } from '../../lib/session/may-define.ts'
import { draftOf, withPlace, type MapDraft } from './map-draft.ts'
import type { MappedEnvironment } from './tier-map.ts'

const NONE: MapDraft = new Map()

export interface KeptMapDraft {
  readonly draft: MapDraft
  /** Whoever looks may change the map, if there were room. */
  readonly mayMap: boolean
  /** undefined: they may not, or there is no room. */
  readonly map: ((tier: string, place: string) => void) | undefined
  readonly discard: () => void
}

/** The drafts of the tier maps of an application, one for each environment, until its page is left. */
export function useMapDraft(
  application: Defined<'application'>,
  shown: MappedEnvironment | undefined,
): KeptMapDraft {
  const [drafts, setDrafts] = useState<ReadonlyMap<string, MapDraft>>(new Map())
  const isWide = useIsWidth('editor')
  const mayDefine = useMayDefine({ project: shown?.environment.project ?? '' })
  const mayMap = mayDefine && shown !== undefined
  const keep = (address: string, draft: MapDraft): void =>
    setDrafts((before) => new Map([...before, [address, draft]]))
  const draft = draftOf(application, drafts.get(shown?.address ?? '') ?? NONE)
  return {
    draft,
    mayMap,
    map:
      mayMap && isWide
        ? (tier, place) => keep(shown.address, withPlace(draft, shown, tier, place))
        : undefined,
    discard: () => shown && keep(shown.address, NONE),
  }
}
