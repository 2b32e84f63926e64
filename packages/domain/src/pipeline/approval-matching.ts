// How many groups can be stood for at once when a person who is in several groups counts for only one of them.

/**
 * A largest possible assignment of people to groups, each person to at most one group and each group to at most one
 * person. `groupsOf[p]` lists the groups that person p may stand for. Answers the person of each group, or undefined.
 */
export function matchGroups(
  groupsOf: readonly (readonly number[])[],
  groupCount: number,
): readonly (number | undefined)[] {
  const personOf = Array.from<number | undefined>({ length: groupCount })
  for (const person of groupsOf.keys()) findPlace(person, groupsOf, personOf, new Set())
  return personOf
}

/** How many groups have a person of their own in a largest assignment. */
export function countMatched(groupsOf: readonly (readonly number[])[], groupCount: number): number {
  return matchGroups(groupsOf, groupCount).filter((person) => person !== undefined).length
}

/** An augmenting path: takes a free group, or one whose person finds another. */
function findPlace(
  person: number,
  groupsOf: readonly (readonly number[])[],
  personOf: (number | undefined)[],
  tried: Set<number>,
): boolean {
  for (const group of groupsOf[person] ?? []) {
    if (group >= personOf.length || tried.has(group)) continue
    tried.add(group)
    const other = personOf[group]
    if (other === undefined || findPlace(other, groupsOf, personOf, tried)) {
      personOf[group] = person
      return true
    }
  }
  return false
}
