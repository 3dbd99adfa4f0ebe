/* Deciding: which comparison question is meant, and whether the leaflets answer at all.
   This follows readacross/matching.py (meant_by) and the evidence of readacross/answering.py, and nothing else does:
   every constant comes from there. */
"use strict";
(function (readacross) {
  /** What decides, by the builder's constants and questions, and the comparison questions that each wording stands for. */
  function deciding(constants, questions, means) {
    const { BY_MEANING, CANDIDATES, NEIGHBOURS, SAME_QUESTION, SAME_MEANING, ENOUGH_EVIDENCE, ENOUGH_MARGIN, STATED } = constants;

    /** The best cosine, or the mean of the best few. */
    function nearest(cosines, averaged) {
      const best = cosines.sort(function (a, b) { return b - a; }).slice(0, averaged ? NEIGHBOURS : 1);
      return best.reduce(function (sum, one) { return sum + one; }, 0) / best.length;
    }

    /** The cosines to the ways to put each question, by question; those that none of them asks under "". */
    function byQuestion(near) {
      const found = new Map();
      for (const rows of ["phrases", "phrasings"]) {
        means[rows].forEach(function (id, row) {
          if (!found.has(id)) found.set(id, []);
          found.get(id).push(near[rows][row]);
        });
      }
      return found;
    }

    /** The comparison questions that a question may mean, the likest first, and its likeness to what none of them asks. */
    function meant(near, rare) {
      const cosines = byQuestion(near), other = cosines.get("");
      cosines.delete("");
      const found = Array.from(cosines, function ([id, all]) { return { id, likeness: nearest(all, other !== undefined) }; });
      const first = function (a, b) { return b.likeness - a.likeness || (a.id < b.id ? -1 : 1); };
      const ordered = found.sort(first).slice(0, CANDIDATES);
      if (other !== undefined) return { questions: ordered, unasked: nearest(other, true) };
      const weighed = ordered.map(function ({ id, likeness }) {
        const held = rare.held(questions[id].phrasings.join("\n"));
        return { id, likeness: BY_MEANING * likeness + (1 - BY_MEANING) * held };
      });
      return { questions: weighed.sort(first), unasked: null };
    }

    /** How much speaks for it that the leaflets answer, where nothing tells what they do not. */
    function evidence(hits, rare, likeness) {
      if (!hits.length) return 0;
      const covered = Math.max(...hits.slice(0, 5).map(function (hit) { return rare.coverage(hit.number); }));
      const signals = [Math.max(...hits.map(function (hit) { return hit.cosine; })), covered];
      if (likeness !== null) signals.push(likeness);
      return signals.reduce(function (sum, one) { return sum + one; }, 0) / signals.length;
    }

    /** The question that is meant, or none; and whether there is enough to answer.
        `stated` tells whether a version in view states an answer to a comparison question. */
    return function (near, rare, hits, stated) {
      const { questions: found, unasked } = meant(near, rare), likest = found[0] ?? null;
      if (!likest || unasked === null) {
        const enough = evidence(hits, rare, likest && likest.likeness) >= ENOUGH_EVIDENCE;
        return { question: likest && likest.likeness >= SAME_QUESTION ? likest.id : null, enough };
      }
      const enough = likest.likeness - unasked + (stated(likest.id) ? STATED : 0) >= ENOUGH_MARGIN;
      return { question: enough && likest.likeness >= SAME_MEANING ? likest.id : null, enough };
    };
  }

  readacross.deciding = deciding;
})(globalThis.readacross ??= {});
