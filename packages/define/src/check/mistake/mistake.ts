/** What can be wrong with a definition. Programs read the code, people read the message. */
export const MISTAKE_CODES = [
  // the file
  'file_too_large',
  'file_not_utf8',
  'file_not_readable',
  'yaml_not_readable',
  'yaml_anchor',
  'yaml_alias',
  'yaml_merge_key',
  'yaml_tag',
  'duplicate_key',
  'does_not_evaluate',
  'evaluation_too_long',
  'evaluation_too_large',
  'not_exported',
  // the shape
  'too_large',
  'too_deep',
  'too_many',
  'too_few',
  'forbidden_key',
  'unknown_field',
  'unknown_kind',
  'missing_field',
  'wrong_type',
  'wrong_value',
  'wrong_unit',
  'wrong_name',
  'wrong_time',
  'secret_in_argv',
  'secret_not_accepted',
  // the meaning
  'duplicate_name',
  'unknown_name',
  'unknown_need',
  'needs_cycle',
  'no_approver',
  'quorum_too_large',
  'everybody_excluded',
  'no_place',
  'wrong_place',
  'tier_not_mapped',
  'environment_missing',
  'no_tasks',
  'deploy_before_snapshot',
  'not_collected',
  'no_reason',
  'parameter_missing',
  'parameter_unknown',
  'parameter_wrong_type',
  'reference_not_granted',
  // conditions
  'condition_not_readable',
  'condition_unknown_variable',
  'condition_wrong_type',
  'condition_not_boolean',
  'condition_refused',
  // found against what the server has
  'deployed_still',
  'renamed_without_notice',
] as const

export type MistakeCode = (typeof MISTAKE_CODES)[number]

/** One mistake in a definition: where it was made, what is wrong, and what would be right. */
export type Mistake = {
  readonly code: MistakeCode
  /** Path of the file, as the person gave it; empty when a definition did not come from a file. */
  readonly file: string
  /** From 1; 0 when the place is not known. */
  readonly line: number
  readonly column: number
  /** Characters to underline, when the place in the text is known better than its first character. */
  readonly length?: number
  /** `pipelines/connected-car › stages/staging › exit[2] › oneFromEach[2]` */
  readonly path: string
  readonly message: string
  /** The known name nearest to the unknown one. */
  readonly nearest?: string
  /** What could be written instead. */
  readonly right?: string
}
