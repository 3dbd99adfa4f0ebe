/* The worker: holds the encoder and the stored vectors, and says how near a question is to everything. */
"use strict";
(function (readacross) {
  const KEPT = "readacross-ask";
  let near = null;

  /** The bytes at an address, from what this browser keeps or else from the site; kept for the next visit. */
  async function obtained(address, got) {
    const store = globalThis.caches && await caches.open(KEPT);
    const held = store && await store.match(address);
    if (held) return opened(await held.arrayBuffer());
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(address + ": " + answer.status);
    const bytes = await read(answer.body.getReader(), got);
    if (store) await keep(store, address, bytes);
    return opened(bytes.buffer);
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

  /** All bytes of a stream, saying how many have come. */
  async function read(reader, got) {
    const parts = [];
    let size = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      size += part.value.length;
      got(part.value.length);
    }
    const whole = new Uint8Array(size);
    parts.reduce(function (at, part) { whole.set(part, at); return at + part.length; }, 0);
    return whole;
  }

  /** What is in a packed file; a server may have unpacked it on the way. */
  async function opened(buffer) {
    const [first, second] = new Uint8Array(buffer, 0, 2);
    if (first !== 0x1f || second !== 0x8b) return buffer;
    const unpacked = new Response(buffer).body.pipeThrough(new DecompressionStream("gzip"));
    return new Response(unpacked).arrayBuffer();
  }

  /** The stored vectors of one kind, and the cosine of each with a question's vector. */
  function table(buffer, start, head, name) {
    const [at, rows] = head[name], [scaled] = head[name + ".scales"], width = head.dimensions;
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
    const [passages, phrases, phrasings] = ["passages", "phrases", "phrasings"].map(function (name) { return table(vectors, at, head, name); });
    near = function (text) {
      const vector = encoder.encode(text);
      return { vector, passages: passages(vector), phrases: phrases(vector), phrasings: phrasings(vector) };
    };
    near("ready");
    postMessage({ ready: head.means });
  }

  onmessage = function ({ data }) {
    if (data.files) start(data.files).catch(function (bad) { postMessage({ failed: String(bad.message || bad) }); });
    else postMessage({ id: data.id, near: near(data.text) });
  };
})(globalThis.readacross ??= {});
