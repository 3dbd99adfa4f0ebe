/* What helps a reader on any page: the search box, and the same words marked in a leaflet's two texts. */
"use strict";

/** Lead from a search box to the page that answers, the words behind its #, where no host sees them. */
function lead(form) {
  form.hidden = false;
  form.addEventListener("submit", event => {
    event.preventDefault();
    location.assign(`${form.dataset.search}#${new URLSearchParams({ q: form.querySelector("input").value.trim() })}`);
  });
}

/** Mark the passage that is pointed at, or has the focus, in both texts; bring its other half into view. */
function pair(columns) {
  const original = columns.querySelector("pre"), back = columns.querySelector(".back a"), section = back.getAttribute("href");
  const halves = part => columns.querySelectorAll(`[data-n="${part.dataset.n}"]`);
  const within = event => event.target.closest("[data-n]");

  function point(part) {
    for (const half of columns.querySelectorAll(".pointed")) half.classList.remove("pointed");
    if (part) for (const half of halves(part)) half.classList.add("pointed");
  }

  function show(part) {
    const [passage, stretch] = halves(part);
    if (stretch) original.scrollTop += stretch.getBoundingClientRect().top - original.getBoundingClientRect().top - original.clientHeight / 3;
    return passage;
  }

  function arrive() {
    const part = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("[data-n]");
    const passage = part && show(part);
    back.href = passage ? `#${passage.id}` : section;
    back.textContent = passage ? "Back to these words in the reading text" : "Back to the reading text";
  }

  columns.addEventListener("mouseover", event => point(within(event)));
  columns.addEventListener("mouseleave", () => point(null));
  columns.addEventListener("focusin", event => {
    point(within(event));
    if (within(event) && event.target.matches(":focus-visible")) show(within(event));
  });
  columns.addEventListener("focusout", () => point(null));
  original.addEventListener("click", event => {
    if (within(event) && getSelection().isCollapsed) location.hash = halves(within(event))[0].id;
  });
  addEventListener("hashchange", arrive);
  arrive();
}

document.querySelectorAll("form[data-search]").forEach(lead);
document.querySelectorAll(".columns").forEach(pair);
