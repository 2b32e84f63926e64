import { randomUUID } from 'node:crypto'
import type { Id } from '@lockstep/domain'

import type { Write } from '../../ports/write.ts'
import { insertNotification } from '../../postgres/insert-notification.ts'
import { queryableOn } from '../../postgres/queryable.ts'
import { presentHtml, type Block } from './mail-html.ts'
import { presentText } from './mail-text.ts'

/** A message about the system, as the post sends it when this change is committed. */
export interface SystemMail {
  readonly kind: string
  /** Id of a person, or an address. */
  readonly receiver: string
  readonly address: string
  readonly title: string
  /** One paragraph. */
  readonly text: string
}

/** Hands a message to the post. */
export async function noteMail(
  { tx }: Pick<Write, 'tx'>,
  { kind, receiver, address, title, text }: SystemMail,
): Promise<Id<'ntf'>> {
  const blocks: readonly Block[] = [{ kind: 'text', text }]
  return insertNotification(queryableOn(tx), {
    effect: randomUUID(),
    project: 0,
    root: null,
    about: null,
    kind,
    receiver,
    address,
    subject: title,
    text: presentText(blocks),
    html: presentHtml(title, blocks),
    isForPost: true,
    isDeclined: false, // News about an account or the system is always sent.
  })
}
