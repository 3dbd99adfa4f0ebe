/* The keeper: answers for the Ask page and its files when the site cannot be reached, so that it works offline.
   It looks at nothing else, and it never sees a question: what follows a # stays in the page. */
"use strict";
const STORE = "readacross-ask", PATIENCE = 2000;

/** The full address of a file of ours. */
function full(address) { return new URL(address, registration.scope).href; }

addEventListener("install", function (event) {
  skipWaiting();
  event.waitUntil(caches.open(STORE).then(function (store) { return store.addAll([KEPT.page, KEPT.style, ...KEPT.small].map(full)); }));
});

addEventListener("activate", function (event) {
  event.waitUntil(Promise.all([clients.claim(), tidied()]));
});

/** Files of an older edition taken away. */
async function tidied() {
  const store = await caches.open(STORE), ours = new Set([KEPT.page, KEPT.style, ...KEPT.small, ...KEPT.heavy].map(full));
  const older = (await store.keys()).filter(function (one) { return !ours.has(one.url); });
  await Promise.all(older.map(function (one) { return store.delete(one); }));
}

addEventListener("fetch", function (event) {
  const address = new URL(event.request.url), bare = address.origin + address.pathname;
  if (KEPT.small.some(function (one) { return full(one) === address.href; })) event.respondWith(kept(event.request));
  else if ([KEPT.page, KEPT.style].some(function (one) { return full(one) === bare; })) event.respondWith(fresh(event.request, bare));
});

/** A file that never changes under its address: as kept, else from the site. */
async function kept(request) {
  return await caches.match(request.url) ?? fetch(request);
}

/** The page or its style: from the site if it answers soon, else as kept. */
async function fresh(request, bare) {
  const late = new Promise(function (resolve) { setTimeout(resolve, PATIENCE); });
  const asked = fetch(request).catch(function () { return null; });
  const answer = await Promise.race([asked, late]);
  return answer?.ok ? answer : await caches.match(bare) ?? asked;
}
