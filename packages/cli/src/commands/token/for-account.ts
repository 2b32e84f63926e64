// Whose tokens are meant: those of the person who types, or of a service account.

import type { Client } from '@lockstep/client'

import type { Context } from '../../command/context.ts'
import { findServiceAccount } from '../service-account/find-service-account.ts'

export const FOR_FLAG = {
  for: {
    type: 'text',
    value: 'ACCOUNT',
    summary: 'of this service account of the project instead of mine',
  },
} as const

type Tokens = Awaited<ReturnType<Client['listTokens']>>
type TokenMade = Awaited<ReturnType<Client['createToken']>>

/** The tokens of one owner, as commands use them. */
export interface OwnTokens {
  /** As it stands in a sentence: "you have", "ci has". */
  readonly has: string
  /** What the next command line needs besides: ` --for ci`. */
  readonly typed: string
  list(limit: number | undefined): Promise<Tokens>
  create(input: Parameters<Client['createToken']>[0]): Promise<TokenMade>
  revoke(token: Tokens['items'][number]['id']): Promise<unknown>
}

/** Mine, or those of the service account that `--for` names. */
export async function tokensOf(
  context: Context,
  client: Client,
  name: string | undefined,
): Promise<OwnTokens> {
  if (name === undefined) {
    return {
      has: 'you have',
      typed: '',
      list: (limit) => client.listTokens({ limit }),
      create: (input) => client.createToken(input),
      revoke: (token) => client.revokeToken({ token }),
    }
  }
  const { id: account } = await findServiceAccount(context, client, name)
  return {
    has: `${name} has`,
    typed: ` --for ${name}${context.project === undefined ? '' : ` -p ${context.project}`}`,
    list: (limit) => client.listServiceAccountTokens({ account, limit }),
    create: (input) => client.createServiceAccountToken({ account, ...input }),
    revoke: (token) => client.revokeServiceAccountToken({ account, token }),
  }
}
