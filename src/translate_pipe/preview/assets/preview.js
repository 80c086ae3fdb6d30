/**
 * The page of the preview: a document beside its localisation.
 *
 * A page from the server is live: the server says when files were saved, and the page then asks for what changed. A
 * page that was written to a file has all that it shows in it. What the server sends is described in `view.py`.
 *
 * The scripts are loaded in this order and share their names: this one has words and tools, `sides.js` the two panes,
 * `panel.js` what is told of segments, `finding.js` how they are found, and `live.js` what the server says.
 *
 * Data become text by `textContent` only. The one exception is the HTML of the panes, which the server has sanitised.
 */
'use strict';

/**
 * @typedef {{kind: 'same' | 'gone' | 'come', text: string}} Change
 * @typedef {{severity: string, check: string, message: string, place: string, words: string[]}} Finding
 * @typedef {{segments: Object<string, Finding[]>, others: Finding[], not_published: Object<string, string[]>}} Findings
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
    'not-published': 'Because of an error, readers do not get this translation. They get the source text, or the '
      + 'translation of a wider locale.',
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
  state: { translated: 'Translated', 'not-published': 'Not published', fuzzy: 'Fuzzy', untranslated: 'Untranslated' },
  stopped: 'The preview has been stopped; start it again with: translate-pipe preview',
  wholeDocument: 'The document as a whole',
};

/** From what needs no work to what needs most. */
const STATES = ['translated', 'not-published', 'fuzzy', 'untranslated'];
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
