import { ArrowDown, ArrowUp, Copy, Trash2 } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import {
  fieldsFor,
  KIND_WORDS,
  PARAMETER_FIELDS,
  RULE_FIELDS,
  TRIGGER_FIELDS,
  type FieldForm,
  type PartField,
} from '../../components/pipeline/part-fields.ts'
import { detailOfPart, titleOfPart } from '../../components/pipeline/part-words.ts'
import {
  isFields,
  isWithin,
  listAt,
  textAt,
  valueAt,
  wayText,
  type Json,
  type Part,
  type Way,
} from '../../components/pipeline/pipeline-parts.ts'
import { Button } from '../../ui/button.tsx'
import { AddMenu } from './add-menu.tsx'
import type { Editing } from './editing.ts'
import { PartFieldInput } from './part-field-input.tsx'
import type { Checked } from '../../components/definition/use-check.ts'

export interface Known {
  readonly application: readonly string[]
  readonly pipeline: readonly string[]
  readonly environment: readonly string[]
}

interface InspectorProps {
  readonly pipeline: Json
  /** undefined: nothing is selected, and it is about the pipeline. */
  readonly part: Part | undefined
  readonly mistakes: Checked['mistakes']
  readonly known: Known
  readonly editing: Editing
}

/** What is selected, to be edited. */
export function Inspector(props: InspectorProps): ReactElement {
  const { part } = props
  return (
    <div key={part === undefined ? 'pipeline' : wayText(part.way)} className="space-y-4 p-4">
      {part === undefined ? (
        <PipelineForm {...props} />
      ) : part.is === 'gate' ? (
        <GateForm {...props} part={part} />
      ) : (
        <PartForm {...props} part={part} />
      )}
    </div>
  )
}

const TITLE: PartField = { key: 'title', label: 'Title', form: 'line' }

function PipelineForm(props: InspectorProps): ReactElement {
  const { pipeline, editing } = props
  return (
    <>
      <Head title="Pipeline" detail={textAt(pipeline, 'name')} />
      <OneField {...props} way={[]} field={TITLE} />
      <PartList
        {...props}
        title="Starts on"
        is="trigger"
        list={['on']}
        empty="A person, or a release that goes through it."
        add={
          <AddMenu
            label="Add a trigger"
            kinds={Object.keys(TRIGGER_FIELDS)}
            onAdd={(kind) => editing.add('trigger', ['on'], kind)}
          />
        }
      />
      <PartList
        {...props}
        title="Parameters"
        is="parameter"
        list={['parameters']}
        empty="There are none."
        add={
          <AddMenu
            label="Add a parameter"
            kinds={Object.keys(PARAMETER_FIELDS)}
            onAdd={(kind) => editing.add('parameter', ['parameters'], kind)}
          />
        }
      />
    </>
  )
}

function GateForm(props: InspectorProps & { readonly part: Part }): ReactElement {
  const { pipeline, part, editing } = props
  const stage = valueAt(pipeline, part.way.slice(0, 2))
  return (
    <>
      <Head title={titleOfPart(part, null)} detail={titleOfPart({ is: 'stage', way: [] }, stage)} />
      <PartList
        {...props}
        title="Passes when all of these hold"
        is="rule"
        list={part.way}
        empty="There are no rules: it passes."
        add={
          <AddMenu
            label="Add a rule"
            kinds={Object.keys(RULE_FIELDS)}
            onAdd={(kind) => editing.add('rule', part.way, kind)}
          />
        }
      />
    </>
  )
}

function PartForm(props: InspectorProps & { readonly part: Part }): ReactElement {
  const { pipeline, part, mistakes, editing } = props
  const value = valueAt(pipeline, part.way) ?? null
  const kind = textAt(value, 'kind')
  const fields = fieldsFor(part.is, kind)
  const elsewhere = mistakes.filter(
    ({ at }) =>
      at !== null &&
      isWithin(at, part.way) &&
      !fields.some(({ key }) => key === at[part.way.length]) &&
      (at.length === part.way.length || typeof at[part.way.length] === 'string'),
  )
  return (
    <>
      <Head
        title={titleOfPart(part, value)}
        detail={KIND_WORDS[kind] ?? part.is}
        actions={
          <>
            <Tool label="Move up" onClick={() => editing.move(part.way, -1)}>
              <ArrowUp size={14} aria-hidden />
            </Tool>
            <Tool label="Move down" onClick={() => editing.move(part.way, 1)}>
              <ArrowDown size={14} aria-hidden />
            </Tool>
            <Tool label="Duplicate" onClick={() => editing.duplicate(part.way)}>
              <Copy size={14} aria-hidden />
            </Tool>
            <Tool label="Remove" onClick={() => editing.remove(part.way)}>
              <Trash2 size={14} aria-hidden />
            </Tool>
          </>
        }
      />
      {elsewhere.map(({ message }) => (
        <p key={message} className="rounded-2 bg-fail-tint px-3 py-2 text-12 text-fail">
          {message}
        </p>
      ))}
      {fields.map((field) => (
        <OneField key={field.key} {...props} way={part.way} field={field} />
      ))}
      {part.is === 'rule' && kind === 'side_by_side' && (
        <PartList
          {...props}
          title="All of these hold"
          is="rule"
          list={[...part.way, 'rules']}
          empty="There are no rules in it yet."
          add={
            <AddMenu
              label="Add a rule"
              kinds={Object.keys(RULE_FIELDS)}
              onAdd={(added) => editing.add('rule', [...part.way, 'rules'], added)}
            />
          }
        />
      )}
    </>
  )
}

function OneField({
  pipeline,
  way,
  field,
  mistakes,
  known,
  editing,
}: InspectorProps & { readonly way: Way; readonly field: PartField }): ReactElement {
  const around = valueAt(pipeline, way)
  const value = isFields(around) ? around[field.key] : undefined
  const here = [...way, field.key]
  const problem = mistakes.find(({ at }) => at !== null && isWithin(at, here))
  return (
    <PartFieldInput
      field={field}
      value={value}
      problem={problem && [problem.message, problem.right].filter(Boolean).join(' ')}
      known={isKnownForm(field.form) ? known[field.form] : undefined}
      onChange={(next) => editing.set(here, next)}
    />
  )
}

function isKnownForm(form: FieldForm): form is keyof Known {
  return form === 'application' || form === 'pipeline' || form === 'environment'
}

function PartList({
  pipeline,
  title,
  is,
  list,
  empty,
  add,
  mistakes,
  editing,
}: InspectorProps & {
  readonly title: string
  readonly is: Part['is']
  readonly list: Way
  readonly empty: string
  readonly add: ReactNode
}): ReactElement {
  const around = valueAt(pipeline, list.slice(0, -1)) ?? pipeline
  const all = listAt(around, String(list.at(-1)))
  return (
    <section aria-label={title}>
      <h3 className="mb-2 text-13">{title}</h3>
      {all.length === 0 && <p className="mb-1 text-12 text-ink-2">{empty}</p>}
      <ol className="space-y-1.5">
        {all.map((value, at) => {
          const way = [...list, at]
          const isWrong = mistakes.some((one) => one.at !== null && isWithin(one.at, way))
          return (
            <li key={at}>
              <button
                type="button"
                onClick={() => editing.select(way)}
                className={`w-full rounded-2 border px-3 py-1.5 text-left hover:border-ink-4 ${isWrong ? 'border-fail-line bg-fail-tint' : 'border-line bg-surface'}`}
              >
                <span className="block truncate">{titleOfPart({ is, way }, value)}</span>
                <span className="block truncate text-12 text-ink-2">
                  {detailOfPart({ is, way }, value)}
                </span>
              </button>
            </li>
          )
        })}
      </ol>
      <div className="mt-1.5">{add}</div>
    </section>
  )
}

function Head({
  title,
  detail,
  actions,
}: {
  readonly title: string
  readonly detail: string
  readonly actions?: ReactNode
}): ReactElement {
  return (
    <header className="flex items-start gap-2 border-b border-line pb-3">
      <div className="min-w-0 grow">
        <h2 className="truncate text-14" title={title}>
          {title}
        </h2>
        <p className="text-12 text-ink-2">{detail}</p>
      </div>
      {actions !== undefined && <div className="flex">{actions}</div>}
    </header>
  )
}

function Tool({
  label,
  onClick,
  children,
}: {
  readonly label: string
  readonly onClick: () => void
  readonly children: ReactElement
}): ReactElement {
  return (
    <Button look="quiet" size="icon" aria-label={label} title={label} onClick={onClick}>
      {children}
    </Button>
  )
}
