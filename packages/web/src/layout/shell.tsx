import { Outlet, useNavigate, useRouter } from '@tanstack/react-router'
import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useRef, useState, type ReactElement } from 'react'
import { useIsWidth } from '../lib/is-width.ts'
import { createKeyRegistry } from '../lib/keys/key-registry.ts'
import { typeAhead } from '../lib/keys/type-ahead.ts'
import { KeyContext, useKeys } from '../lib/keys/use-keys.ts'
import { createLiveStore } from '../lib/live/live-store.ts'
import { LiveContext } from '../lib/live/use-live.ts'
import { CommandContext, createCommandRegistry, useCommands } from '../palette/command-registry.ts'
import { ToastArea, useTell } from '../ui/toast.tsx'
import { useNewPage } from '../lib/new-page.ts'
import { Navigation } from './navigation.tsx'
import { FOOT_PLACES, MAIN_PLACES, usePlaces } from './places.ts'
import { FrameContext } from './frame.ts'

const loadPalette = (): Promise<typeof import('../palette/palette.tsx')> =>
  import('../palette/palette.tsx')
const Palette = lazy(() => loadPalette().then(({ Palette: it }) => ({ default: it })))
const BottomBar = lazy(() =>
  import('./bottom-bar.tsx').then(({ BottomBar: it }) => ({ default: it })),
)
const Drawer = lazy(() => import('./drawer.tsx').then(({ Drawer: it }) => ({ default: it })))
const KeySheet = lazy(() =>
  import('../lib/keys/key-sheet.tsx').then(({ KeySheet: it }) => ({ default: it })),
)

/** The frame: what is provided to every screen, navigation, and the screen itself. */
export function Shell(): ReactElement {
  const queries = useQueryClient()
  const [keys] = useState(createKeyRegistry)
  const [commands] = useState(createCommandRegistry)
  const newPage = useNewPage()
  const [live] = useState(() => createLiveStore(queries, newPage.look))
  useEffect(() => live.begin(), [live])
  useEffect(() => keys.listen(document), [keys])
  return (
    <KeyContext value={keys}>
      <CommandContext value={commands}>
        <LiveContext value={live}>
          <ToastArea>
            <Frame hasNewPage={newPage.isThere} />
          </ToastArea>
        </LiveContext>
      </CommandContext>
    </KeyContext>
  )
}

const NOTHING = (): string => ''

type Opened = 'palette' | 'keys' | 'drawer' | null

function Frame({ hasNewPage }: { readonly hasNewPage: boolean }): ReactElement {
  const [opened, setOpened] = useState<Opened>(null)
  const isPhone = useIsWidth('phone')
  const takeTyped = useRef(NOTHING)
  const close = (): void => {
    takeTyped.current()
    takeTyped.current = NOTHING
    setOpened(null)
  }
  const tell = useTell()
  const jump = (): void => {
    if (opened === 'palette') return
    takeTyped.current()
    const take = typeAhead(document, close)
    takeTyped.current = take
    loadPalette().then(
      // It may have been given up meanwhile, or asked for once more.
      () => takeTyped.current === take && setOpened('palette'),
      () => {
        if (takeTyped.current !== take) return
        close()
        tell({ title: 'Search could not be loaded' })
      },
    )
  }
  useEffect(() => () => void takeTyped.current(), [])
  useEffect(() => {
    // Without a connection it is loaded when somebody asks for it.
    const timer = setTimeout(() => void loadPalette().catch(() => undefined), 2_000)
    return () => clearTimeout(timer)
  }, [])
  const showKeys = { label: 'Show all keys and signs', keys: '?', run: () => setOpened('keys') }
  useCommands([{ id: 'keys and signs', group: 'Here', ...showKeys }])
  useKeys([
    { keys: 'mod+k', label: 'Jump to a place or an action', group: 'Everywhere', run: jump },
    { group: 'Everywhere', ...showKeys },
  ])
  usePlaceKeys()
  return (
    <FrameContext value={{ openDrawer: () => setOpened('drawer'), hasNewPage }}>
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-14 rounded-2 bg-ink px-3 py-1.5 text-on-ink focus:translate-y-0"
      >
        Skip to the page
      </a>
      <div className="flex min-h-dvh">
        <aside
          aria-label="Navigation"
          className="sticky top-0 hidden h-dvh w-13 shrink-0 border-r border-line rail:block full:w-52"
        >
          <Navigation isRail onJump={jump} />
        </aside>
        <div className="flex min-w-0 grow flex-col">
          <Outlet />
        </div>
      </div>
      <Suspense>
        {isPhone && <BottomBar onJump={jump} onMore={() => setOpened('drawer')} />}
      </Suspense>
      <Suspense>
        {opened === 'drawer' && <Drawer isOpen onClose={close} onJump={jump} />}
        {opened === 'palette' && (
          <Palette isOpen takeTyped={() => takeTyped.current()} onClose={close} />
        )}
        {opened === 'keys' && <KeySheet isOpen onClose={close} />}
      </Suspense>
    </FrameContext>
  )
}

/** `G` and a letter goes to a place; the palette lists the places too. */
function usePlaceKeys(): void {
  const places = [...usePlaces(MAIN_PLACES), ...usePlaces(FOOT_PLACES)]
  const navigate = useNavigate()
  const router = useRouter()
  useKeys(
    places.flatMap(({ to, name, keys }) =>
      keys === undefined
        ? []
        : [{ keys, label: `Go to ${name}`, group: 'Go to', run: () => void navigate({ to }) }],
    ),
  )
  useCommands([
    ...places.map(({ to, name, icon: Icon, keys }) => ({
      id: `go ${to}`,
      group: 'Go to' as const,
      label: name,
      icon: <Icon size={15} aria-hidden />,
      ...(keys === undefined ? {} : { keys }),
      run: () => void navigate({ to }),
    })),
    {
      id: 'copy address',
      group: 'Here' as const,
      label: 'Copy the address of this page',
      keys: '.',
      run: () => void navigator.clipboard.writeText(location.origin + router.state.location.href),
    },
  ])
}
