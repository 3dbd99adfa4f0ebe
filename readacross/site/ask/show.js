/* Showing an answer: a row with the best of each authority first, then everything in order.
   Words are only ever set as text. */
"use strict";
(function (readacross) {
  /** What a remark begins with that offers questions. */
  const OFFERS = /^(It may also ask|Perhaps you mean): /;

  /** An element with words or children in it. */
  function element(name, kind, ...children) {
    const made = document.createElement(name);
    if (kind) made.className = kind;
    made.append(...children.filter(Boolean));
    return made;
  }

  /** A link to a page of the site. */
  function linked(address, ...children) {
    const made = element("a", "", ...children);
    made.href = address;
    return made;
  }

  /** What shows answers, by the builder's data. */
  function showing(words, answers, engine, copied) {
    const cite = readacross.citing(words, answers, engine.plain);
    const stopped = function (text) { return /[.!?]$/.test(text) ? text : text + "."; };
    const nameOf = function (slug) { return words.authorities[slug] ?? slug; };

    /** Quoted words with the way to where they stand, and how to cite them. */
    function quotation(citation, nearest) {
      const { leadIn, link, id, version } = cite.parts(citation), quote = element("blockquote"), shown = element("p");
      if (nearest) shown.append(element("span", "whose", nameOf(version.authority) + ": "));
      if (leadIn) shown.append(element("span", "detail", leadIn + " "));
      const said = element("q", "", engine.plain(citation.quote));
      said.dataset.passage = id;
      const source = linked(link, "Read it in the leaflet", element("span", "unseen-words", ": " + id));
      source.className = "source";
      shown.append(said, " ", source);
      quote.append(shown, ...cite.doubts(citation).map(function (note) { return element("p", "doubt", element("strong", "", "Uncertain words."), " " + note); }));
      if (!nearest) quote.append(citable(citation, id));
      return quote;
    }

    /** The ways to cite a quotation, folded until they are wanted. */
    function citable(citation, id) {
      const folded = element("details", "cite", element("summary", "", "Cite", element("span", "unseen-words", " " + id)));
      folded.addEventListener("toggle", function () {
        if (folded.open && folded.childElementCount === 1) folded.append(...cite.formats.map(function ([name, make]) { return format(name, make(citation)); }));
      });
      return folded;
    }

    /** One way to cite, with a button that copies it. */
    function format(name, text) {
      const button = element("button", "small-button", "Copy as " + name);
      button.type = "button";
      button.addEventListener("click", function () { copied(text, name); });
      return element("div", "", button, element("pre", "", text));
    }

    /** A statement: what is said where a position says it, and the words it rests on. */
    function stated(answer, item, most) {
      const shown = item.question ? [element("p", "value", stopped(item.text))] : [];
      return shown.concat(item.citations.slice(0, most).map(function (number) { return quotation(answer.citations[number]); }));
    }

    /** The best of each authority in view: what it states first, or that nothing of it answers. */
    function row(answer, chosen) {
      const slugs = Array.from(new Set(chosen.map(function (item) { return words.versions[item.version].authority; })));
      const shown = element("dl", "sides");
      const heard = slugs.filter(function (slug) { return first(answer, slug); });
      for (const slug of heard) {
        const item = first(answer, slug);
        shown.append(entry(nameOf(slug), words.versions[item.version].dated, item.question
          ? [element("p", "value", stopped(item.text)), ...item.citations.slice(0, 1).map(function (number) { return quotation(answer.citations[number]); })]
          : stated(answer, item, 1)));
      }
      const rest = slugs.filter(function (slug) { return !heard.includes(slug); });
      for (const [some, line] of [
        [rest.filter(function (slug) { return answer.silent.includes(slug); }), "Not stated in the leaflet. Silence is not “no”."],
        [rest.filter(function (slug) { return !answer.silent.includes(slug); }), "No passage found that answers this. That does not mean “no”."],
      ]) if (some.length) shown.append(entry(some.map(nameOf).join(", "), "", [element("p", "value silent", line)]));
      return shown;
    }

    /** The first statement of an authority that bears on the question itself. */
    function first(answer, slug) {
      return answer.statements.find(function (item) { return item.main && item.authority === slug; });
    }

    function entry(name, detail, children) {
      const term = element("dt", "", name, detail && element("br"), detail && element("span", "detail", detail));
      return element("div", "", term, element("dd", "", ...children));
    }

    /** Everything that is said, version by version in the order of the answer. */
    function everything(answer) {
      const versions = Array.from(new Set(answer.statements.map(function (item) { return item.version; }))), called = engine.names(versions.slice().sort(function (a, b) { return a - b; }));
      return versions.flatMap(function (number) {
        const version = words.versions[number];
        const certainty = answer.citations.find(function (one) { return words.passages[one.passage][0] === number && one.certainty; });
        const lines = answer.statements.filter(function (item) { return item.version === number; }).flatMap(function (item) { return stated(answer, item); });
        return [
          element("h3", "", called.get(number)),
          element("p", "detail", linked(version.link, version.title), ", " + version.dated + (version.current ? "" : "; superseded")
            + (certainty ? "; in force at that date: " + (certainty.certainty === "certain" ? "for certain" : "possibly") : "") + "."),
          ...lines,
        ];
      });
    }

    /** Where leaflets differ, and what changed between versions of one. */
    function differences(answer) {
      const told = function (one) {
        const label = answers.questions[one.question].label + ": ", line = one.summary.startsWith(label) ? one.summary.slice(label.length) : one.summary;
        const kind = one.kind.replaceAll("_", " ") + ", " + one.severity + " severity";
        return element("li", "", linked(answers.questions[one.question].link, answers.questions[one.question].label), " ",
          element("strong", one.severity === "high" ? "tag tag-alert" : "tag tag-quiet", kind), " ", stopped(line));
      };
      const between = answer.divergences.filter(function (one) { return one.level === "group" && !words.constants.QUIET.includes(one.kind); });
      const through = answer.divergences.filter(function (one) { return one.level === "pair"; });
      return [["Where they differ", between], ["Between versions of one leaflet", through]].filter(function (part) { return part[1].length; })
        .map(function ([title, found]) { return section(title, element("ul", "differences", ...found.map(told))); });
    }

    function section(title, ...children) { return element("section", "", element("h2", "", title), ...children); }

    /** The comparison questions that an answer rests on, or may be about. */
    function questions(answer, title) {
      if (!answer.questions.length) return null;
      const links = answer.questions.map(function (id) { return element("li", "", linked(answers.questions[id].link, answers.questions[id].question)); });
      return section(title, element("ul", "", ...links));
    }

    /** What was found by words alone, said as what it is. */
    function foundByWords(answer, chosen) {
      const asked = questions(answer, "Questions that may be yours");
      if (answer.status === "no_words") return [element("p", "", "That does not mean “no”."), asked];
      const all = element("ol", "plain", ...answer.statements.map(function (item) {
        return element("li", "", element("p", "whose", nameOf(item.authority)), ...stated(answer, item));
      }));
      return [asked, section("The best words of each authority", row(answer, chosen)), section("All in order", all)];
    }

    /** A remark; questions that it offers can be asked at once, narrowed to the same. */
    function remarked(line) {
      const [offers] = OFFERS.exec(line) ?? [line], asked = line.slice(offers.length).match(/[^?]+\??/g) ?? [];
      return element("p", "", offers, ...asked.flatMap(function (question) {
        const wanted = new URLSearchParams(location.hash.slice(1));
        wanted.set("q", question.trim());
        wanted.delete("after");
        return [linked("#" + wanted, question.trim()), " "];
      }));
    }

    /** The whole of an answer as children of a page. */
    function whole(answer, chosen) {
      const alert = answer.alert && element("div", "banner banner-old", element("p", "", element("strong", "", answer.alert)));
      if (alert) alert.setAttribute("role", "note");
      const remarks = answer.remarks.map(remarked);
      if (answer.status === "words" || answer.status === "no_words") return [alert, ...remarks, ...foundByWords(answer, chosen)].filter(Boolean);
      const found = answer.statements.length > 0;
      return [
        alert, ...remarks,
        found && section("Who says what", row(answer, chosen)),
        !found && answer.silent.length > 0 && element("p", "silent", "Not stated: " + answer.silent.map(nameOf).join(", ") + ". That is silence, not “no”."),
        ...differences(answer),
        found && section("Everything found, in order", ...everything(answer)),
        answer.nearest.length > 0 && section("Nearest passages", element("p", "", "They are not taken as an answer."), ...answer.nearest.map(function (one) { return quotation(one, true); })),
        questions(answer, "Compared on this site"),
      ].filter(Boolean);
    }
    return whole;
  }

  readacross.showing = showing;
})(globalThis.readacross ??= {});
