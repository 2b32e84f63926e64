// What a snapshot is: the exact bits of one application, and how they are put in place. Named by the digest of its text.

import { canonicalText } from '../kernel/canonical.ts'
import type { JsonValue } from '../kernel/json.ts'
import type { Digest } from '../process/process-plan.ts'
import type { Contracts } from './contract-range.ts'

/** One component of a snapshot: which bits, and which interfaces the build of these bits stamped on them. */
export interface SnapshotComponent {
  readonly name: string
  readonly version: string
  readonly digest: Digest
  readonly sizeBytes: number
  readonly contracts: Contracts
}

/** Everything that a deployment of the snapshot needs, frozen (INV-20): nothing of it is looked up by name later. */
export interface SnapshotBody {
  readonly v: 1
  readonly application: { readonly project: string; readonly name: string }
  readonly version: string
  readonly components: readonly SnapshotComponent[]
  /** Process by name → digest of its revision. */
  readonly processes: Readonly<Record<string, Digest>>
  /** Variables of the application as they were; secrets by name only. */
  readonly configuration: Readonly<Record<string, JsonValue>>
}

/** One thing in which two snapshots differ; null: one of them has none. */
export interface SnapshotDifference {
  readonly what: 'component' | 'process' | 'configuration' | 'contract'
  readonly name: string
  readonly from: string | null
  readonly to: string | null
}

/** The canonical text of a snapshot: its SHA-256 is the snapshot's name. The order in which components are listed does not matter. */
export function snapshotText(body: SnapshotBody): string {
  const components = body.components
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, version, digest, sizeBytes, contracts: { provides, requires } }) => ({
      name,
      version,
      digest,
      sizeBytes,
      contracts: { provides, requires },
    }))
  const { v, application, version, processes, configuration } = body
  const { project, name } = application
  return canonicalText({
    v,
    application: { project, name },
    version,
    components,
    processes,
    configuration,
  })
}

/** Whether both deploy exactly the same bits: each component by digest, whatever the versions are called (S24). */
export function hasSameBits(a: SnapshotBody, b: SnapshotBody): boolean {
  return compareSnapshots(a, b).every(({ what }) => what !== 'component')
}

/** In what two snapshots differ, by kind and name; empty: they deploy the same in the same way. */
export function compareSnapshots(
  from: SnapshotBody,
  to: SnapshotBody,
): readonly SnapshotDifference[] {
  return [
    ...compareWords('component', bitsOf(from), bitsOf(to)),
    ...compareWords('contract', contractsOf(from), contractsOf(to)),
    ...compareWords('process', from.processes, to.processes),
    ...compareWords('configuration', settingsOf(from), settingsOf(to)),
  ]
}

type Words = Readonly<Record<string, string>>

function compareWords(
  what: SnapshotDifference['what'],
  from: Words,
  to: Words,
): readonly SnapshotDifference[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].toSorted()
  return names.flatMap((name) => {
    const [before, after] = [wordOf(from, name), wordOf(to, name)]
    return before === after ? [] : [{ what, name, from: before, to: after }]
  })
}

// Own names only: a component may be called `constructor`.
function wordOf(words: Words, name: string): string | null {
  return Object.hasOwn(words, name) ? (words[name] ?? null) : null
}

function bitsOf({ components }: SnapshotBody): Words {
  return Object.fromEntries(components.map(({ name, digest }) => [name, digest]))
}

function contractsOf({ components }: SnapshotBody): Words {
  return Object.fromEntries(
    components.flatMap(({ name, contracts }) => [
      ...Object.entries(contracts.provides).map(([contract, range]) => [
        `${name} provides ${contract}`,
        range,
      ]),
      ...Object.entries(contracts.requires).map(([contract, range]) => [
        `${name} requires ${contract}`,
        range,
      ]),
    ]),
  )
}

function settingsOf({ configuration }: SnapshotBody): Words {
  return Object.fromEntries(
    Object.entries(configuration).map(([name, value]) => [name, canonicalText(value)]),
  )
}
