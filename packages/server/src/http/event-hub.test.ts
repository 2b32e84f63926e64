import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { idOf, type Grant } from '@lockstep/domain'
import type { Commit } from '../ports/reactor.ts'
import { createEventHub } from './event-hub.ts'

const uuid = (n: number): string => `00000000-0000-7000-8000-00000000000${n}`
const project = idOf('prj', uuid(1))
const environment = idOf('env', uuid(2))
const gate = idOf('gat', uuid(3))
const root = idOf('run', uuid(4))

/** What a person with these roles hears under `gates:mine` of a gate and of the run around it. */
async function hears(grants: readonly Grant[]): Promise<readonly string[]> {
  let tell: (commit: Commit) => void = () => undefined
  using hub = createEventHub({
    changes: {
      onCommitted(listener) {
        tell = listener
        return () => undefined
      },
    },
    projectOf: async () => project,
    onStreams: () => undefined,
  })
  const gone = new AbortController()
  const read = async (): Promise<string> => {
    let text = ''
    for await (const chunk of hub.open({
      topics: ['gates:mine'],
      rights: { grants, token: null },
      lastEventId: undefined,
      signal: gone.signal,
      isStillAllowed: async () => true,
    })) {
      text += new TextDecoder().decode(chunk)
    }
    return text
  }
  const reading = read()
  const changes = [
    { kind: 'gate_run', id: gate },
    { kind: 'pipeline_run', id: root },
  ].map((one) => ({ ...one, root, project: 7, version: 1 }))
  tell({ changes } as unknown as Commit)
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
  gone.abort()
  const events = (await reading).split('\n').filter((line) => line.startsWith('data: '))
  return events.map((line) => JSON.parse(line.slice('data: '.length)).id)
}

suite('the gates that I may decide', () => {
  const viewer: Grant = { role: 'viewer', place: { on: 'project', project } }

  test('are heard of by an approver of the project, and of one environment who sees the project', async () => {
    assert.deepEqual(await hears([{ role: 'approver', place: viewer.place }]), [gate])
    const there: Grant = { role: 'approver', place: { on: 'environment', project, environment } }
    assert.deepEqual(await hears([viewer, there]), [gate])
    assert.deepEqual(await hears([there]), [])
  })

  test('are none of somebody who decides nowhere', async () => {
    assert.deepEqual(await hears([viewer]), [])
  })
})
