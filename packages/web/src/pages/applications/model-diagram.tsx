import { Link } from '@tanstack/react-router'
import {
  Fragment,
  useLayoutEffect,
  useRef,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react'
import type { Defined } from '../../lib/definitions.ts'
import type { InventoryRow } from '../../lib/inventory.ts'
import { ComponentCard } from './component-card.tsx'
import { PlaceCard } from './place-card.tsx'
import { listMissingPlaces, wirePath, type MappedEnvironment } from './tier-map.ts'

interface ModelDiagramProps {
  readonly application: Defined<'application'>
  readonly shown: MappedEnvironment
  readonly mapped: readonly MappedEnvironment[]
  /** Of this application in the shown environment. */
  readonly rows: readonly InventoryRow[]
  readonly filledBy: ReadonlyMap<string, string>
  readonly selected: string | undefined
  readonly onSelect: (component: string | undefined) => void
  readonly chooser: ReactNode
}

interface Wire {
  readonly tier: string
  readonly place: string
  readonly kind: 'here' | 'elsewhere'
}

const CARD = 'relative rounded-3 border bg-surface shadow-1'

/** Tiers of the application at the left, tiers of the environment at the right, and a wire for each place that is given. */
export function ModelDiagram({
  application,
  shown,
  mapped,
  rows,
  filledBy,
  selected,
  onSelect,
  chooser,
}: ModelDiagramProps): ReactElement {
  const { tiers } = application.body
  const missing = listMissingPlaces(shown, mapped)
  const used = new Set(shown.places.values())
  const places = shown.environment.body.tiers.filter(({ name }) => used.has(name))
  const wires: readonly Wire[] = [
    ...[...shown.places].map(([tier, place]) => ({ tier, place, kind: 'here' as const })),
    ...missing.flatMap(({ place, tiers: from }) =>
      from.map((tier) => ({ tier, place, kind: 'elsewhere' as const })),
    ),
  ]
  const tierOf = (component: string): string | undefined =>
    tiers.find(({ components }) => components.some(({ name }) => name === component))?.name
  const selectedTier = selected === undefined ? undefined : tierOf(selected)
  const { container, dots, size } = useDots(wires)
  return (
    <div ref={container} className="relative rail:grid rail:grid-cols-[1fr_1fr] rail:gap-x-32">
      <Wires wires={wires} dots={dots} size={size} selectedTier={selectedTier} />
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
              <Dot id={`tier ${tier.name}`} side="right" />
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
            <li key={place.name} className={`${CARD} border-line`}>
              <Dot id={`place ${place.name}`} side="left" />
              <PlaceCard
                place={place}
                filledBy={filledBy.get(place.name)}
                components={tiers
                  .filter(({ name }) => shown.places.get(name) === place.name)
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

function Dot({ id, side }: { readonly id: string; readonly side: 'left' | 'right' }): ReactElement {
  return (
    <span
      aria-hidden
      data-dot={id}
      className={`absolute top-3.75 z-1 size-2.5 rounded-full border-2 border-ink-2 bg-surface max-rail:hidden ${side === 'left' ? '-left-1.25' : '-right-1.25'}`}
    />
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
    .map(({ tier, place, kind }) => `${tier} to ${place}${kind === 'here' ? '' : ' elsewhere'}`)
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
                : isSelected
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
function useDots(wires: readonly Wire[]): {
  readonly container: React.RefObject<HTMLDivElement | null>
  readonly dots: ReadonlyMap<string, Point>
  readonly size: { readonly width: number; readonly height: number }
} {
  const container = useRef<HTMLDivElement>(null)
  const [measured, setMeasured] = useState({
    dots: new Map<string, Point>(),
    size: { width: 0, height: 0 },
  })
  const key = wires.map(({ tier, place }) => `${tier}>${place}`).join()
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
