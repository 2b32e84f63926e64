// Approvals: there is somebody who can give them.

import type { Finding, Pointer } from '../mistake/finding.ts'
import type { Definition } from '../schema/definition.ts'
import { parseDuration } from '../schema/duration.ts'
import type { ApprovalDefinition, CheckDefinition } from '../schema/rule.ts'
import type { Known } from './known.ts'
import { listRules } from './walk.ts'
import type { World } from './world.ts'

/** Rules that nobody can fulfil. */
export function checkRules(definition: Definition, world: World): Finding[] {
  return listRules(definition).flatMap(({ value: rules, at }) =>
    rules.flatMap((rule, index) => {
      const here = [...at, index]
      if (rule.kind === 'approval') {
        return checkApproval(rule, here, world.known, selfApprovalAllowed(definition, at, world))
      }
      return rule.kind === 'side_by_side' ? [] : checkTiming(rule, here)
    }),
  )
}

function checkApproval(
  approval: ApprovalDefinition,
  at: Pointer,
  known: Known,
  selfApproval: boolean,
): Finding[] {
  const { by, oneFromEach, need } = approval
  if (by.length === 0 && oneFromEach.length === 0) {
    return [
      {
        code: 'no_approver',
        at,
        message: `Nobody can give the approval "${approval.name}". It needs by, or oneFromEach, with at least one.`,
      },
    ]
  }
  if (by.length > 0 && oneFromEach.length > 0) {
    return [
      {
        code: 'wrong_value',
        at: [...at, 'oneFromEach'],
        message:
          'An approval is given by some of one list, or by one from each group: by or oneFromEach.',
      },
    ]
  }
  const editor = selfApproval ? undefined : known.editor
  if (oneFromEach.length > 0) {
    return oneFromEach.flatMap(({ group }, index) =>
      emptyGroup(group, [...at, 'oneFromEach', index, 'group'], known, editor),
    )
  }
  const people = countPeople(by, known, editor)
  if (people === undefined || people >= need) return []
  if (people === 0) {
    return [
      {
        code: 'everybody_excluded',
        at: [...at, 'by'],
        message: `Nobody is left who can give the approval "${approval.name}".${emptyNote(by, known) ?? editorNote(editor)}`,
      },
    ]
  }
  return [
    {
      code: 'quorum_too_large',
      at: [...at, 'need'],
      message: `The approval "${approval.name}" needs ${need} people; there are only ${people} who can give it.${editorNote(editor)}`,
    },
  ]
}

function emptyGroup(
  group: string,
  at: Pointer,
  known: Known,
  editor: string | undefined,
): Finding[] {
  const people = countPeople([{ group }], known, editor)
  if (people !== 0) return []
  const why =
    countPeople([{ group }], known, undefined) === 0
      ? ` It has no members. Add one with "lockstep group add ${group} USER".`
      : editorNote(editor)
  return [
    {
      code: 'everybody_excluded',
      at,
      message: `Nobody of the group "${group}" can give this approval.${why}`,
    },
  ]
}

/** Without its editor as an obstacle it would want people as much: its groups have no members. */
function emptyNote(by: ApprovalDefinition['by'], known: Known): string | undefined {
  if (countPeople(by, known, undefined) !== 0) return undefined
  const groups = by.flatMap((one) => ('group' in one ? [one.group] : []))
  return ` ${groups.map((group) => `"${group}"`).join(' and ')} ${groups.length === 1 ? 'has' : 'have'} no members. Add one with "lockstep group add GROUP USER".`
}

function editorNote(editor: string | undefined): string {
  return editor === undefined
    ? ''
    : ' Who edits a definition does not approve what goes through it.'
}

// How many different people these are without the editor, as far as it is known; undefined if it is not.
function countPeople(
  approvers: ApprovalDefinition['by'],
  known: Known,
  editor: string | undefined,
): number | undefined {
  const names = new Set<string>()
  let unnamed = 0
  for (const approver of approvers) {
    if ('user' in approver) {
      names.add(approver.user)
      continue
    }
    const groups = known.groups ?? {}
    const group = Object.hasOwn(groups, approver.group) ? groups[approver.group] : undefined
    if (group === undefined) return undefined
    if (group.people !== undefined) {
      for (const person of group.people) names.add(person)
      continue
    }
    if (group.members === undefined) return undefined
    unnamed += group.members
  }
  if (editor !== undefined) names.delete(editor)
  return names.size + unnamed
}

function selfApprovalAllowed(definition: Definition, at: Pointer, world: World): boolean {
  if (definition.kind === 'environment') return definition.allowSelfApproval
  if (definition.kind !== 'pipeline' || typeof at[1] !== 'number') return false
  const environment = definition.stages[at[1]]?.environment
  if (environment === undefined) return false
  return world.environment(environment, []).found?.allowSelfApproval ?? false
}

function checkTiming(check: CheckDefinition, at: Pointer): Finding[] {
  if (check.kind !== 'metric' || typeof check.for !== 'string' || check.within === undefined)
    return []
  if (parseDuration(check.within) >= parseDuration(check.for)) return []
  return [
    {
      code: 'wrong_value',
      at: [...at, 'within'],
      message: `This must hold for ${check.for}, and is given only ${check.within} to do so.`,
    },
  ]
}
