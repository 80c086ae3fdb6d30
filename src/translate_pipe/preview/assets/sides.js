/** The two panes: their segments, how they scroll together, and the marks on them. */
'use strict';

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
    /** What was shown last, once the server has sent it by itself. @type {string | null} */
    this.html = null;
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
    if (html === this.html) return false;
    this.html = html;
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
/** Why readers do not get the translation of a segment; undefined if they do, or if it is not known yet. */
const reasonsOf = (index) => findings?.not_published[index];
const stateOf = (index) => (reasonsOf(index) ? 'not-published' : view.segments[index].state);

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
      describe(element, worst(segments.map(stateOf), STATES), found);
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
  setData(element, 'state', state === 'translated' ? '' : state); // nearly all are, and need no style
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
  const counts = STATES.map((state) => view.segments.filter(({ index }) => stateOf(index) === state).length);
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
