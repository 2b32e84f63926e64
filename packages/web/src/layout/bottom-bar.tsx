import { Link, useRouterState } from '@tanstack/react-router'
import { Menu, Search } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { useWaitingCount } from '../lib/waiting.ts'
import { MAIN_PLACES, usePlaces } from './places.ts'

interface BottomBarProps {
  readonly onJump: () => void
  readonly onMore: () => void
}

const CELL =
  'flex h-14 grow basis-0 flex-col items-center justify-center gap-0.5 text-11 text-ink-2'

/** The navigation of phones: Home, Releases, Search, and the rest behind More. A gate has its buttons in that place. */
export function BottomBar({ onJump, onMore }: BottomBarProps): ReactElement | null {
  const isAtGate = useRouterState({
    select: ({ location }) => location.pathname.startsWith('/gates/'),
  })
  const places = usePlaces(MAIN_PLACES.slice(0, 2))
  const waiting = useWaitingCount()
  if (isAtGate) return null
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-20 flex border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] drawer:hidden"
    >
      {places.map(({ to, name, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: to === '/', includeSearch: false }}
          className={CELL}
          activeProps={{ className: 'text-ink! font-heading' }}
        >
          <span className="relative">
            <Icon size={20} strokeWidth={1.85} aria-hidden />
            {to === '/' && waiting > 0 && <Badge count={waiting} />}
          </span>
          {name}
        </Link>
      ))}
      <Cell icon={<Search size={20} strokeWidth={1.85} aria-hidden />} onPress={onJump}>
        Search
      </Cell>
      <Cell icon={<Menu size={20} strokeWidth={1.85} aria-hidden />} onPress={onMore}>
        More
      </Cell>
    </nav>
  )
}

function Badge({ count }: { readonly count: number }): ReactElement {
  return (
    <span className="absolute -top-1 -right-2.5 flex h-4 min-w-4 items-center justify-center rounded-full border border-wait-line bg-wait-tint px-0.5 text-11 font-heading text-wait">
      {count}
      <span className="sr-only"> waiting on you</span>
    </span>
  )
}

function Cell({
  icon,
  onPress,
  children,
}: {
  readonly icon: ReactNode
  readonly onPress: () => void
  readonly children: string
}): ReactElement {
  return (
    <button type="button" onClick={onPress} className={CELL}>
      {icon}
      {children}
    </button>
  )
}
