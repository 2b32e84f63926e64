import assert from 'node:assert/strict'
import path from 'node:path'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { loadFolder, loadYamlText } from '../load/folder.ts'
import { definitionDigest } from '../schema/definition-digest.ts'
import { parseDefinition } from '../schema/definition.ts'
import { presentAsYaml } from './present-yaml.ts'

const examples = fileURLToPath(new URL('../../../testing/', import.meta.url))

suite('presentAsYaml', () => {
  test('every definition of the connected car is the same after YAML and back', async () => {
    for (const name of ['vehicle-firmware', 'data-backend', 'mobile-app', 'connected-car']) {
      const { definitions, project, source } = await loadFolder(
        path.join(examples, name, 'lockstep'),
      )
      for (const { definition, digest } of definitions) {
        const again = loadYamlText(presentAsYaml(definition), { project, source })
        assert.deepEqual(again.mistakes, [], presentAsYaml(definition))
        assert.deepEqual(
          again.definitions.map((each) => each.digest),
          [digest],
          `${name} ${definition.name}`,
        )
      }
    }
  })

  test('what nobody had to write is not printed', async () => {
    const { definitions } = await loadFolder(path.join(examples, 'mobile-app/lockstep'))
    const application = definitions.find(({ definition }) => definition.kind === 'application')
    assert.ok(application !== undefined)
    assert.equal(
      presentAsYaml(application.definition),
      `application: mobile-app
tiers:
  - tier: phone
    components:
      - component: ios-app
        requires:
          charge-api: '>=2'
        store:
          platform: ios
          upload: owner.ipa
          notes: store/whats-new.md
  - tier: relay
    components:
      - component: push-relay
        hosts:
          deploy:
            - artifact: place
              into: /srv/push-relay
            - command: restart
              argv:
                - systemctl
                - restart
                - push-relay
              timeout: 1m
`,
    )
  })

  test('a title is left out where it follows from the name, and stays where it does not', () => {
    const parsed = parseDefinition({
      kind: 'pipeline',
      name: 'car-release',
      title: 'Car release',
      parameters: [{ kind: 'duration', name: 'soak', title: 'Soak', default: '2h' }],
      stages: [
        {
          kind: 'stage',
          name: 'build',
          title: 'Build',
          tasks: [{ kind: 'snapshot', application: { name: 'a' } }],
        },
      ],
    })
    assert.ok(parsed.ok)
    assert.equal(
      presentAsYaml(parsed.definition),
      `pipeline: car-release
parameters:
  - duration: soak
    title: Soak
    default: 2h
stages:
  - stage: build
    tasks:
      - snapshot: a
`,
    )
  })

  test('text that looks like something else stays text, and values that differ from defaults stay', () => {
    const parsed = parseDefinition({
      kind: 'pipeline',
      name: 'p',
      title: 'yes: no',
      on: [{ kind: 'schedule', cron: '0 3 * * *', zone: 'UTC' }],
      parameters: [
        {
          kind: 'text',
          name: 'size',
          default: '1',
          oneOf: ['1', 'null', 'true', '~', '0x1f', '1e3'],
        },
      ],
      stages: [
        {
          kind: 'stage',
          name: 's',
          tasks: [
            {
              kind: 'test',
              name: 'a # b',
              run: ['x', '- y', '', '${{ 7*7 }}', '{{7*7}}', '007'],
              timeout: '1h',
            },
            {
              kind: 'deploy',
              application: { project: 'q', name: 'a' },
              name: 'own name',
              timeout: '24h',
            },
            {
              kind: 'run_pipeline',
              pipeline: { name: 'q' },
              parameters: { n: 2, s: { parameter: 'size' } },
            },
          ],
          exit: [
            {
              kind: 'side_by_side',
              rules: [
                { kind: 'tests' },
                { kind: 'that', name: 'x', condition: { cel: 'run.id == "a"' } },
              ],
            },
          ],
        },
      ],
    })
    assert.ok(parsed.ok)
    const again = loadYamlText(presentAsYaml(parsed.definition), { project: 'car', source: 'car' })
    assert.deepEqual(again.mistakes, [], presentAsYaml(parsed.definition))
    assert.equal(again.definitions[0]?.digest, definitionDigest(parsed.definition))
  })
})
