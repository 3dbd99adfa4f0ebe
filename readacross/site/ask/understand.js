/* Understanding a question before it is looked up: its parts, whose leaflets it names, as at what date, and
   which versions held then. */
"use strict";
(function (readacross) {
  /** What understands questions, by the builder's patterns and lists, the authorities, and the words leaflets use. */
  function understanding(data, finder) {
    const { ASKING, SAME, BODIES, LED_BY, DWELLS, DOES, SAYS, MONTHS, SHORTEST_PART, NOBODY, SHORT } = data.constants;
    const [AND, LANGUAGE, POSSESSIVE, FRAME, BREAK] = ["AND", "LANGUAGE", "POSSESSIVE", "FRAME", "BREAK"].map(function (name) {
      return readacross.pattern(data.patterns[name]);
    });
    const TOLD_OF = readacross.pattern(data.patterns.TOLD_OF, "g");
    const DATE = readacross.pattern(data.patterns.DATE), WORD = readacross.pattern(data.patterns.WORD, "g");

    /** The words of a text, each with where it begins and its plain form. */
    function wordsOf(text) {
      return Array.from(text.matchAll(WORD), function (found) { return { text: found[0], at: found.index, plain: plainly(found[0]) }; });
    }

    /** A word in small letters, without a possessive ending or full stop, abbreviations spelt out. */
    function plainly(text) {
      const word = finder.caseless(shown(text)).replace(/\.+$/, "");
      return Object.hasOwn(SAME, word) ? SAME[word] : word;
    }
    function shown(text) { return text.replace(/\.+$/, "").replace(POSSESSIVE, ""); }
    function capital(text) { return /^\p{Uppercase}/u.test(text); }

    /** The authorities that a question names, and the numbers of the words that name them. */
    function named(words) {
      const found = [], taken = new Set();
      const authorities = Object.entries(data.authorities).sort(function (a, b) { return Array.from(b[1]).length - Array.from(a[1]).length; });
      for (const [slug, title] of authorities) {
        const name = wordsOf(title).map(function (word) { return word.plain; });
        for (let at = 0; name.length && at + name.length <= words.length; at += 1) {
          if (!stands(name, words, at, taken)) continue;
          name.forEach(function (_, step) { taken.add(at + step); });
          found.push(slug);
        }
      }
      return { slugs: Array.from(new Set(found)), taken };
    }

    /** Whether a name stands at a place that no other name has taken, and is meant as one. */
    function stands(name, words, at, taken) {
      const same = name.every(function (word, step) { return words[at + step].plain === word && !taken.has(at + step); });
      return same && !(name.length === 1 && finder.spoken(name[0]) && !capital(words[at].text));
    }

    /** Names of bodies that are asked about, and that no leaflet or authority bears. */
    function unknown(question, words, taken) {
      return words.filter(function (word, number) {
        const after = words[number + 1]?.plain ?? "", before = number ? words[number - 1].plain : "";
        if (taken.has(number) || finder.spoken(word.plain) || Array.from(word.plain).length < SHORTEST_PART) return false;
        if (BODIES.includes(word.plain) || ASKING.includes(word.plain) || LANGUAGE.test(word.plain)) return false;
        const name = capital(word.text) && !begins(question, word.at);
        const body = BODIES.includes(after) && (name || LED_BY.includes(before) || DOES.includes(before) || number === 0);
        const place = LED_BY.includes(before) && asksThere(question, words[number - 2], words[number - 1]);
        const asked = name && (place || (DOES.includes(before) && SAYS.includes(after)));
        return (body || asked) && !months.has(word.plain);
      }).map(function (word) { return shown(word.text); });
    }
    const months = new Set(MONTHS.map(function (month) { return month.toLowerCase(); }));

    /** Whether what is led to, "in Kent", is asked about, and not where somebody lives in a story that is told. */
    function asksThere(question, before, leading) {
      if (before && DWELLS.includes(before.plain)) return false;
      const [first] = readacross.split(question.slice(0, leading.at).split(BREAK).at(-1));
      return !first || ASKING.includes(finder.caseless(first)) || FRAME.test(question);
    }

    /** Whether a word is the first of a sentence. */
    function begins(question, at) { return /(?:^|[.?!:])[ “‘"'(]*$/u.test(question.slice(0, at)); }

    /** A question without the authorities and the date it names, and the small words that lead to them. */
    function without(question, words, taken, date) {
      const cut = date ? [[date.index, date.index + date[0].length]] : [];
      const drop = function (word) { cut.push([word.at, word.at + word.text.length]); };
      for (const number of taken) {
        drop(words[number]);
        if (number && LED_BY.includes(words[number - 1].plain) && !taken.has(number - 1)) drop(words[number - 1]);
        for (let after = number + 1; after < words.length && BODIES.includes(words[after].plain); after += 1) drop(words[after]);
      }
      const once = new Map(cut.map(function (span) { return [span.join("-"), span]; }));
      let left = question;
      for (const [start, end] of Array.from(once.values()).sort(function (a, b) { return b[0] - a[0] || b[1] - a[1]; })) {
        left = left.slice(0, start) + left.slice(end);
      }
      left = readacross.split(left).join(" ").replace(/\s+([?,.])/g, "$1").replace(/^[ ,:;\-–]+|[ ,:;\-–]+$/g, "");
      return readacross.split(left).length >= SHORTEST_PART ? left : question;
    }

    /** The questions in a question: each sentence that asks, and what follows an "and" that asks anew. */
    function parts(question) {
      let asked = (question.match(/[^?]+\??/g) || []).map(function (piece) { return readacross.split(piece).join(" "); })
        .filter(function (piece) { return piece.replace(/[ ?]/g, ""); });
      if (asked.length > 1 && !asked[asked.length - 1].endsWith("?")) asked = [question];
      const halves = asked.flatMap(function (piece) { return ["", ...piece.split(AND)]; });
      const found = halves.filter(function (half, at) { return at % 2; }).map(function (part) { return part.replace(/^[ ,]+|[ ,]+$/g, ""); });
      const long = found.length && found.every(function (part) { return readacross.split(part).length >= SHORTEST_PART; });
      return (long ? found : [question]).map(function (part, at) {
        const leans = at && finder.questionTerms(part).length <= SHORT;
        return { question: part, after: leans ? found[at - 1].replace(/[ ?]+$/, "") : "", anew: !/^or$/i.test(halves[2 * at]) };
      });
    }

    /** A question that is handed on, as it would be asked; "Mum" for the "she" that "Mum wants to know if she" asks of. */
    function unframed(question) {
      const found = FRAME.exec(question);
      if (!found || ASKING.includes(finder.caseless(readacross.split(found.groups.who)[0] ?? ""))) return question;
      const who = found.groups.who.replace(/^[ ,'’]+|[ ,'’]+$/g, "").replace(TOLD_OF, "");
      const whom = found.groups.whom ?? "", named = who && !NOBODY.includes(finder.caseless(who)), rest = question.slice(found[0].length);
      const left = whom && named ? who + " " + rest : whom + rest;
      return readacross.split(left).length >= SHORTEST_PART ? left : question;
    }

    /** What a question asks, of whom, and as at when. */
    return function (question) {
      const words = wordsOf(question), { slugs, taken } = named(words), date = DATE.exec(question);
      const month = date && date.groups.month ? MONTHS.findIndex(function (name) { return name.toLowerCase() === date.groups.month.toLowerCase(); }) + 1 : 0;
      return {
        parts: parts(unframed(without(question, words, taken, date))),
        authorities: slugs,
        unknown: Array.from(new Set(unknown(question, words, taken))),
        asAt: date ? date.groups.year + (month ? "-" + String(month).padStart(2, "0") : "") : null,
      };
    };
  }

  /** Whether a version held at some time in a day, month or year: for certain, possibly or not. */
  function inForce([earliestStart, latestStart, earliestEnd, latestEnd], asAt) {
    const first = asAt + "-01-01".slice(asAt.length - 4), last = asAt + "-12-31".slice(asAt.length - 4);
    if (earliestStart && earliestStart > last) return "not";
    if (latestEnd && latestEnd < first) return "not";
    const began = [latestStart, latestEnd].filter(Boolean).sort()[0];
    const ended = [earliestEnd, earliestStart].filter(Boolean).sort().pop();
    return began && began <= last && ended && ended >= first ? "certain" : "possibly";
  }

  Object.assign(readacross, { understanding, inForce });
})(globalThis.readacross ??= {});
