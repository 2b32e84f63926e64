// A screen: its top bar, its banners, its contents, and the panel at its side.

import { Link } from '@tanstack/react-router'
import { ChevronLeft, Menu } from 'lucide-react'
import { useEffect, useId, type ReactElement, type ReactNode } from 'react'
import { Button, buttonClasses } from '../ui/button.tsx'
import { ConnectionBanner, LiveMark, NewPageBar } from './connection.tsx'
import { useFrame } from './frame.ts'

export interface Crumb {
  readonly label: string
  /** An address of the page. */
  readonly to: string
}

interface PageProps {
  /** The last part of the trail; also the title of the tab, and the `h1` unless `header` has one. */
  readonly title: string
  readonly trail?: readonly Crumb[]
  /** Where the arrow of phones leads, on screens without the bar at the foot. */
  readonly back?: Crumb
  /** A few words behind the title. */
  readonly detail?: ReactNode
  /** Buttons at the right; at most one is primary. */
  readonly actions?: ReactNode
  /** A `PageHeader`, for screens of one thing. */
  readonly header?: ReactNode
  /** A `SidePanel`, while something is selected. */
  readonly panel?: ReactNode
  /** What is live on this page, in words; null: nothing is. */
  readonly live?: string | null
  /** Fills the window and scrolls inside: graphs and logs. */
  readonly isFull?: boolean
  readonly children: ReactNode
}

export function Page({
  title,
  trail = [],
  back,
  detail,
  actions,
  header,
  panel,
  live = 'Live',
  isFull = false,
  children,
}: PageProps): ReactElement {
  useEffect(() => {
    document.title = `${title} · Lockstep`
  }, [title])
  return (
    <>
      <TopBar
        trail={trail}
        title={title}
        back={back}
        detail={detail}
        actions={actions}
        live={live}
        hasHeader={header !== undefined}
      />
      <NewPageBar />
      <ConnectionBanner />
      {header}
      <div className="flex min-h-0 grow">
        <main
          id="content"
          tabIndex={-1}
          className={`min-w-0 grow outline-none max-drawer:pb-18 ${isFull ? 'flex flex-col' : 'p-4 drawer:p-6 drawer:pt-5'}`}
        >
          {children}
        </main>
        {panel}
      </div>
    </>
  )
}

function TopBar({
  trail,
  title,
  back,
  detail,
  actions,
  live,
  hasHeader,
}: Required<Pick<PageProps, 'trail' | 'title' | 'live'>> &
  Pick<PageProps, 'detail' | 'actions'> & {
    readonly back: Crumb | undefined
    readonly hasHeader: boolean
  }): ReactElement {
  const { openDrawer } = useFrame()
  const Title = hasHeader ? 'span' : 'h1'
  return (
    <header className="sticky top-0 z-10 flex h-11.5 shrink-0 items-center gap-2 border-b border-line bg-surface px-4 max-drawer:h-14 drawer:px-5">
      <Button
        look="quiet"
        size="icon"
        aria-label="Navigation"
        onClick={openDrawer}
        className="-ml-2 max-drawer:hidden rail:hidden"
      >
        <Menu size={16} aria-hidden />
      </Button>
      {back !== undefined && (
        <Link
          to={back.to}
          aria-label={`Back to ${back.label}`}
          className={`-ml-3 drawer:hidden ${buttonClasses({ look: 'quiet', size: 'icon' })}`}
        >
          <ChevronLeft size={20} aria-hidden />
        </Link>
      )}
      <div className="flex min-w-0 grow items-center gap-2">
        {trail.map(({ label, to }) => (
          <span key={to} className="contents max-drawer:hidden">
            <Link to={to} className="truncate text-ink-2 hover:text-ink hover:underline">
              {label}
            </Link>
            <span aria-hidden className="text-ink-4">
              /
            </span>
          </span>
        ))}
        <Title className="truncate text-13 font-heading tracking-normal">{title}</Title>
        {detail !== undefined && (
          // The words may turn out to be none: then there is no dot before them either.
          <span className="truncate text-ink-3 before:mr-2 before:text-ink-4 before:content-['·'/''] empty:hidden max-drawer:hidden">
            {detail}
          </span>
        )}
      </div>
      {live !== null && <LiveMark words={live} />}
      {actions !== undefined && <div className="flex items-center gap-2">{actions}</div>}
    </header>
  )
}

interface PageHeaderProps {
  readonly title: ReactNode
  /** Versions and state, behind the title. */
  readonly marks?: ReactNode
  readonly aside?: ReactNode
  /** `TabLinks`. */
  readonly tabs?: ReactNode
}

/** What the screen is about, with its tabs. */
export function PageHeader({ title, marks, aside, tabs }: PageHeaderProps): ReactElement {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className="shrink-0 border-b border-line bg-surface px-4 pt-4 drawer:px-5"
    >
      <div
        className={`flex flex-wrap items-center gap-x-3 gap-y-1.5 ${tabs === undefined ? 'pb-4' : 'pb-1.5'}`}
      >
        <h1 id={id} className="text-20">
          {title}
        </h1>
        {marks}
        {aside !== undefined && (
          <div className="text-12 text-ink-2 max-drawer:w-full drawer:ml-auto">{aside}</div>
        )}
      </div>
      {tabs}
    </section>
  )
}
