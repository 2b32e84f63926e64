/** Something that the code holds for impossible has happened. The transaction rolls back, the aggregate is set aside. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation'
}

/** States what must hold; throws `InvariantViolation` when it does not. A bug of ours, never an answer to a person. */
export function assertInvariant(condition: boolean, what: string): asserts condition {
  if (!condition) throw new InvariantViolation(what)
}
