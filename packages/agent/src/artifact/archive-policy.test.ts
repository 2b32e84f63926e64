import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { ArchivePolicy } from './archive-policy.ts'

const file = (name: string, sizeBytes = 1) => ({ name, type: 'file', sizeBytes, linkTarget: null })

suite('the archive policy', () => {
  test('takes files, folders that come again, and links that stay inside', () => {
    const policy = new ArchivePolicy(1_000)
    const entries = [
      { name: './', type: 'directory', sizeBytes: 0, linkTarget: null },
      { name: 'a/b/', type: 'directory', sizeBytes: 0, linkTarget: null },
      file('a/b/c'),
      { name: 'a/', type: 'directory', sizeBytes: 0, linkTarget: null },
      { name: 'a/b/up', type: 'symlink', sizeBytes: 0, linkTarget: '../../x' },
    ]
    assert.deepEqual(
      entries.map((entry) => policy.judge(entry).ok),
      entries.map(() => true),
    )
  })

  test('refuses impossible sizes, and growth beyond the limit', () => {
    for (const size of [-1, 1.5, Number.NaN, Number.MAX_VALUE]) {
      assert.equal(new ArchivePolicy(1_000).judge(file('x', size)).ok, false)
    }
    const policy = new ArchivePolicy(0)
    assert.equal(policy.judge(file('a', 64 * 1024 ** 2)).ok, true)
    assert.equal(policy.judge(file('b', 1)).ok, false)
  })

  test('lets no path out, whatever it is made of', () => {
    const part = fc.constantFrom('..', '.', '', 'a', 'B', '...', 'c.d')
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 6 }),
        fc.array(part, { maxLength: 6 }),
        (name, target) => {
          const entry = {
            name: name.join('/'),
            type: 'symlink',
            sizeBytes: 0,
            linkTarget: target.join('/'),
          }
          const verdict = new ArchivePolicy(1).judge(entry)
          if (!verdict.ok) return
          const at = verdict.path.split('/').slice(0, -1)
          for (const step of target) {
            if (step === '..') assert.notEqual(at.pop(), undefined)
            else if (step !== '.' && step !== '') at.push(step)
          }
          assert.equal(verdict.path.split('/').includes('..'), false)
        },
      ),
    )
  })
})
