// What parses today and did not run in PowerShell 2.0 on .NET 2.0/3.5, the newest a 2007 server is sure to have.
import { child, commandName, staticMember, typeName, walk, words } from './tree.mjs';

const newOperators = new Set(['-in', '-notin', '-cin', '-cnotin', '-iin', '-inotin', '-shl', '-shr']);

const newCasts = new Map([
  ['pscustomobject', 'use New-Object PSObject -Property'],
  ['ordered', 'hash tables have no order before 3.0'],
]);

// name without "$", lower case
const newVariables = new Map([
  ['psitem', '3.0; use $_'],
  ['psscriptroot', 'empty outside modules before 3.0; take the path as a parameter'],
  ['pscommandpath', '3.0'],
  ['iswindows', '6.0'], ['islinux', '6.0'], ['ismacos', '6.0'], ['iscoreclr', '6.0'],
]);

const newParameters = new Map(Object.entries({
  'get-childitem': ['-file', '-directory', '-hidden', '-readonly', '-system', '-attributes', '-depth', '-followsymlink'],
  'foreach-object': ['-parallel', '-membername', '-throttlelimit'],
  'where-object': ['-property', '-value', '-eq', '-ne', '-gt', '-ge', '-lt', '-le', '-like', '-match', '-in', '-contains'],
  'sort-object': ['-top', '-bottom', '-stable'],
  'select-object': ['-skiplast', '-skipindex', '-wait'],
  'measure-object': ['-allstats', '-standarddeviation'],
  'out-string': ['-nonewline'],
  'write-output': ['-noenumerate'],
  'get-item': ['-stream'],
  'get-content': ['-raw', '-tail', '-stream'],
}));

// Members that came with .NET 4; PowerShell 2.0 runs on the CLR of .NET 2.0.
const newMembers = new Set([
  'string.isnullorwhitespace', 'io.file.readlines', 'io.file.appendalllines', 'io.directory.enumeratefiles',
  'io.directory.enumeratedirectories', 'io.directory.enumeratefilesystementries', 'guid.parse', 'guid.tryparse',
  'enum.tryparse', 'environment.is64bitoperatingsystem', 'environment.is64bitprocess', 'array.empty',
  'timespan.parseexact', 'version.parse', 'convert.tohexstring', 'convert.fromhexstring',
]);

/** Reports every construct of a later PowerShell or .NET. */
export function powershell2(root, text, report) {
  const alien = /[^\x00-\x7f]/.exec(text);
  if (alien) {
    const row = text.slice(0, alien.index).split('\n').length - 1;
    report({ startPosition: { row, column: 0 } }, 'ascii', `"${alien[0]}": 2.0 reads a file in the code page of the server; keep to ASCII`);
  }
  for (const node of walk(root)) rule(node, report);
}

function rule(node, report) {
  switch (node.type) {
    case 'class_statement':
    case 'enum_statement':
      return report(node, 'ps5', 'class and enum came with 5.0');
    case 'function_statement':
      if (/^workflow\b/i.test(node.text)) report(node, 'ps3', 'workflow came with 3.0');
      return undefined;
    case 'parallel_statement':
    case 'sequence_statement':
    case 'inlinescript_statement':
      return report(node, 'ps3', 'workflow statements came with 3.0');
    case 'pipeline_chain_tail':
      return report(node, 'ps7', '&& and || between pipelines came with 7.0');
    case 'comparison_operator':
      if (newOperators.has(node.text.toLowerCase())) report(node, 'ps3', `${node.text} came with 3.0`);
      return undefined;
    case 'cast_expression':
      return cast(node, report);
    case 'variable':
      return variable(node, report);
    case 'file_redirection_operator':
    case 'merging_redirection_operator':
      if (/^[*3-6]/.test(node.text)) report(node, 'ps3', `${node.text}: only output and errors can be redirected in 2.0`);
      return undefined;
    case 'attribute_argument':
      if (node.namedChildCount === 1 && node.firstNamedChild.type === 'simple_name' && !node.text.includes('=')) {
        report(node, 'ps3', `${node.text} without "=$true" came with 3.0`);
      }
      return undefined;
    case 'member_access':
    case 'invokation_expression':
      return member(node, report);
    case 'command':
      return command(node, report);
    default:
      return undefined;
  }
}

function cast(node, report) {
  const type = child(node, 'type_literal');
  const advice = type && newCasts.get(typeName(type.text.slice(1, -1)));
  if (advice) report(node, 'ps3', `${type.text} came with 3.0: ${advice}`);
}

function variable(node, report) {
  const name = node.text.replace(/^[$@]\{?|\}$/g, '').toLowerCase();
  if (name.startsWith('using:')) report(node, 'ps3', '$using: came with 3.0');
  const advice = newVariables.get(name);
  if (advice) report(node, 'ps3', `${node.text}: ${advice}`);
}

function member(node, report) {
  const taken = staticMember(node);
  if (taken?.member === 'new') report(node, 'ps5', '::new() came with 5.0; use New-Object');
  if (taken && newMembers.has(`${taken.type}.${taken.member}`)) {
    report(node, 'net4', `[${taken.type}]::${taken.member} came with .NET 4; 2.0 runs on .NET 2.0`);
  }
  const name = child(node, 'member_name')?.text.toLowerCase();
  if (!taken && node.type === 'invokation_expression' && (name === 'where' || name === 'foreach')) {
    report(node, 'ps4', `.${name}() came with 4.0; use ${name === 'where' ? 'Where-Object' : 'ForEach-Object'}`);
  }
}

function command(node, report) {
  const name = commandName(node);
  const args = words(node);
  if (name === 'using') report(node, 'ps5', 'using came with 5.0');
  if ((name === 'where-object' || name === 'foreach-object') && args[0]?.type === 'generic_token') {
    report(args[0], 'ps3', `${name} without a script block came with 3.0: write { $_.${args[0].text} }`);
  }
  for (const word of args.filter((n) => n.type === 'command_parameter')) {
    if (newParameters.get(name)?.includes(word.text.toLowerCase().replace(/:$/, ''))) {
      report(word, 'later', `${name} ${word.text} is newer than 2.0`);
    }
  }
}
