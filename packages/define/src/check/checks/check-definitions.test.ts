// Every mistake that a definition can have, as the checks see it: its code, its line, the text that is underlined, its path and its
// sentence.

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'

import {
  NOTATIONS,
  sourceOf,
  WRONG_DEFINITIONS,
  type Notation,
  type WrongDefinition,
} from '@lockstep/testkit'
import { loadFolder, type Loaded } from '../load/folder.ts'
import type { Mistake } from '../mistake/mistake.ts'
import { checkDefinitions } from './check-definitions.ts'
import type { Known } from './known.ts'

const KNOWN: Known = {
  project: 'car',
  projects: ['car', 'embedded'],
  applications: {
    'embedded/firmware': {
      tiers: { car: ['hosts'] },
      components: ['agent'],
      processes: ['deploy'],
    },
  },
  pipelines: {
    'embedded/firmware': { stages: [], parameters: [], deploys: ['embedded/firmware'] },
    'embedded/rollout': {
      stages: [{ name: 'go', bound: false }],
      parameters: [{ name: 'soak', kind: 'duration', required: true }],
      deploys: ['embedded/firmware'],
    },
  },
  environments: {
    'car/bench': {
      tiers: { cars: 'hosts' },
      receives: ['embedded/firmware'],
      windows: ['daytime'],
    },
  },
  groups: {
    qa: { members: 2 },
    'release-managers': { members: 2, people: ['ann', 'ben'] },
    empty: { members: 0 },
  },
  users: ['ann', 'ben'],
  editor: 'driver',
  secrets: ['store-key'],
  facts: { fields: { incidents: { fields: { sev1: 'whole' } } } },
}

const nameOf = (index: number): string => `row-${index}`
const WHERE = { project: 'car', source: 'car' }

suite('the mistakes of definitions', () => {
  let folder = ''
  let loaded: Loaded

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lockstep-define-'))
    await writeFile(path.join(folder, 'lockstep.json'), JSON.stringify(WHERE))
    for (const [index, row] of WRONG_DEFINITIONS.entries()) {
      for (const notation of NOTATIONS) {
        const source = sourceOf(row, notation, nameOf(index))
        if (source === undefined) continue
        await writeFile(path.join(folder, `${nameOf(index)}.${notation}`), source)
      }
    }
    loaded = await loadFolder(folder, folder)
  })
  after(() => rm(folder, { recursive: true }))

  for (const [index, row] of WRONG_DEFINITIONS.entries()) {
    for (const notation of NOTATIONS) {
      if (row[notation] === undefined) continue
      test(`${row.mistake}, in ${notation}`, () => {
        const file = `${nameOf(index)}.${notation}`
        const own = loaded.definitions.filter(
          (each) => each.origin.locate({ at: [] }).file === file,
        )
        const unread = loaded.mistakes.filter((mistake) => mistake.file === file)
        const found = unread.length > 0 ? unread : checkDefinitions(own, KNOWN)
        assertMistake(row, { name: nameOf(index), notation }, found)
      })
    }
  }
})

function assertMistake(
  row: WrongDefinition,
  { name, notation }: { readonly name: string; readonly notation: Notation },
  found: readonly Mistake[],
): void {
  assert.deepEqual(
    found.map((each) => `${each.code} ${each.path} ${each.message}`),
    [`${row.code} ${row.path.replace('NAME', name)} ${row.message}`],
  )
  const [mistake] = found
  assert.ok(mistake !== undefined)
  const source = sourceOf(row, notation, name)
  const lines = typeof source === 'string' ? source.split('\n') : []
  const at = Math.max(
    lines.findIndex((line) => line.includes('✗')),
    0,
  )
  assert.equal(mistake.line, at + 1, 'line')
  if (row.right !== undefined) assert.equal(mistake.right, row.right)
  const marked = notation === 'yaml' ? (row.markedYaml ?? row.marked) : row.marked
  if (marked === undefined) return
  const line = lines[at] ?? ''
  assert.equal(line.slice(mistake.column - 1, mistake.column - 1 + (mistake.length ?? 0)), marked)
}
