/** What may be let through when definitions are compared or applied. `-y` lets none of it through. */
export const APPLY_FLAGS = {
  'allow-breaking': {
    type: 'boolean',
    summary: 'also when it breaks definitions of another project; their owners are told',
  },
  delete: { type: 'boolean', summary: 'retire what this source does not have any more' },
  'take-over': { type: 'boolean', summary: 'take definitions over that another source owns' },
} as const
