// Compiles and renders each page of this folder with MDX. A page that does not compile or render gets no HTML. Handlers
// are called, as a reader's click would do it; one that calls alert adds 1337 to its page.
import {readFile, readdir, writeFile} from 'node:fs/promises'
import {evaluate} from '@mdx-js/mdx'
import * as runtime from 'react/jsx-runtime'
import {renderToStaticMarkup} from 'react-dom/server'

let alarmed = false
globalThis.alert = () => { alarmed = true }

const calling = make => (type, props, key) => {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (/^on[A-Z]/.test(name) && typeof value === 'function') value({})
  }
  return make(type, props, key)
}

for (const name of (await readdir('.')).filter(name => name.endsWith('.mdx'))) {
  const text = (await readFile(name, 'utf8')).replace(/^---\n.*?\n---\n/s, '')
  alarmed = false
  try {
    const {default: Content} = await evaluate(text, {
      ...runtime, jsx: calling(runtime.jsx), jsxs: calling(runtime.jsxs), baseUrl: import.meta.url,
    })
    const html = renderToStaticMarkup(runtime.jsx(Content, {}))
    const page = `<!doctype html><html><body>${html}${alarmed ? '<p>1337</p>' : ''}</body></html>`
    await writeFile(`site/${name.replace('.mdx', '.html')}`, page)
  } catch (error) {
    console.error(`${name}: ${String(error).split('\n')[0]}`)
  }
}
