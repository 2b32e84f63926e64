import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Client } from '@lockstep/client'
import type { Page } from 'playwright-core'
import { application, environment } from '../../packages/server/testing/definitions.ts'
import { until } from '../../packages/server/testing/until.ts'
import { setScene } from './scene.ts'
import { tellStory, type Story } from './story.ts'
import { PASSWORD, type ServedPage } from './served-page.ts'
import { getWaitingGate } from './waiting-gate.ts'

/** Each would set `owned` where it is taken for more than letters. */
const CORPUS = [
  '<img src=x onerror=owned=1>',
  '<script>owned=1</script>',
  '"><svg/onload=owned=1>',
  "'-(owned=1)-'",
  '</title><script>owned=1</script>',
  '{{constructor.constructor("owned=1")()}}',
  '&lt;b&gt; ${owned=1}',
] as const

/** What people wrote, by where they wrote it. Each text is there once, so that seeing it says which one is shown. */
class Words {
  readonly #texts = new Map<string, string>()

  of(field: string): string {
    const text = `${CORPUS[this.#texts.size % CORPUS.length]} ${this.#texts.size}!`
    this.#texts.set(field, text)
    return text
  }

  read(field: string): string {
    const text = this.#texts.get(field)
    if (text === undefined) throw new Error(`nobody has written the ${field}`)
    return text
  }

  get fields(): readonly string[] {
    return [...this.#texts.keys()]
  }
}

const words = new Words()
const { open, served, world } = await setScene((scene) => writeEverywhere(scene, words))

// Whatever people write into Lockstep is shown as they wrote it, on every screen, and is never more than letters.
suite('words of people', () => {
  test('are shown as they were written, and are never more than letters', async () => {
    const { page, problems } = await open('/')
    const seen = new Set<string>()
    for (const [path, ...fields] of world.shown) {
      await page.goto(`${served.url}${path}`)
      for (const field of fields) {
        const text = words.read(field)
        await until(`${path} shows the ${field}`, async () => (await readAll(page)).includes(text))
        seen.add(field)
      }
      assert.equal(await page.evaluate('"owned" in globalThis'), false, path)
    }
    const unseen = words.fields.filter((field) => !seen.has(field))
    assert.deepEqual(unseen, [], 'fields that no screen shows')
    assert.deepEqual(problems, [])
  })
})

/** Everything that a person sees or hears there, the values of fields among it. */
function readAll(page: Page): Promise<string> {
  return page.evaluate<string>(`[
    document.title,
    document.body.textContent,
    ...[...document.querySelectorAll('input, textarea')].map(({ value }) => value),
    ...[...document.querySelectorAll('[title], [aria-label]')].flatMap((element) =>
      [element.getAttribute('title') ?? '', element.getAttribute('aria-label') ?? '']),
  ].join('\\n')`)
}

interface HostileWorld extends AsyncDisposable {
  /** Screens, each with the fields that it shows. */
  readonly shown: readonly (readonly [path: string, ...fields: readonly string[]])[]
}

async function writeEverywhere(served: ServedPage, words: Words): Promise<HostileWorld> {
  await using stack = new AsyncDisposableStack()
  const story = stack.use(await tellStory(served))
  const { admin, manager, lead, project } = story
  const { version } = await admin.showProject({ project })
  await admin.changeProject(
    { project, title: words.of('title of a project') },
    { ifMatch: version },
  )
  const { id: group } = await admin.createGroup({
    name: 'guests',
    title: words.of('title of a group'),
  })
  const { user } = await admin.createUser({
    name: 'guest',
    title: words.of('title of a person'),
    email: 'guest@example.test',
  })
  await admin.addMember({ group, user: user.id })
  const { items: users } = await admin.listUsers({ limit: 200 })
  const releaseManager = users.find(({ name }) => name === 'release-manager')
  assert.ok(releaseManager !== undefined)
  await admin.addMember({ group, user: releaseManager.id })
  await manager.signIn({ name: 'release-manager', password: PASSWORD }) // Whose groups change signs in anew.
  await admin.createToken({ name: words.of('name of a token'), permissions: ['run.read'] })
  await admin.applyDefinitions({
    project,
    source: 'hostile',
    comment: words.of('comment of a revision'),
    definitions: definitionsOf(words).map((definition) => ({ definition })),
  })
  await placeThings(admin, story, words)
  const decided = await runToGate(story)
  await lead.decideGate({
    gate: decided.gate,
    decision: 'approve',
    covers: decided.covers,
    comment: words.of('comment of a decision'),
  })
  const run = await runToGate(story)
  await manager.pauseRun({ run: run.id, reason: words.of('reason of a pause') })
  await lead.holdGate({ gate: run.gate, reason: words.of('reason of a held gate') })
  const { items: entries } = await admin.listAuditEntries({ project, topic: 'decisions' })
  const entry = entries.find(({ type }) => type === 'decision_recorded')
  assert.ok(entry !== undefined)
  const told = stack.move()
  const title = 'title of a pipeline'
  const stage = 'title of a stage'
  const paused = 'reason of a pause'
  const task = ['name of a task', 'instructions of a task'] as const
  const ofRun = `/runs/${run.id}`
  const pipeline = '/pipelines/connected-car:hostile'
  const places = '/environments/connected-car'
  const app = '/apps/connected-car:hostile-app'
  return {
    shown: [
      ['/', title, stage, 'title of a release', 'reason of a freeze'],
      ['/releases', 'title of a release'],
      ['/releases/new', 'title of a group', title],
      ['/releases/connected-car:hostile-release', 'title of a release', 'purpose of a release'],
      [ofRun, title, stage, 'name of a task', paused, 'reason of a held gate'],
      ...['/path', '/contents', '/changes'].map((tab) => [`${ofRun}${tab}`, title] as const),
      [`${ofRun}/evidence`, paused, 'reason of a held gate'],
      [`${ofRun}/definition`, 'value of a parameter', stage, 'name of an approval'],
      [`${ofRun}?task=staging/${run.task}`, ...task],
      [`/gates/${run.gate}`, title, 'reason of a held gate'],
      [`/gates/${decided.gate}`, title, 'comment of a decision'],
      ['/pipelines', title, stage],
      [pipeline, title, 'title of a parameter', 'value of a parameter', stage, 'name of a task'],
      [`${pipeline}?part=stages.0.tasks.0`, ...task],
      [`${pipeline}?view=revisions`, 'comment of a revision'],
      [`${pipeline}/edit`, title, 'title of a parameter', stage, 'name of a task'],
      [`${app}/model`, 'title of an application', 'title of an environment'],
      [`${app}/processes/deploy`, 'title of an application'],
      [`${app}/snapshots`, 'title of an application'],
      ['/environments', 'title of an environment'],
      ['/environments/compare', 'title of an environment'],
      [`${places}:qa`, 'reason of a freeze'],
      [`${places}:dev`, 'reason of a hold'],
      [`${places}:hostile-place`, 'title of an environment'],
      ['/runs', title],
      ['/evidence', 'title of a person', 'comment of a decision', 'comment of a revision', paused],
      [`/evidence?entry=${entry.position}`, 'comment of a decision'],
      ['/settings/people', 'title of a person'],
      ['/settings/groups', 'title of a group'],
      ['/settings/roles', 'title of a project'],
      ['/settings/tokens', 'name of a token'],
      ['/settings/notifications', title, stage, 'name of a task'],
    ],
    [Symbol.asyncDispose]: () => told.disposeAsync(),
  }
}

function definitionsOf(words: Words): readonly Record<string, unknown>[] {
  return [
    application('hostile-app', { title: words.of('title of an application') }),
    environment('hostile-place', 'hostile-app', { title: words.of('title of an environment') }),
    {
      kind: 'pipeline',
      name: 'hostile',
      title: words.of('title of a pipeline'),
      parameters: [
        {
          kind: 'text',
          name: 'note',
          title: words.of('title of a parameter'),
          default: words.of('value of a parameter'),
        },
      ],
      stages: [
        {
          kind: 'stage',
          name: 'staging',
          title: words.of('title of a stage'),
          tasks: [
            {
              kind: 'manual',
              name: words.of('name of a task'),
              by: [{ group: 'guests' }],
              instructions: words.of('instructions of a task'),
            },
          ],
          exit: [
            { kind: 'all_tasks_passed' },
            {
              kind: 'approval',
              name: words.of('name of an approval'),
              by: [{ group: 'qa' }],
              need: 1,
            },
          ],
        },
      ],
    },
    {
      kind: 'release',
      name: 'hostile-release',
      title: words.of('title of a release'),
      purpose: words.of('purpose of a release'),
      owner: { group: 'managers' },
      pipeline: { name: 'deliver' },
      applications: [
        {
          kind: 'collect',
          application: { name: 'data-backend' },
          from: { name: 'data-backend' },
          versions: '2.x',
        },
      ],
      environments: { go: { name: 'staging' } },
    },
  ]
}

/** Freezes one environment and holds another. */
async function placeThings(admin: Client, { project }: Story, words: Words): Promise<void> {
  const { items } = await admin.listEnvironments({ project })
  const idOf = (wanted: string) => {
    const found = items.find(({ name }) => name === wanted)
    if (found === undefined) throw new Error(`there is no environment ${wanted}`)
    return found.id
  }
  await admin.freezeEnvironment({
    environment: idOf('qa'),
    reason: words.of('reason of a freeze'),
  })
  await admin.lockEnvironment({ environment: idOf('dev'), reason: words.of('reason of a hold') })
}

/** A run of the hostile pipeline whose manual task is done, and that waits at its gate. */
async function runToGate({ manager, lead, project }: Story) {
  const { id } = await manager.startRun({ project, name: 'hostile' })
  let task: string | undefined
  await until('the task waits', async () => {
    const { items } = await manager.listWaitingTasks({ mine: true })
    task = items[0]?.task
    return task !== undefined
  })
  if (task === undefined) throw new Error('a task was found')
  await manager.completeTask({ run: id, stage: 'staging', task, outcome: 'succeeded' })
  const { id: gate, covers } = await getWaitingGate(lead, id)
  return { id, gate, covers, task }
}
