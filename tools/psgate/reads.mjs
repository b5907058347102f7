// The doors through which scripts may look at the world. They are few on purpose: the simulator answers for each of
// them, a stub can stand in for each of them, and a reviewer knows them by heart. A script that needs another door
// needs a decision first; then the door is added here, with its reason.
import { child, commandName, staticMember, typeName, walk, words } from './tree.mjs';

// Commands that read a Windows server.
const readers = ['Get-WmiObject', 'Get-ItemProperty', 'Get-ChildItem', 'Get-Service', 'Get-Item', 'Test-Path'];

// Commands that only shape what was read.
const shapers = [
  'ForEach-Object', 'Where-Object', 'Sort-Object', 'Select-Object', 'Group-Object', 'Measure-Object', 'New-Object',
  'Out-String', 'Out-Null', 'Write-Output', 'Set-StrictMode',
];

const commands = new Set([...readers, ...shapers].map((c) => c.toLowerCase()));

// Types that compute and touch nothing. A trailing "*" stands for everything below a namespace.
const values = [
  'string', 'char', 'bool', 'boolean', 'byte', 'int', 'int16', 'int32', 'int64', 'long', 'uint16', 'uint32', 'uint64', 'double', 'decimal',
  'object', 'void', 'array', 'hashtable', 'regex', 'xml', 'version', 'guid', 'datetime', 'datetimekind', 'timespan', 'math',
  'switch', 'ref', 'type', 'enum', 'exception', 'stringcomparison', 'stringsplitoptions', 'uri', 'psobject', 'convert', 'bitconverter', 'intptr',
  'text.*', 'globalization.*', 'collections.*', 'text.regularexpressions.*', 'scriptblock', 'cmdletbinding', 'parameter', 'validateset', 'validatepattern',
  'runtime.interopservices.marshal', 'runtime.interopservices.comexception', 'management.automation.*', 'math',
];

// Types that read (or, where a script exists for that, write) the server.
const doors = ['io.*', 'environment', 'security.cryptography.*', 'security.principal.*', 'diagnostics.fileversioninfo', 'console', 'reflection.assembly'];

const types = [...values, ...doors];

// What one script may use beyond that, and why.
const exceptions = {
  'bootstrap.ps1': { computed: 'it runs the script it was sent', types: [] },
  'warm-up.ps1': { types: ['net.*'] },                      // these two ask a Web server
  'smoke-test.ps1': { types: ['net.*'] },
  'probe.ps1': { types: ['data.sqlclient.*'] },             // proves the setup account's login to SQL Server
  'file-hash.ps1': { types: ['security.policy.zone'] },     // the download mark of a file; .NET 2.0 has no other way to it
  'content-databases.ps1': { types: ['microsoft.sharepoint.*'] }, // the SharePoint object model
  'signature.ps1': { types: [], commands: ['get-authenticodesignature'] }, // who signed a package; .NET 2.0 cannot tell
  'download.ps1': { types: ['net.*'] },                     // fetches the packages from a Web server
  'farm.ps1': { types: ['microsoft.sharepoint.*'] },        // the SharePoint object model
  'upgrade-jobs.ps1': { types: ['microsoft.sharepoint.*'] }, // as farm.ps1
  'register-task.ps1': { types: [], com: ['schedule.service'] }, // a task with a password that is on no command line
};

/** Reports every use of the world that no door covers. `script` is the file's name. */
export function reads(script, root, report) {
  const special = { types: [], com: [], commands: [], ...exceptions[script] };
  const allowedTypes = [...types, ...special.types];
  const own = new Set([...walk(root)].filter((n) => n.type === 'function_statement').map((n) => child(n, 'function_name').text.toLowerCase()));
  for (const node of walk(root)) {
    if (node.type === 'command') command(node, own, special, allowedTypes, report);
    if (node.type === 'type_literal') type(node, typeName(node.text.slice(1, -1)), allowedTypes, report);
    const taken = staticMember(node);
    if (taken?.type === 'reflection.assembly' && taken.member !== 'loadwithpartialname') {
      report(node, 'door', 'assemblies are loaded with LoadWithPartialName alone: the object model is in the GAC');
    }
    if (taken?.type === 'scriptblock' && !special.computed) report(node, 'door', 'code made from text runs in bootstrap.ps1 alone');
  }
}

function command(node, own, special, allowedTypes, report) {
  const name = commandName(node);
  if (child(node, 'command_invokation_operator')) {
    if (!special.computed) report(node, 'door', `"${node.firstChild.text}" runs what nobody can check: call a function of this file`);
    return;
  }
  if (!commands.has(name) && !own.has(name) && !special.commands.includes(name)) {
    report(node, 'door', `${child(node, 'command_name')?.text ?? node.text} is neither on the list of reads nor a function of this file (aliases do not count)`);
    return;
  }
  if (name === 'new-object') newObject(node, special, allowedTypes, report);
}

function newObject(node, special, allowedTypes, report) {
  const args = words(node);
  const at = (parameter) => args.findIndex((n) => n.type === 'command_parameter' && n.text.toLowerCase() === parameter);
  const com = args.findIndex((n) => n.type === 'command_parameter' && /^-com/i.test(n.text));
  if (com >= 0) {
    const name = args[com + 1]?.text ?? '';
    if (!special.com.includes(typeName(name))) report(node, 'door', `COM object ${name}: only register-task.ps1 uses one, Schedule.Service`);
    return;
  }
  const named = at('-typename');
  const typeArg = args[named >= 0 ? named + 1 : 0];
  if (!typeArg || typeArg.text.startsWith('$')) {
    report(node, 'door', 'New-Object of a computed type');
    return;
  }
  type(typeArg, typeName(typeArg.text), allowedTypes, report);
}

function type(node, name, allowed, report) {
  for (const part of name.split(/[[\],]/).filter(Boolean)) { // Collections.Generic.List[string]
    const plain = part.replace(/^system\./, '');
    const covered = allowed.some((a) => (a.endsWith('.*') ? plain.startsWith(a.slice(0, -1)) : plain === a));
    if (!covered) report(node, 'door', `type ${part} is not on the list of reads`);
  }
}
