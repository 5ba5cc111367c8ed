/*
 * The buttons of a release's page that need a script: listen, print, copy the link. Each is made only where it works; without this file the
 * page lacks nothing else. The words stand in the page (data-*), in its language.
 */
const tools = document.querySelector('.tools');
const article = document.querySelector('article.release');

/** @param {string} text @param {() => void} press */
function addButton(text, press) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = text;
  button.addEventListener('click', press);
  return button;
}

if (tools && article) {
  tools.querySelector('.print')?.append(addButton(tools.dataset.print, () => window.print()));
  offerCopy();
  offerListening();
}

function offerCopy() {
  const place = document.querySelector('.share');
  if (!place || !navigator.clipboard) return;
  const said = document.createElement('span');
  said.setAttribute('role', 'status');
  const button = addButton(place.dataset.copy, async () => {
    try {
      await navigator.clipboard.writeText(place.dataset.address);
      said.textContent = place.dataset.copied;
    } catch {
      said.textContent = place.dataset.address;
    }
  });
  place.append(button, said);
}

/** Voices of some browsers arrive later; the button comes when there is one that speaks the page's language. */
function offerListening() {
  const speech = window.speechSynthesis;
  if (!speech || !window.SpeechSynthesisUtterance) return;
  const place = tools.querySelector('.listen');
  const offer = () => {
    if (place.firstChild || !voiceFor(article.dataset.language)) return;
    const listen = addButton(tools.dataset.listen, () => reader.toggle());
    const stop = addButton(tools.dataset.stop, () => {
      reader.stop();
      listen.focus();
    });
    listen.setAttribute('aria-pressed', 'false');
    stop.hidden = true;
    place.append(listen, ' ', stop);
    const reader = openReader((state) => {
      listen.setAttribute('aria-pressed', String(state === 'reading'));
      stop.hidden = state === 'silent';
    });
    window.addEventListener('pagehide', () => reader.stop());
  };
  offer();
  speech.addEventListener?.('voiceschanged', offer);
}

function voiceFor(language) {
  const base = language.split('-')[0].toLowerCase();
  return window.speechSynthesis.getVoices().find((voice) => voice.lang.replace('_', '-').split('-')[0].toLowerCase() === base);
}

/** @param {(state: 'silent' | 'reading' | 'paused') => void} show */
function openReader(show) {
  const speech = window.speechSynthesis;
  let pieces = [];
  let next = 0;
  let state = 'silent';
  // What an utterance of an earlier run reports must not move this one.
  let run = 0;
  let marked;
  const become = (now) => {
    state = now;
    show(now);
  };
  const mark = (block) => {
    marked?.classList.remove('being-read');
    block?.classList.add('being-read');
    marked = block;
  };
  function stop() {
    run += 1;
    speech.cancel();
    mark(undefined);
    next = 0;
    become('silent');
  }
  function speakNext(mine) {
    if (mine !== run) return;
    const piece = pieces[next];
    if (!piece) return stop();
    const utterance = new SpeechSynthesisUtterance(piece.text);
    utterance.lang = piece.language;
    const voice = voiceFor(piece.language);
    if (voice) utterance.voice = voice;
    utterance.addEventListener('end', () => {
      if (mine !== run) return;
      next += 1;
      speakNext(mine);
    });
    utterance.addEventListener('error', () => mine === run && stop());
    mark(piece.block);
    speech.speak(utterance);
  }
  return {
    stop,
    /** Begins, pauses, goes on. Paused means: silent until asked again, which then begins with the sentence that was cut. */
    toggle() {
      if (state === 'reading') {
        run += 1;
        speech.cancel();
        become('paused');
        return;
      }
      if (state === 'silent') {
        pieces = piecesOf(article);
        next = 0;
      }
      run += 1;
      become('reading');
      speakNext(run);
    },
  };
}

const SILENT = '.tools, .share, .only-print, nav, a[download], #andringar, [aria-hidden="true"], [data-silent], button';
const BLOCKS =
  'p, h1, h2, h3, h4, li, dt, dd, caption, th, td, figcaption, blockquote, strong.name, th > span, .timetable span, .timetable div';

/** The article in reading order as sentences, each in its language and with the block it stands in. */
function piecesOf(root) {
  const pieces = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  let open;
  const close = () => {
    if (!open) return;
    for (const text of sentencesOf(open.text.replace(/\s+/g, ' ').trim(), open.language)) pieces.push({ ...open, text });
    open = undefined;
  };
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === Node.ELEMENT_NODE) {
      if (node.localName === 'br') close();
      continue;
    }
    const parent = node.parentElement;
    if (parent.closest(SILENT)) continue;
    const block = parent.closest(BLOCKS) ?? parent;
    const language = parent.closest('[lang]').lang;
    if (open && (open.block !== block || open.language !== language)) close();
    open ??= { block, language, text: '' };
    open.text += node.data;
  }
  close();
  return pieces;
}

/** Sentences: a pause goes back to the last one, and some browsers fall silent in the middle of a long text. "kl. 09.30" is no end of one. */
function sentencesOf(text, language) {
  if (!text) return [];
  if (!Intl.Segmenter) return [text];
  const sentences = [];
  for (const { segment } of new Intl.Segmenter(language, { granularity: 'sentence' }).segment(text)) {
    if (/^[\p{Ll}\d]/u.test(segment) && sentences.length > 0) sentences.push(sentences.pop() + segment);
    else sentences.push(segment);
  }
  return sentences;
}
