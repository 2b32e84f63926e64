// The Git repositories of the three teams and of release management, made from this folder.

import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { carryPg } from '../tools/carry-pg.ts'

const EXAMPLE = join(import.meta.dirname, '..')

/** Repositories of the teams: first commit is v1, second adds v2. */
export const TEAM_REPOSITORIES = ['vehicle-firmware', 'data-backend', 'mobile-app'] as const
export type TeamRepository = (typeof TEAM_REPOSITORIES)[number]

/** Makes all four repositories below `folder`, with v1 committed; the product's ports are counted from `firstPort`. */
export function createRepositories(folder: string, firstPort: number): void {
  for (const name of TEAM_REPOSITORIES) {
    const path = join(folder, name)
    createRepository(path)
    cpSync(join(EXAMPLE, name, 'v1'), path, { recursive: true })
    if (name === 'data-backend') carryPg(path)
    commitAll(path, 'Release the first version')
  }
  const path = join(folder, 'connected-car')
  createRepository(path)
  cpSync(join(EXAMPLE, 'connected-car'), path, { recursive: true })
  movePlaces(join(path, 'lockstep/places.ts'), firstPort)
  commitAll(path, 'Define how the three parts are released together')
}

/** The one number that says where Staging and Production answer. */
function movePlaces(file: string, firstPort: number): void {
  const source = readFileSync(file, 'utf8')
  const line = /^const FIRST_PORT = \d+$/m
  if (!line.test(source)) throw new Error(`${file} does not say FIRST_PORT any more`)
  writeFileSync(file, source.replace(line, `const FIRST_PORT = ${firstPort}`))
}

/** Puts v2 on top, not committed yet. */
export function writeVersion2(folder: string, name: TeamRepository): void {
  cpSync(join(EXAMPLE, name, 'v2'), join(folder, name), { recursive: true })
}

/** Commits v2; the new commit's id. */
export function commitVersion2(folder: string, name: TeamRepository): string {
  const path = join(folder, name)
  commitAll(path, 'Bring version 2')
  return headOf(path)
}

/** The newest commit of the main branch. */
export function headOf(path: string): string {
  return git(path, 'rev-parse', 'HEAD').trim()
}

/** How many commits the main branch has. */
export function countCommits(path: string): number {
  return Number(git(path, 'rev-list', '--count', 'HEAD').trim())
}

function createRepository(path: string): void {
  mkdirSync(path, { recursive: true })
  git(path, 'init', '--quiet', '--initial-branch=main')
}

function commitAll(path: string, subject: string): void {
  git(path, 'add', '--all')
  git(path, 'commit', '--quiet', '--message', subject)
}

function git(path: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-C', path, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      GIT_AUTHOR_NAME: 'demo',
      GIT_AUTHOR_EMAIL: 'demo@example.test',
      GIT_COMMITTER_NAME: 'demo',
      GIT_COMMITTER_EMAIL: 'demo@example.test',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
    },
  })
}

/**
 * Commits version 2 of the phone's app with a mistake in it, as happens: its unit tests find it. The next commit of
 * version 2 mends it.
 */
export function commitMistake(folder: string): string {
  const path = join(folder, 'mobile-app')
  cpSync(join(EXAMPLE, 'mobile-app', 'v2'), path, { recursive: true })
  const file = join(path, 'src/present-car.js')
  const source = readFileSync(file, 'utf8')
  const mistaken = source.replace('chargingKw.toFixed(1)', 'chargingKw.toFixed(3)')
  if (mistaken === source)
    throw new Error('the mistake of the demo does not fit the source any more')
  writeFileSync(file, mistaken)
  writeFileSync(join(path, 'VERSION'), '2.0.0-rc.1\n')
  commitAll(path, 'Show charging speed on the phone')
  return headOf(path)
}

/** Commits nothing but another version number: a round of its own for everybody. */
export function bumpVersion(folder: string, name: TeamRepository, version: string): void {
  const path = join(folder, name)
  writeFileSync(join(path, 'VERSION'), `${version}\n`)
  commitAll(path, `Raise the version to ${version}`)
}
