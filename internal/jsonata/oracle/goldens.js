// Writes ../testdata/step-functions.want: what the reference makes of each line
// of step-functions.txt, with the variables of step-functions.vars.json.
'use strict';
const {spawnSync} = require('child_process');
const fs = require('fs');
const path = require('path');

const dir = path.join(__dirname, '..', 'testdata');
const vars = JSON.parse(fs.readFileSync(path.join(dir, 'step-functions.vars.json'), 'utf8'));
const lines = fs.readFileSync(path.join(dir, 'step-functions.txt'), 'utf8').split('\n').filter(l => l !== '');
const asked = lines.map(expr => JSON.stringify({expr, vars})).join('\n') + '\n';
const done = spawnSync(process.execPath, [path.join(__dirname, 'oracle.js')], {input: asked, encoding: 'utf8', maxBuffer: 1 << 26});
if (done.status !== 0) throw new Error(done.stderr);
const answers = done.stdout.trim().split('\n').map(l => {
    const {message, ...rest} = JSON.parse(l);
    return JSON.stringify(rest);
});
if (answers.length !== lines.length) throw new Error('an answer is missing');
fs.writeFileSync(path.join(dir, 'step-functions.want'), answers.join('\n') + '\n');
