/* Keeping every page in this browser, where the reader asks for it; nothing else is stored. */
"use strict";
(function () {
  const find = id => document.getElementById(id), [state, bar, keep, forget] = ["state", "bar", "keep", "forget"].map(find);
  const all = window.READACROSS_KEPT, size = bytes => `${(bytes / 1e6).toFixed(1)} MB`;
  find("keeping").hidden = false;
  if (!all.pages) say("This site is too large to be kept as a whole.");
  else if (!navigator.serviceWorker || location.protocol === "file:") say("This browser keeps no pages of a site that is opened like this: it must come from a web server, by https.");
  else begin();

  /** Say how things stand, and offer what can be done. */
  function say(words, ...offers) {
    state.textContent = words;
    [keep, forget].forEach(button => { button.hidden = !offers.includes(button); });
    bar.hidden = true;
  }

  /** Ask the keeper, and hear how far it is and what is kept in the end. */
  function ask(keeper, asked) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      if (data.share) bar.value = data.share;
      else if (data.failed) say(`Not everything could be kept: ${data.failed}. What was kept before still is.`, keep, forget);
      else told(data.kept);
    };
    keeper.postMessage(asked, [port2]);
  }

  /** What is kept, in words. */
  function told(kept) {
    if (!kept) return say(`Nothing is kept. Every page of this edition: ${all.pages} pages, ${size(all.bytes)}.`, keep);
    const on = new Date(kept.on).toLocaleDateString("en-GB", { dateStyle: "long" }), other = kept.other.length;
    const stale = kept.edition === all.edition ? "" : " This page is of another edition: keep it again.";
    const left = other ? ` Not kept, for they are not what this edition holds: ${other} of them.` : "";
    say(`Kept since ${on}: ${kept.pages} pages, ${size(kept.bytes)}.${left}${stale}`, forget, ...(other || stale ? [keep] : []));
  }

  async function begin() {
    keep.addEventListener("click", async () => {
      say("Keeping every page …");
      bar.hidden = false;
      await navigator.serviceWorker.register("keep.js", { updateViaCache: "none" });
      ask((await navigator.serviceWorker.ready).active, { keep: "pages" });
    });
    forget.addEventListener("click", async () => ask((await navigator.serviceWorker.ready).active, { forget: "pages" }));
    const keeper = (await navigator.serviceWorker.getRegistration("keep.js"))?.active;
    if (keeper) ask(keeper, {});
    else told(null);
  }
})();
