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
      'https://git.example.test:8443/~team/car',
      'https://[2001:db8::1]/car.git',
      'ssh://git@git.example.test:2222/team/car.git',
      'git@git.example.test:team/car.git',
      'build-host:team/car.git',
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
      'https://',
      'https:///x',
      'https://git.example.test',
      'https://git.example.test:99999/x',
      'https://git.example.test:0/x',
      'https://git_/x',
      'https://git.example.test/../x',
      'https:git.example.test/x',
      'ssh://git.example.test/--upload-pack=x',
      'javascript:alert(1)',
      'javascript:x',
      '',
    ]) {
      assert.notEqual(refuseAddress(url, USUAL), undefined, JSON.stringify(url))
    }
  })

  test('holds no password, and no token in place of an account or in a query', () => {
    for (const url of [
      'https://me:secret@git.example.test/car.git',
      'https://secret@git.example.test/car.git',
      'https://git.example.test/car.git?token=secret',
      'https://git.example.test/car.git#secret',
      'ssh://git:secret@git.example.test/car.git',
      'http://me:secret@git.example.test/car.git',
    ]) {
      const refusal = refuseAddress(url, USUAL) ?? ''
      assert.match(refusal, /credential helper|LOCKSTEP_GIT_PROTOCOLS/, url)
      assert.doesNotMatch(refusal, /secret/)
    }
  })

  test('is refused with what helps: an example of its kind, or lower case', () => {
    const refusal = (url: string) => refuseAddress(url, [...USUAL, 'file']) ?? ''
    assert.match(refusal('https:///x'), /https:\/\/git\.example\.test\/team\/car\.git$/)
    assert.match(refusal('git@-oProxyCommand=x:y'), /git@git\.example\.test:team\/car\.git$/)
    assert.match(refusal('file://host/../..'), /file:\/\/\/srv\/git\/car\.git$/)
    assert.match(refusal('FILE:///srv/car'), /Write "file" in lower case/)
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
