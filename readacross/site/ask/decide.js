/* Deciding: which comparison question is meant, and whether the leaflets answer at all.
   This follows readacross/matching.py (meant_by) and the evidence of readacross/answering.py, and nothing else does:
   every constant and every weight comes from there. */
"use strict";
(function (readacross) {
  /** What decides, by the builder's constants and questions, and what each stored wording or class stands for. */
  function deciding(constants, questions, means) {
    const { BY_MEANING, CANDIDATES, SAME_QUESTION, ENOUGH_EVIDENCE, ENOUGH_MARGIN, STATED } = constants;
    const { JUST_AS_WELL, OTHERS, UNASKED_ABOUT, SAID_BESIDES, CLEARLY } = constants;

    /** The likest first; likenesses that differ by less than a millionth are even, and the id decides. */
    function byLikeness(a, b) {
      return Math.round(b.likeness * 1e6) - Math.round(a.likeness * 1e6) || (a.id < b.id ? -1 : 1);
    }

    /** What each class of the recogniser is, and how much speaks for it. */
    function classes(near) { return means.recognised.map(function (id, at) { return { id, likeness: near.logits[at] }; }); }

    /** The likeliest questions by the recogniser, what is likelier said besides, and how much speaks for what nobody speaks of. */
    function recognised(near, wanted, said) {
      const all = classes(near), asked = all.filter(function (one) { return Object.hasOwn(questions, one.id) && wanted(one.id); });
      const other = all.filter(function (one) { return one.id.startsWith(UNASKED_ABOUT); });
      const found = asked.sort(byLikeness).slice(0, CANDIDATES);
      const most = function (some) { return Math.max(...some.map(function (one) { return one.likeness; })); };
      const beyond = function (one) { return one.id.startsWith(SAID_BESIDES) && Math.round((one.likeness - most(found)) * 1e6) > CLEARLY * 1e6; };
      const likelier = all.filter(beyond).sort(byLikeness);
      return { found, likelier, besides: likelier.find(function (one) { return said(one.id); }), other: most(other) };
    }

    /** The likest questions by the nearest wording and the words that are shared. */
    function worded(near, rare, wanted) {
      const best = new Map();
      means.phrases.forEach(function (id, row) { if (wanted(id)) best.set(id, Math.max(near.phrases[row], best.get(id) ?? -1)); });
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
        `stated` tells whether one of the versions in view answers a question, `wanted` whether it is of a topic asked for,
        `said` whether one of them says a thing that no question asks.  `elsewhere` is what is likeliest said besides, though by none of them. */
    return function (near, rare, hits, { stated, wanted, said }) {
      if (!means.recognised.length) {
        const [likest] = worded(near, rare, wanted);
        const enough = evidence(hits, rare, likest) >= ENOUGH_EVIDENCE;
        return { question: likest && likest.likeness >= SAME_QUESTION ? likest.id : null, others: [], enough };
      }
      const { found, likelier, besides, other } = recognised(near, wanted, said), [likest] = found;
      if (besides) return { question: null, others: [], besides: besides.id, enough: besides.likeness - other + STATED >= ENOUGH_MARGIN };
      const enough = likest ? likest.likeness - other + (stated(likest.id) ? STATED : 0) >= ENOUGH_MARGIN : evidence(hits, rare, null) >= ENOUGH_EVIDENCE;
      const likely = found.filter(function (one) { return likest.likeness - one.likeness < JUST_AS_WELL; }).map(function (one) { return one.id; });
      const taken = likely.find(stated) ?? likely[0] ?? null;
      const others = likely.filter(function (id) { return id !== taken; }).slice(0, OTHERS);
      const elsewhere = likelier.slice(0, 1).filter(function (one) { return one.likeness - other >= ENOUGH_MARGIN - STATED; }).map(function (one) { return one.id; });
      return { question: enough ? taken : null, others, enough, elsewhere };
    };
  }

  readacross.deciding = deciding;
})(globalThis.readacross ??= {});
