import { Link, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useRef, type ComponentType, type ReactElement } from 'react'
import { Page } from '../../layout/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { LINK_ROW, useLinkRow } from '../../ui/use-link-row.ts'
import { NotFoundPage } from '../not-found/not-found-page.tsx'
import { AppearanceSettings } from './appearance-settings.tsx'
import { YouSettings } from './you-settings.tsx'

interface SettingsPart {
  readonly path: string
  readonly name: string
  readonly group: 'You' | 'Everybody'
  readonly shown: ComponentType
}

const PARTS: readonly SettingsPart[] = [
  { path: '/settings', name: 'Account', group: 'You', shown: YouSettings },
  {
    path: '/settings/appearance',
    name: 'Appearance and keys',
    group: 'You',
    shown: AppearanceSettings,
  },
  {
    path: '/settings/tokens',
    name: 'Tokens',
    group: 'You',
    shown: lazy(() => import('./token-settings.tsx').then((it) => ({ default: it.TokenSettings }))),
  },
  {
    path: '/settings/notifications',
    name: 'Notifications',
    group: 'Everybody',
    shown: lazy(() =>
      import('./notification-settings.tsx').then((it) => ({ default: it.NotificationSettings })),
    ),
  },
  {
    path: '/settings/people',
    name: 'People',
    group: 'Everybody',
    shown: lazy(() =>
      import('./people-settings.tsx').then((it) => ({ default: it.PeopleSettings })),
    ),
  },
  {
    path: '/settings/groups',
    name: 'Groups',
    group: 'Everybody',
    shown: lazy(() => import('./group-settings.tsx').then((it) => ({ default: it.GroupSettings }))),
  },
  {
    path: '/settings/roles',
    name: 'Roles',
    group: 'Everybody',
    shown: lazy(() => import('./role-settings.tsx').then((it) => ({ default: it.RoleSettings }))),
  },
]

/** What is mine, and what is everybody's: each part has an address of its own. */
export function SettingsPage(): ReactElement {
  const path = useRouterState({ select: ({ location }) => location.pathname.replace(/\/$/, '') })
  const part = PARTS.find((one) => one.path === path)
  if (part === undefined) {
    return (
      <NotFoundPage
        title="There are no such settings"
        list={{ to: '/settings', label: 'All settings' }}
      />
    )
  }
  const Shown = part.shown
  return (
    <Page title={part.name} trail={[{ label: 'Settings', to: '/settings' }]} live={null}>
      <div className="grid gap-6 rail:grid-cols-[176px_minmax(0,1fr)]">
        <SettingsNavigation />
        <div className="max-w-220 min-w-0">
          <Suspense fallback={<SkeletonRows />}>
            <Shown />
          </Suspense>
        </div>
      </div>
    </Page>
  )
}

function SettingsNavigation(): ReactElement {
  const row = useRef<HTMLElement>(null)
  useLinkRow(row)
  return (
    <nav
      ref={row}
      aria-label="Settings"
      className={`flex gap-1 max-rail:-mx-4 max-rail:px-4 rail:flex-col ${LINK_ROW}`}
    >
      {(['You', 'Everybody'] as const).map((group) => (
        <div key={group} className="flex gap-1 rail:mb-3 rail:flex-col rail:gap-0.5">
          <span className="px-2 text-11 text-ink-3 max-rail:sr-only">{group}</span>
          {PARTS.filter((part) => part.group === group).map(({ path, name }) => (
            <Link
              key={path}
              to={path}
              activeOptions={{ exact: true, includeSearch: false }}
              className="flex h-7 items-center rounded-2 px-2 whitespace-nowrap text-ink-2 hover:bg-hover hover:text-ink max-drawer:h-11"
              activeProps={{ className: 'bg-active! text-ink! font-heading' }}
            >
              {name}
            </Link>
          ))}
        </div>
      ))}
    </nav>
  )
}
