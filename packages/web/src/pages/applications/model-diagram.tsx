import { Link } from '@tanstack/react-router'
import {
  Fragment,
  useLayoutEffect,
  useRef,
  useState,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
} from 'react'
import type { Defined } from '../../lib/definitions.ts'
import type { InventoryRow } from '../../lib/inventory.ts'
import { ComponentCard } from './component-card.tsx'
import { fitsIn } from './map-draft.ts'
import { PlaceCard } from './place-card.tsx'
import { listMissingPlaces, wirePath, type MappedEnvironment } from './tier-map.ts'
import { useWireDrag } from './use-wire-drag.ts'

interface ModelDiagramProps {
  readonly application: Defined<'application'>
  /** As it is drawn, with what is changed and not published. */
  readonly shown: MappedEnvironment
  /** As it is published: what is where does not move before. */
  readonly published: MappedEnvironment
  readonly mapped: readonly MappedEnvironment[]
  /** Of this application in the shown environment. */
  readonly rows: readonly InventoryRow[]
  readonly filledBy: ReadonlyMap<string, string>
  readonly selected: string | undefined
  readonly onSelect: (component: string | undefined) => void
  readonly chooser: ReactNode
  /** null: whoever looks may not change the tier map, or has no room for it. */
  readonly mapping: {
    /** Tiers that go elsewhere than they are published. */
    readonly changed: ReadonlySet<string>
    readonly onMap: (tier: string, place: string) => void
  } | null
}

interface Wire {
  readonly tier: string
  readonly place: string
  readonly kind: 'here' | 'new' | 'elsewhere'
}

const WIRE_WORDS: Readonly<Record<Wire['kind'], string>> = {
  here: '',
  new: ' from now on',
  elsewhere: ' elsewhere',
}
const CARD = 'relative rounded-3 border bg-surface shadow-1'

/** Tiers of the application at the left, tiers of the environment at the right, and a wire for each place that is given. */
export function ModelDiagram({
  application,
  shown,
  published,
  mapped,
  rows,
  filledBy,
  selected,
  onSelect,
  chooser,
  mapping,
}: ModelDiagramProps): ReactElement {
  const { tiers } = application.body
  const missing = listMissingPlaces(shown, mapped)
  const used = new Set(shown.places.values())
  // Whoever maps sees all places that there are.
  const places = shown.environment.body.tiers.filter(
    ({ name }) => mapping !== null || used.has(name),
  )
  const wires: readonly Wire[] = [
    ...[...shown.places].map(([tier, place]) => ({
      tier,
      place,
      kind: mapping?.changed.has(tier) ? ('new' as const) : ('here' as const),
    })),
    ...missing.flatMap(({ place, tiers: from }) =>
      from.map((tier) => ({ tier, place, kind: 'elsewhere' as const })),
    ),
  ]
  const tierOf = (component: string): string | undefined =>
    tiers.find(({ components }) => components.some(({ name }) => name === component))?.name
  const selectedTier = selected === undefined ? undefined : tierOf(selected)
  const { container, dots, size } = useDots(wires, places.length)
  const { drag, begin } = useWireDrag(container, (name, to) => {
    const place = places.find((one) => one.name === to)
    const tier = tiers.find((one) => one.name === name)
    if (place !== undefined && tier !== undefined && fitsIn(tier, place)) mapping?.onMap(name, to)
  })
  const dragged = tiers.find(({ name }) => name === drag?.tier)
  return (
    <div ref={container} className="relative rail:grid rail:grid-cols-[1fr_1fr] rail:gap-x-32">
      <Wires wires={wires} dots={dots} size={size} selectedTier={selectedTier} />
      {drag !== null && <DraggedWire from={dots.get(`tier ${drag.tier}`)} to={drag} size={size} />}
      <section aria-labelledby="application-tiers">
        <header className="mb-2 flex h-8 items-center gap-2">
          <h2 id="application-tiers" className="text-13">
            Application tiers
          </h2>
          <span className="text-12 text-ink-3">what it is made of</span>
        </header>
        <ul className="space-y-3.5">
          {tiers.map((tier) => (
            <li key={tier.name} className={`${CARD} border-line p-2.5`}>
              <div className="flex h-5 items-center gap-2 px-1">
                <h3 className="text-13">{tier.name}</h3>
                <span className="text-12 text-ink-3 rail:hidden">
                  runs on {shown.places.get(tier.name) ?? 'nothing'} in {shown.title}
                </span>
              </div>
              <Dot
                id={`tier ${tier.name}`}
                side="right"
                onGrab={mapping === null ? undefined : (event) => begin(tier.name, event)}
              />
              <ul className="mt-2 space-y-2">
                {tier.components.map((component) => (
                  <ComponentCard
                    key={component.name}
                    application={application}
                    component={component}
                    rows={rows.filter((row) => row.component === component.name)}
                    isSelected={component.name === selected}
                    onSelect={() =>
                      onSelect(component.name === selected ? undefined : component.name)
                    }
                  />
                ))}
              </ul>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="environment-tiers" className="max-rail:mt-6">
        <header className="mb-2 flex min-h-8 flex-wrap items-center justify-between gap-2">
          <h2 id="environment-tiers" className="text-13">
            Environment tiers
          </h2>
          <div className="max-w-full overflow-x-auto">{chooser}</div>
        </header>
        <ul className="space-y-3.5">
          {places.map((place) => (
            <li
              key={place.name}
              data-place={place.name}
              className={`${CARD} ${dragged === undefined ? 'border-line' : dropLook(fitsIn(dragged, place), drag?.over === place.name)}`}
            >
              <Dot id={`place ${place.name}`} side="left" />
              <PlaceCard
                place={place}
                filledBy={filledBy.get(place.name)}
                components={tiers
                  .filter(({ name }) => published.places.get(name) === place.name)
                  .flatMap(({ components }) => components.map(({ name }) => name))}
                rows={rows}
              />
            </li>
          ))}
          {missing.map(({ place, tiers: from, inside }) => (
            <li
              key={place}
              className="relative rounded-3 border border-dashed border-line-strong p-3.5"
            >
              <Dot id={`place ${place}`} side="left" />
              <div className="flex items-center gap-2">
                <h3 className="text-13">{place}</h3>
                <span className="text-12 text-ink-3">none in {shown.title}</span>
              </div>
              <p className="mt-2 text-12 text-ink-2">
                In {inside.join(' and ')}, {from.join(' and ')} {from.length === 1 ? 'goes' : 'go'}{' '}
                there. {shown.title} uses{' '}
                {from.map((tier, at) => (
                  <Fragment key={tier}>
                    {at > 0 && ' and '}
                    <strong className="font-heading">{shown.places.get(tier) ?? 'nothing'}</strong>
                  </Fragment>
                ))}{' '}
                instead.
              </p>
            </li>
          ))}
        </ul>
        <p className="mt-3 text-12 text-ink-3">
          The tier map is part of the definition of{' '}
          <Link
            to="/environments"
            search={{ q: shown.environment.name }}
            className="underline hover:text-ink"
          >
            {shown.title}
          </Link>
          , revision {shown.environment.revision}.
        </p>
      </section>
    </div>
  )
}

function dropLook(fits: boolean, isOver: boolean): string {
  if (!fits) return 'border-line opacity-50'
  return isOver ? 'border-accent ring-1 ring-accent' : 'border-accent-line'
}

interface DotProps {
  readonly id: string
  readonly side: 'left' | 'right'
  /** A wire can be dragged from it. By keyboard a place is chosen in the tier map below. */
  readonly onGrab?: ((event: PointerEvent) => void) | undefined
}

function Dot({ id, side, onGrab }: DotProps): ReactElement {
  return (
    <span
      aria-hidden
      data-dot={id}
      className={`absolute top-3.75 z-1 size-2.5 rounded-full border-2 border-ink-2 bg-surface max-rail:hidden ${side === 'left' ? '-left-1.25' : '-right-1.25'}`}
    >
      {onGrab !== undefined && (
        <span
          role="presentation"
          onPointerDown={onGrab}
          title="Drag it to another place"
          className="absolute -inset-2.5 cursor-grab touch-none rounded-full"
        />
      )}
    </span>
  )
}

function DraggedWire({
  from,
  to,
  size,
}: {
  readonly from: Point | undefined
  readonly to: Point
  readonly size: { readonly width: number; readonly height: number }
}): ReactElement | null {
  if (from === undefined) return null
  return (
    <svg
      aria-hidden
      width={size.width}
      height={size.height}
      fill="none"
      className="pointer-events-none absolute top-0 left-0 z-2 overflow-visible"
    >
      <path d={wirePath(from, to)} strokeWidth={2} stroke="var(--ls-accent)" />
    </svg>
  )
}

interface Point {
  readonly x: number
  readonly y: number
}

function Wires({
  wires,
  dots,
  size,
  selectedTier,
}: {
  readonly wires: readonly Wire[]
  readonly dots: ReadonlyMap<string, Point>
  readonly size: { readonly width: number; readonly height: number }
  readonly selectedTier: string | undefined
}): ReactElement {
  const words = wires
    .map(({ tier, place, kind }) => `${tier} to ${place}${WIRE_WORDS[kind]}`)
    .join(', ')
  return (
    <svg
      role="img"
      aria-label={`Wires: ${words}`}
      width={size.width}
      height={size.height}
      fill="none"
      className="pointer-events-none absolute top-0 left-0 max-rail:hidden"
    >
      {wires.map(({ tier, place, kind }) => {
        const from = dots.get(`tier ${tier}`)
        const to = dots.get(`place ${place}`)
        if (from === undefined || to === undefined) return null
        const isSelected = tier === selectedTier
        return (
          <path
            key={`${tier} ${place}`}
            data-wire={`${tier} → ${place}`}
            d={wirePath(from, to)}
            strokeWidth={2}
            stroke={
              kind === 'elsewhere'
                ? 'var(--ls-idle-solid)'
                : isSelected || kind === 'new'
                  ? 'var(--ls-accent)'
                  : 'var(--ls-ink-2)'
            }
            {...(kind === 'elsewhere' ? { strokeDasharray: '4 4' } : {})}
          />
        )
      })}
    </svg>
  )
}

/** Where the dots of the diagram are, measured again whenever its size changes. */
function useDots(
  wires: readonly Wire[],
  places: number,
): {
  readonly container: React.RefObject<HTMLDivElement | null>
  readonly dots: ReadonlyMap<string, Point>
  readonly size: { readonly width: number; readonly height: number }
} {
  const container = useRef<HTMLDivElement>(null)
  const [measured, setMeasured] = useState({
    dots: new Map<string, Point>(),
    size: { width: 0, height: 0 },
  })
  const key = [places, ...wires.map(({ tier, place }) => `${tier}>${place}`)].join()
  useLayoutEffect(() => {
    const element = container.current
    if (element === null) return undefined
    const measure = (): void => {
      const origin = element.getBoundingClientRect()
      const found = [...element.querySelectorAll<HTMLElement>('[data-dot]')].map(
        (dot): [string, Point] => {
          const box = dot.getBoundingClientRect()
          return [
            dot.dataset['dot'] ?? '',
            { x: box.left + box.width / 2 - origin.left, y: box.top + box.height / 2 - origin.top },
          ]
        },
      )
      setMeasured({
        dots: new Map(found),
        size: { width: element.clientWidth, height: element.clientHeight },
      })
    }
    const watch = new ResizeObserver(measure)
    watch.observe(element)
    for (const card of element.querySelectorAll('li')) watch.observe(card)
    return () => watch.disconnect()
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- other wires have other dots to measure
  }, [key])
  return { container, ...measured }
}
