/* Turning a question into a vector: a BERT forward pass over weights of one byte each, in float32. */
"use strict";
(function (readacross) {
  const PAGE = 65536, FOUR = 4;

  /** The head of a file and the data after it. */
  function opened(buffer) {
    const length = new DataView(buffer).getUint32(0, true);
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    return { head, start: 4 + length };
  }

  /** The kernel, its memory filled with the network's weights; in plain JavaScript where it may not run. */
  async function kernel(bytes, network, room) {
    const pages = Math.ceil((network.length + room) / PAGE) + 1, core = await instance(bytes);
    if (core) core.memory.grow(pages);
    const buffer = core ? core.memory.buffer : new ArrayBuffer(pages * PAGE);
    new Uint8Array(buffer).set(network);
    return { buffer, linear: core ? core.linear : plainly(new Int8Array(buffer), new Float32Array(buffer)) };
  }

  /** The kernel itself; nothing where the browser is too old for it or the host's policy forbids it. */
  async function instance(bytes) {
    if (!bytes || !WebAssembly.validate(bytes)) return null;
    try {
      return (await WebAssembly.instantiate(bytes)).instance.exports;
    } catch (refused) {
      if (refused instanceof WebAssembly.CompileError) return null;
      throw refused;
    }
  }

  /** What the kernel does, for browsers that cannot run it. */
  function plainly(bytes, numbers) {
    return function (from, weights, scales, biases, to, spare, rows, inputs, outputs, group) {
      for (let out = 0; out < outputs; out += 1) {
        for (let at = 0, w = out * inputs; at < inputs; at += 1, w += 1) {
          numbers[spare / 4 + at] = bytes[weights + w] * numbers[scales / 4 + Math.floor(w / group)];
        }
        for (let row = 0; row < rows; row += 1) {
          let sum = numbers[biases / 4 + out];
          for (let at = 0, x = from / 4 + row * inputs; at < inputs; at += 1) sum += numbers[x + at] * numbers[spare / 4 + at];
          numbers[to / 4 + row * outputs + out] = sum;
        }
      }
    };
  }

  /** Scales of which the file has the first two bytes each; the other two are zero. */
  function scalesOf(buffer, start, table) {
    const halves = new Uint16Array(buffer, start + table[0], table[1]), found = new Float32Array(halves.length);
    const bits = new Uint32Array(found.buffer);
    for (let at = 0; at < halves.length; at += 1) bits[at] = halves[at] << 16;
    return found;
  }

  /** The scales of every matrix one after the other, and where those of each begin. */
  function scalesTogether(buffer, start, tables) {
    const names = Object.keys(tables).filter(function (name) { return name.endsWith(".weight.scales"); }), begin = {};
    let length = 0;
    for (const name of names) [begin[name], length] = [length, length + tables[name][1]];
    const all = new Float32Array(length);
    for (const name of names) all.set(scalesOf(buffer, start, tables[name]), begin[name]);
    return { all, begin };
  }

  /** An encoder from its unpacked file and the kernel's bytes. */
  async function encoder(buffer, bytes) {
    const { head, start } = opened(buffer);
    const { hidden, heads, layers, eps, tables } = head;
    const widest = tables["layer.0.widen.weight"][1], rowsAtMost = Math.ceil(head.longest / FOUR) * FOUR;
    const network = new Uint8Array(buffer, start, head.network);
    const base = Math.ceil(head.network / 16) * 16, scales = scalesTogether(buffer, start, tables);
    const spare = Math.ceil((base + scales.all.byteLength) / 16) * 16, state = spare + 8 * Math.max(widest, hidden);
    const seen = state + 4 * rowsAtMost * hidden;
    const joined = seen + 4 * rowsAtMost * hidden, end = joined + 4 * rowsAtMost * Math.max(3 * hidden, widest);
    const core = await kernel(bytes, network, end - base);
    const numbers = new Float32Array(core.buffer);
    numbers.set(scales.all, base / 4);
    const cut = readacross.tokenizer(head.tokenizer, head.longest);
    const words = new Int8Array(buffer, start + tables.words[0], tables.words[1] * hidden);
    const places = new Int16Array(buffer, start + tables.places[0], tables.places[1] * hidden);
    const ofWord = scalesOf(buffer, start, tables["words.scales"]), ofPlace = scalesOf(buffer, start, tables["places.scales"]);

    /** Rows through a stored matrix of weights and its bias, and through its difference where layers are adapted. */
    function linear(name, from, to, rows, adapted) {
      const [weights, outputs, inputs] = tables[name + ".weight"], groups = tables[name + ".weight.scales"][1];
      const group = inputs * outputs / groups, scaled = base + 4 * scales.begin[name + ".weight.scales"];
      core.linear(from, weights, scaled, tables[name + ".bias"][0], to, spare, rows, inputs, outputs, group);
      for (let row = 0; adapted && row < rows; row += 1) add(adapted.changes[name], from / 4 + row * inputs, to / 4 + row * outputs, inputs, outputs);
    }

    /** What a difference of low rank, a narrow matrix after another, adds to what a matrix made of a row. */
    function add({ down, up }, from, to, inputs, outputs) {
      for (let rank = 0; rank * inputs < down.length; rank += 1) {
        let sum = 0;
        for (let n = 0, at = rank * inputs; n < inputs; n += 1) sum += numbers[from + n] * down[at + n];
        for (let n = 0, at = rank * outputs; n < outputs; n += 1) numbers[to + n] += sum * up[at + n];
      }
    }

    /** Each row with mean 0 and variance 1, then scaled and shifted as stored; `added` is added to it first. */
    function normalise(name, added, rows) {
      const weight = tables[name + "weight"][0] / 4, bias = tables[name + "bias"][0] / 4;
      for (let row = 0; row < rows; row += 1) {
        const at = state / 4 + row * hidden, plus = added / 4 + row * hidden;
        let mean = 0, square = 0;
        for (let n = 0; n < hidden; n += 1) mean += numbers[at + n] += added ? numbers[plus + n] : 0;
        mean /= hidden;
        for (let n = 0; n < hidden; n += 1) square += (numbers[at + n] - mean) ** 2;
        const scale = 1 / Math.sqrt(square / hidden + eps);
        for (let n = 0; n < hidden; n += 1) numbers[at + n] = (numbers[at + n] - mean) * scale * numbers[weight + n] + numbers[bias + n];
      }
    }

    /** What enters the first layer: each token's word row plus its place. */
    function begin(tokens, rows) {
      numbers.fill(0, state / 4, state / 4 + rows * hidden);
      tokens.forEach(function (token, row) {
        const at = state / 4 + row * hidden;
        for (let n = 0; n < hidden; n += 1) {
          numbers[at + n] = words[token * hidden + n] * ofWord[token] + places[row * hidden + n] * ofPlace[row];
        }
      });
      normalise("first.", 0, rows);
    }

    /** Scaled dot-product attention over queries, keys and values that stand side by side. */
    function attend(tokens) {
      const width = hidden / heads, scale = 1 / Math.sqrt(width), line = 3 * hidden, shares = new Float32Array(tokens);
      for (let head = 0; head < heads; head += 1) {
        const query = joined / 4 + head * width, key = query + hidden, value = key + hidden;
        for (let row = 0; row < tokens; row += 1) {
          share(shares, query + row * line, key, line, width, scale);
          mix(shares, value, line, width, seen / 4 + row * hidden + head * width);
        }
      }
    }

    /** How much a token looks at every other. */
    function share(shares, query, key, line, width, scale) {
      let most = -Infinity, total = 0;
      for (let other = 0; other < shares.length; other += 1) {
        let sum = 0;
        for (let n = 0, k = key + other * line; n < width; n += 1) sum += numbers[query + n] * numbers[k + n];
        shares[other] = sum * scale;
        most = Math.max(most, shares[other]);
      }
      for (let other = 0; other < shares.length; other += 1) total += shares[other] = Math.exp(shares[other] - most);
      for (let other = 0; other < shares.length; other += 1) shares[other] /= total;
    }

    /** The values that a token sees, by how much it looks at each. */
    function mix(shares, value, line, width, to) {
      numbers.fill(0, to, to + width);
      for (let other = 0; other < shares.length; other += 1) {
        for (let n = 0, v = value + other * line; n < width; n += 1) numbers[to + n] += shares[other] * numbers[v + n];
      }
    }

    /** One layer: attention, then widening and narrowing, each added to its input. */
    function layer(number, tokens, rows, adapted) {
      const name = "layer." + number + ".";
      linear(name + "attend", state, joined, rows, adapted);
      attend(tokens);
      linear(name + "gather", seen, joined, rows, adapted);
      normalise(name + "attended.", joined, rows);
      linear(name + "widen", state, joined, rows, adapted);
      for (let at = joined / 4, last = at + tokens * widest; at < last; at += 1) numbers[at] = gelu(numbers[at]);
      linear(name + "narrow", joined, seen, rows, adapted);
      normalise(name + "narrowed.", seen, rows);
    }

    /** The mean of the tokens' rows as they are, or the first, at length 1. */
    function pooled(tokens) {
      const vector = new Float32Array(hidden), rows = head.pooling === "cls" ? 1 : tokens;
      for (let row = 0; row < rows; row += 1) {
        for (let n = 0; n < hidden; n += 1) vector[n] += numbers[state / 4 + row * hidden + n];
      }
      const length = Math.sqrt(vector.reduce(function (sum, number) { return sum + number * number; }, 0));
      return vector.map(function (number) { return number / Math.max(length, 1e-12); });
    }

    /**
     * The vectors of a text after the layers at which a question is looked at, one after the other; its own is the last.
     * Where layers are adapted, what these make of it comes first.
     */
    function depths(text, adapted) {
      const tokens = cut(text), rows = Math.ceil(tokens.length / FOUR) * FOUR, found = [];
      let below = null;
      begin(tokens, rows);
      for (let number = 0; number <= layers; number += 1) {
        if (number) layer(number - 1, tokens.length, rows, null);
        if (adapted && number === adapted.first) below = numbers.slice(state / 4, state / 4 + rows * hidden);
        if (head.depths.includes(number)) found.push(pooled(tokens.length));
      }
      return together(adapted ? [again(below, tokens.length, rows, adapted), ...found] : found);
    }

    /** The vector of a text by the adapted layers, of which the lowest is given what enters it. */
    function again(below, tokens, rows, adapted) {
      numbers.set(below, state / 4);
      for (let number = adapted.first; number < layers; number += 1) layer(number, tokens, rows, adapted);
      return pooled(tokens);
    }

    /** Vectors one after the other. */
    function together(vectors) {
      const all = new Float32Array(vectors.length * hidden);
      vectors.forEach(function (one, at) { all.set(one, at * hidden); });
      return all;
    }

    /** The vector of a text. */
    function encode(text) { return depths(text, null).slice(-hidden); }
    return { encode, depths, tokens: cut };
  }

  /** The Gaussian unit by the error function: Abramowitz and Stegun, formula 7.1.26, as in readacross/encoding.py. */
  function gelu(x) {
    const size = Math.abs(x), part = size * Math.SQRT1_2, t = 1 / (1 + 0.3275911 * part);
    const tail = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
    return Math.max(x, 0) - tail * Math.exp(-part * part) * size * 0.5;
  }

  readacross.opened = opened;
  readacross.encoder = encoder;
})(globalThis.readacross ??= {});
