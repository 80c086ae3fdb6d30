/** What the server says, and the setting up of the page. */
'use strict';

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
  const moved = (bySegment) => Object.fromEntries(
    Object.entries(bySegment).filter(([index]) => now.has(Number(index)))
      .map(([index, found]) => [now.get(Number(index)), found]),
  );
  return { ...findings, segments: moved(findings.segments), not_published: moved(findings.not_published) };
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
