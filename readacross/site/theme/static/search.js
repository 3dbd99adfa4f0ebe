/* Looking passages up in the page itself: no request is made, and words are only ever set as text. */
"use strict";
(function () {
  const form = document.querySelector("form[data-search]");
  if (!form) return;
  const data = window.READACROSS;
  const box = form.querySelector("#words");
  const authority = form.querySelector("#authority");
  const all = form.querySelector("#all");
  const SHOWN = 20, PREFIX = 3, ROOT = 5, CUT = 4, TYPED = 4, LONG = 8, PAUSE = 150;
  let waiting = 0;
  form.hidden = false;

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    location.hash = asking();
  });
  box.addEventListener("input", function () {
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      history.replaceState(null, "", "#" + asking());
      show();
    }, PAUSE);
  });
  authority.addEventListener("change", function () { form.requestSubmit(); });
  all.addEventListener("change", function () { form.requestSubmit(); });
  window.addEventListener("hashchange", show);
  show();

  /* What is asked, as it stands after the # of an address. */
  function asking() {
    const asked = new URLSearchParams({ q: box.value.trim() });
    if (authority.value) asked.set("authority", authority.value);
    if (all.checked) asked.set("all", "1");
    return asked;
  }

  /* The forms of the words of a question, folded as the builder folds them. */
  function formsOf(text) {
    const words = text.normalize("NFKC").toLowerCase().replace(/[‘’ʼ`´]/g, "'").match(/[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*/gu) || [];
    return words.map(function (word) {
      return word.normalize("NFKD").replace(/\p{M}/gu, "").normalize("NFC").replace(/'s$/, "").replace(/'/g, "");
    });
  }

  /* The terms of a question; a form that no text holds stands for those that begin as it does. */
  function termsOf(text) {
    const terms = new Set(), unknown = [];
    let known = 0;
    for (const form of formsOf(text)) {
      if (data.stop.includes(form)) continue;
      const found = Object.hasOwn(data.forms, form) ? [data.forms[form]] : nearest(form);
      found.forEach(function (term) { terms.add(term); });
      if (found.length) known += 1; else unknown.push(form);
    }
    return { terms: Array.from(terms).sort(function (a, b) { return a - b; }), unknown: unknown, known: known };
  }

  /* Terms of the forms that begin with a form, or are a slip of the hand away, or begin with as much of it as any does. */
  function nearest(form) {
    const begun = form.length < PREFIX ? [] : alike(form, Infinity);
    if (begun.length) return begun;
    const slips = mistyped(form);
    if (slips.length) return slips;
    for (let length = form.length; length >= form.length - CUT; length -= 1) {
      const whole = length === form.length, start = form.slice(0, length);
      if (length < (whole ? PREFIX : ROOT)) return [];
      const found = alike(start, whole ? Infinity : length + CUT);
      if (found.length) return found;
    }
    return [];
  }

  /* Terms of the forms nearest to one that may be mistyped: one slip, or two in a long word. */
  function mistyped(form) {
    if (form.length < TYPED) return [];
    const allowed = form.length < LONG ? 1 : 2, found = [[], [], []];
    for (const known of Object.keys(data.forms)) {
      if (known.length < TYPED || Math.abs(known.length - form.length) > allowed) continue;
      const slips = slipsBetween(form, known);
      if (slips <= allowed) found[slips].push(data.forms[known]);
    }
    return found[1].length ? found[1] : found[2];
  }

  /* How many letters are added, left out, changed, or swapped with the next, between two words. */
  function slipsBetween(one, other) {
    let before = [], last = Array.from({ length: other.length + 1 }, function (_, at) { return at; });
    for (let row = 1; row <= one.length; row += 1) {
      const line = [row];
      for (let column = 1; column <= other.length; column += 1) {
        const same = one[row - 1] === other[column - 1];
        line[column] = Math.min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (same ? 0 : 1));
        const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
        if (swapped) line[column] = Math.min(line[column], before[column - 2] + 1);
      }
      before = last;
      last = line;
    }
    return last[other.length];
  }

  function alike(start, longest) {
    const found = Object.keys(data.forms).filter(function (known) {
      return known.startsWith(start) && known.length <= longest;
    });
    return found.map(function (known) { return data.forms[known]; });
  }

  /* Terms of the forms that share their beginning with a word of the question. */
  function widened(text) {
    const terms = formsOf(text).filter(function (form) { return !data.stop.includes(form); }).flatMap(function (form) {
      const length = Math.max(ROOT, form.length - CUT);
      return form.length < ROOT ? [] : alike(form.slice(0, length), form.length + CUT);
    });
    return Array.from(new Set(terms)).sort(function (a, b) { return a - b; });
  }

  /* Passages by the sum of the weights of the terms they hold; ties by id. */
  function ranked(terms, slug, superseded) {
    const scores = new Float32Array(data.passages.length);
    for (const term of terms) {
      if (term >= data.weights.length) continue;
      const [documents, weights] = data.weights[term];
      documents.forEach(function (number, at) { scores[number] += Math.fround(weights[at]); });
    }
    const found = [];
    data.passages.forEach(function (passage, number) {
      const version = data.versions[passage[0]];
      const wanted = (!slug || version[0] === slug) && (superseded || version[3]);
      if (scores[number] > 0 && passage[4] && wanted) found.push([Math.round(scores[number] * 1e6), address(passage), passage]);
    });
    return found.sort(function (a, b) { return b[0] - a[0] || (a[1] < b[1] ? -1 : 1); });
  }

  function address(passage) { return data.versions[passage[0]][2] + "#" + passage[1]; }

  /* Pages that hold two of the words asked for, or the only one. */
  function titled(terms, words) {
    const found = data.titles.map(function (title) {
      return [title[3].filter(function (term) { return terms.includes(term); }).length, title];
    }).filter(function (row) { return row[0] && row[0] >= Math.min(words, 2); });
    return found.sort(function (a, b) { return b[0] - a[0]; }).slice(0, 5);
  }

  function show() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const words = (asked.get("q") || "").slice(0, 400);
    if (box.value.trim() !== words) box.value = words;
    authority.value = asked.get("authority") || "";
    all.checked = asked.get("all") === "1";
    const results = document.getElementById("results"), line = document.getElementById("found");
    results.replaceChildren();
    line.textContent = "";
    if (!words) return;
    const question = termsOf(words);
    let found = ranked(question.terms, authority.value, all.checked), like = "";
    if (!found.length) {
      found = ranked(widened(words), authority.value, all.checked);
      like = found.length ? " These hold words that begin alike." : "";
    }
    const pages = titled(question.terms, question.known);
    const missing = question.unknown.length ? " No leaflet holds: " + question.unknown.join(", ") + "." : "";
    const none = "No passage holds these words. That does not mean “no”.";
    const first = found.length > SHOWN ? ", the first " + SHOWN + " shown." : ".";
    line.textContent = (found.length && !like ? count(found.length) + first : none + like) + missing;
    if (pages.length) results.append(listed("Pages", pages.map(function (row) { return page(row[1]); })));
    if (found.length) results.append(listed("Passages", found.slice(0, SHOWN).map(result)));
  }

  function count(number) { return number === 1 ? "One passage" : number + " passages"; }

  function listed(title, items) {
    const section = element("section");
    const list = element("ol", "", "plain");
    items.forEach(function (item) { list.append(item); });
    section.append(element("h2", title), list);
    return section;
  }

  function page(title) {
    const item = element("li"), link = element("a", title[0]);
    link.href = title[2];
    item.append(link, " ", element("span", title[1], "detail"));
    return item;
  }

  function result(row) {
    const passage = row[2], version = data.versions[passage[0]];
    const item = element("li"), link = element("a", passage[2] || version[1]);
    link.href = row[1];
    item.append(link, element("br"), element("span", version[1] + (version[3] ? "" : "; superseded"), "detail"));
    const quote = element("blockquote"), words = element("p");
    if (passage[3]) words.append(element("span", passage[3] + " ", "detail"));
    words.append(element("q", passage[4]));
    quote.append(words);
    if (passage[5]) quote.append(element("p", "Uncertain words. " + passage[5], "doubt"));
    item.append(quote);
    return item;
  }

  function element(name, words, kind) {
    const made = document.createElement(name);
    if (words) made.textContent = words;
    if (kind) made.className = kind;
    return made;
  }
})();
