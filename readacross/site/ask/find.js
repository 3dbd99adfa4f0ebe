/* Finding passages: words by stored weights, meaning by cosines, the two fused by reciprocal rank. */
"use strict";
(function (readacross) {
  const BLANKS = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
  const ROOT = 5, CUT = 3;

  /** A pattern as the builder hands it over. */
  function pattern([text, flags], more) { return new RegExp(text, flags + (more || "")); }

  /** The words of a text between blanks. */
  function split(text) { return text.split(BLANKS).filter(Boolean); }

  /** A text on one line, half a letter as "?". */
  function tidied(text) { return split(text.replace(/\p{Surrogate}/gu, "?")).join(" "); }

  /** A finder by its data. */
  function finder(data) {
    const constants = data.constants, shown = pattern(data.patterns.SHOWN, "g");
    const columns = new Map(data.terms.map(function (term, column) { return [term, column]; }));
    const analyser = readacross.analyser(data), count = data.passages.length;

    /** The terms of a question, each once. */
    function questionTerms(text) { return Array.from(new Set(analyser.terms(text))); }

    /** Words of a reading text as a reader sees them. */
    function plain(text) {
      return split(text.replace(shown, function (found, ...rest) {
        const groups = rest[rest.length - 1];
        return groups.words || groups.escaped || (found === "**" ? "" : " ");
      })).join(" ");
    }

    /** Whether the passages use a word, in any of its forms. */
    function spoken(word) { return analyser.terms(word).every(function (term) { return columns.has(term); }); }

    /** Terms with those that begin as they do. */
    function widened(terms) {
      return Array.from(new Set(terms.flatMap(function (term) {
        const root = term.slice(0, Math.max(ROOT, term.length - CUT));
        return term.length < ROOT ? [term] : [term, ...data.terms.filter(function (known) { return known.startsWith(root); })];
      })));
    }

    /** How well each passage matches some terms: the sum of stored weights. */
    function byWords(terms) {
      const scores = new Float32Array(count);
      const known = terms.filter(function (term) { return columns.has(term); }).map(function (term) { return columns.get(term); });
      for (const column of known.sort(function (a, b) { return a - b; })) {
        const [documents, weights] = data.weights[column];
        documents.forEach(function (number, at) { scores[number] += Math.fround(weights[at]); });
      }
      return scores;
    }

    /** 1 / (k + rank) for the best of some scores, for each passage that has one. */
    function reciprocal(scores, places) {
      const ordered = places.slice().sort(function (a, b) { return scores[b] - scores[a] || data.rank[a] - data.rank[b]; });
      return new Map(ordered.slice(0, constants.DEPTH).map(function (place, at) { return [place, 1 / (constants.FUSION + at + 1)]; }));
    }

    /** The best passages among those allowed, best first; without cosines by words alone. */
    function search(cosines, terms, allowed, top) {
      const words = byWords(terms).map(function (score) { return Math.round(Math.fround(score * 1e6)); });
      const near = cosines && Array.from(cosines, function (cosine) { return Math.round(cosine * 1e6) / 1e6; });
      const byMeaning = near ? reciprocal(near, allowed) : new Map();
      const byTerm = reciprocal(words, allowed.filter(function (place) { return words[place] > 0; }));
      const found = allowed.map(function (place) {
        const score = (byMeaning.get(place) || 0) + (byTerm.get(place) || 0);
        return { number: place, score, cosine: near ? near[place] : 0, words: words[place] / 1e6 };
      }).filter(function (hit) { return hit.score > 0; });
      return found.sort(function (a, b) { return b.score - a.score || data.rank[a.number] - data.rank[b.number]; }).slice(0, top);
    }

    /** How rare each term of a question is, and how much of that a text or passage holds. */
    function rarity(terms) {
      const rare = new Map(terms.map(function (term) {
        const held = columns.has(term) ? data.weights[columns.get(term)][0].length : 0;
        return [term, Math.log(1 + (count - held + 0.5) / (held + 0.5))];
      }));
      const total = Array.from(rare.values()).reduce(function (sum, one) { return sum + one; }, 0);

      /** The share of the question's rarity that a text holds, 0 to 1. */
      function held(text) {
        if (!total) return 0;
        const words = new Set(analyser.terms(text));
        let sum = 0;
        for (const [term, one] of rare) sum += words.has(term) ? one : 0;
        return sum / total;
      }

      /** The share that a passage holds in its context. */
      function coverage(number) {
        const [, , headings, leadIn, text] = data.passages[number];
        return held(headings.concat(leadIn, plain(text)).join("\n"));
      }
      return { held, coverage };
    }

    /** The passages of some versions, headings left out. */
    function allowed(versions) {
      const chosen = new Set(versions), found = [];
      data.passages.forEach(function (passage, number) { if (!passage[5] && chosen.has(passage[0])) found.push(number); });
      return found;
    }
    return { questionTerms, widened, plain, spoken, search, rarity, allowed, terms: analyser.terms, caseless: analyser.caseless };
  }

  readacross.pattern = pattern;
  Object.assign(readacross, { split, tidied });
  readacross.finder = finder;
})(globalThis.readacross ??= {});
