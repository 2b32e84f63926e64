import * as z from 'zod/mini'

import { complain, strict } from './complaint.ts'
import { Name, PrincipalName } from './value.ts'

/** A definition by name; `project` only across projects. */
export const Reference = strict('reference', { project: z.optional(Name), name: Name })
export type Reference = z.output<typeof Reference>

const GroupRef = z.strictObject({ group: PrincipalName })
const UserRef = z.strictObject({ user: PrincipalName })

/** A group of people. */
export const GroupApprover = z.strictObject(
  { group: PrincipalName },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys' || issue.code === 'invalid_type'
        ? complain({
            code: 'wrong_type',
            message: "This is a group: group('name'), or { group: name } in YAML.",
          })
        : undefined,
  },
)

/** A group or a single person. */
export const Approver = z.union([GroupRef, UserRef], {
  error: complain({
    code: 'wrong_type',
    message: 'This is a group or a user: { group: name } or { user: name }.',
  }),
})
export type ApproverDefinition = z.output<typeof Approver>

/** `project/name`, or the name alone for one's own project. */
export function presentReference(reference: Reference): string {
  return reference.project === undefined ? reference.name : `${reference.project}/${reference.name}`
}
