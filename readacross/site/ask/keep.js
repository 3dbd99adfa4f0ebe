/* The keeper: answers for what a reader chose to keep when the site cannot be reached: the Ask page, or every page.
   A page is asked of the site first, and a kept one says that it is kept. No question is ever seen here: what follows
   a # stays in the page. */
"use strict";
importScripts(KEPT.list);
const ASK = "readacross-ask", PAGES = "readacross-pages-", PATIENCE = 2000, TOGETHER = 6;
const edition = READACROSS_KEPT.edition, record = full("kept-pages"), opening = '<main id="s:main" tabindex="-1">';

/** The full address of a file of ours. */
function full(address) { return new URL(address, registration.scope).href; }

addEventListener("install", function (event) {
  skipWaiting();
  event.waitUntil(renewed());
});
addEventListener("activate", function (event) { event.waitUntil(Promise.all([clients.claim(), tidied()])); });
addEventListener("message", function (event) { event.waitUntil(answered(event.data, event.ports[0])); });
addEventListener("fetch", function (event) {
  const address = new URL(event.request.url), kind = event.request.destination;
  if (KEPT.small.some(function (one) { return full(one) === address.href; })) event.respondWith(immutable(event.request));
  else if (address.href.startsWith(registration.scope) && ["document", "style", "script"].includes(kind)) event.respondWith(fresh(event.request, bare(address)));
});

/** An address without what a file is told apart by, a folder as its first page. */
function bare(address) { return address.origin + address.pathname + (address.pathname.endsWith("/") ? "index.html" : ""); }

/** With a new edition, what was chosen is kept anew; the older edition answers until all of it is here. At first the
    page asks for what is to be kept. */
async function renewed() {
  if (!registration.active) return;
  if (await caches.has(ASK)) await keepAsk();
  if ((await olderPages()).length) await keepPages(function () { return null; });
}

/** What is kept of older editions taken away. */
async function tidied() {
  for (const name of await olderPages()) if (name !== PAGES + edition) await caches.delete(name);
  if (!await caches.has(ASK)) return;
  const store = await caches.open(ASK), ours = new Set([KEPT.page, KEPT.style, ...KEPT.small, ...KEPT.heavy].map(full));
  const older = (await store.keys()).filter(function (one) { return !ours.has(one.url); });
  await Promise.all(older.map(function (one) { return store.delete(one); }));
}

/** The stores of pages, of this edition and of others. */
async function olderPages() {
  return (await caches.keys()).filter(function (name) { return name.startsWith(PAGES); });
}

/** Do what a page asks for, and tell it what is kept then. */
async function answered(asked, port) {
  try {
    if (asked.keep === "ask") await keepAsk();
    if (asked.keep === "pages") await keepPages(function (share) { port.postMessage({ share }); });
    if (asked.forget === "pages") for (const name of await olderPages()) await caches.delete(name);
    port?.postMessage({ kept: await kept() });
  } catch (bad) {
    port?.postMessage({ failed: bad.message });
  }
}

/** What is kept of every page: since when, how much; null where nothing is. */
async function kept() { return (await (await caches.match(record))?.json()) ?? null; }

/** Keep what the Ask page needs, but for what its worker keeps. */
async function keepAsk() {
  const store = await caches.open(ASK);
  await store.addAll([KEPT.page, KEPT.style, ...KEPT.small].map(function (one) { return new Request(full(one), { cache: "no-cache" }); }));
}

/** Keep every page of this edition, taking from an older one what has not changed. */
async function keepPages(tell) {
  const before = await kept(), store = await caches.open(PAGES + edition), paths = Object.keys(READACROSS_KEPT.files);
  const other = [];
  for (let at = 0; at < paths.length; at += TOGETHER) {
    const some = paths.slice(at, at + TOGETHER);
    const found = await Promise.all(some.map(function (path) { return keptPage(store, path, before); }));
    other.push(...some.filter(function (_, number) { return !found[number]; }));
    tell(Math.min(1, (at + TOGETHER) / paths.length));
  }
  const files = Object.fromEntries(Object.entries(READACROSS_KEPT.files).filter(function ([path]) { return !other.includes(path); }));
  const facts = { edition, on: new Date().toISOString(), pages: READACROSS_KEPT.pages, bytes: READACROSS_KEPT.bytes, other, files };
  await store.add(new Request(full(KEPT.list), { cache: "no-cache" }));
  await store.put(record, new Response(JSON.stringify(facts)));
}

/** Keep one file, if its bytes are those of this edition. */
async function keptPage(store, path, before) {
  const wanted = READACROSS_KEPT.files[path], same = before?.files[path] === wanted && await caches.match(full(path));
  if (same) return store.put(full(path), same).then(function () { return true; });
  const answer = await fetch(full(path), { cache: "no-cache" });
  if (!answer.ok) throw new Error("the site does not give out " + path);
  const bytes = await answer.clone().arrayBuffer(), digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const is = Array.from(digest.slice(0, 6), function (one) { return one.toString(16).padStart(2, "0"); }).join("");
  if (is === wanted) await store.put(full(path), answer);
  return is === wanted;
}

/** A file that never changes under its address: as kept, else from the site. */
async function immutable(request) { return await caches.match(request.url) ?? fetch(request); }

/** A file from the site if it answers soon, else as kept. */
async function fresh(request, address) {
  const late = new Promise(function (resolve) { setTimeout(resolve, PATIENCE); });
  const asked = fetch(request, { cache: "no-cache" }).catch(function () { return null; });
  const answer = await Promise.race([asked, late]);
  if (answer && answer.status < 500) return answer;
  const held = await caches.match(address);
  return held ? labelled(held) : await asked ?? Response.error();
}

/** A kept page that says so; any other file as it is. */
async function labelled(held) {
  if (!held.headers.get("Content-Type")?.startsWith("text/html")) return held;
  const since = (await kept())?.on, words = since ? " on " + new Date(since).toLocaleDateString("en-GB", { dateStyle: "long" }) : "";
  const note = '<div class="banner" role="note"><p><strong>A kept copy.</strong> The site cannot be reached. This is what your browser kept' + words + "; the site may have changed since.</p></div>";
  return new Response((await held.text()).replace(opening, opening + note), { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": held.headers.get("Content-Security-Policy") ?? "" } });
}
