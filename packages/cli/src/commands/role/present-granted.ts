import { decidesInVain } from '@lockstep/domain'

import type { GrantChanged } from '../../documents.ts'
import { presentChanged } from '../../present/ended-sessions.ts'

/** What a change of a role has done: that it counts, or what it waits for, and whose sessions have ended. */
export function presentGranted(granted: GrantChanged, sentence: string): string {
  const { state, id, endedSessions } = granted
  if (state === 'unconfirmed') {
    return [
      `◆ Not yet: ${sentence}`,
      `${whyUnconfirmed(granted)} Somebody else who may grant roles here, and does not get this one, confirms it:`,
      `  lockstep role confirm ${id}`,
      'It counts an hour after that.',
    ].join('\n')
  }
  const changed = presentChanged(sentence, endedSessions)
  return decidesInVain(granted)
    ? `${changed}\nIt decides at no gate with it: only people do. Give the role to them or to a group of theirs.`
    : changed
}

/** Those in a group are not told one by one: there it may be either. */
function whyUnconfirmed({ subject, givenBy }: GrantChanged): string {
  if (subject === givenBy) return 'Nobody lets themselves approve.'
  return subject.startsWith('grp_')
    ? 'Nobody lets themselves approve, and a token alone gives nobody a role that decides at gates.'
    : 'A token alone gives nobody a role that decides at gates.'
}
