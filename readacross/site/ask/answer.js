/* Answering a question: from positions where a comparison question is meant, else from the best passages.
   This follows readacross/answering.py and joining.py; nothing here writes a sentence of its own about a leaflet. */
"use strict";
(function (readacross) {
  /** The answer engine by its data; `means` tells which question each stored wording stands for, once it is known. */
  function engine(words, answers) {
    const { MISSED, QUIET, AS_GOOD, SEVERITIES, LONGEST_QUESTION, UNRECORDED, OUT_OF_VIEW, TOGETHER, LEAST_CHANCE } = words.constants;
    const finder = readacross.finder(words), understand = readacross.understanding(words, finder);
    const follow = readacross.following(words, finder, understand, isCrisis);
    const differ = readacross.differing(words, answers);
    const positions = new Map(Object.entries(answers.positions).map(function ([id, found]) {
      return [id, found.map(function (position, place) { return { ...position, place, question: id }; })];
    }));

    /** A question that can be asked; an error in plain words where it cannot. */
    function checked(text) {
      const question = readacross.tidied(text), length = Array.from(question).length;
      if (!question) throw new Error("The question is empty. Ask in plain words: Can I bring a friend?");
      if (length > LONGEST_QUESTION) throw new Error("The question has " + length + " characters; at most " + LONGEST_QUESTION + " can be asked. Ask one thing at a time.");
      return question;
    }

    /** The versions that a question looks at: the latest, those possibly in force at a date, or all. */
    function choose(asked) {
      const wanted = Array.from(words.versions.keys()).filter(function (number) {
        return !asked.authorities.length || asked.authorities.includes(words.versions[number].authority);
      });
      if (!asked.asAt) {
        return wanted.filter(function (number) { return asked.allVersions || words.versions[number].current; })
          .map(function (version) { return { version, certainty: null }; });
      }
      const dated = wanted.map(function (version) { return { version, certainty: readacross.inForce(words.versions[version].valid, asked.asAt) }; });
      return dated.filter(function (item) { return asked.allVersions || item.certainty !== "not"; });
    }

    /** Whether a comparison question is of a topic that is asked for. */
    function onTopic(asked, id) { return !asked.topics.length || asked.topics.includes(answers.questions[id].topic); }

    /** The passages that may answer: of the versions in view and, where topics are asked for, quoted on one of them. */
    function allowed(asked, chosen) {
      const found = finder.allowed(chosen.map(function (item) { return item.version; }));
      if (!asked.topics.length) return found;
      const wanted = Array.from(positions.values()).flat().filter(function (position) { return onTopic(asked, position.question); });
      const quoted = new Set(wanted.flatMap(function (position) { return position.quotes; }).map(function (quote) { return quote[0]; }));
      return found.filter(function (number) { return quoted.has(number); });
    }

    /** The positions on a question of the versions in view. */
    function inView(id, chosen) {
      const seen = new Set(chosen.map(function (item) { return item.version; }));
      return (positions.get(id) ?? []).filter(function (position) { return seen.has(position.version); });
    }

    /** Words of a passage cited: all of it, or a stretch that the builder has proven. */
    function cite(number, chosen, score, stretch) {
      const text = Array.from(words.passages[number][4]), [begin, whole] = answers.places[number];
      const [start, end, spans] = stretch ?? [begin, begin + text.length, whole];
      const item = chosen.find(function (one) { return one.version === words.passages[number][0]; });
      return { passage: number, start, end, spans, score, quote: text.slice(start - begin, end - begin).join(""), certainty: item?.certainty ?? null };
    }

    /** The passage if it is short, else the run of its sentences that holds most of the question. */
    function bestWords(number, rare) {
      const runs = answers.places[number][3], begin = answers.places[number][0], text = Array.from(words.passages[number][4]);
      let best = null, most = -1;
      for (const run of runs) {
        const held = rare.held(text.slice(run[0] - begin, run[1] - begin).join(""));
        if (held > most || (held === most && run[1] - run[0] < best[1] - best[0])) [best, most] = [run, held];
      }
      return best;
    }

    /** One line of what a version says, resting on its coded quotes; `main` where it speaks to the question itself. */
    function statement(position, chosen, citations, plain, main) {
      const numbers = position.quotes.map(function ([number, ...stretch]) {
        return citations.push(cite(number, chosen, 1, stretch)) - 1;
      });
      const said = position.words.slice(0, 1).toUpperCase() + position.words.slice(1);
      const text = plain ? said : answers.questions[position.question].label + ": " + position.words;
      return { text, authority: words.versions[position.version].authority, version: position.version, citations: numbers, question: position.question, main };
    }

    /** How the versions in view differ on a question, and from those they supersede. */
    function differences(id, view, chosen, told) {
      const seen = chosen.map(function (item) { return item.version; }), called = differ.names(seen), everyone = differ.names(Array.from(words.versions.keys()));
      const found = [differ.group(id, view, called)].filter(function (one) { return one && (one.kind !== "one_silent" || told); });
      view.forEach(function (a, at) {
        for (const b of view.slice(at + 1)) if (differ.oneLeaflet(a, b)) found.push(differ.change(id, a, b, called));
      });
      for (const position of view) {
        const before = words.versions[position.version].supersedes;
        const earlier = before && !seen.some(function (number) { return words.versions[number].id === before; })
          && positions.get(id).find(function (one) { return words.versions[one.version].id === before; });
        if (earlier) found.push(differ.change(id, earlier, position, everyone));
      }
      return found.filter(Boolean);
    }

    /** The best passages that are not cited yet. */
    function further(citations, hits, top, chosen) {
      const cited = new Set(citations.map(function (citation) { return citation.passage; }));
      return hits.slice(0, top).filter(function (hit) { return !cited.has(hit.number); })
        .map(function (hit) { return cite(hit.number, chosen, hit.score); });
    }

    /** What is nearest where nothing answers: what each authority says on the first of some readings on which it speaks;
        where none speaks on any of them, the best passages. */
    function nearBy(ids, chosen, hits) {
      const found = new Map();
      for (const [number, ...stretch] of ids.flatMap(function (id) { return spoken(id, chosen); })) {
        const { authority } = words.versions[words.passages[number][0]];
        if (!found.has(authority)) found.set(authority, cite(number, chosen, 0, stretch.length ? stretch : undefined));
      }
      return found.size ? Array.from(found.values()) : further([], hits, 3, chosen);
    }

    /** What the versions in view say on a reading: a passage of each, and the stretch that counts in it, or all of it. */
    function spoken(id, chosen) {
      if (!Object.hasOwn(answers.questions, id)) return saidBesides(id, chosen).map(function (number) { return [number]; });
      return inView(id, chosen).filter(function (one) { return one.stated; }).map(function (one) { return one.quotes[0]; });
    }

    /** Answer with a line for each version that states a position; of the likeliest reading what goes with it too. */
    function fromPositions(asked, main, chosen, hits, taken) {
      const view = inView(main, chosen), stated = view.filter(function (position) { return position.stated; });
      const first = main === taken[0], related = stated.length && first ? answers.questions[main].goes_with : [];
      const citations = [], statements = [], found = [];
      for (const id of [main, ...related.filter(function (id) { return !taken.includes(id); })]) {
        const seen = inView(id, chosen), plain = first && id === main;
        for (const position of seen.filter(function (one) { return one.stated; })) statements.push(statement(position, chosen, citations, plain, id === main));
        found.push(...differences(id, seen, chosen, plain));
      }
      const authority = function (position) { return words.versions[position.version].authority; };
      const heard = new Set(stated.map(authority));
      const quiet = new Set(view.filter(function (position) { return !position.stated; }).map(authority));
      const conflict = found.some(function (one) { return !QUIET.includes(one.kind) && one.question === main; });
      return {
        ...blank(asked, !stated.length ? "not_found" : conflict ? "authorities_differ" : "answered"),
        statements, citations, divergences: found, questions: [main, ...related],
        silent: Array.from(quiet).filter(function (slug) { return !heard.has(slug); }),
        nearest: stated.length ? [] : nearBy(answers.questions[main].goes_with, chosen, hits),
      };
    }

    /** Answer with the leaflets' own words: the best statement of each authority first, then the others. */
    function fromPassages(asked, chosen, hits, rare) {
      const held = new Map(hits.map(function (hit) { return [hit, (hit.cosine + rare.coverage(hit.number)) / 2]; }));
      const best = Math.max(0, ...held.values());
      return inTheirWords(asked, chosen, hits.filter(function (hit) { return held.get(hit) >= AS_GOOD * best; }), rare);
    }

    /** What is remarked where only versions out of view say besides what is meant. */
    function outOfView(elsewhere, chosen) {
      const leaflets = new Set(chosen.map(function (item) { return words.versions[item.version].leaflet; }));
      const seen = new Set(chosen.map(function (item) { return item.version; }));
      const saying = elsewhere.flatMap(function (one) { return answers.besides[one.id].slice(1); }).map(function (number) { return words.passages[number][0]; });
      const held = Array.from(new Set(saying)).filter(function (number) { return leaflets.has(words.versions[number].leaflet); });
      if (!held.length || held.some(function (number) { return seen.has(number); })) return [];
      const called = differ.names(Array.from(words.versions.keys()));
      return [OUT_OF_VIEW.split("{}").join(held.map(function (number) { return called.get(number); }).join("; "))];
    }

    /** The passages of the versions in view that say what no comparison question asks. */
    function saidBesides(id, chosen) {
      const seen = new Set(chosen.map(function (item) { return item.version; }));
      return answers.besides[id].slice(1).filter(function (number) { return seen.has(words.passages[number][0]); });
    }

    /** Answer with the passages that say what no comparison question asks, the likeliest to answer before the others.
        Of a long passage the words are quoted that hold most of the question, as asked and as it is read. */
    function fromBesides(asked, id, chosen, hits, likelihood) {
      const rare = finder.rarity(finder.questionTerms(asked.question + " " + answers.besides[id][0]));
      const scores = new Map(hits.map(function (hit) { return [hit.number, hit.score]; }));
      const said = saidBesides(id, chosen).sort(function (a, b) { return likelihood(b) - likelihood(a); })
        .map(function (number) { return { number, score: scores.get(number) ?? 0 }; });
      return inTheirWords(asked, chosen, said, rare);
    }

    /** Passages as statements: the first of each authority before the others. */
    function inTheirWords(asked, chosen, said, rare) {
      const authority = function (hit) { return words.versions[words.passages[hit.number][0]].authority; };
      const first = said.filter(function (hit, at) { return said.findIndex(function (one) { return authority(one) === authority(hit); }) === at; });
      const ordered = first.concat(said.filter(function (hit) { return !first.includes(hit); })).slice(0, Math.max(asked.top, first.length));
      const citations = ordered.map(function (hit) { return cite(hit.number, chosen, hit.score, bestWords(hit.number, rare)); });
      const statements = ordered.map(function (hit, number) {
        return { text: "", authority: authority(hit), version: words.passages[hit.number][0], citations: [number], question: null, main: true };
      });
      return { ...blank(asked, "answered"), statements, citations };
    }

    /** An answer that says nothing yet. */
    function blank(asked, status) {
      return {
        question: asked.question, asAt: asked.asAt, status, statements: [], citations: [], silent: [], divergences: [],
        nearest: [], questions: [], alert: "", remarks: [],
      };
    }

    /** The answer to one question, by words and by how near everything is in meaning. */
    function answerOne(asked, near, decide) {
      const chosen = choose(asked), terms = finder.questionTerms(asked.question), rare = finder.rarity(terms);
      const hits = finder.search(near.passages, terms, allowed(asked, chosen), Math.max(asked.top * 3, 20));
      const wanted = function (id) { return Object.hasOwn(answers.questions, id) ? onTopic(asked, id) : !asked.topics.length; };
      const found = decide(near, rare, hits, { wanted, says: function (id) { return says(id, chosen); }, terms: finder.terms(asked.question) });
      if (!found.taken.length) return found.enough && hits.length ? fromPassages(asked, chosen, hits, rare) : notAnswered(asked, chosen, hits, found);
      const likelihood = likely(found, near, hits, chosen), taken = found.taken.map(function (one) { return one.id; });
      const all = found.taken.map(function (one) {
        return one.besides ? fromBesides(asked, one.id, chosen, hits, likelihood) : fromPositions(asked, one.id, chosen, hits, taken);
      });
      const answer = inOrder(withOthers(all), taken, likelihood);
      const more = answer.questions.length && answer.statements.length ? further(answer.citations, hits, asked.top, chosen) : [];
      return { ...answer, citations: answer.citations.concat(more), divergences: severestFirst(answer), remarks: readAs(found) };
    }

    /** The divergences of an answer: on the likeliest reading, between all in view, the severest; then the others. */
    function severestFirst({ divergences, questions }) {
      const order = function (one) {
        const place = questions.indexOf(one.question);
        return [place > 0, one.level !== "group", -SEVERITIES.indexOf(one.severity), place].map(Number);
      };
      return divergences.slice().sort(function (a, b) { return order(a).map(function (value, at) { return value - order(b)[at]; }).find(Boolean) ?? 0; });
    }

    /** Whether a version in view says something on a reading; null where none is coded for it. */
    function says(id, chosen) {
      if (!Object.hasOwn(answers.questions, id)) return saidBesides(id, chosen).length > 0;
      const seen = inView(id, chosen);
      return seen.length ? seen.some(function (position) { return position.stated; }) : null;
    }

    /** How likely a passage is to hold the answer: by what may be meant and by its likeness, else by the order found. */
    function likely(found, near, hits, chosen) {
      const places = new Map(hits.map(function (hit, place) { return [hit.number, place]; }));
      if (!found.recognised) return function (number) { return -(places.get(number) ?? hits.length); };
      const powers = found.readings.map(function (one) { return Math.exp(one.likeness - found.readings[0].likeness); });
      const total = powers.reduce(function (sum, one) { return sum + one; }, 0), chances = new Map();
      found.readings.forEach(function (one, at) {
        const quoted = one.besides ? saidBesides(one.id, chosen) : inView(one.id, chosen).flatMap(function (position) { return position.quotes; }).map(function (quote) { return quote[0]; });
        for (const number of new Set(quoted)) chances.set(number, (chances.get(number) ?? 0) + powers[at] / total);
      });
      return function (number) { return Math.round((Math.log((chances.get(number) ?? 0) + LEAST_CHANCE) + near.passages[number]) * 1e6) / 1e6; };
    }

    /** The answers to all that may be meant just as well as one; silence is told of what is likest meant, and nothing
        of that is left out.  Of the others, what is quoted in a line of its own is not quoted once more without one. */
    function withOthers(all) {
      if (all.length === 1) return all[0];
      const one = joined(all), quoted = function (item) { return item.citations.map(function (number) { return one.citations[number].passage; }); };
      const worded = new Set(one.statements.filter(function (item) { return item.question; }).flatMap(quoted));
      const statements = one.statements.filter(function (item, at) { return at < all[0].statements.length || item.question || !quoted(item).every(function (number) { return worded.has(number); }); });
      return { ...one, statements, silent: all[0].silent };
    }

    /** An answer with what is likest meant first, each authority once before any twice; then the others, then what goes with it. */
    function inOrder(answer, direct, likelihood) {
      const isHeading = function (citation) { return Number(words.passages[citation.passage][5]); };
      const cited = function (item) { return item.citations.map(function (number) { return answer.citations[number]; }); };
      const best = new Map(answer.statements.map(function (item) {
        const said = cited(item).filter(function (citation) { return !isHeading(citation); });
        return [item, Math.max(...(said.length ? said : cited(item)).map(function (citation) { return likelihood(citation.passage); }))];
      }));
      const sorted = answer.statements.slice().sort(function (a, b) { return best.get(b) - best.get(a); });
      const near = sorted.filter(function (item) { return !item.question || direct.includes(item.question); });
      const first = near.filter(function (item, at) { return near.findIndex(function (one) { return one.authority === item.authority; }) === at; });
      const main = answer.questions.includes(direct[0]) ? direct[0] : null, all = first.concat(near.filter(function (item) { return !first.includes(item); }));
      const [told, others] = [true, false].map(function (wanted) { return all.filter(function (item) { return (item.question === main) === wanted; }); });
      const ordered = told.concat(others, sorted.filter(function (item) { return !near.includes(item); }));
      const citations = [], statements = ordered.map(function (item) {
        const numbers = cited(item).sort(function (a, b) { return isHeading(a) - isHeading(b); }).map(function (citation) { return citations.push(citation) - 1; });
        return { ...item, citations: numbers };
      });
      return { ...answer, statements, citations };
    }

    /** Readings as questions. */
    function asQuestions(found) {
      return found.map(function (one) { return one.besides ? answers.besides[one.id][0] : answers.questions[one.id].question; }).join(" ");
    }

    /** What a question was taken to ask, and what it may ask just as well: the reader is the judge. */
    function readAs({ taken: [main], others }) {
      const also = others.length ? ["It may also ask: " + asQuestions(others)] : [];
      return ["Read as: " + asQuestions([main]), ...also, ...(main.besides ? [UNRECORDED] : [])];
    }

    /** The answer that nothing answers, with what is nearest, what the reader may have meant, and who says it that was
        not asked of. */
    function notAnswered(asked, chosen, hits, { offered, elsewhere }) {
      const near = nearBy(offered.slice(0, 1).map(function (one) { return one.id; }), chosen, hits);
      const meant = offered.length ? ["Perhaps you mean: " + asQuestions(offered)] : [];
      return { ...blank(asked, "not_found"), nearest: near, remarks: meant.concat(outOfView(elsewhere, chosen)) };
    }

    /** Several answers as one. */
    function joined(all, status) {
      if (all.length === 1) return all[0];
      const statements = [], citations = [], many = function (name) { return all.flatMap(function (one) { return one[name]; }); };
      for (const one of all) {
        const found = fresh(one, statements), offset = citations.length;
        citations.push(...found.citations);
        statements.push(...found.statements.map(function (item) {
          return { ...item, citations: item.citations.map(function (number) { return number + offset; }) };
        }));
      }
      const known = function (one) { return [one.question, one.level, one.kind, one.summary].join("\n"); };
      const divergences = Array.from(new Map(many("divergences").map(function (one) { return [known(one), one]; })).values());
      const heard = new Set(statements.map(function (item) { return item.authority; }));
      const missed = all.filter(function (one) { return MISSED.includes(one.status); });
      const remarks = missed.length === all.length ? [] : missed.map(function (one) { return "The sources do not answer: " + one.question; });
      return {
        ...all[0], statements, citations, status: status || statusOf(all, missed), remarks: Array.from(new Set(many("remarks"))).concat(remarks),
        silent: Array.from(new Set(many("silent"))).filter(function (slug) { return !heard.has(slug); }),
        divergences, nearest: many("nearest"), questions: Array.from(new Set(many("questions"))),
      };
    }

    /** An answer without the positions that are told already, and without what only they cite. */
    function fresh(answer, told) {
      const position = function (item) { return item.question + " " + item.version; }, known = new Set(told.filter(function (item) { return item.question; }).map(position));
      const kept = answer.statements.filter(function (item) { return !item.question || !known.has(position(item)); });
      const cited = function (some) { return new Set(some.flatMap(function (item) { return item.citations; })); };
      const all = cited(answer.statements), wanted = cited(kept), places = new Map();
      const citations = answer.citations.filter(function (_, number) {
        const stays = wanted.has(number) || !all.has(number);
        if (stays) places.set(number, places.size);
        return stays;
      });
      return { citations, statements: kept.map(function (item) { return { ...item, citations: item.citations.map(function (number) { return places.get(number); }) }; }) };
    }

    /** The status of several answers together. */
    function statusOf(all, missed) {
      const any = function (found, status) { return found.some(function (one) { return one.status === status; }); };
      if (missed.length === all.length) return any(missed, "not_found") ? "not_found" : "out_of_scope";
      if (missed.length) return "partly";
      return any(all, "authorities_differ") ? "authorities_differ" : "answered";
    }

    /** What is asked, with the authorities and the date that the question names where no others are given. */
    function read(given) {
      const question = checked(given.question), { parts, authorities: named, unknown, asAt } = understand(question);
      const authorities = given.authorities?.length ? given.authorities : named, after = (given.after ?? []).map(readacross.tidied).filter(Boolean);
      const asked = { question, after, authorities, topics: given.topics ?? [], asAt: given.asAt || asAt, allVersions: Boolean(given.allVersions), top: given.top ?? 5 };
      parts[0].after = after.join(" ");
      return { asked, parts, unknown: authorities.length ? [] : unknown };
    }

    /** Whether a question holds one of the phrases of a crisis, in any form of its words. */
    function isCrisis(question) {
      const stems = finder.terms(question).map(function (term) { return " " + term + " "; }).join("");
      return answers.wording.crisis.some(function (phrase) { return phrase && stems.includes(phrase); });
    }

    /** An answer that says what was heard too, and in danger begins with what to do and whom the leaflets say to ring. */
    function alerted(asked, found) {
      const answer = asked.after.length ? { ...found, remarks: [TOGETHER + asked.after.join(" "), ...found.remarks] } : found;
      if (!isCrisis(asked.question)) return answer;
      const chosen = choose(asked), citations = [];
      const statements = answers.wording.contacts.filter(function (id) { return positions.has(id); }).flatMap(function (id) {
        return inView(id, chosen).filter(function (one) { return one.stated; })
          .map(function (one) { return statement(one, chosen, citations, false, false); });
      });
      return { ...joined([{ ...blank(asked, answer.status), statements, citations }, answer], answer.status), alert: answers.wording.says };
    }

    /** The answer to a question about somebody whose leaflets are not here. */
    function notHeld(asked, unknown) {
      return { ...blank(asked, "out_of_scope"), remarks: ["No leaflet of " + unknown.join(" or ") + " is held here."] };
    }

    /** Answer a question; `near` tells how near everything is to a text, after another, `decide` what that means. */
    async function ask(given, near, decide) {
      const { asked, parts, unknown } = read(given);
      if (unknown.length) return alerted(asked, notHeld(asked, unknown));
      const found = [];
      for (const part of parts) found.push(answerOne({ ...asked, ...part }, await near(part), decide));
      return alerted(asked, { ...joined(found), question: asked.question, asAt: asked.asAt });
    }

    /** The passages that share words with a question, where nothing tells what is meant. */
    function askByWords(given) {
      const { asked, parts, unknown } = read(given);
      if (unknown.length) return alerted(asked, notHeld(asked, unknown));
      const chosen = choose(asked), terms = finder.questionTerms(asked.after.concat(parts.map(function (part) { return part.question; })).join(" ")), rare = finder.rarity(terms);
      const places = allowed(asked, chosen), found = function (words) { return finder.search(null, words, places, Math.max(asked.top * 3, 20)); };
      const exact = found(terms), hits = exact.length ? exact : found(finder.widened(terms));
      const answer = hits.length ? fromPassages(asked, chosen, hits, rare) : blank(asked);
      return alerted(asked, { ...answer, status: hits.length ? "words" : "no_words", questions: likest(asked, rare) });
    }

    /** The comparison questions whose wordings share most of a question's rare words. */
    function likest(asked, rare) {
      const found = Object.entries(answers.questions).filter(function ([id]) { return onTopic(asked, id); }).map(function ([id, question]) { return [Math.max(...question.phrasings.map(rare.held)), id]; });
      return found.filter(function ([held]) { return held >= 0.5; }).sort(function (a, b) { return b[0] - a[0]; }).slice(0, 3).map(function (row) { return row[1]; });
    }
    return { ask, askByWords, read, choose, follow, names: differ.names, plain: finder.plain };
  }

  readacross.engine = engine;
})(globalThis.readacross ??= {});
