import { decidesInVain } from '@lockstep/domain'

import type { GrantChanged } from '../../documents.ts'
import { presentChanged } from '../../present/ended-sessions.ts'

/** What a change of a role has done: that it counts, or what it waits for, and whose sessions have ended. */
export function presentGranted(granted: GrantChanged, sentence: string): string {
  const { because, id, endedSessions } = granted
  if (because !== null) {
    return [
      `◆ Not yet: ${sentence}`,
      `${WHY[because]} Somebody else who may grant roles here, and does not get this one, confirms it:`,
      `  lockstep role confirm ${id}`,
      'It counts an hour after that.',
    ].join('\n')
  }
  const changed = presentChanged(sentence, endedSessions)
  return decidesInVain(granted)
    ? `${changed}\nIt decides at no gate with it: only people do. Give the role to them or to a group of theirs.`
    : changed
}

const WHY: Readonly<Record<NonNullable<GrantChanged['because']>, string>> = {
  own: 'Nobody lets themselves approve.',
  token: 'A token alone gives nobody a role that decides at gates.',
  new_password:
    'Your password was chosen again by a link that somebody else has made, and for an hour you let nobody decide alone.',
}
