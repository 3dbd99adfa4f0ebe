/* Cutting a text into the encoder's tokens, by tables that were read off its own tokenizer. */
"use strict";
(function (readacross) {
  /** Whether a number lies in one of the runs of a sorted list: first, last, first, last. */
  function within(runs, number) {
    let low = 0, high = runs.length / 2 - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (number < runs[2 * middle]) high = middle - 1;
      else if (number > runs[2 * middle + 1]) low = middle + 1;
      else return true;
    }
    return false;
  }

  /** A text as a pattern that finds just it. */
  function literal(text) { return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"); }

  /** A tokenizer by its tables; it turns a text into numbers of tokens, at most `longest` of them. */
  function tokenizer(tables, longest) {
    const numbers = new Map(tables.tokens.split("\n").map(function (token, number) { return [token, number]; }));
    const changed = new Map(Object.entries(tables.changed));
    const special = new RegExp("(" + Object.keys(tables.special).map(literal).join("|") + ")");

    /** What stands for a character, blanks around it where it is a word of its own. */
    function made(letter) {
      const number = letter.codePointAt(0);
      if (within(tables.gone, number)) return "";
      return within(tables.spaced, number) ? " " + letter + " " : changed.get(letter) ?? letter;
    }

    /** The words of a stretch of text, in order. */
    function words(text) {
      const found = [];
      let word = "";
      for (const letter of Array.from(text, made).join("")) {
        const number = letter.codePointAt(0), apart = within(tables.apart, number);
        if (!apart && !within(tables.blank, number)) { word += letter; continue; }
        if (word) found.push(word);
        if (apart) found.push(letter);
        word = "";
      }
      return word ? found.concat(word) : found;
    }

    /** The tokens of a word: the longest that fits, and again; one for the unknown where nothing fits. */
    function pieces(word) {
      const letters = Array.from(word), found = [];
      if (letters.length > tables.longest) return [tables.unknown];
      for (let start = 0; start < letters.length;) {
        const [number, end] = piece(letters, start);
        if (number === undefined) return [tables.unknown];
        found.push(number);
        start = end;
      }
      return found;
    }

    /** The longest token that begins at a letter, and where it ends. */
    function piece(letters, start) {
      for (let end = letters.length; end > start; end -= 1) {
        const number = numbers.get((start ? tables.within : "") + letters.slice(start, end).join(""));
        if (number !== undefined) return [number, end];
      }
      return [undefined, start];
    }

    return function (text) {
      const readable = text.replace(/\p{Surrogate}/gu, "?");
      const found = readable.split(special).flatMap(function (part) {
        return Object.hasOwn(tables.special, part) ? tables.special[part] : words(part).flatMap(pieces);
      });
      const room = longest - tables.before.length - tables.after.length;
      return tables.before.concat(found.slice(0, room), tables.after);
    };
  }

  readacross.tokenizer = tokenizer;
})(globalThis.readacross ??= {});
