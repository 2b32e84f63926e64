import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, type ReactElement } from 'react'
import { gateTitle } from '../components/gate/gate-line.ts'
import { standOf } from '../components/release/release-strip.ts'
import { thingPart } from '../lib/address.ts'
import type { Pin } from '../lib/pins.ts'
import { releaseAtQuery, runQuery } from '../lib/runs.ts'
import { usePins } from '../lib/use-pins.ts'
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
  const { drop } = usePins()
  const { data: found, isPending } = useQuery(releaseAtQuery(pin))
  const isGone = found === null
  useEffect(() => {
    // One that is gone would take the place of another.
    if (isGone) drop(pin)
  })
  const release = found ?? undefined
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
      {isPending ? (
        <span aria-hidden className="size-3.5 shrink-0" />
      ) : (
        <StateGlyph state={stand?.state ?? 'unknown'} size={14} />
      )}
      <span className={`truncate ${nameClass}`}>{title}</span>
    </Link>
  )
}
