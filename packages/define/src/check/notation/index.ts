// Definitions as YAML, both ways. Nothing here needs Node, so that a page can use it.

export { presentDraftAsYaml } from './present-yaml.ts'
export { readYamlDraft, type YamlDraft } from '../load/yaml-draft.ts'
