import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronsUpDown, Search } from 'lucide-react'
import { lazy, Suspense, type ReactElement, type ReactNode } from 'react'
import { agentsQuery } from '../lib/agents.ts'
import { countOnline } from '../lib/count-online.ts'
import { isMac, keyWords } from '../lib/keys/key-words.ts'
import { usePins } from '../lib/use-pins.ts'
import { useMe } from '../lib/session/me.ts'
import { useProjectChoice } from '../lib/session/project-choice.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { Menu } from '../ui/menu.tsx'
import { useSignOut } from '../lib/session/sign-out.ts'
import { useWaitingCount } from '../lib/waiting.ts'
import { Mark } from './mark.tsx'
import { FOOT_PLACES, MAIN_PLACES, usePlaces, type NavigationPlace } from './places.ts'

const Pinned = lazy(() => import('./pinned.tsx').then((it) => ({ default: it.Pinned })))

interface NavigationProps {
  /** 52 px: icons only, their names in tooltips. The names come back from 1280 px on. */
  readonly isRail: boolean
  readonly onJump: () => void
  /** A place was chosen: the drawer closes. */
  readonly onGo?: () => void
}

/** Workspace, Jump to…, places, and at the foot agents, settings and me. */
export function Navigation({ isRail, onJump, onGo }: NavigationProps): ReactElement {
  const main = usePlaces(MAIN_PLACES)
  const foot = usePlaces(FOOT_PLACES)
  const waiting = useWaitingCount()
  const { pins } = usePins()
  const name = isRail ? 'max-full:sr-only' : ''
  return (
    <div className="flex h-full flex-col gap-0.5 overflow-y-auto p-2">
      <WorkspaceSwitcher nameClass={name} />
      <button
        type="button"
        onClick={onJump}
        className="my-1.5 flex h-7.5 items-center gap-2 rounded-2 border border-line-strong bg-surface px-2 text-ink-2 shadow-1 hover:bg-hover max-drawer:h-11"
      >
        <Search size={15} aria-hidden className="shrink-0" />
        <span className={`grow text-left ${name}`}>Jump to…</span>
        <span className={isRail ? 'max-full:hidden' : ''}>
          <Kbd>{keyWords('mod+k', isMac()).join('')}</Kbd>
        </span>
      </button>
      <nav aria-label="Main" className="contents">
        {main.map((place) => (
          <PlaceLink key={place.to} place={place} nameClass={name} onGo={onGo}>
            {place.to === '/' && waiting > 0 && <WaitingCount count={waiting} isRail={isRail} />}
          </PlaceLink>
        ))}
        <Suspense>
          {pins.length > 0 && <Pinned pins={pins} nameClass={name} onGo={onGo} />}
        </Suspense>
        <div className="grow" />
        {foot.map((place) => (
          <PlaceLink key={place.to} place={place} nameClass={name} onGo={onGo}>
            {place.to === '/agents' && <AgentCount nameClass={name} />}
          </PlaceLink>
        ))}
      </nav>
      <MyMenu nameClass={name} />
    </div>
  )
}

function PlaceLink({
  place,
  nameClass,
  onGo,
  children,
}: {
  readonly place: NavigationPlace
  readonly nameClass: string
  readonly onGo: (() => void) | undefined
  readonly children?: ReactNode
}): ReactElement {
  const { to, name, icon: Icon } = place
  return (
    <Link
      to={to}
      title={name}
      onClick={onGo}
      activeOptions={{ exact: to === '/', includeSearch: false }}
      className="relative flex h-7 shrink-0 items-center gap-2.5 rounded-2 px-2 text-ink-2 hover:bg-hover hover:text-ink max-drawer:h-11"
      activeProps={{ className: 'bg-active! text-ink! font-heading' }}
    >
      <Icon size={16} strokeWidth={1.85} aria-hidden className="shrink-0" />
      <span className={`grow ${nameClass}`}>{name}</span>
      {children}
    </Link>
  )
}

/** How many things wait on me; a dot where there is no room. */
function WaitingCount({
  count,
  isRail,
}: {
  readonly count: number
  readonly isRail: boolean
}): ReactElement {
  return (
    <span
      className={`flex h-4.5 min-w-5.5 items-center justify-center rounded-full border border-wait-line bg-wait-tint px-1 text-11 font-heading text-wait ${isRail ? 'max-full:absolute max-full:-top-0.5 max-full:-right-0.5 max-full:min-w-4 max-full:h-4' : ''}`}
    >
      {count}
      <span className="sr-only"> waiting on you</span>
    </span>
  )
}

/** How many agents are there, of all. */
function AgentCount({ nameClass }: { readonly nameClass: string }): ReactElement | null {
  const { data } = useQuery(agentsQuery)
  if (data === undefined) return null
  const { online, all } = countOnline(data)
  if (all === 0) return null
  return (
    <span className={`text-12 font-normal text-ink-3 ${nameClass}`}>
      {online} of {all}
    </span>
  )
}

function WorkspaceSwitcher({ nameClass }: { readonly nameClass: string }): ReactElement {
  const { projects, chosen, choose } = useProjectChoice()
  const shown = projects.find(({ id }) => id === chosen)?.title ?? 'Lockstep'
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          className="flex h-9 shrink-0 items-center gap-2.5 rounded-2 px-2 text-14 font-heading hover:bg-hover max-drawer:h-11"
        >
          <Mark />
          <span className={`grow truncate text-left ${nameClass}`}>
            {shown}
            <span className="sr-only">, choose the project</span>
          </span>
          <ChevronsUpDown
            size={14}
            aria-hidden
            className={`shrink-0 text-ink-3 ${nameClass === '' ? '' : 'max-full:hidden'}`}
          />
        </button>
      }
      entries={[
        { key: 'all', label: 'All projects', onSelect: () => choose(null) },
        'line',
        ...projects.map(({ id, name, title }) => ({
          key: id,
          label: title,
          hint: name,
          onSelect: () => choose(id),
        })),
      ]}
    />
  )
}

function MyMenu({ nameClass }: { readonly nameClass: string }): ReactElement {
  const me = useMe()
  const signOut = useSignOut()
  const navigate = useNavigate()
  const settings = usePlaces(FOOT_PLACES).find(({ to }) => to === '/settings')
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          className="flex h-8 shrink-0 items-center gap-2 rounded-2 px-1.5 hover:bg-hover max-drawer:h-11"
        >
          <Avatar name={me.title} isDecoration />
          <span className={`grow truncate text-left text-ink-2 ${nameClass}`}>
            {me.title}
            <span className="sr-only">, menu</span>
          </span>
        </button>
      }
      entries={[
        ...(settings === undefined
          ? []
          : [
              {
                key: 'settings',
                label: 'Settings',
                onSelect: () => void navigate({ to: settings.to }),
              },
              'line' as const,
            ]),
        { key: 'sign out', label: 'Sign out', onSelect: () => void signOut() },
      ]}
    />
  )
}
