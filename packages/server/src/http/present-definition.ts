// How definitions and their differences are shown on the wire.

import type * as z from 'zod/mini'
import type {
  Applied,
  Definition,
  DefinitionDifference,
  RevisedDefinition,
} from '@lockstep/contract'
import {
  presentDifference,
  type Change,
  type DefinitionChange,
  type Position,
} from '@lockstep/define/check'
import { idOf } from '@lockstep/domain'

import type { StoredDefinition } from '../postgres/deliverables/definition-store.ts'
import { nameOf, type Names } from '../postgres/read/names.ts'
import type { AppliedDefinitions } from '../usecases/definition/apply-definitions.ts'
import type { ChangeOf } from '../usecases/definition/compare-source.ts'
import type { PlacedMistake } from '../usecases/definition/revise-definition.ts'

type View<Schema extends z.core.$ZodType> = z.output<Schema>
type DifferenceView = View<typeof DefinitionDifference>
type Line = DifferenceView['lines'][number]

/** A revision with its editor by name. */
export function presentDefinition(stored: StoredDefinition, names: Names): View<typeof Definition> {
  return {
    id: idOf('def', stored.uuid),
    kind: stored.kind,
    project: stored.project,
    name: stored.name,
    revision: stored.revision,
    digest: stored.digest,
    source: stored.source,
    aheadOfSource: stored.aheadOfSource,
    editor: nameOf(names, stored.editor),
    comment: stored.comment,
    file: stored.file,
    at: stored.at.toISOString(),
    body: { ...stored.definition },
  }
}

/** What was, or would be, applied; `server` is how people call this server. */
export function presentApplied(applied: AppliedDefinitions, server: string): View<typeof Applied> {
  const { project, source, changes, breaks, keeps, refuses } = applied
  return {
    project: project.name,
    source,
    differences: changes.map(presentChange),
    breaks: breaks.flatMap(({ dependant, reason, name }) =>
      dependant === undefined ? [] : [{ definition: dependant, why: whyBroken(reason, name) }],
    ),
    breaksUnseen: breaks.filter(({ dependant }) => dependant === undefined).length,
    keeps: keeps.map(({ address, stage, kind, name, revision }) => ({
      run: address,
      stage,
      definition: `${kind} ${name}`,
      revision,
    })),
    refuses: refuses.map(({ code, message }) => ({ code, message })),
    text: textOf(applied, server),
    applied: applied.applied,
  }
}

const WHY = {
  tier_gone: (name: string) => `its tier map names the tier "${name}"`,
  tier_new: (name: string) => `its tier map does not name the new tier "${name}"`,
  definition_gone: (name: string) => `it refers to "${name}"`,
} as const

function whyBroken(reason: keyof typeof WHY, name: string): string {
  return WHY[reason](name)
}

/** A revision against another of the same definition. */
export function presentRevisionChange(
  change: DefinitionChange,
  { before, after, aheadOfSource }: { before: number; after: number; aheadOfSource: boolean },
): DifferenceView {
  return {
    kind: change.kind,
    name: change.name,
    change: wordOf(change),
    renamedFrom: null,
    before,
    after,
    file: null,
    line: null,
    lines: change.changes.flatMap((one) => linesOf(one, '')),
    weakens: weakeningsOf(change),
    hint: null,
    aheadOfSource,
  }
}

export function presentMistake({
  at,
  mistake: { path, message, right },
}: PlacedMistake): View<typeof RevisedDefinition>['mistakes'][number] {
  return { at: at === null ? null : [...at], path, message, right: right ?? null }
}

function weakeningsOf({ weakens }: DefinitionChange): string[] {
  return weakens.map(({ path, message }) => `${path}: ${message}`)
}

function presentChange({ change, was, now }: ChangeOf): DifferenceView {
  const place = now?.place ?? null
  return {
    kind: change.kind,
    name: change.name,
    change: wordOf(change),
    renamedFrom: change.renamedFrom ?? null,
    before: was?.revision ?? null,
    after: revisionAfter({ change, was, now }),
    file: place?.file ?? null,
    line: place?.line ?? null,
    lines: change.changes.flatMap((one) => linesOf(one, '')),
    weakens: weakeningsOf(change),
    hint:
      change.looksLike === undefined
        ? null
        : `looks like a rename: add renamedFrom: '${change.looksLike}' to keep its history`,
    aheadOfSource: was?.aheadOfSource ?? false,
  }
}

function wordOf({
  change,
  renamedFrom,
}: Pick<DefinitionChange, 'change' | 'renamedFrom'>): DifferenceView['change'] {
  switch (change) {
    case 'added':
      return 'create'
    case 'removed':
      return 'delete'
    case 'changed':
      return renamedFrom === undefined ? 'change' : 'rename'
    case 'equal':
      return 'equal'
  }
}

function revisionAfter({ change, was }: ChangeOf): number | null {
  if (change.change === 'removed') return null
  return change.change === 'equal' ? (was?.revision ?? null) : (was?.newest ?? 0) + 1
}

function linesOf(change: Change, within: string): readonly Line[] {
  const path = [within, change.path].filter((part) => part !== '').join('.')
  switch (change.kind) {
    case 'value':
      return [{ path, change: 'changed', before: change.from, after: change.to }]
    case 'names':
      return [
        ...change.removed.map((name): Line => removed(path, `${change.thing} ${name}`)),
        ...change.added.map((name): Line => added(path, `${change.thing} ${name}`)),
      ]
    case 'entries':
      return change.entries.flatMap((entry) => {
        const here = `${path}${entry.position}`
        const words = [entry.entry, entry.summary].filter((part) => part !== '').join('  ')
        if (entry.sign === '+') return [added(here, words)]
        if (entry.sign === '-') return [removed(here, words)]
        return entry.changes.flatMap((inner) => linesOf(inner, `${here} ${entry.entry}`))
      })
  }
}

function added(path: string, after: string): Line {
  return { path, change: 'added', before: null, after }
}

function removed(path: string, before: string): Line {
  return { path, change: 'removed', before, after: null }
}

function textOf(
  { comparison, changes, keeps, project, source }: AppliedDefinitions,
  server: string,
) {
  const key = ({ change }: ChangeOf): string => `${change.kind} ${change.name}`
  const places = changes.flatMap((one): [string, Position][] => {
    const place = one.now?.place ?? null
    return place === null ? [] : [[key(one), place]]
  })
  return presentDifference(comparison, {
    source,
    project: project.name,
    server,
    revisions: new Map(changes.map((one) => [key(one), one.was?.newest ?? 0])),
    places: new Map(places),
    notes: [
      ...changes.flatMap(({ change, was }) =>
        was?.aheadOfSource === true
          ? [
              `The newest revision of ${change.kind} ${change.name} was made in the web, not in its source.`,
            ]
          : [],
      ),
      ...keeps.map(
        ({ address, stage, revision, kind, name }) =>
          `Run ${address} is in ${stage}. It keeps ${kind} ${name} rev ${revision}.`,
      ),
    ],
  })
}
