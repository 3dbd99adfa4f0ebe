/* Where versions differ on a question: the findings between answers come from the builder; who says what is told here. */
"use strict";
(function (readacross) {
  const HERE = /\ue000/g, THERE = /\ue001/g;

  /** What tells differences, by the builder's data. */
  function differing(words, answers) {
    const { QUIET, OTHER_FORCE, MANY, SEVERITIES } = words.constants, versions = words.versions;

    /** What each of some versions is called among them. */
    function names(numbers) {
      const often = counted(numbers, function (number) { return versions[number].authority; });
      const publishers = counted(numbers, function (number) { return versions[number].authority + "\n" + versions[number].publisher; });
      return new Map(numbers.map(function (number) {
        const { authority, publisher, label } = versions[number];
        const name = words.authorities[authority] ?? authority;
        const alone = publishers.get(authority + "\n" + publisher) === 1 && publisher !== "unknown";
        return [number, often.get(authority) > 1 ? name + " (" + (alone ? publisher : label) + ")" : name];
      }));
    }

    /** How often a key stands among some things. */
    function counted(things, key) {
      const found = new Map();
      for (const thing of things) found.set(key(thing), (found.get(key(thing)) ?? 0) + 1);
      return found;
    }

    /** Names in one phrase. */
    function listed(all) {
      const names = all.length > MANY ? all.slice(0, 2).concat(all.length - 2 + " others") : all;
      return names.length === 1 ? names[0] : names.slice(0, -1).join(", ") + " and " + names[names.length - 1];
    }

    /** Things that share a key, under it. */
    function gathered(pairs) {
      const found = new Map();
      for (const [key, name] of pairs) found.set(key, (found.get(key) ?? []).concat(name));
      return Array.from(found);
    }

    /** Names and their answers in one line, those who say the same together. */
    function whoSaysWhat(question, said) {
      const all = gathered(said);
      const told = all.length > MANY ? all.slice().sort(function (a, b) { return b[1].length - a[1].length; }).slice(0, MANY) : all;
      const parts = told.map(function ([words, who]) { return listed(who) + " – " + words; });
      if (all.length > told.length) parts.push("and " + (all.length - told.length) + " other answers");
      return question.label + ": " + parts.join(parts.some(function (part) { return part.includes("; "); }) ? ". " : "; ");
    }

    /** Names and how binding their words are. */
    function whoBindsHow(said) {
      return gathered(said).map(function ([force, who]) {
        const words = force.replaceAll("_", " ");
        return (/^[aeiou]/.test(words) ? "an " : "a ") + words + " in " + listed(who);
      }).join("; ");
    }

    /** Whether two positions are of one leaflet. */
    function oneLeaflet(a, b) { return versions[a.version].leaflet === versions[b.version].leaflet; }

    /** What differs between two positions; nothing where they agree. */
    function finding(id, a, b) {
      const question = answers.questions[id], through = oneLeaflet(a, b);
      const pair = [question.given[a.place], question.given[b.place]].sort(function (x, y) { return x - y; });
      const found = (through && question.changed || question.found)[pair.join("-")];
      if (!found) return null;
      const [kind, severity, rule] = found;
      return { kind: through ? "changed_over_time" : kind, said: kind, severity, rule: (through ? "between versions: " : "") + rule, through };
    }

    /** Every pair of positions that differ, in their order, with the ruling made on it. */
    function pairs(id, positions) {
      const found = [];
      positions.forEach(function (a, at) {
        for (const b of positions.slice(at + 1)) {
          const one = finding(id, a, b);
          if (one) found.push({ ...one, a, b });
        }
      });
      return found;
    }

    /** How grave a difference is; silence does not count among what leaflets say. */
    function gravity(found) { return SEVERITIES.indexOf(found.severity); }

    /** The severest of some pairs: first in what leaflets say, then in silence and in what changed. */
    function worst(found) {
      const between = found.filter(function (one) { return !one.through; });
      const said = between.filter(function (one) { return !QUIET.includes(one.said); });
      const silent = between.find(function (one) { return QUIET.includes(one.said); });
      const quiet = found.filter(function (one) { return one.through || one === silent; });
      return (said.length ? said : quiet).reduce(function (most, one) { return most && gravity(most) >= gravity(one) ? most : one; }, null);
    }

    /** A pair with what a person ruled on it. */
    function ruled(id, one) {
      const sides = [one.a.version, one.b.version].sort(function (x, y) { return x - y; }).join();
      const ruling = answers.rulings.find(function (item) { return item.question === id && item.versions.join() === sides; });
      return { ...one, dismissed: Boolean(ruling && ruling.dismissed), ruled: Boolean(ruling), severity: ruling?.severity || one.severity };
    }

    /** The group in which some positions on a question differ, none where they do not or a person dismissed it. */
    function group(id, positions, called) {
      const question = answers.questions[id], found = pairs(id, positions), most = worst(found);
      if (!most) return null;
      const said = positions.map(function (one) { return [one.words, called.get(one.version)]; });
      const forces = positions.filter(function (one) { return one.stated && one.force; }).map(function (one) { return [one.force, called.get(one.version)]; });
      const summary = whoSaysWhat(question, said) + (most.rule === OTHER_FORCE ? " (" + whoBindsHow(forces) + ")" : "");
      return left({ question: id, level: "group", kind: most.kind, severity: most.severity, summary }, found);
    }

    /** A group with the kind and severity of the pairs that nobody dismissed. */
    function left(made, found) {
      if (!answers.rulings.some(function (item) { return item.question === made.question; })) return made;
      const kept = found.map(function (one) { return ruled(made.question, one); });
      const open = kept.filter(function (one) { return !one.dismissed; });
      if (!open.length) return kept[0].ruled && kept[0].dismissed ? null : made;
      const key = function (one) { return (QUIET.includes(one.kind) ? 0 : SEVERITIES.length) + gravity(one); };
      const sharpest = open.reduce(function (most, one) { return key(one) > key(most) ? one : most; });
      return { ...made, kind: sharpest.kind, severity: sharpest.severity };
    }

    /** What differs between two versions of one leaflet. */
    function change(id, a, b, called) {
      const found = finding(id, a, b);
      if (!found) return null;
      const why = answers.questions[id].why[a.place + "-" + b.place];
      const said = [a, b].map(function (one) { return [one.words, called.get(one.version)]; });
      const explained = why ? " (" + why.replace(HERE, called.get(a.version)).replace(THERE, called.get(b.version)) + ")" : "";
      const { dismissed, severity } = ruled(id, { ...found, a, b });
      const summary = whoSaysWhat(answers.questions[id], said) + explained;
      return dismissed ? null : { question: id, level: "pair", kind: found.kind, severity, summary };
    }
    return { names, group, change, oneLeaflet };
  }

  readacross.differing = differing;
})(globalThis.readacross ??= {});
