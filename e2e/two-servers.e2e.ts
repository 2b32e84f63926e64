import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { createClient, type Client } from '@lockstep/client'

import { startServerProgram } from './server-program.ts'
import { playRelease } from './small-release.ts'
import { createTestDatabase } from '../packages/server/testing/database.ts'
import { application } from '../packages/server/testing/definitions.ts'

const PASSWORD = 'long enough for a test 7'

suite('two servers on one PostgreSQL', () => {
  test('are one: either takes any request, and one goes on when the other is killed', async () => {
    await using database = await createTestDatabase({ isMigrated: false })
    const folder = await mkdtemp(join(tmpdir(), 'lockstep-two-e2e-'))
    try {
      const settings = { DATABASE_URL: database.url }
      await using one = await startServerProgram({ ...settings, LOCKSTEP_DATA: join(folder, '1') })
      const first = createClient({ server: one.url })
      const person = { name: 'admin', email: 'admin@example.test', password: PASSWORD }
      await first.setUp({ code: one.setupCode, ...person })
      const project = await first.createProject({ name: 'embedded', title: 'Embedded' })

      await using two = await startServerProgram({ ...settings, LOCKSTEP_DATA: join(folder, '2') })
      const second = createClient({ server: two.url })
      await second.signIn({ name: 'admin', password: PASSWORD })
      const apply = (client: Client, name: string): Promise<unknown> =>
        client.applyDefinitions({
          project: project.id,
          source: name,
          definitions: [{ definition: application(name) }],
        })
      await Promise.all([apply(first, 'by-the-first'), apply(second, 'by-the-second')])
      await one.kill()
      await apply(second, 'after-the-end')

      const { items } = await second.listDefinitions({ project: project.id })
      assert.deepEqual(items.map(({ name }) => name).toSorted(), [
        'after-the-end',
        'by-the-first',
        'by-the-second',
      ])
      const verdict = await second.verifyAudit({})
      assert.equal(verdict.ok, true)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  test('lose nothing and repeat nothing when one is killed in the middle of a release', async () => {
    const undisturbed = await playRelease(() => Promise.resolve())
    const disturbed = await playRelease(([one]) => one?.kill() ?? Promise.resolve())

    assert.deepEqual(disturbed, undisturbed)
    const greeting = ['hello from 1.0.0']
    assert.deepEqual(undisturbed.executions, {
      builder: [],
      'staging-1': greeting,
      'staging-2': greeting,
      'production-1': greeting,
    })
    assert.equal(undisturbed.installed.length, 3)
    assert.equal(undisturbed.auditHolds, true)
    // Two runs with their stages, gates, processes and steps; two locks; the release.
    assert.ok(undisturbed.history.length > 50, `${undisturbed.history.length} events and jobs`)
  })
})
