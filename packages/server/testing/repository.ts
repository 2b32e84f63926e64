// A real Git repository in a folder, and definitions that follow it.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { definitionDigest, parseDefinition } from '@lockstep/define/check'
import { insertDefinition, insertRevision } from '../src/postgres/deliverables/definition-store.ts'
import type { TestDatabase } from './database.ts'

export interface TestRepository {
  readonly url: string
  git(...args: readonly string[]): string
  /** Writes a file and commits it; returns the commit. */
  commit(file: string, text: string, message?: string): string
}

/** An empty repository with `main` as its branch. */
export function createRepository(path: string): TestRepository {
  mkdirSync(path, { recursive: true })
  const git = (...args: readonly string[]): string =>
    execFileSync(
      'git',
      ['-C', path, '-c', 'user.name=t', '-c', 'user.email=t@example.test', ...args],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    ).trim()
  git('init', '--quiet', '--initial-branch=main')
  return {
    url: `file://${path}`,
    git,
    commit(file, text, message = `Change ${file}`) {
      mkdirSync(dirname(join(path, file)), { recursive: true })
      writeFileSync(join(path, file), text)
      git('add', '.')
      git('commit', '--quiet', '--message', message)
      return git('rev-parse', 'HEAD')
    },
  }
}

/** Stores a definition, or its next revision, and returns its uuid. */
export async function storeDefinition(
  { pool }: TestDatabase,
  projectNumber: number,
  written: unknown,
): Promise<string> {
  const parsed = parseDefinition(JSON.parse(JSON.stringify(written)))
  assert.ok(parsed.ok, JSON.stringify(parsed))
  const { definition } = parsed
  const { rows } = await pool.query<{ id: string; revision: number }>(
    'SELECT id, revision FROM definitions WHERE project_id = $1 AND kind = $2 AND name = $3',
    [projectNumber, definition.kind, definition.name],
  )
  const uuid = rows[0]?.id ?? crypto.randomUUID()
  if (rows.length === 0) {
    const { kind, name } = definition
    await insertDefinition(pool, { uuid, projectNumber, kind, name, source: 'test' })
  }
  await insertRevision(pool, {
    uuid,
    after: rows[0]?.revision ?? 0,
    name: definition.name,
    source: 'test',
    aheadOfSource: false,
    digest: definitionDigest(definition),
    body: definition,
    file: null,
    author: 'rule',
    comment: '',
  })
  return uuid
}
