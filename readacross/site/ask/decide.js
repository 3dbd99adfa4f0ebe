/* Deciding: which comparison question is meant, and whether the leaflets answer at all.
   This follows readacross/matching.py (meant_by) and the evidence of readacross/answering.py, and nothing else does:
   every constant and every weight comes from there. */
"use strict";
(function (readacross) {
  /** What decides, by the builder's constants and questions, and what each stored wording or class stands for. */
  function deciding(constants, questions, means) {
    const { BY_MEANING, CANDIDATES, CLOSE, SAME_QUESTION, ENOUGH_EVIDENCE, ENOUGH_MARGIN, STATED } = constants;
    const { PLACES, NEAREST_PLACE, JUST_AS_WELL, OTHERS, UNASKED_ABOUT } = constants;

    /** The likest first; likenesses that differ by less than a millionth are even, and the id decides. */
    function byLikeness(a, b) {
      return Math.round(b.likeness * 1e6) - Math.round(a.likeness * 1e6) || (a.id < b.id ? -1 : 1);
    }

    /** What each class of the recogniser is, and how much speaks for it. */
    function classes(near) { return means.recognised.map(function (id, at) { return { id, likeness: near.logits[at] }; }); }

    /** The likeliest questions by the recogniser, put in order anew by the passages found; and the margin of the likeliest. */
    function recognised(near, hits, quoted) {
      const all = classes(near), asked = all.filter(function (one) { return Object.hasOwn(questions, one.id); });
      const other = all.filter(function (one) { return one.id.startsWith(UNASKED_ABOUT); });
      const likely = asked.sort(byLikeness).slice(0, CLOSE);
      const most = function (some) { return Math.max(...some.map(function (one) { return one.likeness; })); };
      const found = likely.map(function ({ id, likeness }) { return { id, likeness: likeness + support(hits, quoted(id)) }; });
      return { found: found.sort(byLikeness), margin: most(likely) - most(other) };
    }

    /** How well the passages found speak for a comparison question: those that are quoted for it. */
    function support(hits, quoted) {
      const gains = hits.map(function (hit, place) { return quoted.has(hit.number) ? PLACES / (NEAREST_PLACE + place) + hit.cosine : 0; });
      return Math.max(0, ...gains);
    }

    /** The likest questions by the nearest wording and the words that are shared. */
    function worded(near, rare) {
      const best = new Map();
      means.phrases.forEach(function (id, row) { best.set(id, Math.max(near.phrases[row], best.get(id) ?? -1)); });
      const found = Array.from(best, function ([id, likeness]) { return { id, likeness }; });
      const first = function (a, b) { return b.likeness - a.likeness || (a.id < b.id ? -1 : 1); };
      return found.sort(first).slice(0, CANDIDATES).map(function ({ id, likeness }) {
        return { id, likeness: BY_MEANING * likeness + (1 - BY_MEANING) * rare.held(questions[id].phrasings.join("\n")) };
      }).sort(first);
    }

    /** How much speaks for it that the leaflets answer, where nothing tells what they do not. */
    function evidence(hits, rare, likest) {
      if (!hits.length) return 0;
      const covered = Math.max(...hits.slice(0, 5).map(function (hit) { return rare.coverage(hit.number); }));
      const signals = [Math.max(...hits.map(function (hit) { return hit.cosine; })), covered];
      if (likest) signals.push(likest.likeness);
      return signals.reduce(function (sum, one) { return sum + one; }, 0) / signals.length;
    }

    /** The question that is meant, or none; those that may be meant just as well; and whether there is enough to answer.
        Of the versions in view, `stated` tells whether one answers a question, `quoted` the passages quoted for it. */
    return function (near, rare, hits, stated, quoted) {
      if (!means.recognised.length) {
        const [likest] = worded(near, rare);
        const enough = evidence(hits, rare, likest) >= ENOUGH_EVIDENCE;
        return { question: likest && likest.likeness >= SAME_QUESTION ? likest.id : null, others: [], enough };
      }
      const { found: [likest, ...rest], margin } = recognised(near, hits, quoted);
      const enough = likest ? margin + (stated(likest.id) ? STATED : 0) >= ENOUGH_MARGIN : evidence(hits, rare, null) >= ENOUGH_EVIDENCE;
      const others = rest.filter(function (one) { return likest.likeness - one.likeness < JUST_AS_WELL; }).slice(0, OTHERS);
      return { question: enough && likest ? likest.id : null, others: others.map(function (one) { return one.id; }), enough };
    };
  }

  readacross.deciding = deciding;
})(globalThis.readacross ??= {});
