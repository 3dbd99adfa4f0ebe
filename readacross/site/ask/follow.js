/* Following: a question that follows another is asked with what it leaves out.
   This follows readacross/conversing.py; the patterns and the limit come from there. */
"use strict";
(function (readacross) {
  /** What takes a question as following the one before, by the builder's patterns; it may lean on that and on what that
      leant on.  Words of somebody in danger are taken as they are. */
  function following(data, finder, understand, isCrisis) {
    const { FEW, SHORT, NOTHING_NEW } = data.constants, POINTING = readacross.pattern(data.patterns.POINTING), FOLLOWING = readacross.pattern(data.patterns.FOLLOWING);
    const nothingNew = new Set(Object.values(data.authorities).concat(NOTHING_NEW).flatMap(finder.questionTerms));

    return function (before, alone) {
      const { question } = alone;
      if (!before || !readacross.split(question).length || isCrisis(question)) return alone;
      const found = understand(question), rest = question.replace(FOLLOWING, "");
      const own = finder.questionTerms(rest).filter(function (word) { return !nothingNew.has(word); }), few = own.length;
      const after = few > SHORT ? [] : before.after.slice(0, 1).concat(before.question);
      if (rest === question && few && !(POINTING.test(question) && few <= FEW)) return { ...alone, after };
      const same = found.authorities.length && !few;
      return {
        ...before, ...(same ? {} : { question, after }), asAt: found.asAt || before.asAt,
        authorities: found.authorities.length ? found.authorities : before.authorities,
      };
    };
  }

  readacross.following = following;
})(globalThis.readacross ??= {});
