// The gate must be able to fail: each line of bad-samples.json is code that has to be refused, with the rule that has
// to refuse it; each file in testdata/good has to pass.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { check, main } from './check.mjs';

const here = import.meta.dirname;

const bad = JSON.parse(readFileSync(join(here, 'testdata/bad-samples.json'), 'utf8'));
for (const { code, rule, script = 'inspect.ps1' } of bad) {
  test(`refused as ${rule}: ${code}`, () => {
    const findings = check(script, code);
    assert.ok(findings.some((f) => f.includes(` ${rule}: `)), `findings: ${JSON.stringify(findings)}`);
  });
}

for (const file of readdirSync(join(here, 'testdata/good'))) {
  test(`passes: ${file}`, () => {
    assert.deepEqual(check(file, readFileSync(join(here, 'testdata/good', file), 'utf8')), []);
  });
}

test('a finding names line and column', () => {
  assert.match(check('inspect.ps1', 'Set-StrictMode -Version 2\n  Get-Process\n')[0], /^2:3 door: Get-Process /);
});

test('an empty directory is no success', () => {
  const empty = mkdtempSync(join(tmpdir(), 'psgate-'));
  try {
    assert.equal(main(empty), 1);
  } finally {
    rmSync(empty, { recursive: true });
  }
});
