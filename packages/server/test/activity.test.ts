import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseId, type RulePlan } from '@lockstep/domain'
import { startRunWorld } from '../testing/run-world.ts'
import { plannedStage } from '../testing/planned-runs.ts'

suite('activity', () => {
  test('tells who started, who decided and how it ended, newest first, to those who may see it', async () => {
    await using world = await startRunWorld()
    const { server, starter, lead, project } = world
    const qa = parseId('grp', world.qa)
    if (qa === undefined) throw new Error('no group')
    const rule: RulePlan = {
      name: 'QA',
      after: [],
      kind: 'approval',
      by: [{ kind: 'group', id: qa, name: 'qa' }],
      need: 1,
      oneFromEach: false,
      expiresMs: 86_400_000,
      onReject: 'wait',
    }
    const run = await world.start([
      plannedStage('Staging', [], { exit: { rules: [rule], allowSelfApproval: false } }),
    ])
    await world.showWhen('it waits', run, ({ state }) => state === 'waiting')
    const waiting = await server.call('GET', '/v1/gates?mine=true', { as: lead })
    const [gate] = waiting.body.items
    await world.post(
      `/v1/gates/${gate.id}/decision`,
      { decision: 'approve', covers: gate.covers },
      lead,
    )
    await world.showWhen('it has passed', run, ({ state }) => state === 'succeeded')

    const { body } = await server.call('GET', `/v1/activity?project=${project}`, { as: starter })
    assert.deepEqual(
      body.items.map(({ what, by }: { what: string; by: string | null }) => [what, by]),
      [
        ['run_succeeded', null],
        ['approved', 'qa-lead'],
        ['run_started', 'release-manager'],
      ],
    )
    assert.equal(body.items[1].subject, 'Staging exit gate')
    assert.equal(body.items[1].gate, gate.id)
    assert.equal(body.items[1].run, run)
    const stranger = await server.person(world.admin, 'stranger')
    const unseen = await server.call('GET', '/v1/activity', { as: stranger })
    assert.deepEqual(unseen.body.items, [])
  })
})
