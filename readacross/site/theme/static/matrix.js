"use strict";

/** The forms and the rows of the matrix; without this script the page is complete and unfiltered. */
const matrix = document.querySelector(".matrix");
const form = document.querySelector("form.narrowing");

/** The names and values that the address asks for, behind its #, where no host sees them. */
const asked = () => new URLSearchParams(location.hash.slice(1));

/** Show only the columns of the authorities that are ticked. */
function narrowAuthorities(shown) {
  for (const cell of matrix.querySelectorAll("[data-of]")) cell.hidden = shown.length > 0 && !shown.includes(cell.dataset.of);
}

/** Show only the chosen topic. */
function narrowTopics(topic) {
  for (const block of matrix.querySelectorAll("tbody")) block.hidden = topic !== "" && block.id !== `t:${topic}`;
}

/** Whether a version may have been in force in a year, by the years that its heading carries. */
const mayHold = (head, year) => Number(head.dataset.from || 0) <= year && year <= Number(head.dataset.until || 9999);

/** Show only versions that may have been in force in the year asked for. */
function narrowYear(year) {
  for (const head of matrix.querySelectorAll("thead [data-of]")) {
    if (year && !mayHold(head, year)) for (const cell of matrix.querySelectorAll(`[data-of="${CSS.escape(head.dataset.of)}"]`)) cell.hidden = true;
  }
}

/** Say how much is shown, for those who do not see it. */
function tell() {
  const kind = { "only-differ": ".differ", "only-high": ".high" }[matrix.querySelector("[name=only]:checked").id] ?? "";
  const rows = matrix.querySelectorAll(`tbody:not([hidden]) tr:not(.topic)${kind}`);
  const heads = [...matrix.querySelectorAll("thead [data-of]")].filter(head => !head.hidden);
  document.getElementById("shown").textContent = `${rows.length} questions, ${heads.length} leaflets shown.`;
}

/** Bring the table in line with the form. */
function narrow() {
  narrowAuthorities([...form.querySelectorAll("[name=authority]:checked")].map(box => box.value));
  narrowTopics(form.elements.topic.value);
  narrowYear(/^\d{4}/.test(form.elements.asAt.value) ? Number(form.elements.asAt.value.slice(0, 4)) : 0);
  tell();
}

/** Keep what is chosen in the address, so that it can be shared. */
function remember() {
  const kept = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  history.replaceState(null, "", kept.size ? `#${kept}` : location.pathname + location.search);
  narrow();
}

/** Choose what the address asks for. */
function choose() {
  const wanted = asked();
  if (!["topic", "authority", "asAt"].some(name => wanted.has(name))) return;
  form.elements.topic.value = wanted.get("topic") || "";
  form.elements.asAt.value = wanted.get("asAt") || "";
  for (const box of form.querySelectorAll("[name=authority]")) box.checked = wanted.getAll("authority").includes(box.value);
}

if (matrix && form) {
  form.hidden = false;
  form.addEventListener("input", remember);
  form.addEventListener("submit", event => event.preventDefault());
  matrix.addEventListener("change", tell);
  choose();
  narrow();
}
