import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { ArrowLeftRight } from 'lucide-react'
import type { ReactElement } from 'react'
import { ApplicationIcon } from '../../components/application-icon.tsx'
import { Page } from '../../layout/page.tsx'
import { shortName } from '../../lib/address.ts'
import { inventoryQuery, type Environment } from '../../lib/inventory.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Part } from '../../ui/part.tsx'
import { Select } from '../../ui/select.tsx'
import { SideScroll } from '../../ui/side-scroll.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Segments } from '../../ui/tabs.tsx'
import {
  compareEnvironments,
  type ComparedApplication,
  type ComparedComponent,
} from './compare-environments.ts'
import { PlacesBar } from './places-bar.tsx'
import { addressOfPlace, useComponentOrder, usePlaces } from './use-places.ts'

const here = getRouteApi('/shell/environments/compare')

/** What runs in one environment and not in another. */
export function ComparePage(): ReactElement {
  const { a, b, all = false } = here.useSearch()
  const navigate = here.useNavigate()
  const { query, places } = usePlaces()
  const find = (address: string | undefined): Environment | undefined =>
    places.find((place) => addressOfPlace(place) === address)
  // Without a choice the last step of the delivery is compared: what would come, with what runs.
  const left = find(a) ?? places.at(-2)
  const right = find(b) ?? places.at(-1)
  const change = (next: { a?: string; b?: string; all?: boolean }): void => {
    void navigate({
      search: ({ a: oldA, b: oldB, all: oldAll }) => {
        const [newA, newB] = [next.a ?? oldA, next.b ?? oldB]
        return {
          ...(newA !== undefined && { a: newA }),
          ...(newB !== undefined && { b: newB }),
          ...((next.all ?? oldAll ?? false) && { all: true as const }),
        }
      },
      replace: true,
      resetScroll: false,
    })
  }
  return (
    <Page title="Compare" trail={[{ label: 'Environments', to: '/environments' }]}>
      <PlacesBar />
      <Part what="Environments" query={query}>
        {() =>
          left === undefined || right === undefined ? (
            <Card>
              <Empty title="There is nothing to compare">
                Two environments can be put side by side as soon as there are two.
              </Empty>
            </Card>
          ) : (
            <>
              <div className="mb-4 flex flex-wrap items-center gap-2">
                <PlaceChoice
                  label="Left"
                  value={left}
                  places={places}
                  onChange={(address) => change({ a: address })}
                />
                <Button
                  look="quiet"
                  size="icon"
                  aria-label="Swap the two sides"
                  onClick={() => change({ a: addressOfPlace(right), b: addressOfPlace(left) })}
                >
                  <ArrowLeftRight size={14} aria-hidden />
                </Button>
                <PlaceChoice
                  label="Right"
                  value={right}
                  places={places}
                  onChange={(address) => change({ b: address })}
                />
                <span className="grow max-drawer:basis-full" />
                <Segments
                  label="What is shown"
                  value={all ? 'all' : 'differences'}
                  options={[
                    { value: 'differences', label: 'Differences' },
                    { value: 'all', label: 'Everything' },
                  ]}
                  onChange={(value) => change({ all: value === 'all' })}
                />
              </div>
              <Comparison left={left} right={right} isAll={all} />
            </>
          )
        }
      </Part>
    </Page>
  )
}

function PlaceChoice({
  label,
  value,
  places,
  onChange,
}: {
  readonly label: string
  readonly value: Environment
  readonly places: readonly Environment[]
  readonly onChange: (address: string) => void
}): ReactElement {
  const isOneProject = new Set(places.map(({ project }) => project)).size < 2
  return (
    <Select
      label={label}
      isLabelHidden
      value={addressOfPlace(value)}
      options={places.map((place) => ({
        value: addressOfPlace(place),
        label: isOneProject ? place.title : `${place.title}, ${place.project}`,
      }))}
      onChange={onChange}
      className="max-drawer:min-w-0 max-drawer:grow max-drawer:basis-0 drawer:min-w-40"
    />
  )
}

function Comparison({
  left,
  right,
  isAll,
}: {
  readonly left: Environment
  readonly right: Environment
  readonly isAll: boolean
}): ReactElement {
  const inventory = useQuery(inventoryQuery())
  const componentsOf = useComponentOrder()
  return (
    <Part what="Inventory" query={inventory}>
      {({ items }) => {
        const compared = compareEnvironments(
          items.filter(({ environment }) => environment === left.id),
          items.filter(({ environment }) => environment === right.id),
          componentsOf,
        )
        const differing = compared.filter(({ differs }) => differs)
        const shown = isAll ? compared : differing
        return (
          <>
            <p className="mb-2 text-ink-2" role="status">
              {differing.length === 0
                ? `${left.title} and ${right.title} run the same bits.${isAll ? '' : ' Everything shows them.'}`
                : `${differing.length} of ${compared.length} ${compared.length === 1 ? 'application' : 'applications'} ${differing.length === 1 ? 'differs' : 'differ'}.`}
            </p>
            {shown.length > 0 && (
              <Card>
                <ComparedTable shown={shown} left={left} right={right} isAll={isAll} />
              </Card>
            )}
          </>
        )
      }}
    </Part>
  )
}

const HEAD = 'h-8.5 border-b border-line px-3.5 text-12 font-normal text-ink-3 max-drawer:px-2'

function ComparedTable({
  shown,
  left,
  right,
  isAll,
}: {
  readonly shown: readonly ComparedApplication[]
  readonly left: Environment
  readonly right: Environment
  readonly isAll: boolean
}): ReactElement {
  return (
    <SideScroll label={`${left.title} and ${right.title}`}>
      <table className="w-full border-separate border-spacing-0 text-left">
        <thead>
          <tr>
            <th scope="col" className={`sticky left-0 bg-surface ${HEAD}`}>
              <span className="max-drawer:hidden">Application and component</span>
              <span className="drawer:hidden">Component</span>
            </th>
            <th scope="col" className={HEAD}>
              <span className="text-13 font-heading text-ink">{left.title}</span>
            </th>
            <th scope="col" className={HEAD}>
              <span className="text-13 font-heading text-ink">{right.title}</span>
            </th>
          </tr>
        </thead>
        {shown.map(({ application, components }) => (
          <tbody key={application}>
            <tr>
              <th
                scope="rowgroup"
                colSpan={3}
                className="h-10 border-t border-line px-3.5 font-name first:border-t-0"
              >
                <span className="flex items-center gap-2">
                  <ApplicationIcon application={shortName(application)} />
                  {shortName(application)}
                </span>
              </th>
            </tr>
            {components
              .filter(({ difference }) => isAll || difference !== 'none')
              .map((component) => (
                <ComponentLine key={component.component} {...component} />
              ))}
          </tbody>
        ))}
      </table>
    </SideScroll>
  )
}

const WORDS: Readonly<Record<ComparedComponent['difference'], string>> = {
  none: 'the same',
  version: 'another version',
  bits: 'the same version, other bits',
  only_a: 'only here',
  only_b: 'only here',
}

function ComponentLine({ component, a, b, difference }: ComparedComponent): ReactElement {
  const isSame = difference === 'none'
  return (
    <tr>
      <th
        scope="row"
        className="sticky left-0 h-8 bg-surface pr-3 pl-11 text-12 font-normal text-ink-2 max-drawer:pr-2 max-drawer:pl-2"
      >
        <span className="block max-w-60 truncate" title={component}>
          {component}
        </span>
      </th>
      <td className="px-3.5 max-drawer:px-2">
        <Versions versions={a} isSame={isSame} note={difference === 'only_a' ? WORDS.only_a : ''} />
      </td>
      <td className="px-3.5 max-drawer:px-2">
        <Versions
          versions={b}
          isSame={isSame}
          note={difference === 'only_b' || difference === 'bits' || isSame ? WORDS[difference] : ''}
        />
      </td>
    </tr>
  )
}

function Versions({
  versions,
  isSame,
  note,
}: {
  readonly versions: readonly string[]
  readonly isSame: boolean
  readonly note: string
}): ReactElement {
  const [first, ...others] = versions
  if (first === undefined) return <span className="text-12 text-ink-3">nothing</span>
  return (
    <span
      className={`flex items-center gap-x-2 font-mono text-12 whitespace-nowrap max-drawer:flex-wrap ${isSame ? 'text-ink-2' : 'font-heading'}`}
    >
      {isSame && note !== '' && <StateGlyph state="passed" size={13} isDecoration />}
      {first}
      {others.length > 0 && <span className="font-normal text-ink-3">and {others.join(', ')}</span>}
      {note !== '' && <span className="font-sans font-normal text-ink-3">{note}</span>}
    </span>
  )
}
