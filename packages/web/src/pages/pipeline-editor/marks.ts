// What a draft has that its revision has not, part by part; and where its mistakes are.

import {
  isFields,
  isWithin,
  listAt,
  partsOf,
  textAt,
  wayText,
  type Json,
  type Part,
  type Way,
} from '../../components/pipeline/pipeline-parts.ts'
import { titleOfPart } from '../../components/pipeline/part-words.ts'

export type EditMark = 'new' | 'changed'

/** Which parts of the draft are new or say something else, by the text of their way. */
export function editMarks(before: Json, after: Json): ReadonlyMap<string, EditMark> {
  const marks = new Map<string, EditMark>()
  listAt(after, 'stages').forEach((stage, at) => {
    const way = ['stages', at]
    const was = listAt(before, 'stages').find(
      (one) => textAt(one, 'name') === textAt(stage, 'name'),
    )
    if (was === undefined) {
      marks.set(wayText(way), 'new')
      return
    }
    if (!isSame(ownFields(was), ownFields(stage))) marks.set(wayText(way), 'changed')
    for (const gate of ['entry', 'exit']) {
      if (!isSame(listAt(was, gate), listAt(stage, gate)))
        marks.set(wayText([...way, gate]), 'changed')
    }
    markTasks(marks, listAt(was, 'tasks'), listAt(stage, 'tasks'), [...way, 'tasks'])
  })
  return marks
}

function markTasks(
  marks: Map<string, EditMark>,
  before: readonly Json[],
  after: readonly Json[],
  way: Way,
): void {
  after.forEach((task, at) => {
    const here = [...way, at]
    const title = nameOf(task)
    const was = before.find((one) => nameOf(one) === title)
    if (was === undefined) marks.set(wayText(here), 'new')
    else if (!isSame(ownFields(was), ownFields(task))) marks.set(wayText(here), 'changed')
    markTasks(marks, listAt(was, 'tasks'), listAt(task, 'tasks'), [...here, 'tasks'])
  })
}

function nameOf(task: Json): string {
  return titleOfPart({ is: 'task', way: [] }, task)
}

/** Without the parts that are marked themselves. */
function ownFields(value: Json): Json {
  if (!isFields(value)) return value
  const { entry: _entry, exit: _exit, tasks: _tasks, ...own } = value
  return own
}

function isSame(one: Json, other: Json): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isFields(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  )
}

/** The innermost part that a way leads into; undefined: the pipeline itself. */
export function partAround(pipeline: Json, at: Way): Part | undefined {
  return partsOf(pipeline)
    .filter(({ way }) => isWithin(at, way))
    .toSorted((a, b) => b.way.length - a.way.length)[0]
}
