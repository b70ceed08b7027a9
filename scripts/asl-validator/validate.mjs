// Reads machines from standard input, one JSON object {"name", "definition"} a
// line, and says which of them asl-validator does not accept.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const validate = createRequire(import.meta.url)("asl-validator");
let wrong = 0, all = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const { name, definition } = JSON.parse(line);
  all++;
  const { isValid, errors } = validate(definition);
  if (!isValid) {
    wrong++;
    console.log(`${name}: ${errors.map((e) => `${e["Error code"] ?? ""} ${e.Message ?? e.message ?? JSON.stringify(e)}`).join("; ")}`);
  }
}
console.log(`${all - wrong} accepted, ${wrong} refused`);
process.exit(wrong === 0 && all > 0 ? 0 : 1);
