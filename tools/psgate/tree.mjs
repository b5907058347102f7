// Small questions about a PowerShell syntax tree, shared by the rules.

/** Every node below and including `node`, in reading order. */
export function* walk(node) {
  yield node;
  for (const child of node.children) yield* walk(child);
}

/** The first child of a type, or undefined. */
export const child = (node, type) => node.namedChildren.find((n) => n.type === type);

/** The name in command position, lower case; '' when it is computed (& $x, . $x). */
export function commandName(command) {
  const name = child(command, 'command_name');
  return name ? name.text.toLowerCase() : '';
}

/** A command's words: parameters and arguments, without the white space between them. */
export function words(command) {
  const elements = child(command, 'command_elements');
  return elements ? elements.namedChildren.filter((n) => n.type !== 'command_argument_sep') : [];
}

/** A .NET type name as PowerShell resolves it: lower case, without "System." and without array brackets. */
export const typeName = (text) =>
  text.replace(/^['"]|['"]$/g, '').replace(/\s/g, '').replace(/(\[,*\])+$/, '').toLowerCase().replace(/^system\./, '');

/** The type a static member is taken from and the member, of `[Type]::Member` with or without arguments. */
export function staticMember(node) {
  if (node.type !== 'invokation_expression' && node.type !== 'member_access') return undefined;
  const type = child(node, 'type_literal');
  const member = child(node, 'member_name');
  if (!type || !member) return undefined;
  return { type: typeName(type.text.slice(1, -1)), member: member.text.toLowerCase() };
}
