// Where tokens work, in words.

import { Refused, type Client } from '@lockstep/client'

type Token = Awaited<ReturnType<Client['listTokens']>>['items'][number]

/** `in connected-car/production`, for each token in order. A name that may not be read is shown as the id. */
export async function placesOf(client: Client, tokens: readonly Token[]): Promise<string[]> {
  const inProject = tokens.some(({ project }) => project !== null)
  const inEnvironment = tokens.some(({ environment }) => environment !== null)
  const [projects, environments] = await Promise.all([
    inProject ? namesOf(client.listProjects({ limit: 200 }), ({ name }) => name) : new Map(),
    inEnvironment
      ? namesOf(client.listEnvironments({ limit: 200 }), (one) => `${one.project}/${one.name}`)
      : new Map(),
  ])
  return tokens.map(({ project, environment }) => {
    if (environment !== null) return `in ${environments.get(environment) ?? environment}`
    return project === null ? 'in every project' : `in ${projects.get(project) ?? project}`
  })
}

async function namesOf<Item extends { readonly id: string }>(
  listed: Promise<{ readonly items: readonly Item[] }>,
  nameOf: (item: Item) => string,
): Promise<ReadonlyMap<string, string>> {
  try {
    const { items } = await listed
    return new Map(items.map((item) => [item.id, nameOf(item)]))
  } catch (error) {
    if (error instanceof Refused) return new Map()
    throw error
  }
}
