// For what may be lost with the last moments before a crash of the database, because it is found out and done again.

/**
 * A part of a WITH clause under the name `relaxed`; select from it, else it is not carried out. The statement, which must be
 * a transaction of its own, then does not wait for the disk.
 */
export const RELAXED = `relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))`
