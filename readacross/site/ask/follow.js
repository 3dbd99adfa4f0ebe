/* Following: a question that follows another is asked with what it leaves out.
   This follows readacross/conversing.py; the patterns and the limit come from there. */
"use strict";
(function (readacross) {
  /** What joins a question to the one before, by the builder's patterns; null where it stands by itself.
      Words of somebody in danger are taken as they are. */
  function following(data, finder, understand, isCrisis) {
    const { FEW } = data.constants, POINTING = readacross.pattern(data.patterns.POINTING), FOLLOWING = readacross.pattern(data.patterns.FOLLOWING);
    const names = new Set(Object.values(data.authorities).flatMap(finder.questionTerms));

    return function (before, question) {
      if (!before || !readacross.split(question).length || isCrisis(question)) return null;
      const found = understand(question), rest = question.replace(FOLLOWING, "");
      const own = finder.questionTerms(rest).filter(function (word) { return !names.has(word); });
      const follows = FOLLOWING.test(question) || (POINTING.test(question) && own.length <= FEW);
      if (!follows && own.length) return null;
      const joined = own.length > FEW ? question : (before.question + " " + rest).trim();
      return {
        ...before,
        question: found.authorities.length && own.length <= found.authorities.length ? before.question : joined,
        authorities: found.authorities.length ? found.authorities : before.authorities,
        asAt: found.asAt || before.asAt,
      };
    };
  }

  readacross.following = following;
})(globalThis.readacross ??= {});
