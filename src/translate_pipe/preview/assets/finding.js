/** How segments and pages are found: search, keys, messages and choosers. */
'use strict';

// Search

const search = {
  hits: /** @type {number[]} */ ([]),
  /** The hit that the next one is looked for from. */
  from: -1,
};

/** The segments that have the text. Enter begins with the one that the reader is at. */
function findHits() {
  const wanted = folded(byId('search').value.trim());
  const has = ({ msgid, msgstr }) => folded(`${msgid}\n${msgstr}`).includes(wanted);
  search.hits = wanted ? view.segments.filter(has).map((segment) => segment.index) : [];
  search.from = (current ?? 0) - 1;
  const found = search.hits.length ? WORDS.hitsFound(search.hits.length) : WORDS.noHits;
  byId('hits').textContent = wanted ? found : '';
}

function goToHit(by) {
  const hit = nextOf(search.hits, search.from, by);
  if (hit === undefined) return;
  search.from = hit;
  byId('hits').textContent = WORDS.hits(search.hits.indexOf(hit) + 1, search.hits.length);
  select(hit, { takesFocus: false });
}

function searchKey(event) {
  if (event.key === 'Enter') goToHit(event.shiftKey ? -1 : 1);
  else if (event.key === 'Escape') leaveSearch();
  else return;
  event.preventDefault();
}

function leaveSearch() {
  byId('search').blur();
  if (current !== null) focusSegment(current);
}

// Keys

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  n: (event) => stepToProblem(event.shiftKey ? -1 : 1),
  '/': () => {
    byId('search').focus();
    byId('search').select();
  },
  '?': () => byId('keys').showModal(),
  Escape: () => closeUppermost(),
  Enter: () => {
    openPanel();
    byId('panel').focus();
  },
};

/** Which key was pressed; on a keyboard of another script, the one that a Latin keyboard has at its place. */
function keyOf(event) {
  if (event.key.length > 1) return event.key;
  if (/[\x20-\x7e]/.test(event.key)) return event.key.toLowerCase();
  if (event.code === 'Slash') return event.shiftKey ? '?' : '/';
  return event.code.replace(/^Key/, '').toLowerCase();
}

function keyPressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
  if (byId('keys').open || event.target.closest('input, textarea, select, [contenteditable]')) return;
  const key = keyOf(event);
  if (!Object.hasOwn(KEYS, key) || (key === 'Enter' && event.target.closest('a, button, summary, #panel'))) return;
  event.preventDefault();
  KEYS[key](event);
}

/** Close the list of problems, or else the panel. */
function closeUppermost() {
  if (byId('problems').open) byId('problems').open = false;
  else closePanel();
}

// Messages

function announce(text) {
  byId('announcer').textContent = '';
  requestAnimationFrame(() => { byId('announcer').textContent = text; });
}

/** Show a text in a line of its own, or hide the line if there is none. */
function say(id, text) {
  const line = byId(id);
  if (line.textContent !== text) line.textContent = text;
  line.hidden = !text;
}

// Other pages

/** Go to the page that was chosen; one of the same document opens where this one is. */
function goToChosen({ target: chooser }) {
  const place = chooser.id === 'locale-chooser' ? current ?? localised.inSight()[0]?.index : undefined;
  const address = chooser.value + (place === undefined ? '' : `#segment-${place}`);
  // Whoever comes back to this page finds it named again.
  chooser.selectedIndex = [...chooser.options].findIndex((option) => option.defaultSelected);
  location.href = address;
}

function showPercentages(chooser, percentages) {
  for (const option of byId(chooser).options) {
    const { value, name } = option.dataset;
    if (value in percentages) option.textContent = `${name} · ${percentages[value]} %`;
  }
}

/** Go to the segment that the address names, such as `#segment-12`. */
function goToAddress() {
  const index = Number(/^#segment-(\d+)$/.exec(location.hash)?.[1] ?? NaN);
  if (view.segments[index]) select(index);
}
