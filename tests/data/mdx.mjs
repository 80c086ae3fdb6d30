// Compiles MDX with the real compiler: one JSON text a line in, one JSON object a line out. `code` is what the compiler
// takes for JSX, expressions, imports and exports, and `text` is what it takes for text.
import { createInterface } from 'node:readline';
import { compile } from '@mdx-js/mdx';
import directive from 'remark-directive';
import frontmatter from 'remark-frontmatter';
import gfm from 'remark-gfm';

const isString = (value) => value === null || typeof value !== 'object';

function walk(node, found) {
  if (node.type.startsWith('mdxJsx')) {
    const attributes = node.attributes.map((one) =>
      one.type === 'mdxJsxExpressionAttribute' ? one.value : [one.name, isString(one.value) ? '' : one.value.value]);
    found.code.push(['jsx', node.name, attributes]);
  } else if (node.type.startsWith('mdx')) {
    found.code.push([node.type === 'mdxjsEsm' ? 'module' : 'expression', node.value.replace(/\s+/g, ' ')]);
  } else if (node.type === 'text') {
    found.text += node.value;
  }
  for (const child of node.children ?? []) walk(child, found);
}

for await (const line of createInterface({ input: process.stdin })) {
  // As Docusaurus does it: the title of an admonition is put between brackets.
  const text = JSON.parse(line).replace(/^( *:{3,}\w+) +([^[{\s].*)$/gm, '$1[$2]');
  const found = { code: [], text: '' };
  let error = '';
  try {
    await compile(text, { remarkPlugins: [gfm, directive, frontmatter, () => (tree) => walk(tree, found)] });
  } catch (problem) {
    error = problem.message;
  }
  found.code = found.code.map((one) => JSON.stringify(one)).sort();
  process.stdout.write(JSON.stringify({ error, ...found }) + '\n');
}
