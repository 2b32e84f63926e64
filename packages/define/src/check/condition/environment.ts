// The one adapter over the CEL implementation: which language there is, and how our types are its types.

import { Environment, type ASTNode } from '@marcbachmann/cel-js'

import type { ConditionScope, FieldType } from './scope.ts'

/** Characters of a condition. */
export const CONDITION_LENGTH_MAX = 4_096
const LIMITS = {
  maxAstNodes: 500,
  maxDepth: 24,
  maxListElements: 200,
  maxMapEntries: 50,
  maxCallArguments: 4,
}

/** Judges types: it knows the variables of this scope with their types, and nothing else. */
export function typedEnvironment(scope: ConditionScope): Environment {
  const environment = new Environment({ limits: LIMITS })
  const types = new Set<string>()
  for (const [name, type] of Object.entries(scope)) {
    environment.registerVariable(name, celType(environment, types, type))
  }
  return environment
}

/**
 * Evaluates what was judged before. It knows the same names and takes any value: the values are brought to their types
 * when they are handed over, and its own conversion of maps to typed objects refuses plain ones.
 */
export function untypedEnvironment(scope: ConditionScope): Environment {
  const environment = new Environment({ limits: LIMITS })
  for (const name of Object.keys(scope)) environment.registerVariable(name, 'dyn')
  return environment
}

// A type with fields gets a name of its own; the checker then knows its fields.
function celType(environment: Environment, types: Set<string>, type: FieldType): string {
  if (typeof type === 'string') return CEL_TYPES[type]
  if ('list' in type) return `list<${celType(environment, types, type.list)}>`
  if ('map' in type) return `map<string, ${celType(environment, types, type.map)}>`
  const name = `Fields${types.size + 1}`
  types.add(name)
  const fields = Object.entries(type.fields).map(([field, inner]): [string, string] => [
    field,
    celType(environment, types, inner),
  ])
  environment.registerType(name, { fields: Object.fromEntries(fields) })
  return name
}

const CEL_TYPES = {
  text: 'string',
  whole: 'int',
  decimal: 'double',
  boolean: 'bool',
  duration: 'google.protobuf.Duration',
  share: 'double',
  any: 'dyn',
} as const

/** The nodes right below a node of a condition. */
export function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return []
    case '.':
    case '.?':
      return [node.args[0]]
    case 'call':
      return node.args[1]
    case 'rcall':
      return [node.args[1], ...node.args[2]]
    case 'list':
      return node.args
    case 'map':
      return node.args.flat()
    case '!_':
    case '-_':
      return [node.args]
    case '[]':
    case '[?]':
    case '?:':
    case '||':
    case '&&':
    case '!=':
    case '==':
    case 'in':
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return node.args
  }
}
