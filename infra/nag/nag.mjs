// Asks cdk-nag (AwsSolutions) about the templates of an assembly. What is suppressed stands
// in suppressions.json with its reason; a suppression that nothing needs is an error too.
//
//   node nag.mjs ../../out/cdk
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, DefaultStackSynthesizer } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks } from 'cdk-nag';

const assembly = process.argv[2] ?? '../../out/cdk';
const suppressions = JSON.parse(readFileSync(new URL('suppressions.json', import.meta.url), 'utf8'));
const templates = readdirSync(assembly).filter((f) => f.endsWith('.template.json')).sort();
if (templates.length === 0) {
  console.error(`nag: no template in ${assembly}`);
  process.exit(2);
}

const used = new Set();
let bad = 0, passed = 0;
for (const file of templates) {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, file.replace('.template.json', ''), { synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) });
  new CfnInclude(stack, 'T', { templateFile: join(assembly, file) });
  const report = new AwsSolutionsChecks(app).validateScope(stack);
  for (const v of report.violations) {
    for (const r of v.violatingResources) {
      const id = r.constructPath.split('/').pop();
      const s = suppressions.findIndex((s) => new RegExp(`^(${s.rule})$`).test(v.ruleName) && new RegExp(`^(${s.resource})$`).test(id));
      if (s >= 0) {
        used.add(s);
        passed++;
        continue;
      }
      bad++;
      console.error(`${stack.stackName}/${id}: ${v.ruleName}: ${v.description}`);
    }
  }
}
for (const [i, s] of suppressions.entries()) {
  if (!s.reason) console.error(`suppressions.json: ${s.rule} on ${s.resource} gives no reason`), bad++;
  if (!used.has(i)) console.error(`suppressions.json: nothing needs ${s.rule} on ${s.resource}`), bad++;
}
console.log(`nag: ${templates.length} templates, ${bad} errors, ${passed} findings suppressed for ${suppressions.length} reasons`);
process.exit(bad === 0 ? 0 : 1);
