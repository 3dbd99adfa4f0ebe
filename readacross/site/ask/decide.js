/* Deciding: which comparison question is meant, and whether the leaflets answer at all.
   This follows readacross/matching.py (meant_by) and the evidence of readacross/answering.py, and nothing else does:
   every constant and every weight comes from there. */
"use strict";
(function (readacross) {
  /** What decides, by the builder's constants and questions, and what each stored wording or class stands for. */
  function deciding(constants, questions, means) {
    const { BY_MEANING, CANDIDATES, SAME_QUESTION, ENOUGH_EVIDENCE, ENOUGH_MARGIN, UNCODED, FAMILIAR, ALWAYS, DIGITS } = constants;
    const { JUST_AS_WELL, OTHERS, ANSWERED_TOO, NEAR_BY, UNASKED_ABOUT, SAID_BESIDES, CLEARLY, TOLD_ALREADY, UNLIKELY } = constants;

    /** The likest first; likenesses that differ by less than a millionth are even, and the id decides. */
    function byLikeness(a, b) {
      return Math.round(b.likeness * 1e6) - Math.round(a.likeness * 1e6) || (a.id < b.id ? -1 : 1);
    }

    function isBesides(id) { return id.startsWith(SAID_BESIDES); }
    function isUnasked(id) { return id.startsWith(UNASKED_ABOUT); }

    /** The likeliest questions and things said besides by the recogniser, and how much speaks for what nobody speaks of. */
    function recognised(near, wanted) {
      const told = near.before.indexOf(Math.max(...near.before));
      const all = means.recognised.map(function (id, at) { return { id, likeness: near.logits[at] - (at === told && !isUnasked(id) ? TOLD_ALREADY : 0) }; });
      const likest = function (some) { return some.sort(byLikeness).slice(0, CANDIDATES); };
      const asked = likest(all.filter(function (one) { return Object.hasOwn(questions, one.id) && wanted(one.id); }));
      const besides = likest(all.filter(function (one) { return isBesides(one.id) && wanted(one.id); })
        .map(function (one) { return { id: one.id, likeness: one.likeness - CLEARLY }; }));
      const other = all.filter(function (one) { return isUnasked(one.id); }).map(function (one) { return one.likeness; });
      return { asked, besides, other: Math.max(...other) };
    }

    /** What a question may mean, the likest first; of what is said besides only what a version in view says. */
    function readings(asked, besides, says) {
      const supposed = asked.concat(besides).sort(byLikeness), least = supposed.length ? supposed[0].likeness - UNLIKELY : 0;
      const found = supposed.filter(function (one) { return one.likeness > least; })
        .map(function (one) { return { ...one, besides: isBesides(one.id), says: says(one.id) }; });
      return found.filter(function (one) { return one.says || !one.besides; });
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

    /** How much more a question, its terms and its depths, speaks for its being answered than not. */
    function familiarity(terms, depths) {
      const traits = new Set(terms.concat(terms.slice(1).map(function (term, at) { return terms[at] + " " + term; })));
      const { traits: weights, meaning } = means.familiar, whole = 10 ** DIGITS;
      const weight = function (trait) { return Object.hasOwn(weights, trait) ? weights[trait] : 0; };
      const words = Array.from(traits).reduce(function (sum, trait) { return sum + weight(trait); }, weight(ALWAYS));
      return Math.round(meaning.reduce(function (sum, one, at) { return sum + one * depths[depths.length - meaning.length + at]; }, words) * whole) / whole;
    }

    /** What is answered where nothing is recognised: the nearest comparison question, if it is near. */
    function byWording(near, rare, hits, wanted, says) {
      const [likest] = worded(near, rare, wanted), enough = evidence(hits, rare, likest) >= ENOUGH_EVIDENCE;
      const reading = likest && { ...likest, besides: false, says: says(likest.id) };
      const taken = reading && reading.likeness >= SAME_QUESTION && reading.says !== null ? [reading] : [];
      return { recognised: false, readings: [], taken, others: [], enough, offered: [], elsewhere: [] };
    }

    /** What a question may mean, what of it is answered, what else it may ask, and whether there is enough to answer.
        `says` tells whether one of the versions in view says something on a reading, null where none is coded for it;
        `wanted` whether it is of a topic asked for; `terms` are those of the question.  `offered` is what may be meant where nothing is
        answered; `elsewhere` what is likeliest said besides, in view or not. */
    return function (near, rare, hits, { wanted, says, terms }) {
      if (!means.recognised.length) return byWording(near, rare, hits, wanted, says);
      const { asked, besides, other } = recognised(near, wanted), supposed = readings(asked, besides, says);
      const least = ENOUGH_MARGIN - FAMILIAR * familiarity(terms, near.depths);
      const margin = function (one) { return one.likeness + (one.besides ? CLEARLY : 0) - other - (one.says === null ? UNCODED : 0); };
      const clear = function (one) { return margin(one) >= least; };
      const enough = supposed.some(function (one) { return one.says !== false && clear(one); });
      const likely = supposed.filter(function (one) { return supposed[0].likeness - one.likeness < JUST_AS_WELL; });
      const nearEnough = function (one, at, said) { return at === 0 || said[0].likeness - one.likeness < (ANSWERED_TOO[at - 1] ?? 0); };
      const said = likely.filter(function (one) { return one.says; });
      const taken = said.length && enough ? said.filter(nearEnough) : likely.slice(0, 1).filter(function (one) { return one.says === false && clear(one); });
      const others = likely.filter(function (one) { return one !== taken[0]; }).slice(0, OTHERS);
      const elsewhere = besides.slice(0, 1).filter(function (one) {
        return !(asked.length && one.likeness <= asked[0].likeness) && one.likeness + CLEARLY - other >= least;
      });
      const offered = supposed.filter(function (one) { return one.says && margin(one) >= least - NEAR_BY; }).slice(0, OTHERS);
      return { recognised: true, readings: supposed, taken, others, enough, offered, elsewhere };
    };
  }

  readacross.deciding = deciding;
})(globalThis.readacross ??= {});
