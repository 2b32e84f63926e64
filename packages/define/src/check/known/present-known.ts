// known.d.ts: the names of other projects and of the server, as types for the compiler and as text for `lockstep check`.

import type { Known, KnownApplication } from '../checks/known.ts'
import { PLACE_KINDS, type PlaceKind } from '../schema/application.ts'

const PACKAGE = `'@lockstep/define'`
const HEAD = `// Written by lockstep types. Commit it: it is what your definitions may refer to, checked without a server.
import ${PACKAGE}

declare module ${PACKAGE} {
  interface Known {
`
const TAIL = `  }
}
`

/** The text of `known.d.ts`. The same names give the same bytes, so a review shows when somebody else's names changed. */
export function presentKnownTypes(known: Known): string {
  const own = `${known.project}/`
  // One's own names are written with and without the project, as definitions may write them.
  const both = (names: readonly string[]): string[] =>
    names.flatMap((name) => (name.startsWith(own) ? [name, name.slice(own.length)] : [name]))
  const applications = Object.entries(known.applications ?? {}).flatMap(([name, application]) =>
    both([name]).map((written): [string, string] => [written, tiersAsType(application)]),
  )
  const sections: [string, readonly (readonly [string, string])[] | undefined][] = [
    ['applications', known.applications === undefined ? undefined : applications],
    [
      'pipelines',
      known.pipelines === undefined ? undefined : marked(both(Object.keys(known.pipelines))),
    ],
    ['groups', known.groups === undefined ? undefined : marked(Object.keys(known.groups))],
    ['secrets', known.secrets === undefined ? undefined : marked(known.secrets)],
  ]
  const text = sections.map(([section, entries]) =>
    entries === undefined ? '' : presentSection(section, entries),
  )
  return HEAD + text.join('') + TAIL
}

function marked(names: readonly string[]): [string, string][] {
  return names.map((name) => [name, 'true'])
}

function presentSection(section: string, entries: readonly (readonly [string, string])[]): string {
  const lines = [...entries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, type]) => `      ${JSON.stringify(name)}: ${type}\n`)
  return `    ${section}: {\n${lines.join('')}    }\n`
}

function tiersAsType(application: KnownApplication): string {
  const tiers = Object.entries(application.tiers).map(([tier, places]) => {
    const kinds =
      places.length === 0 ? 'never' : places.map((place) => JSON.stringify(place)).join(' | ')
    return `${JSON.stringify(tier)}: ${kinds}`
  })
  return `{ ${tiers.join('; ')} }`
}

/** What a `known.d.ts` says, for checks without a server. Lines that `presentKnownTypes` would not write are skipped. */
export function readKnownTypes(text: string, project: string): Known {
  const applications: Record<string, KnownApplication> = {}
  const names = {
    pipelines: new Set<string>(),
    groups: new Set<string>(),
    secrets: new Set<string>(),
  }
  const sections = new Set<string>()
  let section = ''
  for (const line of text.split('\n')) {
    const opened = /^ {4}([a-z]+): \{$/.exec(line)
    if (opened?.[1] !== undefined) {
      section = opened[1]
      sections.add(section)
      continue
    }
    const entry = /^ {6}"([^"\\]+)": (.+)$/.exec(line)
    if (entry?.[1] === undefined || entry[2] === undefined) continue
    const name = entry[1]
    const address = name.includes('/') ? name : `${project}/${name}`
    if (section === 'applications') applications[address] = { tiers: tiersFromType(entry[2]) }
    if (section === 'pipelines') names.pipelines.add(address)
    if (section === 'groups') names.groups.add(name)
    if (section === 'secrets') names.secrets.add(name)
  }
  return {
    project,
    ...(sections.has('applications') ? { applications } : {}),
    ...(sections.has('pipelines') ? { pipelines: emptyRecord(names.pipelines) } : {}),
    ...(sections.has('groups') ? { groups: emptyRecord(names.groups) } : {}),
    ...(sections.has('secrets') ? { secrets: [...names.secrets] } : {}),
  }
}

function tiersFromType(type: string): Record<string, readonly PlaceKind[]> {
  const tiers: Record<string, readonly PlaceKind[]> = {}
  for (const match of type.matchAll(/"([a-z0-9-]+)": ((?:"[a-z]+"(?: \| )?)+|never)/g)) {
    const [, tier = '', kinds = ''] = match
    tiers[tier] = PLACE_KINDS.filter((kind) => kinds.includes(`"${kind}"`))
  }
  return tiers
}

function emptyRecord(names: ReadonlySet<string>): Record<string, object> {
  return Object.fromEntries([...names].map((name) => [name, {}]))
}
