// Every maximum of a definition, with its name. A definition beyond one of them is refused, never cut.

/** Characters of a name of an application, component, tier, environment, stage, pipeline or release. */
export const NAME_LENGTH_MAX = 40
/** Characters of a name in words: of a task, step, rule, window or freeze. */
export const WORDS_LENGTH_MAX = 80
/** Characters of a title, purpose, instruction, message or reason. */
export const TEXT_LENGTH_MAX = 2_000
/** Characters of a script, a query or an address. */
export const SCRIPT_LENGTH_MAX = 65_536
export const QUERY_LENGTH_MAX = 4_096
export const ARGUMENTS_MAX = 256
export const ENVIRONMENT_VARIABLES_MAX = 200
export const TIERS_MAX = 50
export const COMPONENTS_MAX = 200
export const CONTRACTS_MAX = 50
export const PROCESSES_MAX = 50
export const STEPS_MAX = 200
export const STAGES_MAX = 100
export const TASKS_MAX = 200
export const RULES_MAX = 50
export const APPROVERS_MAX = 100
export const WAVES_MAX = 100
export const WINDOWS_MAX = 50
export const TRIGGERS_MAX = 20
export const PARAMETERS_MAX = 50
export const MATRIX_AXES_MAX = 5
export const MATRIX_VALUES_MAX = 50
export const COLLECTED_MAX = 50
/** Definitions that one folder may hold. */
export const DEFINITIONS_MAX = 200
/** Bytes of one definition file, and of the canonical text of one definition. */
export const DEFINITION_BYTES_MAX = 262_144
/** Objects, lists and values in one file. */
export const DEFINITION_NODES_MAX = 50_000
/** Levels of lists and maps in one definition. */
export const DEFINITION_DEPTH_MAX = 32
