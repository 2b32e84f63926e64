// What somebody sees who has made a mistake: for each kind the place, the path and a sentence, and nothing is applied.

import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { createClient, type Client } from '@lockstep/client'
import { loadYamlText } from '@lockstep/define/check'

import { PASSWORD, startServed, type Ended, type Served } from '../testing/served.ts'
import { NOTATIONS, sourceOf, WRONG_DEFINITIONS, type Notation } from '@lockstep/testkit'

/** The rows that stand in one of the folders. */
const ROWS = WRONG_DEFINITIONS.flatMap((row) =>
  row.seenIn === undefined ? [] : [{ ...row, seenIn: row.seenIn }],
)
type Row = (typeof ROWS)[number]
type Project = Awaited<ReturnType<Client['createProject']>>['id']
const FOLDERS = ['file', 'folder', 'server'] as const

const EMBEDDED = `application: firmware
tiers:
  - tier: car
    components:
      - component: agent
        hosts: { deploy: [{ artifact: place, into: /opt/agent }] }
---
pipeline: rollout
parameters: [{ duration: soak }]
stages:
  - stage: go
    tasks: [{ manual: look, by: [{ group: qa }], instructions: Look. }]`
const CAR = `application: app
tiers:
  - tier: car
    components:
      - component: agent
        hosts: { deploy: [{ artifact: place, into: /opt/agent }] }
---
environment: dev
tiers: [{ hosts: boxes, label: box }]
receives: [{ tierMap: app, map: { car: boxes } }]`

let served: Served
let admin: Client
let car: Project
/** What each command said about each folder. */
const said = new Map<string, Ended>()

before(async () => {
  served = await startServed()
  admin = createClient({ server: served.url })
  const code = /#(\w+)/.exec(served.link)?.[1] ?? ''
  await admin.setUp({ code, name: 'admin', email: 'admin@example.test', password: PASSWORD })
  await makeTeams()
  await Promise.all(ROWS.flatMap((row) => NOTATIONS.map((notation) => writeRow(row, notation))))
  await run('login', `${served.url} --name driver`, `${PASSWORD}\n`)
  for (const folder of FOLDERS) {
    for (const word of wordsFor(folder)) said.set(`${word} ${folder}`, await run(word, folder))
  }
})
after(() => served[Symbol.asyncDispose]())

/** Without a server, `check` sees what stands in the folder itself. */
function wordsFor(folder: Row['seenIn']): readonly string[] {
  return folder === 'server' ? ['apply'] : ['check', 'apply']
}

function run(word: string, rest: string, stdin = ''): Promise<Ended> {
  return served.lockstep([word, ...rest.split(' ')], { as: 'driver', stdin })
}

/** The project `car` of the driver, who may look into `embedded` and not into `finance`, and a group of two. */
async function makeTeams(): Promise<void> {
  const make = async (name: string): Promise<Project> =>
    (await admin.createProject({ name, title: name })).id
  car = await make('car')
  const embedded = await make('embedded')
  await make('finance')
  await admin.createGroup({ name: 'release-managers', title: 'Release managers' })
  const qa = await admin.createGroup({ name: 'qa', title: 'QA' })
  for (const name of ['driver', 'tester', 'lead']) {
    const made = await admin.createUser({ name, title: name, email: `${name}@example.test` })
    await createClient({ server: served.url }).acceptInvitation({
      code: made.code,
      password: PASSWORD,
    })
    const subject = made.user.id
    if (name === 'driver') {
      await admin.grantOnProject({ project: car, subject, role: 'project_owner' })
      await admin.grantOnProject({ project: embedded, subject, role: 'viewer' })
    } else await admin.addMember({ group: qa.id, user: subject })
  }
  await admin.reportFact({ project: car, name: 'incidents.sev1', value: 0 })
  const { definitions } = loadYamlText(EMBEDDED, {
    project: 'embedded',
    source: 'embedded',
  })
  await admin.applyDefinitions({
    project: embedded,
    source: 'embedded',
    definitions: definitions.map(({ definition }) => ({ definition: { ...definition } })),
  })
}

async function writeRow(row: Row, notation: Notation): Promise<void> {
  const source = sourceOf(row, notation, nameOf(row, notation))
  if (source === undefined) return
  await writeSource(row.seenIn, { [fileOf(row, notation)]: source })
}

/** A folder of definitions of the project `car`, with these files. */
async function writeSource(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const place = join(served.repository, folder)
  await mkdir(place, { recursive: true })
  await writeFile(join(place, 'lockstep.json'), `{ "project": "car", "source": "${folder}" }`)
  for (const [name, text] of Object.entries(files)) await writeFile(join(place, name), text)
}

const nameOf = ({ mistake }: Row, notation: Notation): string =>
  `${mistake.replaceAll(/\W+/g, '-').toLowerCase().slice(0, 35)}-${notation}`
const fileOf = (row: Row, notation: Notation): string => `${nameOf(row, notation)}.${notation}`

/** What is said of a row: where, in which part, and the sentence. */
function headOf(row: Row, notation: Notation): string {
  const source = sourceOf(row, notation, nameOf(row, notation))
  const lines = typeof source === 'string' ? source.split('\n') : []
  const line = Math.max(
    lines.findIndex((one) => one.includes('✗')),
    0,
  )
  const marked = notation === 'yaml' ? (row.markedYaml ?? row.marked) : row.marked
  const column = marked === undefined ? 0 : lines[line]?.indexOf(marked)
  const place = `${row.seenIn}/${fileOf(row, notation)}:${line + 1}:${(column ?? 0) + 1}`
  const path = row.path === '' ? '' : `      ${row.path.replace('NAME', nameOf(row, notation))}`
  return `\n${place}${path}\n  ${row.message}\n`
}

suite('the mistakes of definitions, in the terminal', () => {
  for (const row of ROWS) {
    for (const notation of NOTATIONS) {
      if (row[notation] === undefined) continue
      test(`${row.mistake}, in ${notation}`, () => {
        for (const word of wordsFor(row.seenIn)) {
          const { code, errors = '' } = said.get(`${word} ${row.seenIn}`) ?? { code: 0 }
          assert.equal(code, 1)
          const head = headOf(row, notation)
          assert.ok(errors.includes(head), `${word} did not say ${head} but ${errors}`)
          const rest = errors.slice(errors.indexOf(head) + head.length).split('\n\n')[0] ?? ''
          if (row.right !== undefined) assert.ok(rest.includes(`Right would be: ${row.right}`))
        }
      })
    }
  }

  test('are counted, and nothing is applied', async () => {
    for (const folder of FOLDERS) {
      const count = ROWS.filter(({ seenIn }) => seenIn === folder).flatMap((row) =>
        NOTATIONS.filter((notation) => row[notation] !== undefined),
      ).length
      assert.equal(
        said.get(`apply ${folder}`)?.errors.split('\n')[0],
        `Refused: ${count} mistakes in ${count} files. Nothing was applied.`,
      )
    }
    assert.deepEqual((await admin.listDefinitions({ project: car })).items, [])
  })
})

suite('a definition of something that is deployed', () => {
  before(async () => {
    await writeSource('good', { 'all.yaml': CAR })
    const applied = await run('apply', 'good -y')
    assert.equal(applied.code, 0, applied.errors)
    const runs = `--version 1.0 --digest sha256:${'a'.repeat(64)} -m Seen -p car`
    const told = await run('inventory', `report dev car/app/agent box-1 ${runs}`)
    assert.equal(told.code, 0, told.errors)
  })

  test('cannot be deleted', async () => {
    const rest = `pipeline: rest
stages: [{ stage: s, tasks: [{ wait: a minute, for: 1m }] }]`
    await writeSource('good', { 'all.yaml': rest })
    const { code, errors } = await run('apply', 'good -y --delete')
    assert.equal(code, 1)
    assert.equal(
      errors.split('\n')[0],
      'Refused: the application "app" cannot be deleted while it is deployed: car/dev. The environment "dev" cannot be deleted while it is deployed: car/app.',
    )
  })

  test('cannot be renamed without saying so', async () => {
    await writeSource('good', { 'all.yaml': CAR.replaceAll(/\bapp\b/g, 'phone-app') })
    const { code, errors } = await run('apply', 'good -y --delete')
    assert.equal(code, 1)
    assert.ok(
      errors.startsWith(`Refused: 1 mistake in 1 file. Nothing was applied.

good/all.yaml:1:1      applications/phone-app
  The application "phone-app" looks like "app", which is deployed: car/dev. Add renamedFrom: 'app' to keep its history.
`),
      errors,
    )
  })
})
