import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { gateTitle } from '../components/gate/gate-line.ts'
import { standOf } from '../components/release/release-strip.ts'
import { thingPart } from '../lib/address.ts'
import { isSamePin, type Pin } from '../lib/pins.ts'
import { releasesQuery, runQuery } from '../lib/runs.ts'
import { waitingQuery } from '../lib/waiting.ts'
import { StateGlyph } from '../ui/state-glyph.tsx'

interface PinnedProps {
  readonly pins: readonly Pin[]
  readonly nameClass: string
  readonly onGo: (() => void) | undefined
}

/** What the person keeps in sight, with its live state. */
export function Pinned({ pins, nameClass, onGo }: PinnedProps): ReactElement {
  return (
    <section aria-label="Pinned" className="mt-3 flex flex-col gap-0.5">
      <h2 aria-hidden className={`px-2 pb-0.5 text-12 font-normal text-ink-3 ${nameClass}`}>
        Pinned
      </h2>
      {pins.map((pin) => (
        <PinnedRelease
          key={`${pin.project}/${pin.name}`}
          pin={pin}
          nameClass={nameClass}
          onGo={onGo}
        />
      ))}
    </section>
  )
}

function PinnedRelease({
  pin,
  nameClass,
  onGo,
}: Omit<PinnedProps, 'pins'> & { readonly pin: Pin }): ReactElement {
  const { data: releases } = useQuery(releasesQuery(null))
  const release = releases?.find((one) => isSamePin(one, pin))
  const { data: run } = useQuery(runQuery(release?.runId ?? null))
  const { data: waiting } = useQuery(waitingQuery)
  const mine = waiting?.items.find((gate) => gate.run === release?.runId)
  const stand = release && standOf(release, run, mine && gateTitle(mine))
  const title = release?.title ?? pin.title
  return (
    <Link
      to="/releases/$release"
      params={{ release: thingPart(pin) }}
      title={stand === undefined ? title : `${title}: ${stand.words}`}
      onClick={onGo}
      className="flex h-7 shrink-0 items-center gap-2.5 rounded-2 px-2 text-ink-2 hover:bg-hover hover:text-ink max-drawer:h-11"
    >
      <StateGlyph state={stand?.state ?? 'not_started'} size={14} />
      <span className={`truncate ${nameClass}`}>{title}</span>
    </Link>
  )
}
