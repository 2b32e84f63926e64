import { useEffect, type ReactElement, type ReactNode } from 'react'
import { Card } from '../ui/card.tsx'
import { Mark } from './mark.tsx'

interface PlainPageProps {
  readonly title: string
  readonly detail?: ReactNode
  readonly children: ReactNode
}

/** A page outside of the frame: signing in and what comes before. */
export function PlainPage({ title, detail, children }: PlainPageProps): ReactElement {
  useEffect(() => {
    document.title = `${title} · Lockstep`
  }, [title])
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-6 p-4">
      <div className="flex items-center gap-2.5 text-16 font-heading">
        <Mark size={24} /> Lockstep
      </div>
      <Card className="w-full max-w-92 p-6">
        <h1 className="text-20">{title}</h1>
        {detail !== undefined && <p className="mt-1 text-ink-2">{detail}</p>}
        {children}
      </Card>
    </main>
  )
}
