/* The worker: holds the encoder and the stored vectors, and says how near a question is to everything. */
"use strict";
(function (readacross) {
  const KEPT = "readacross-ask";
  let near = null;

  /** What is in the file at an address, from what this browser keeps or else from the site; kept unpacked for the next visit. */
  async function obtained(address, got) {
    const store = globalThis.caches && await caches.open(KEPT);
    const held = store && await store.match(address);
    if (held) return (await unpacked(held)).arrayBuffer();
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(address + ": " + answer.status);
    const bytes = await (await unpacked(new Response(answer.body.pipeThrough(counted(got))))).arrayBuffer();
    if (store) keep(store, address, bytes);
    return bytes;
  }

  /** A stream that says how much has come through it. */
  function counted(got) {
    return new TransformStream({
      transform(part, on) {
        got(part.length);
        on.enqueue(part);
      },
    });
  }

  /** A response with what is packed in it; a server, or an earlier visit, may have unpacked it already. */
  async function unpacked(response) {
    const [look, all] = response.body.tee(), reader = look.getReader(), first = await reader.read();
    reader.cancel();
    const packed = first.value && first.value[0] === 0x1f && first.value[1] === 0x8b;
    return new Response(packed ? all.pipeThrough(new DecompressionStream("gzip")) : all);
  }

  /** Bytes kept under their address in place of older ones; a full disk is no reason to stop. */
  async function keep(store, address, bytes) {
    const path = new URL(address, location).pathname;
    try {
      await store.put(address, new Response(bytes));
      const older = (await store.keys()).filter(function (one) { return new URL(one.url).pathname === path && one.url !== new URL(address, location).href; });
      await Promise.all(older.map(function (one) { return store.delete(one); }));
    } catch (full) {
      if (!(full instanceof DOMException)) throw full;
    }
  }

  /** The stored rows of one kind, and the product of each with a question's vector: of vectors their cosine. */
  function table(buffer, start, head, name, width) {
    const [at, rows] = head[name], [scaled] = head[name + ".scales"];
    const numbers = new Int8Array(buffer, start + at, rows * width), scales = new Float32Array(buffer, start + scaled, rows);
    return function (vector) {
      const found = new Float32Array(rows);
      for (let row = 0, place = 0; row < rows; row += 1) {
        let sum = 0;
        for (let n = 0; n < width; n += 1, place += 1) sum += vector[n] * numbers[place];
        found[row] = sum * scales[row];
      }
      return found;
    };
  }

  /** A stored table as numbers, a row after the other. */
  function numbersOf(buffer, start, head, name, width) {
    const [at, rows] = head[name], [scaled] = head[name + ".scales"], scales = new Float32Array(buffer, start + scaled, rows);
    return Float32Array.from(new Int8Array(buffer, start + at, rows * width), function (one, place) { return one * scales[Math.floor(place / width)]; });
  }

  /** The differences by which upper layers are adapted, by the matrix that they change, and the lowest of these layers. */
  function adaptedBy(buffer, start, head) {
    const changes = Object.fromEntries(Object.entries(head.changed).map(function ([name, [inputs, outputs]]) {
      return [name, { down: numbersOf(buffer, start, head, name + ".down", inputs), up: numbersOf(buffer, start, head, name + ".up", outputs) }];
    }));
    const layers = Object.keys(changes).map(function (name) { return Number(name.split(".")[1]); });
    return layers.length ? { changes, first: Math.min(...layers) } : null;
  }

  /** How much speaks for each class of the recogniser, by as much of the depths of a question as it looks at. */
  function recogniser(buffer, start, head) {
    const [offset, classes] = head["recogniser.offsets"], offsets = new Float32Array(buffer, start + offset, classes);
    const spoken = table(buffer, start, head, "recogniser", head.looks);
    return function (depths) { return Float64Array.from(spoken(depths), function (one, row) { return one + offsets[row]; }); };
  }

  /** Fetch what is needed, once, and answer when ready with what the stored wordings mean. */
  async function start(files) {
    const total = files.vectors[1] + files.encoder[1] + files.kernel[1];
    let done = 0, told = 0;
    const got = function (size) {
      done += size;
      if (done - told > total / 100) postMessage({ share: (told = done) / total });
    };
    const [vectors, weights, kernel] = await Promise.all(["vectors", "encoder", "kernel"].map(function (name) { return obtained(files[name][0], got); }));
    const encoder = await readacross.encoder(weights, kernel), { head, start: at } = readacross.opened(vectors);
    const width = head.dimensions, [passages, phrases] = ["passages", "phrases"].map(function (name) { return table(vectors, at, head, name, width); });
    const logits = recogniser(vectors, at, head), adapted = adaptedBy(vectors, at, head);
    const depthsOf = function (text) { return encoder.depths(text, adapted); };
    /** A part that may lean on another is heard half by itself, half together with that; `before` is what speaks for that. */
    near = function ({ question, after, anew }) {
      const alone = depthsOf(question), both = after ? depthsOf(after + " " + question) : alone;
      const depths = alone.map(function (one, at) { return (one + both[at]) / 2; }), vector = depths.subarray(-width);
      return { vector, depths, passages: passages(vector), phrases: phrases(vector), logits: logits(depths), before: after && anew ? logits(depthsOf(after)) : [] };
    };
    postMessage({ ready: head.means });
  }

  onmessage = function ({ data }) {
    if (data.files) start(data.files).catch(function (bad) { postMessage({ failed: String(bad.message || bad) }); });
    else postMessage({ id: data.id, near: near(data.part) });
  };
})(globalThis.readacross ??= {});
