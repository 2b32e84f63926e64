import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseId } from '@lockstep/domain'
import { plannedStage, plannedTask } from '../testing/planned-runs.ts'
import { startRunWorld } from '../testing/run-world.ts'

suite('manual tasks that wait', () => {
  test('are listed for those who may end them, and are gone when somebody has', async () => {
    await using world = await startRunWorld()
    const { server, starter, lead, outsider } = world
    const qa = parseId('grp', world.qa)
    if (qa === undefined) throw new Error('no group')
    const letter = plannedTask('Tell the owners', {
      kind: 'manual',
      by: [{ kind: 'group', id: qa, name: 'qa' }],
      instructions: 'Send the letter.',
    })
    const run = await world.start([plannedStage('Production', [letter])])
    await world.showWhen('it waits', run, ({ state }) => state === 'waiting')
    const listed = async (as: typeof lead, query = '?mine=true') => {
      const { body } = await server.call('GET', `/v1/waiting-tasks${query}`, { as })
      return body.items
    }
    const [task] = await listed(lead)
    assert.deepEqual(
      { ...task, since: '', runAddress: '', of: '' },
      {
        run,
        runAddress: '',
        of: '',
        stage: 'production',
        stageTitle: 'Production',
        task: 'tell-the-owners',
        title: 'Tell the owners',
        instructions: 'Send the letter.',
        by: ['qa'],
        since: '',
      },
    )
    assert.deepEqual(await listed(outsider), [])
    assert.equal((await listed(outsider, '')).length, 1)
    const stranger = await server.person(world.admin, 'stranger')
    assert.deepEqual(await listed(stranger, ''), [])

    const done = { stage: 'production', task: 'tell-the-owners', outcome: 'succeeded' }
    await world.post(`/v1/runs/${run}/complete`, done, starter)
    await world.showWhen('it has ended', run, ({ state }) => state === 'succeeded')
    assert.deepEqual(await listed(lead), [])
  })
})
