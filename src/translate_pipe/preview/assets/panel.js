/** What is told of segments: the list of problems, the panel, and which segment it shows. */
'use strict';

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
  showSummary();
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
  const state = stateOf(segment.index);
  const meaning = [WORDS.meaning[state], ...(reasonsOf(segment.index) ?? []), segment.stand_in && WORDS.standIn(segment.stand_in)];
  return [
    textBlock(view.localised.name, view.localised, segment.msgstr, found.flatMap((finding) => finding.words)),
    make(
      'p', { class: 'state', 'data-state': state },
      make('b', {}, WORDS.state[state] ?? state), ' ', meaning.filter(Boolean).join(' '),
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
