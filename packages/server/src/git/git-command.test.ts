import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { listRefs, refuseAddress } from './git-command.ts'

const USUAL = ['https', 'ssh']

suite('an address of a repository', () => {
  test('is taken when it is https or ssh', () => {
    for (const url of [
      'https://git.example.test/team/car.git',
      'https://reader@git.example.test/car.git',
      'ssh://git@git.example.test:2222/team/car.git',
      'git@git.example.test:team/car.git',
    ]) {
      assert.equal(refuseAddress(url, USUAL), undefined, url)
    }
  })

  test('is refused when it could run a program, read files of this machine, or is an option', () => {
    for (const url of [
      'ext::sh -c touch% /tmp/canary',
      'ext::sh',
      '--upload-pack=touch',
      '-u',
      'file:///etc',
      '/etc',
      '../car',
      'http://git.example.test/car.git',
      'git://git.example.test/car.git',
      'ssh://-oProxyCommand=x/',
      'ssh://git@-oProxyCommand=x/',
      'ssh://-oProxyCommand=x@git.example.test/',
      '-oProxyCommand=x:car',
      'git@-oProxyCommand=x:car',
      'git@host:-x',
      'fd::17',
      'https://git.example.test/car.git\n',
      'https://git.example.test/a b',
      '',
    ]) {
      assert.notEqual(refuseAddress(url, USUAL), undefined, JSON.stringify(url))
    }
  })

  test('holds no password', () => {
    const refusal = refuseAddress('https://me:secret@git.example.test/car.git', USUAL)
    assert.match(refusal ?? '', /holds no password/)
    assert.doesNotMatch(refusal ?? '', /secret/)
  })

  test('in files is taken only where an administrator allows it', () => {
    assert.match(refuseAddress('file:///srv/car', USUAL) ?? '', /LOCKSTEP_GIT_PROTOCOLS/)
    assert.equal(refuseAddress('file:///srv/car', ['file']), undefined)
  })
})

suite('git', () => {
  test('is not run for an address that is refused', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-git-'))
    try {
      const settings = { protocols: USUAL, surroundings: { PATH: folder } }
      const asked = listRefs(`ext::touch ${folder}/canary`, settings)
      await assert.rejects(asked, {
        name: 'GitFault',
        message: /is not an address of a repository/,
      })
      assert.deepEqual(readdirSync(folder), [])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('that is not there is a fault with words for people', async () => {
    const settings = { protocols: ['file'], surroundings: { PATH: '/nowhere' } }
    await assert.rejects(listRefs('file:///nowhere', settings), { message: 'git could not be run' })
  })

  test('that says no is a fault with what it said', async () => {
    const settings = { protocols: ['file'], surroundings: { PATH: '/usr/bin:/bin' } }
    await assert.rejects(listRefs('file:///nowhere/at/all', settings), {
      name: 'GitFault',
      message: /^fatal: '\/nowhere\/at\/all' does not appear to be a git repository/,
    })
  })
})
