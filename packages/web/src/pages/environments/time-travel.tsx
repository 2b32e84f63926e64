import { CalendarClock, History } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { useNow } from '../../lib/now.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Popover } from '../../ui/popover.tsx'
import { fullTime } from '../../ui/time-words.ts'
import { Time } from '../../ui/time.tsx'

const HOUR_MS = 3_600_000
const JUMPS = [
  { words: 'An hour ago', ms: HOUR_MS },
  { words: 'Yesterday, same time', ms: 24 * HOUR_MS },
  { words: 'A week ago', ms: 7 * 24 * HOUR_MS },
] as const

interface TimeTravelProps {
  readonly at: string | undefined
  /** null: back to now. */
  readonly onTravel: (at: string | null) => void
}

/** Shows the page as of a moment of the past. */
export function TimeTravel({ at, onTravel }: TimeTravelProps): ReactElement {
  const [isOpen, setIsOpen] = useState(false)
  const [text, setText] = useState('')
  const now = useNow(60_000)
  const travel = (ms: number): void => {
    setIsOpen(false)
    onTravel(`${new Date(ms).toISOString().slice(0, 19)}Z`)
  }
  const chosen = Date.parse(text)
  return (
    <Popover
      title="As of"
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      trigger={
        <Button>
          <CalendarClock size={14} aria-hidden />
          {at === undefined ? 'Now' : <Time at={at} />}
        </Button>
      }
    >
      <form
        className="mt-3 space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (!Number.isNaN(chosen) && chosen <= now) travel(chosen)
        }}
      >
        <Field
          label="Date and time"
          type="datetime-local"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={chosen > now ? 'This is still to come.' : undefined}
        />
        <div className="flex flex-col items-start">
          {JUMPS.map(({ words, ms }) => (
            <Button key={words} look="quiet" onClick={() => travel(now - ms)}>
              {words}
            </Button>
          ))}
        </div>
        <div className="flex justify-end gap-2">
          {at !== undefined && (
            <Button
              look="quiet"
              onClick={() => {
                setIsOpen(false)
                onTravel(null)
              }}
            >
              Back to now
            </Button>
          )}
          <Button type="submit" disabled={Number.isNaN(chosen) || chosen > now}>
            Show
          </Button>
        </div>
      </form>
    </Popover>
  )
}

/** Says that nothing on this page is of now. */
export function PastBanner({
  at,
  onBack,
}: {
  readonly at: string
  readonly onBack: () => void
}): ReactElement {
  return (
    <div className="-mx-4 -mt-4 mb-4 drawer:-mx-6 drawer:-mt-5">
      <Banner
        look="warning"
        icon={<History size={14} aria-hidden />}
        actions={
          <Button size="small" onClick={onBack}>
            Back to now
          </Button>
        }
      >
        <strong className="font-heading">As of {fullTime(Date.parse(at))}.</strong> Nothing here
        changes any more.
      </Banner>
    </div>
  )
}
