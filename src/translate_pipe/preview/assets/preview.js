/**
 * The page of the preview: a document beside its localisation.
 *
 * A page from the server is live: the server says when files were saved, and the page then asks for what changed. A
 * page that was written to a file has all that it shows in it. What the server sends is described in `view.py`.
 *
 * Data become text by `textContent` only. The one exception is the HTML of the panes, which the server has sanitised.
 */
'use strict';

/**
 * @typedef {{kind: 'same' | 'gone' | 'come', text: string}} Change
 * @typedef {{severity: string, check: string, message: string, place: string, words: string[]}} Finding
 * @typedef {{segments: Object<string, Finding[]>, others: Finding[]}} Findings
 * @typedef {{index: number, state: string, kind: string, msgid: string, msgctxt: string, msgstr: string,
 *   comments: string[], catalogue_place: string, source_place: string, changes: Change[], stand_in: string}} Segment
 * @typedef {{locale: string, name: string, language: string, direction: string, html?: string}} Pane
 * @typedef {{document: string, title: string, locale: string, source: Pane, localised: Pane, segments: Segment[],
 *   problem: string}} View
 * @typedef {{top: number, bottom: number}} Place  In pixels from the top of the content of a pane.
 */

const WORDS = {
  added: 'added',
  catalogue: 'Catalogue',
  changed: 'How the source text changed since it was translated',
  checking: 'Checking …',
  comments: 'Comments',
  context: 'Context',
  copied: 'Copied',
  copy: 'Copy',
  elsewhere: 'The page does not show this segment as text.',
  emptyMsgstr: 'Nothing yet',
  failed: (reason) => `The page cannot be brought up to date: ${reason}`,
  hits: (number, of) => `${number} of ${of}`,
  hitsFound: (number) => (number === 1 ? '1 hit' : `${number} hits`),
  meaning: {
    translated: '',
    fuzzy: 'Somebody still has to look at this translation. Until then, and until its flag is removed, it is not '
      + 'published: readers get the source text.',
    untranslated: 'Readers get the source text until there is a translation.',
  },
  noHits: 'No hits',
  places: 'Places',
  notes: (number) => (number === 1 ? '1 note' : `${number} notes`),
  problems: (number) => (number === 1 ? '1 problem' : `${number || 'No'} problems`),
  removed: 'removed',
  segment: (number, of) => `Segment ${number} of ${of}`,
  severity: { error: 'Error', warning: 'Warning', info: 'Note' },
  source: 'Source',
  standIn: (locale) => `What is shown comes from the locale ${locale}.`,
  state: { translated: 'Translated', fuzzy: 'Fuzzy', untranslated: 'Untranslated' },
  stopped: 'The preview has been stopped; start it again with: translate-pipe preview',
  wholeDocument: 'The document as a whole',
};

/** From what needs no work to what needs most. */
const STATES = ['translated', 'fuzzy', 'untranslated'];
const SEVERITIES = ['info', 'warning', 'error'];

const BURST_MS = 30;
const FLASH_MS = 1600;
const RECONNECT_MS = 2000;

// Small tools

const byId = (id) => document.getElementById(id);

/**
 * An element with attributes, listeners (`onclick` and the like, as functions) and children.
 * An attribute that is `false` is left out, one that is `true` is empty.
 */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

const hiddenWords = (text) => make('span', { class: 'visually-hidden' }, text);

/** The one that comes last in an order. */
const worst = (values, order) => order[Math.max(...values.map((value) => order.indexOf(value)))];

function setData(element, name, value) {
  if (value) element.dataset[name] = value;
  else delete element.dataset[name];
}

function countUp(name) {
  const counts = document.documentElement.dataset;
  counts[name] = String(Number(counts[name] ?? 0) + 1);
}

const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

/**
 * A function that runs `task` once for the calls that come shortly after each other, never twice at a time, and once
 * more for all the calls that came while it ran.
 */
function coalesced(task) {
  let isRunning = false;
  let isWanted = false;
  return async function run() {
    isWanted = true;
    if (isRunning) return;
    isRunning = true;
    while (isWanted) {
      await pause(BURST_MS);
      isWanted = false;
      await task();
    }
    isRunning = false;
  };
}

/** The same for letters with and without case and accents. */
const folded = (text) => text.normalize('NFKD').replace(/\p{M}+/gu, '').toLowerCase();

const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** Where a word stands in a text, as [start, end]: as a word of its own, or else, in case there is none, anywhere. */
function occurrences(text, word) {
  if (!word) return [];
  const before = /^[\p{L}\p{N}]/u.test(word) ? '(?<![\\p{L}\\p{N}])' : '';
  const behind = /[\p{L}\p{N}]$/u.test(word) ? '(?![\\p{L}\\p{N}])' : '';
  const spans = (pattern) => [...text.matchAll(new RegExp(pattern, 'gu'))].map(
    (found) => [found.index, found.index + found[0].length],
  );
  const asWords = spans(before + escaped(word) + behind);
  return asWords.length ? asWords : spans(escaped(word));
}

/** Where any of the words stand in a text, in order and without overlaps. */
function wordSpans(text, words) {
  const joined = [];
  for (const [start, end] of words.flatMap((word) => occurrences(text, word)).sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

// The two sides

/** Pairs of places that belong at the same height, [in the source, localised], rising; null until they are needed. */
let alignment = null;

const segmentsOf = (element) => element.dataset.segments.split(' ').map(Number);

/** What a node is as HTML, to compare it with another one. */
const written = (node) => (node instanceof Element ? node.outerHTML : `${node.nodeType} ${node.nodeValue}`);

/** The HTML of each segment in a tree, without that of the segments within it. */
function writtenSegments(tree) {
  const found = new Map();
  for (const element of tree.querySelectorAll('[data-segments]')) {
    const own = element.cloneNode(true);
    for (const inner of own.querySelectorAll('[data-segments]')) inner.remove();
    const { segments } = own.dataset;
    delete own.dataset.segments; // its number changes with any segment before it
    for (const index of segments.split(' ').map(Number)) found.set(index, (found.get(index) ?? '') + own.outerHTML);
  }
  return found;
}

/** One side of the page: the elements of its segments, where they are, and how far it is scrolled. */
class Side {
  /** @param {HTMLElement} root  The pane, which scrolls. */
  constructor(root) {
    this.root = root;
    this.content = root.querySelector('.content');
    this.blocks = [...this.content.childNodes].map(written);
    this.written = writtenSegments(this.content);
    this.expectedScroll = NaN;
    this.#collect();
    new ResizeObserver(() => this.forgetPlaces()).observe(this.content);
  }

  #collect() {
    /** @type {Map<number, HTMLElement[]>} */
    this.elements = new Map();
    for (const element of this.content.querySelectorAll('[data-segments]')) {
      for (const index of segmentsOf(element)) {
        if (!this.elements.has(index)) this.elements.set(index, []);
        this.elements.get(index).push(element);
      }
    }
    this.forgetPlaces();
  }

  forgetPlaces() {
    this.knownPlaces = null;
    alignment = null;
  }

  /**
   * Show other HTML. The blocks at both ends that stay as they are keep their elements, and with them images, focus
   * and text that is selected. Returns whether there was anything to change.
   */
  replace(html) {
    const template = document.createElement('template');
    template.innerHTML = html;
    const fresh = [...template.content.childNodes];
    const blocks = fresh.map(written);
    const old = [...this.content.childNodes];
    // Where an extension of the browser has been at work, the blocks are not what they were: all are replaced.
    const known = old.length === this.blocks.length ? this.blocks : [];
    const shorter = Math.min(blocks.length, known.length);
    let head = 0;
    while (head < shorter && blocks[head] === known[head]) head += 1;
    let tail = 0;
    while (tail < shorter - head && blocks.at(-1 - tail) === known.at(-1 - tail)) tail += 1;
    if (head + tail === blocks.length && head + tail === old.length) return false;

    this.blocks = blocks;
    this.written = writtenSegments(template.content);
    const behind = old[old.length - tail] ?? null;
    for (const node of old.slice(head, old.length - tail)) node.remove();
    for (const node of fresh.slice(head, fresh.length - tail)) this.content.insertBefore(node, behind);
    this.#collect();
    return true;
  }

  /** @returns {Map<number, Place>}  Of the segments that can be seen, from top to bottom. */
  get places() {
    if (this.knownPlaces) return this.knownPlaces;
    const origin = this.content.getBoundingClientRect().top;
    const places = [];
    for (const [index, elements] of this.elements) {
      const visible = elements.filter((each) => each.getClientRects().length);
      const boxes = visible.map((each) => each.getBoundingClientRect());
      if (!boxes.length) continue;
      const bottom = Math.max(...boxes.map((box) => box.bottom));
      places.push([index, { top: boxes[0].top - origin, bottom: bottom - origin }]);
    }
    this.knownPlaces = new Map(places.sort((a, b) => a[1].top - b[1].top));
    return this.knownPlaces;
  }

  /** How much of the pane shows its content; the rest is its heading. */
  get height() {
    return this.root.clientHeight - this.content.offsetTop;
  }

  /** Scroll without being taken for the reader, whom the other side follows. */
  scrollTo(top) {
    this.root.scrollTop = top;
    this.expectedScroll = this.root.scrollTop;
  }

  /** Whether the pane stands where the script has put it. */
  get isWherePut() {
    if (Math.abs(this.root.scrollTop - this.expectedScroll) < 1) return true;
    this.expectedScroll = NaN;
    return false;
  }

  /** The segments in sight, from the top, with how far each is from there. */
  inSight() {
    const top = this.root.scrollTop;
    const bottom = top + this.height;
    return [...this.places]
      .filter(([, place]) => place.bottom > top && place.top < bottom)
      .map(([index, place]) => ({ index, distance: place.top - top }));
  }
}

const page = JSON.parse(byId('page-data').textContent);
/** @type {View} */
let view = page.page;
/** @type {Findings | null} */
let findings = page.findings;
/** The segment that the keys and the panel are at. @type {number | null} */
let current = null;

const isLive = document.documentElement.dataset.live === 'yes';
const source = new Side(byId('source-pane'));
const localised = new Side(byId('localised-pane'));
const sides = [source, localised];
const otherThan = (side) => (side === source ? localised : source);
const findingsOf = (index) => findings?.segments[index] ?? [];

// Scrolling together

function alignedPlaces() {
  if (alignment) return alignment;
  const pairs = [[0, 0]];
  for (const [index, place] of source.places) {
    const pair = [place.top, localised.places.get(index)?.top ?? -1];
    // Two segments of one line make one pair; what one side has elsewhere, such as a note, makes none.
    if (pair.every((top, side) => top > pairs.at(-1)[side])) pairs.push(pair);
  }
  const ends = sides.map((side) => side.content.scrollHeight);
  if (ends.every((end, side) => end > pairs.at(-1)[side])) pairs.push(ends);
  alignment = pairs;
  return pairs;
}

/** The place of one side that belongs beside a place of the other; between two segments, in proportion. */
function placeBeside(top, side) {
  const pairs = alignedPlaces();
  const [from, to] = side === source ? [0, 1] : [1, 0];
  let low = 0;
  let high = pairs.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (pairs[middle][from] <= top) low = middle;
    else high = middle - 1;
  }
  const [start, end] = [pairs[low], pairs[low + 1]];
  if (!end) return start[to];
  return start[to] + ((top - start[from]) * (end[to] - start[to])) / (end[from] - start[from]);
}

/** The side that was scrolled last, and whether the other one will follow in the next frame. */
const following = { leader: localised, isDue: false };

function follow(leader) {
  following.leader = leader;
  if (following.isDue) return;
  following.isDue = true;
  requestAnimationFrame(() => {
    following.isDue = false;
    const side = following.leader;
    otherThan(side).scrollTo(placeBeside(side.root.scrollTop, side));
  });
}

/** Bring a segment into sight, its twin beside it. The side that the reader looks at moves only if it must. */
function reveal(index, preferred = localised) {
  const lead = [preferred, otherThan(preferred)].find((side) => side.places.has(index));
  if (!lead) return;
  const { top, bottom } = lead.places.get(index);
  const margin = Math.min(32, lead.height / 8);
  const highest = Math.min(margin, lead.height - margin - (bottom - top));
  const lowest = Math.max(margin, lead.height - margin - (bottom - top));
  const distance = top - lead.root.scrollTop;
  const isInSight = distance >= highest && distance <= lowest; // or fills it, if it is higher than the pane
  if (!isInSight) lead.scrollTo(top - Math.min(lead.height * 0.3, lowest));
  const twin = otherThan(lead);
  if (twin.places.has(index)) twin.scrollTo(twin.places.get(index).top - (top - lead.root.scrollTop));
}

// Marks

/** Say at each element what state its segments are in, and what was found in them. */
function paint() {
  const ranges = Object.fromEntries(SEVERITIES.map((severity) => [severity, []]));
  for (const side of sides) {
    for (const element of side.content.querySelectorAll('[data-segments]')) {
      const segments = segmentsOf(element).filter((index) => view.segments[index]);
      const found = segments.flatMap(findingsOf);
      describe(element, worst(segments.map((index) => view.segments[index].state), STATES), found);
      if (side !== localised) continue;
      nameLanguage(element, segments);
      underline(element, found, ranges);
    }
  }
  if (!CSS.highlights) return;
  for (const severity of SEVERITIES) CSS.highlights.set(severity, new Highlight(...ranges[severity]));
}

function describe(element, state, found) {
  const severity = worst(found.map((finding) => finding.severity), SEVERITIES);
  setData(element, 'state', state);
  setData(element, 'severity', severity);
  const words = [state !== 'translated' && WORDS.state[state], WORDS.severity[severity]].filter(Boolean);
  if (words.length) element.setAttribute('aria-description', words.join(', '));
  else element.removeAttribute('aria-description');
}

/** Say at an element of the localisation that it is in the language of the source, if it is. */
function nameLanguage(element, segments) {
  const { language } = view.source;
  const isSource = segments.map((index) => view.segments[index])
    .some((segment) => segment.state === 'untranslated' && !segment.stand_in);
  if (isSource) element.lang = language;
  else if (element.lang === language) element.removeAttribute('lang');
}

/**
 * Add to `ranges`, by severity, the words of an element that findings are about. They are underlined without elements
 * around them, which would change the page. Where those of the gravest are not found, the whole is underlined.
 */
function underline(element, found, ranges) {
  const { severity: gravest } = element.dataset;
  let isPlaced = false;
  for (const { severity, words } of found) {
    const places = CSS.highlights ? wordRanges(element, words) : [];
    ranges[severity]?.push(...places);
    isPlaced ||= severity === gravest && places.length > 0;
  }
  setData(element, 'underline', found.length && !isPlaced ? 'whole' : '');
}

function wordRanges(element, words) {
  const ranges = [];
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    for (const [startOffset, endOffset] of wordSpans(text.data, words)) {
      ranges.push(new StaticRange({ startContainer: text, startOffset, endContainer: text, endOffset }));
    }
  }
  return ranges;
}

/** Mark an element's segments on both sides, or, with null, none. */
function markTwins(element) {
  for (const marked of document.querySelectorAll('.twin')) marked.classList.remove('twin');
  if (!element) return;
  for (const index of segmentsOf(element)) {
    for (const side of sides) side.elements.get(index)?.forEach((each) => each.classList.add('twin'));
  }
}

/** Links to other sites open beside the preview, so that a translator does not lose the place. */
function prepareLinks() {
  for (const link of document.querySelectorAll('.content a[href]')) {
    if (!/^https?:$/.test(link.protocol) || link.origin === location.origin) continue;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
}

function showSummary() {
  const counts = STATES.map((state) => view.segments.filter((segment) => segment.state === state).length);
  byId('progress').setAttribute('viewBox', `0 0 ${Math.max(view.segments.length, 1)} 1`);
  let start = 0;
  STATES.forEach((state, which) => {
    const bar = byId('progress').querySelector(`.${state}`);
    bar.setAttribute('x', start);
    bar.setAttribute('width', counts[which]);
    start += counts[which];
    byId('legend').querySelector(`[data-state="${state}"] b`).textContent = counts[which];
  });
}

// Problems

/** Notes are shown, but they ask for nothing. */
const isProblem = (finding) => finding.severity !== 'info';

/** The segments that have problems, in their order. */
function problemSegments() {
  const found = Object.keys(findings?.segments ?? {}).map(Number);
  return found.filter((index) => findingsOf(index).some(isProblem)).sort((a, b) => a - b);
}

function showFindings() {
  paint();
  const rows = [
    ...Object.entries(findings?.segments ?? {}).flatMap(([index, found]) => found.map((each) => [each, Number(index)])),
    ...(findings?.others ?? []).map((finding) => [finding, null]),
  ];
  rows.sort(([a], [b]) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
  const problems = rows.filter(([finding]) => isProblem(finding)).length;
  const notes = rows.length - problems;
  const summary = [WORDS.problems(problems), ...(notes ? [WORDS.notes(notes)] : [])].join(', ');
  setData(byId('problems'), 'severity', rows[0]?.[0].severity);
  byId('problems').querySelector('summary').textContent = findings ? summary : WORDS.checking;
  byId('problems').querySelector('.list').replaceChildren(...rows.map((row) => problemRow(...row)));
  document.documentElement.dataset.findings = findings ? 'yes' : 'no';
  if (!byId('panel').hidden) showPanel();
}

/** A line of the list of problems; one that is about a segment leads there. */
function problemRow(finding, index) {
  if (index === null) {
    return make('div', { class: 'row' }, findingLine(finding), make('small', {}, finding.place || WORDS.wholeDocument));
  }
  const { kind, msgid } = view.segments[index];
  const go = () => {
    byId('problems').open = false;
    select(index);
  };
  const about = make('small', {}, `${kind}: `, make('bdi', { lang: view.source.language }, msgid));
  return make('button', { type: 'button', class: 'row', onclick: go }, findingLine(finding), about);
}

/** A finding in one line: how grave it is, what it says, and the check that says so. */
function findingLine({ severity, message, check }) {
  return make(
    'span', { class: 'finding', 'data-severity': severity },
    make('b', {}, WORDS.severity[severity] ?? severity), ' ', make('span', { dir: 'auto' }, message), ' ',
    make('code', {}, check),
  );
}

// The panel

function openPanel() {
  if (current === null) return;
  byId('panel').hidden = false;
  showPanel();
  reveal(current);
}

function closePanel() {
  const hadFocus = byId('panel').contains(document.activeElement);
  byId('panel').hidden = true;
  if (hadFocus && current !== null) focusSegment(current);
}

function showPanel() {
  const panel = byId('panel');
  const segment = view.segments[current];
  panel.hidden = !segment;
  if (!segment) return;
  const found = findingsOf(current);
  const isShown = sides.some((side) => side.elements.has(current));
  byId('panel-name').textContent = WORDS.segment(current + 1, view.segments.length);
  panel.querySelector('.kind').textContent = segment.kind;
  panel.querySelector('.note').textContent = isShown ? '' : WORDS.elsewhere;
  panel.querySelector('.sides').replaceChildren(
    make('div', { class: 'side' }, ...sourceParts(segment, found)),
    make('div', { class: 'side' }, ...localisedParts(segment, found)),
  );
}

function sourceParts(segment, found) {
  const inMsgstr = (word) => segment.msgstr.includes(word);
  const words = found.flatMap((finding) => finding.words).filter((word) => !inMsgstr(word));
  return [
    textBlock(WORDS.source, view.source, segment.msgid, words),
    ...(segment.msgctxt ? [part(WORDS.context, make('p', { dir: 'auto' }, segment.msgctxt))] : []),
    ...(segment.changes.length ? [part(WORDS.changed, changesText(segment.changes))] : []),
    ...(segment.comments.length ? [part(WORDS.comments, list(segment.comments))] : []),
  ];
}

function localisedParts(segment, found) {
  const meaning = [WORDS.meaning[segment.state], segment.stand_in && WORDS.standIn(segment.stand_in)];
  return [
    textBlock(view.localised.name, view.localised, segment.msgstr, found.flatMap((finding) => finding.words)),
    make(
      'p', { class: 'state', 'data-state': segment.state },
      make('b', {}, WORDS.state[segment.state] ?? segment.state), ' ', meaning.filter(Boolean).join(' '),
    ),
    make('ul', { class: 'findings' }, ...found.map((each) => make('li', {}, findingLine(each)))),
    part(WORDS.places, ...placeLines(segment)),
  ];
}

const part = (heading, ...content) => make('section', {}, make('h3', {}, heading), ...content);

const list = (texts) => make('ul', {}, ...texts.map((text) => make('li', { dir: 'auto' }, text)));

/** A text as it stands in the catalogue, with words of it marked. */
function textBlock(heading, pane, text, words) {
  const content = text ? markedText(text, words) : [make('i', {}, WORDS.emptyMsgstr)];
  const ofPane = text ? { lang: pane.language, dir: pane.direction } : {};
  return part(heading, make('p', { class: 'text', ...ofPane }, ...content));
}

function markedText(text, words) {
  const pieces = [];
  let position = 0;
  for (const [start, end] of wordSpans(text, words)) {
    pieces.push(text.slice(position, start), make('mark', {}, text.slice(start, end)));
    position = end;
  }
  return [...pieces, text.slice(position)];
}

function changesText(changes) {
  const pieces = changes.map(({ kind, text }) => {
    if (kind === 'gone') return make('del', {}, hiddenWords(`[${WORDS.removed}: `), text, hiddenWords(']'));
    if (kind === 'come') return make('ins', {}, hiddenWords(`[${WORDS.added}: `), text, hiddenWords(']'));
    return text;
  });
  return make('p', { class: 'text changes', lang: view.source.language, dir: view.source.direction }, ...pieces);
}

function placeLines({ catalogue_place: inCatalogue, source_place: inSource }) {
  const line = (what, place) => make(
    'p', { class: 'place' }, `${what} `, make('code', { dir: 'ltr' }, place), ' ',
    make('button', { type: 'button', 'aria-label': `${WORDS.copy}: ${place}`, onclick: () => copy(place) }, WORDS.copy),
  );
  return [inSource && line(WORDS.source, inSource), inCatalogue && line(WORDS.catalogue, inCatalogue)].filter(Boolean);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyByCommand(text);
  }
  announce(WORDS.copied);
}

/** For pages that the browser does not trust with the clipboard. */
function copyByCommand(text) {
  const before = document.activeElement;
  const field = make('textarea', { class: 'visually-hidden', readonly: true });
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
  before?.focus();
}

// Selecting

/**
 * Go to a segment. `lead` is the side that the reader looks at, and `takesFocus` is false while they write elsewhere.
 * A segment that no side shows is shown in the panel.
 */
function select(index, { lead = localised, takesFocus = true } = {}) {
  current = index;
  showCurrent();
  const panel = byId('panel');
  if (!sides.some((side) => side.places.has(index))) panel.hidden = false;
  if (!panel.hidden) showPanel();
  if (takesFocus && !panel.contains(document.activeElement)) focusSegment(index);
  reveal(index, lead);
}

/** Mark the current segment, and let it be the only one that the Tab key stops at. */
function showCurrent() {
  for (const element of document.querySelectorAll('.current')) {
    element.classList.remove('current');
    element.removeAttribute('aria-current');
  }
  const atHand = (localised.elements.get(current) ?? localised.elements.values().next().value)?.[0];
  for (const element of localised.content.querySelectorAll('[tabindex]')) {
    if (element !== atHand) element.removeAttribute('tabindex'); // taken from the focused one, it would take the focus
  }
  atHand?.setAttribute('tabindex', '0');
  for (const element of sides.flatMap((side) => side.elements.get(current) ?? [])) {
    element.classList.add('current');
    element.setAttribute('aria-current', 'true');
  }
}

function focusSegment(index) {
  localised.elements.get(index)?.[0].focus({ preventScroll: true });
}

/** Go on from the current segment, or begin with the first in sight. */
function step(by) {
  const begin = current ?? localised.inSight()[0]?.index ?? 0;
  const wanted = current === null ? begin : begin + by;
  if (view.segments[wanted]) select(wanted);
}

/** The next one of rising numbers, round the end. */
function nextOf(numbers, after, by) {
  if (by > 0) return numbers.find((number) => number > after) ?? numbers[0];
  return numbers.findLast((number) => number < after) ?? numbers.at(-1);
}

function stepToProblem(by) {
  const index = nextOf(problemSegments(), current ?? -1, by);
  if (index !== undefined) select(index);
}

function clicked(event, side) {
  const element = event.target.closest('[data-segments]');
  // A link is followed, and text that was marked is perhaps to be copied.
  if (!element || event.target.closest('a[href]') || !getSelection().isCollapsed) return;
  const indexes = segmentsOf(element);
  // Another click on what shows several segments goes on to the next of them.
  const index = indexes[(indexes.indexOf(current) + 1) % indexes.length];
  byId('panel').hidden = false;
  select(index, { lead: side });
}

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

// Live

function addressOf(what) {
  return ['', 'api', what, view.locale, ...view.document.split('/')].map(encodeURIComponent).join('/');
}

async function fetched(address) {
  const response = await fetch(address, { cache: 'no-store' });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return response.json();
}

/** A task that says so if it fails. That the server is not there is said by its stream of events. */
const reported = (task) => async () => {
  try {
    await task();
  } catch (error) {
    if (!(error instanceof TypeError)) say('status', WORDS.failed(error.message));
    else console.error(error);
  }
};

const refreshPage = coalesced(reported(async () => {
  const fresh = await fetched(addressOf('page'));
  say('status', '');
  showPage(fresh);
  refreshFindings();
}));

const refreshFindings = coalesced(reported(async () => {
  const ofView = view;
  const fresh = await fetched(addressOf('findings'));
  if (view !== ofView) return; // they are of segments that have changed since, and are being asked for again
  findings = fresh;
  showFindings();
  refreshPercentages(); // last, for the server has to look at the whole project
}));

const refreshPercentages = coalesced(reported(async () => {
  const { documents, locales } = await fetched(`/api/status?locale=${encodeURIComponent(view.locale)}`);
  showPercentages('document-chooser', documents);
  showPercentages('locale-chooser', locales);
}));

const withoutHtml = (value) => JSON.stringify(value, (key, part) => (key === 'html' ? undefined : part));

/**
 * Show a page as it is now, without moving what the reader looks at. What was the current segment still is, and what
 * changed lights up once.
 */
function showPage(/** @type {View} */ fresh) {
  const before = { view, written: sides.map((side) => side.written), inSight: sides.map((side) => side.inSight()) };
  const hadFocus = localised.content.contains(document.activeElement);
  const replaced = [source.replace(fresh.source.html), localised.replace(fresh.localised.html)];
  if (!replaced.includes(true) && withoutHtml(fresh) === withoutHtml(view)) return;

  const now = successors(view.segments, fresh.segments);
  view = fresh;
  current = now.get(current) ?? null;
  findings = movedFindings(now);
  byId('title').textContent = view.title || view.document;
  say('problem', view.problem);
  showSummary();
  prepareLinks();
  showCurrent();
  showFindings();
  if (hadFocus && current !== null) focusSegment(current);
  sides.forEach((side, which) => stay(side, before.inSight[which], now));
  flashChanges(before, now);
  if (byId('search').value) findHits();
  countUp('updates');
}

/** For the index of each old segment that of the new one with the same source text, or else of the one in its place. */
function successors(old, fresh) {
  const key = ({ msgctxt, msgid }) => JSON.stringify([msgctxt, msgid]);
  const unused = new Map();
  for (const segment of fresh) unused.set(key(segment), [...(unused.get(key(segment)) ?? []), segment.index]);
  const found = new Map();
  for (const segment of old) {
    const same = unused.get(key(segment))?.shift();
    if (same !== undefined) found.set(segment.index, same);
  }
  const taken = new Set(found.values());
  for (const { index } of old) {
    const inItsPlace = index ? (found.get(index - 1) ?? NaN) + 1 : 0;
    if (found.has(index) || taken.has(inItsPlace) || !fresh[inItsPlace]) continue;
    found.set(index, inItsPlace);
    taken.add(inItsPlace);
  }
  return found;
}

/** What was found in segments that are still there, until the checks have looked again. */
function movedFindings(now) {
  if (!findings) return null;
  const kept = Object.entries(findings.segments).filter(([index]) => now.has(Number(index)));
  return { ...findings, segments: Object.fromEntries(kept.map(([index, found]) => [now.get(Number(index)), found])) };
}

/** Scroll such that the first of the segments that were in sight, and are still there, is where it was. */
function stay(side, wereInSight, now) {
  const anchor = wereInSight.find(({ index }) => side.places.has(now.get(index)));
  if (anchor) side.scrollTo(side.places.get(now.get(anchor.index)).top - anchor.distance);
}

function flashChanges(before, now) {
  const origins = new Map([...now].map(([old, fresh]) => [fresh, old]));
  sides.forEach((side, which) => {
    for (const [index, elements] of side.elements) {
      const origin = origins.get(index);
      const [was, is] = [before.view.segments[origin], view.segments[index]];
      const differs = !was || before.written[which].get(origin) !== side.written.get(index)
        || (side === localised && (was.msgstr !== is?.msgstr || was.state !== is?.state));
      if (differs) elements.forEach(flash);
    }
  });
}

function flash(element) {
  element.classList.add('flash');
  setTimeout(() => element.classList.remove('flash'), FLASH_MS);
}

/** @type {EventSource | null} */
let stream = null;

/** Listen to the server while the page is in sight: browsers keep only a few connections to a server open. */
function listen() {
  stream?.close();
  if (document.hidden) return;
  const opened = new EventSource('/events');
  opened.addEventListener('open', refreshPage); // also after a break, in which changes may have been missed
  opened.addEventListener('message', refreshPage);
  opened.addEventListener('error', () => {
    say('status', WORDS.stopped);
    if (opened === stream && opened.readyState === EventSource.CLOSED) setTimeout(listen, RECONNECT_MS);
  });
  stream = opened;
}

// Setting up

function attendToSide(side) {
  side.root.addEventListener('scroll', () => {
    if (!side.isWherePut) follow(side);
  }, { passive: true });
  side.content.addEventListener('click', (event) => clicked(event, side));
  side.content.addEventListener('pointerover', (event) => markTwins(event.target.closest('[data-segments]')));
  side.content.addEventListener('pointerleave', () => markTwins(null));
  side.content.addEventListener('focusout', () => markTwins(null));
  side.content.addEventListener('focusin', (event) => {
    const element = event.target.closest('[data-segments]');
    markTwins(element);
    const isByKey = event.target.matches(':focus-visible'); // a click goes on to select what was clicked
    if (!element || !isByKey || segmentsOf(element).includes(current)) return;
    [current] = segmentsOf(element);
    showCurrent();
  });
}

/** On a narrow screen, which shows one side. The other keeps its place, so there is nothing to scroll. */
function showSide(name) {
  byId('panes').dataset.shows = name;
  for (const choice of document.querySelectorAll('.switch button')) {
    choice.setAttribute('aria-pressed', String(choice.dataset.shows === name));
  }
}

function attendToTools() {
  document.addEventListener('keydown', keyPressed);
  byId('search').addEventListener('input', findHits);
  byId('search').addEventListener('keydown', searchKey);
  byId('keys-button').addEventListener('click', () => byId('keys').showModal());
  byId('keys-close').addEventListener('click', () => byId('keys').close());
  byId('panel-close').addEventListener('click', closePanel);
  byId('panel-previous').addEventListener('click', () => step(-1));
  byId('panel-next').addEventListener('click', () => step(1));
  for (const chooser of ['document-chooser', 'locale-chooser']) byId(chooser).addEventListener('change', goToChosen);
  for (const choice of document.querySelectorAll('.switch button')) {
    choice.addEventListener('click', () => showSide(choice.dataset.shows));
  }
  window.addEventListener('hashchange', goToAddress);
  window.addEventListener('resize', () => {
    sides.forEach((side) => side.forgetPlaces());
    follow(following.leader);
  });
}

sides.forEach(attendToSide);
attendToTools();
prepareLinks();
showCurrent();
showFindings();
goToAddress();
document.documentElement.dataset.ready = 'yes';
if (isLive) {
  document.addEventListener('visibilitychange', listen);
  listen();
}
