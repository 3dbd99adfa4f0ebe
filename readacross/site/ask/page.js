/* The Ask page: a question in the address after #, answered here; nothing of it is sent or kept. */
"use strict";
(function (readacross) {
  const form = document.querySelector("form[data-ask]");
  if (!form) return;
  const words = window.READACROSS_WORDS, answers = window.READACROSS_ANSWERS, files = window.READACROSS_FILES;
  const find = function (id) { return document.getElementById(id); };
  const box = form.elements.q, authority = form.elements.authority, topic = form.elements.topic, asAt = form.elements["as-at"], all = form.elements.all;
  const told = find("told"), shown = find("answer"), meaning = find("meaning"), state = find("meaning-state"), bar = find("meaning-bar"), button = find("meaning-button");
  const engine = readacross.engine(words, answers);
  const show = readacross.showing(words, answers, engine, copy);
  const waiting = new Map();
  let worker = null, decide = null, asking = 0, number = 0;
  /* What was asked before; whether the authorities chosen came with what followed; how that was typed, and its address by itself. */
  let before = null, carried = false, joined = null;

  form.hidden = meaning.hidden = false;
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    go(box.value.trim());
  });
  authority.addEventListener("change", function () { carried = false; });
  window.addEventListener("hashchange", answerNow);
  button.addEventListener("click", function () { button.dataset.does === "forget" ? forget() : load(); });
  begin();
  answerNow();
  performance.mark("words-ready");

  /** Put a question into the address, with what it takes from the one before where it follows that. */
  function go(typed) {
    const form = filters(), alone = { ...form, question: typed, after: [], authorities: carried ? [] : form.authorities };
    const last = before && { ...form, question: before.question, after: before.after };
    const asked = last && last.question === typed ? last : engine.follow(last, alone), address = addressOf(asked);
    carried = String(asked.authorities) !== String(alone.authorities);
    joined = { typed, address, alone: addressOf(alone) };
    if (location.hash === address) answerNow();
    else location.hash = address;
  }

  /** What the form narrows a question to. */
  function filters() {
    const several = function (box) { return box.value.split(" ").filter(Boolean); };
    return { authorities: several(authority), topics: several(topic), asAt: asAt.value.trim(), allVersions: all.checked };
  }

  /** The address of a question with what it is narrowed to; nothing after a # is sent. */
  function addressOf(asked) {
    const found = new URLSearchParams({ q: asked.question });
    for (const question of asked.after) found.append("after", question);
    for (const slug of asked.authorities) found.append("authority", slug);
    for (const id of asked.topics) found.append("topic", id);
    if (asked.asAt) found.set("as-at", asked.asAt);
    if (asked.allVersions) found.set("all", "1");
    return "#" + found;
  }

  /** What is asked by the address of the page. */
  function given() {
    const asked = new URLSearchParams(location.hash.slice(1));
    return {
      question: asked.get("q") ?? "", after: asked.getAll("after"), asAt: asked.get("as-at") ?? "", allVersions: asked.get("all") === "1",
      authorities: asked.getAll("authority").filter(function (slug) { return Object.hasOwn(words.authorities, slug); }),
      topics: asked.getAll("topic").filter(function (id) { return Array.from(topic.options).some(function (one) { return one.value === id; }); }),
    };
  }

  /** Answer what the address asks, by meaning where that is ready and by words until then. */
  async function answerNow() {
    const asked = given(), turn = asking += 1;
    [box.value, asAt.value, all.checked] = [asked.question, asked.asAt, asked.allVersions];
    choose(authority, asked.authorities);
    choose(topic, asked.topics);
    tellFollowed(asked);
    before = null;
    if (!asked.question.trim()) return put([], "");
    try {
      if (asked.asAt && !/^\d{4}(-(0[1-9]|1[0-2]))?$/.test(asked.asAt)) throw new Error("As at: write a year or a month, such as 2012 or 2012-06.");
      const read = engine.read(asked).asked;
      before = asked;
      const answer = decide ? await engine.ask(asked, near, decide) : engine.askByWords(asked);
      if (turn !== asking) return;
      readacross.answer = answer;
      put(show(answer, engine.choose(read)), line(answer));
    } catch (bad) {
      if (turn === asking) put([], bad.message);
    }
  }

  /** Choose in a list; several at once are an entry of their own. */
  function choose(list, values) {
    const value = values.join(" "), named = function (one) { return Array.from(list.options).find(function (option) { return option.value === one; }).text; };
    if (values.length > 1 && list.value !== value) list.add(new Option(values.map(named).join(", "), value));
    list.value = value;
  }

  /** Say that a question was taken to follow the one before, and lead to it by itself. */
  function tellFollowed(asked) {
    const line = find("followed"), mine = joined && joined.address === location.hash;
    const { typed, alone } = mine ? joined : { typed: asked.question, alone: addressOf({ ...asked, after: [] }) };
    line.replaceChildren();
    if (mine ? alone === location.hash : !asked.after.length) return;
    const link = document.createElement("a");
    link.href = alone;
    link.textContent = "Ask “" + typed + "” by itself";
    line.append("Taken to follow the question before. ", link, ".");
  }

  /** An answer in place of the one before; its first line is announced. */
  function put(children, words) {
    shown.replaceChildren(...children);
    told.textContent = words;
  }

  /** The line that sums an answer up. */
  function line(answer) {
    const heard = new Set(answer.statements.filter(function (item) { return item.main; }).map(function (item) { return item.authority; })).size;
    const count = heard === 1 ? "One authority" : heard + " authorities";
    if (answer.status === "no_words") return "No passage holds these words.";
    if (answer.status === "words") return "Found by words alone, and not judged: passages of " + count.toLowerCase() + " share words with your question.";
    const when = answer.asAt ? " As at " + answer.asAt + "." : "";
    return answers.wording.status[answer.status] + when + (heard ? " " + count + (heard === 1 ? " speaks" : " speak") + " to it." : "");
  }

  /** How near a part of a question is to everything, by the worker. */
  function near(part) {
    return new Promise(function (resolve) {
      waiting.set(number += 1, resolve);
      worker.postMessage({ id: number, part });
    });
  }

  /** Load what finds by meaning, or offer it, or say why it is not there. */
  function begin() {
    if (!files.encoder) return say("This site finds by words only: its model does not run in a browser.");
    if (location.protocol === "file:" || !window.Worker || !window.DecompressionStream) return say("Words only: finding by meaning, and judging whether the leaflets answer, need the site to be opened from a web server.");
    const line = navigator.connection;
    if (line && (line.saveData || line.type === "cellular")) {
      return kept().then(function (have) { have ? load() : offer("You seem to be on a metered line. Words work now; finding by meaning needs one download of " + size() + ", which this browser keeps.", "Download", "load"); });
    }
    load();
  }
  function size() { return Math.ceil((files.encoder[1] + files.vectors[1]) / 1e6) + " MB"; }

  /** Whether an earlier visit left the download here. */
  async function kept() {
    return Boolean(window.caches && await caches.match(new URL("_static/ask/" + files.encoder[0], document.baseURI).href));
  }

  function say(words) {
    [state.textContent, bar.hidden, button.hidden] = [words, true, true];
  }
  function offer(words, label, does) {
    say(words);
    [button.hidden, button.textContent, button.dataset.does] = [false, label, does];
  }

  /** Start the worker, which fetches what is not here yet. */
  function load() {
    say("Words work now. Finding by meaning is on its way (" + size() + ", once; this browser keeps it).");
    bar.hidden = false;
    worker = new Worker(new URL("_static/ask/" + files.worker[0], document.baseURI));
    worker.onmessage = function ({ data }) {
      if (data.share) bar.value = data.share;
      else if (data.failed) failed(data.failed);
      else if (data.ready) ready(data.ready);
      else answered(data);
    };
    worker.onerror = function (bad) { failed(bad.message || "the worker could not start"); };
    worker.postMessage({ files });
  }
  function answered({ id, near }) {
    waiting.get(id)(near);
    waiting.delete(id);
  }
  function failed(why) { offer("Finding by meaning could not be loaded (" + why + "). Words still work.", "Try again", "load"); }

  /** Meaning is ready: from now on questions are judged, the one in view too. */
  function ready(means) {
    decide = readacross.deciding(words.constants, answers.questions, means);
    performance.mark("meaning-ready");
    offer("Ready: questions are understood by meaning and words, here in this browser.", "Remove the download", "forget");
    button.hidden = !window.caches;
    document.documentElement.dataset.meaning = "ready";
    if (navigator.serviceWorker) keepPage().catch(function () { return null; });
    answerNow();
  }

  /** Let the keeper keep this page and its files. */
  async function keepPage() {
    await navigator.serviceWorker.register("keep.js", { updateViaCache: "none" });
    (await navigator.serviceWorker.ready).active.postMessage({ keep: "ask" });
  }

  /** Take away what this browser keeps for asking; the keeper stays where it keeps every page. */
  async function forget() {
    await caches.delete("readacross-ask");
    const keeper = await navigator.serviceWorker?.getRegistration("keep.js");
    if (keeper && !(await caches.keys()).length) await keeper.unregister();
    offer("Removed. This page goes on answering until you leave it.", "Keep it again", "load");
    button.hidden = true;
  }

  /** A citation put where it can be pasted; said to everybody. */
  async function copy(text, name) {
    try {
      await navigator.clipboard.writeText(text);
      find("copied").textContent = "Copied as " + name + ".";
    } catch {
      find("copied").textContent = "This browser does not let the page copy. Select the text shown.";
    }
  }

  readacross.near = near;
  readacross.ask = function (asked) { return engine.ask(asked, near, decide); };
})(globalThis.readacross ??= {});
