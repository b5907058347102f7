// psgate proves, without Windows, what can be proved of farmhand's scripts: that each parses, that it stays within
// PowerShell 2.0 (the version of a 2007 farm), and that it reads the world only through the few doors that design and
// simulator agree on. It does not run anything.
//
//   node check.mjs DIRECTORY     checks every *.ps1 in it; exit code 1 when something is wrong
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Language, Parser } from 'web-tree-sitter';
import { powershell2 } from './powershell2.mjs';
import { reads } from './reads.mjs';
import { walk } from './tree.mjs';

await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(
  fileURLToPath(import.meta.resolve('tree-sitter-powershell/tree-sitter-powershell.wasm'))));

/** Findings of one script: "line:column rule: explanation", in reading order. */
export function check(name, text) {
  const findings = [];
  const report = (node, rule, why) => {
    const { row, column } = node.startPosition;
    findings.push({ row, column, text: `${row + 1}:${column + 1} ${rule}: ${why}` });
  };
  const tree = parser.parse(text);
  for (const node of walk(tree.rootNode)) {
    if (node.isError) report(node, 'syntax', 'does not parse here');
    if (node.isMissing) report(node, 'syntax', `"${node.type}" is missing here`);
  }
  if (findings.length === 0) { // a broken tree would only produce noise
    powershell2(tree.rootNode, text, report);
    reads(basename(name), tree.rootNode, report);
  }
  tree.delete();
  return findings.sort((a, b) => a.row - b.row || a.column - b.column).map((f) => f.text);
}

/** Checks a directory, prints what is wrong, and returns the exit code. */
export function main(directory) {
  const scripts = readdirSync(directory).filter((f) => f.endsWith('.ps1')).sort();
  if (scripts.length === 0) {
    console.error(`psgate: no *.ps1 in ${directory}`);
    return 1;
  }
  let wrong = 0;
  for (const script of scripts) {
    for (const finding of check(script, readFileSync(join(directory, script), 'utf8'))) {
      console.error(`${join(directory, script)}:${finding}`);
      wrong++;
    }
  }
  console.log(`psgate: ${scripts.length} scripts, ${wrong} findings`);
  return wrong === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = main(process.argv[2] ?? '.');
}
