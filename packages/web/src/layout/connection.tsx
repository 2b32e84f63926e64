// Says how fresh the page is, and never lies about it.

import { RefreshCw, Unplug } from 'lucide-react'
import type { ReactElement } from 'react'
import { useFreshness, useLiveStore } from '../lib/live/use-live.ts'
import { useNow } from '../lib/now.ts'
import { Banner } from '../ui/banner.tsx'
import { Button } from '../ui/button.tsx'
import { durationWords } from '../ui/time-words.ts'
import { Time } from '../ui/time.tsx'
import { useFrame } from './frame.ts'

/** The dot in the top bar: green while changes arrive, an open ring otherwise. */
export function LiveMark({ words }: { readonly words: string }): ReactElement {
  const freshness = useFreshness()
  if (freshness.is === 'live') {
    return (
      <span className="flex items-center gap-2 px-2 text-12 whitespace-nowrap text-ink-2">
        <span aria-hidden className="size-2 rounded-full bg-ok-solid ring-2 ring-ok-tint" />
        {words}
      </span>
    )
  }
  return (
    <span className="flex items-center gap-2 px-2 text-12 whitespace-nowrap text-ink-3">
      <span aria-hidden className="size-2 rounded-full border border-idle-solid" />
      {freshness.is === 'lost' ? (
        <>
          as of <Time at={freshness.since} />
        </>
      ) : (
        'Connecting'
      )}
    </span>
  )
}

/** After five seconds without a heartbeat: since when, when it is tried again, and a way to try now. */
export function ConnectionBanner(): ReactElement | null {
  const freshness = useFreshness()
  const store = useLiveStore()
  const now = useNow(freshness.is === 'lost' ? 1_000 : undefined)
  if (freshness.is !== 'lost') return null
  const { since, nextAt } = freshness
  const next =
    nextAt === null || nextAt - now < 1_000
      ? 'Trying again now.'
      : `Trying again in ${durationWords(nextAt - now)}.`
  return (
    <Banner
      look="warning"
      isUrgent
      icon={<Unplug size={14} aria-hidden />}
      actions={
        <Button size="small" onClick={store.tryNow}>
          Now
        </Button>
      }
    >
      <strong className="font-heading">Live updates lost {durationWords(now - since)} ago.</strong>{' '}
      <span aria-live="off">{next}</span>
    </Banner>
  )
}

/** A newer interface is there; it is never loaded by itself. */
export function NewPageBar(): ReactElement | null {
  const { hasNewPage } = useFrame()
  if (!hasNewPage) return null
  return (
    <Banner
      icon={<RefreshCw size={14} aria-hidden />}
      actions={
        <Button size="small" onClick={() => location.reload()}>
          Reload to update
        </Button>
      }
    >
      This interface has a new version.
    </Banner>
  )
}
