// node run.mjs LIBRARY.json < patients.jsonl > results.jsonl
// One patient a line in (fact → value; a fact that is absent or null is unknown), one object a line out
// (define → value). The library is loaded once; the time taken goes to standard error as JSON.
import cql from "cql-execution";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

const started = performance.now();
const elm = JSON.parse(readFileSync(process.argv[2], "utf8"));
const executor = new cql.Executor(new cql.Library(elm, new cql.Repository([elm])), new cql.CodeService({}));
const dates = elm.library.parameters.def
  .filter((p) => p.parameterTypeSpecifier.name.endsWith("}Date")).map((p) => p.name);
const loaded = performance.now();

const parameters = (patient) => Object.fromEntries(Object.entries(patient)
  .filter(([, value]) => value !== null)
  .map(([name, value]) => [name, dates.includes(name) ? cql.Date.parse(value) : value]));
const written = (_, value) => (value?.isDate ? value.toString() : value ?? null);

const lines = readFileSync(0, "utf8").split("\n").filter(Boolean);
for (const line of lines) {
  const results = await executor.withParameters(parameters(JSON.parse(line))).exec(new cql.PatientSource([]));
  process.stdout.write(JSON.stringify(results.unfilteredResults, written) + "\n");
}
const done = performance.now();
console.error(JSON.stringify({
  patients: lines.length, load_ms: Math.round(loaded - started),
  ms_per_patient: Number(((done - loaded) / Math.max(lines.length, 1)).toFixed(3)),
}));
