// CQL text on standard input → ELM JSON on standard output, by the public translator.
// Every complaint goes to standard error; an error ends with exit code 1.
import { CqlTranslator, LibraryManager, ModelManager, createUcumService } from "@cqframework/cql/cql-to-elm";
import { SystemModelInfoProvider } from "@cqframework/cql/cql";
import { readFileSync } from "node:fs";

const models = new ModelManager();
models.modelInfoLoader.registerModelInfoProvider(new SystemModelInfoProvider());
// Without a UCUM service every literal with a unit is refused. Ours are calendar months and days only.
const unused = () => { throw new Error("no unit is converted here"); };
const ucum = createUcumService(unused, () => null, unused, unused);
const translated = CqlTranslator.fromText(
  readFileSync(0, "utf8"), new LibraryManager(models, undefined, undefined, ucum));

const complaints = translated.exceptions.asJsReadonlyArrayView();
for (const found of complaints) console.error(`${found.severity.name}: ${found.message} ${found.locator ?? ""}`);
if (complaints.some((found) => found.severity.name === "Error")) process.exit(1);
process.stdout.write(translated.toJson());
