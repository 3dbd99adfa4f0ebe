/* The stem of an English word, by the Snowball English algorithm (Porter2) as the builder uses it.
   Words come folded: small letters, no apostrophes. */
"use strict";
(function (readacross) {
  const WHOLE = {
    skis: "ski", skies: "sky", idly: "idl", gently: "gentl", ugly: "ugli", early: "earli", only: "onli",
    singly: "singl", andes: "andes", atlas: "atlas", bias: "bias", cosmos: "cosmos", howe: "howe", news: "news", sky: "sky",
  };
  const BEGINS = /^(?:arsen|commun|emerg|gener|inter|later|organ|past|univers)/;
  const REGION = /[aeiouy][^aeiouy]/;
  const VOWEL = /[aeiouy]/;
  const SHORT = /(?:[^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy]|past)$/;
  const DERIVED = {
    tional: "tion", enci: "ence", anci: "ance", abli: "able", entli: "ent", izer: "ize", ization: "ize", ational: "ate",
    ation: "ate", ator: "ate", alism: "al", aliti: "al", alli: "al", fulness: "ful", fulli: "ful", ousli: "ous",
    ousness: "ous", iveness: "ive", iviti: "ive", biliti: "ble", bli: "ble", ogist: "og", ogi: "og", lessli: "less", li: "",
  };
  const FORMED = {
    tional: "tion", ational: "ate", alize: "al", icate: "ic", iciti: "ic", ical: "ic", ful: "", ness: "", ative: "",
  };
  const ENDINGS = [
    "ement", "ment", "ance", "ence", "able", "ible", "ant", "ent", "ate", "ive", "ize", "iti", "ism", "ion", "ous", "ic", "al", "er",
  ];

  /** The suffixes of a table as one pattern, the longest first. */
  function endsWith(suffixes) {
    const longest = suffixes.slice().sort(function (a, b) { return b.length - a.length; });
    return new RegExp("(?:" + longest.join("|") + ")$");
  }
  const DERIVED_END = endsWith(Object.keys(DERIVED)), FORMED_END = endsWith(Object.keys(FORMED)), END = endsWith(ENDINGS);

  /** Where the first and second region of a word begin. */
  function regions(word) {
    const begins = BEGINS.exec(word), first = begins ? begins[0].length : after(word, 0);
    return [first, after(word, first)];
  }

  /** The place after the first consonant that follows a vowel, or the end. */
  function after(word, from) {
    const found = REGION.exec(word.slice(from));
    return found ? from + found.index + 2 : word.length;
  }

  /** Step 1a: plurals. */
  function plural(word) {
    if (word.endsWith("sses")) return word.slice(0, -2);
    if (/ie[ds]$/.test(word)) return word.slice(0, word.length > 4 ? -2 : -1);
    if (/(?:us|ss)$/.test(word) || !word.endsWith("s")) return word;
    return VOWEL.test(word.slice(0, -2)) ? word.slice(0, -1) : word;
  }

  /** Step 1b: "ed" and "ing". */
  function past(word, first) {
    const found = /(?:eedly|ingly|edly|eed|ing|ed)$/.exec(word);
    if (!found) return word;
    const root = word.slice(0, found.index);
    if (found[0].startsWith("eed")) return root.length >= first && !/^(?:succ|proc|exc)$/.test(root) ? root + "ee" : word;
    if (found[0] === "ing") {
      if (/^[^aeiouy]y$/.test(root)) return root[0] + "ie";
      if (/^(?:even|cann|inn|earr|herr|out)$/.test(root)) return word;
    }
    return VOWEL.test(root) ? mended(root, first) : word;
  }

  /** A root whose "ed" or "ing" is gone, with its "e" again or without a doubled letter. */
  function mended(root, first) {
    if (/(?:at|bl|iz)$/.test(root)) return root + "e";
    if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(root)) return /^[aeo]..$/.test(root) ? root : root.slice(0, -1);
    return root.length === first && SHORT.test(root) ? root + "e" : root;
  }

  /** Step 2: longer endings made shorter. */
  function derived(word, first) {
    const found = DERIVED_END.exec(word);
    if (!found || found.index < first) return word;
    const root = word.slice(0, found.index);
    if (found[0] === "ogi" && !root.endsWith("l")) return word;
    if (found[0] === "li" && !/[cdeghkmnrt]$/.test(root)) return word;
    return root + DERIVED[found[0]];
  }

  /** Step 3: the same for another list of endings. */
  function formed(word, first, second) {
    const found = FORMED_END.exec(word);
    if (!found || found.index < first || (found[0] === "ative" && found.index < second)) return word;
    return word.slice(0, found.index) + FORMED[found[0]];
  }

  /** Step 4: endings taken away. */
  function bare(word, second) {
    const found = END.exec(word);
    if (!found || found.index < second) return word;
    const root = word.slice(0, found.index);
    return found[0] === "ion" && !/[st]$/.test(root) ? word : root;
  }

  /** Step 5: a last "e" or a doubled "l". */
  function last(word, first, second) {
    const root = word.slice(0, -1);
    if (word.endsWith("e")) return root.length >= second || (root.length >= first && !SHORT.test(root)) ? root : word;
    return word.endsWith("ll") && root.length >= second ? root : word;
  }

  /** The stem of a folded word. */
  function stem(word) {
    if (Object.hasOwn(WHOLE, word)) return WHOLE[word];
    if (Array.from(word).length < 3) return word;
    let left = word.replace(/^y/, "Y").replace(/([aeiouy])y/g, "$1Y");
    const [first, second] = regions(left);
    left = past(plural(left), first).replace(/([^aeiouy])[yY]$/, function (all, before, at) { return at ? before + "i" : all; });
    left = last(bare(formed(derived(left, first), first, second), second), first, second);
    return left.replace(/Y/g, "y") || word;
  }

  readacross.stem = stem;
})(globalThis.readacross ??= {});
