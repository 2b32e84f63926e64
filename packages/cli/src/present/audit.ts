import type { AuditVerification } from '../documents.ts'
import { presentTime, type View } from './time.ts'

/** Whether the trail is whole, up to where, and the signed checkpoint that it agrees with, if there is one. */
export function presentVerified(
  { ok, entries, head, broken, checkpoint }: AuditVerification,
  view: View,
): string {
  const amount = `${entries.toLocaleString('en')} entries`
  if (!ok) {
    return `✗ ${broken ?? 'The trail is broken.'}\n  ${amount} were read; nothing after the break can be relied on.`
  }
  const at = head === null ? '' : ` Head ${head.slice(0, 13)}…`
  const signed =
    checkpoint === null ? '' : `, agrees with the checkpoint of ${presentTime(checkpoint, view)}`
  return `✓ ${amount}, unbroken.${at}${signed}.`
}
