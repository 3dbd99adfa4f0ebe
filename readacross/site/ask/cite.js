/* How a passage is cited: in plain words, as BibTeX and as JSON. */
"use strict";
(function (readacross) {
  /** What cites passages, by the builder's data; `plain` shows a reading text's words. */
  function citing(words, answers, plain) {
    /** Everything that a citation needs, gathered. */
    function parts(citation) {
      const [number, place, headings, leadIn] = words.passages[citation.passage], version = words.versions[number];
      const link = version.link + (place ? "#" + place : "");
      return { version, headings, leadIn, id: version.id + "#" + place, link, address: new URL(link, document.baseURI).href };
    }

    /** Why some of the quoted words may be damaged. */
    function doubts(citation) {
      return answers.places[citation.passage][2].filter(function ([start, end]) { return start < citation.end && citation.start < end; })
        .map(function (doubt) { return doubt[2]; });
    }

    /** A citation in plain words. */
    function inWords(citation) {
      const { version, id, address } = parts(citation);
      const whose = version.publisher === "unknown" ? words.authorities[version.authority] : version.publisher;
      return "“" + plain(citation.quote) + "” " + whose + ", " + version.title + ", " + version.dated + ". Passage " + id + ". " + address;
    }

    /** A citation as a BibTeX entry. */
    function bibtex(citation) {
      const { version, id, address } = parts(citation);
      const fields = {
        author: "{" + escaped(version.publisher === "unknown" ? words.authorities[version.authority] : version.publisher) + "}",
        title: escaped(version.title),
        howpublished: escaped("Leaflet, " + version.dated),
        note: escaped("Passage " + id + ": “" + plain(citation.quote) + "”"),
        url: address,
      };
      const lines = Object.entries(fields).map(function ([name, value]) { return "  " + name + " = {" + value + "}"; });
      return "@misc{" + id.replace(/[^A-Za-z0-9]+/g, "-") + ",\n" + lines.join(",\n") + "\n}";
    }
    function escaped(text) { return text.replace(/[\\{}]/g, " ").replace(/[#$%&_]/g, "\\$&"); }

    /** A citation as the tool gives it: the passage, the words quoted, and where they stand. */
    function json(citation) {
      const { version, headings, leadIn, id, link, address } = parts(citation);
      return JSON.stringify({
        authority: version.authority, leaflet: version.leaflet, version: version.id, passage: id, headings,
        quote: citation.quote, text: words.passages[citation.passage][4], lead_in: leadIn,
        reading: { start: citation.start, end: citation.end },
        original: { file: version.file, sha256: version.sha256, spans: citation.spans },
        link, address, in_force: citation.certainty, uncertain: doubts(citation),
      }, null, 2);
    }
    return { parts, doubts, formats: [["Plain", inWords], ["BibTeX", bibtex], ["JSON", json]] };
  }

  readacross.citing = citing;
})(globalThis.readacross ??= {});
