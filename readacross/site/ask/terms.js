/* The terms of a text, as the builder makes them: folded, split, without stop words, stemmed. */
"use strict";
(function (readacross) {
  const WORD = /[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*/gu;
  const UNSEEN = /[\u00ad\u200c\u200d\u2060\ufeff]/g;
  const CHEROKEE = /\p{Script=Cherokee}/u;
  const APOSTROPHE = /[\u2018\u2019\u02bc\u0060\u00b4]/g;

  /** A text in letters of the kind that compares alike: the small letter of the capital; Cherokee compares by capitals.
      `folds` holds the letters with a rule of their own. */
  function caseless(text, folds) {
    let folded = "";
    for (const letter of text) {
      const capital = letter.toUpperCase();
      folded += folds[letter] ?? (CHEROKEE.test(letter) ? capital : capital.toLowerCase());
    }
    return folded;
  }

  /** An analyser by its data: stop words, letters folded by a rule of their own, and marks that fall away. */
  function analyser(data) {
    const stop = new Set(data.stop), marks = new RegExp("[" + data.marks + "]", "gu"), stems = new Map();

    /** A text in compatibility form and small letters, without accents and invisible joiners. */
    function folded(text) {
      const plain = text.replace(UNSEEN, "").replace(APOSTROPHE, "'").normalize("NFKC");
      return caseless(plain, data.folds).normalize("NFKD").replace(marks, "").normalize("NFC");
    }

    /** The stem of a folded word, found once. */
    function stemmed(word) {
      if (!stems.has(word)) stems.set(word, readacross.stem(word));
      return stems.get(word);
    }

    /** The terms of a text in their order, repeats kept. */
    function terms(text) {
      const words = folded(text).match(WORD) || [];
      return words.map(function (word) { return word.replace(/'s$/, "").replace(/'/g, ""); })
        .filter(function (word) { return !stop.has(word); }).map(stemmed);
    }

    return { terms, caseless: function (text) { return caseless(text, data.folds); } };
  }

  readacross.analyser = analyser;
})(globalThis.readacross ??= {});
