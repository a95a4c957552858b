"use strict";
// The checks of the page, written from docs/formats.md: pass, fail, or "not checked here" (docs/checks.md). No DOM
// and no network in this part. Bytes are Uint8Array; a folder is a Map from path to an async function giving bytes.
const EVIDENCE = (() => {
  class Wrong extends Error {}
  class NotHere extends Error {}
  const need = (good, why = "form") => { if (!good) throw new Wrong(why); };
  const SEAL = "seal.json", TAGS = "tagmanifest-sha256.txt", DISCLOSURE = "data/disclosure.json", MASKING = "data/masking.json", KEY = "keys/office.pub";
  const REQUIRED = ["README.txt", "data/catalogue.json", DISCLOSURE, KEY, SEAL];
  const KINDS = ["reminder", "demand", "lawyer-letter", "instalment-agreement", "complaint-reply", "settlement",
    "correction", "bill-notice", "exhibit"];
  const PARTLY = ["bag.paths", "journal.entry", "disclosure.form", "letter.recorded", "delivery.event", "delivery.proofs", "time.entry", "bundle.masking"];
  // What Unicode calls white space, and the separators of ASCII: \s means other characters here than in Python.
  const SPACES = "\\t-\\r \\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
  const SIGNER = new RegExp(`^[^+${SPACES}]+$`), INFO = new RegExp(`^[^:${SPACES}][^:]*:[ \\t]|^[ \\t]`);
  const JOURNAL = /^(journal\/(?:bundle|[0-9]{6}|[1-9][0-9]{6,11}))\.(?:json|proof)$|^journal\/(consistency-[1-9][0-9]{0,18})\.proof$|^journal\/time-(?:[0-9]{6}|[1-9][0-9]{6,11})\.(?:note|tst)$/;
  // What is not answered in the end is "not checked here": never left out.
  const OF_LETTERS = ["mark", "token", "length", "source", "kid", "signature", "end", "stamp", "plain"].map((name) => `letter.${name}`);
  const EVERY = {
    letter: [...OF_LETTERS, "letter.trust"],
    bundle: [...OF_LETTERS, "bag.manifest", "bag.tagmanifest", "bag.sm3", "time.entry", "bundle.masking", "bag.paths", "bag.declaration", "bundle.required", "bundle.key", "bundle.trust",
      "seal.form", "seal.files", "seal.entries", "journal.entry", "journal.proof", "journal.checkpoint", "journal.consistency", "journal.by",
      "journal.sealed", "journal.type", "journal.keys", "journal.order", "journal.origin", "disclosure.form", "disclosure.subject",
      "letter.office", "letter.recorded", "letter.facts", "letter.checkpoint", "letter.dated", "letter.docx", "delivery.letter",
      "delivery.event", "delivery.proofs"],
    qr: [],
    proof: [],
  };
  const MAX_BYTES = 2 ** 30;

  // ---- bytes ----
  const utf8 = (text) => new TextEncoder().encode(text);
  const latin1 = (bytes) => {
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return text;
  };
  const text8 = (bytes) => {
    try { return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes); } catch { throw new Wrong("form"); }
  };
  const bytesOf = (binary) => Uint8Array.from(binary, (char) => char.charCodeAt(0));
  const join = (...parts) => {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { all.set(part, at); at += part.length; }
    return all;
  };
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
  const find = (data, word, from = 0) => {
    for (let at = data.indexOf(word[0], from); at >= 0; at = data.indexOf(word[0], at + 1)) {
      let k = 1;
      while (k < word.length && data[at + k] === word[k]) k += 1;
      if (k === word.length) return at;
    }
    return -1;
  };

  // ---- digests: SHA-256 (FIPS 180-4), SM3 (GB/T 32905), SHA-512 for signatures ----
  const ror = (x, n) => (x >>> n) | (x << (32 - n));
  const rol = (x, n) => (n %= 32) ? (x << n) | (x >>> (32 - n)) : x;
  const root = (value, power) => { // the first 32 bits of the fraction of a root, for the constants of SHA-256
    const x = value ** power;
    return Math.floor((x - Math.floor(x)) * 2 ** 32) | 0;
  };
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
  const K256 = Int32Array.from(primes, (p) => root(p, 1 / 3));
  const H256 = Int32Array.from(primes.slice(0, 8), (p) => root(p, 1 / 2));
  function blocks(data, state, step) {
    const whole = data.length - (data.length % 64), end = data.length - whole < 56 ? 64 : 128;
    const padded = new Uint8Array(128);
    padded.set(data.subarray(whole));
    padded[data.length - whole] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(end - 8, Math.floor(data.length / 2 ** 29));
    view.setUint32(end - 4, data.length * 8);
    const head = new DataView(data.buffer, data.byteOffset, data.length);
    for (let at = 0; at < whole; at += 64) step(state, head, at);
    for (let at = 0; at < end; at += 64) step(state, view, at);
    const out = new Uint8Array(32);
    state.forEach((word, k) => new DataView(out.buffer).setInt32(4 * k, word));
    return out;
  }
  const w = new Int32Array(68);
  function step256(s, view, at) {
    for (let t = 0; t < 16; t += 1) w[t] = view.getInt32(at + 4 * t);
    for (let t = 16; t < 64; t += 1) {
      const a = w[t - 15], b = w[t - 2];
      w[t] = (w[t - 16] + (ror(a, 7) ^ ror(a, 18) ^ (a >>> 3)) + w[t - 7] + (ror(b, 17) ^ ror(b, 19) ^ (b >>> 10))) | 0;
    }
    let [a, b, c, d, e, f, g, h] = s;
    for (let t = 0; t < 64; t += 1) {
      const x = (h + (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) + ((e & f) ^ (~e & g)) + K256[t] + w[t]) | 0;
      const y = ((ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + x) | 0; d = c; c = b; b = a; a = (x + y) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, k) => { s[k] = (s[k] + word) | 0; });
  }
  const sha = (...parts) => blocks(join(...parts), Int32Array.from(H256), step256);
  const HSM3 = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];
  const TSM3 = Int32Array.from({ length: 64 }, (_, t) => rol(t < 16 ? 0x79cc4519 : 0x7a879d8a, t));
  const p1 = (x) => x ^ rol(x, 15) ^ rol(x, 23);
  function stepSm3(s, view, at) {
    for (let t = 0; t < 16; t += 1) w[t] = view.getInt32(at + 4 * t);
    for (let t = 16; t < 68; t += 1) {
      w[t] = p1(w[t - 16] ^ w[t - 9] ^ rol(w[t - 3], 15)) ^ rol(w[t - 13], 7) ^ w[t - 6];
    }
    let [a, b, c, d, e, f, g, h] = s;
    for (let t = 0; t < 64; t += 1) {
      const a12 = rol(a, 12), one = rol((a12 + e + TSM3[t]) | 0, 7);
      const ff = t < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = t < 16 ? e ^ f ^ g : (e & f) | (~e & g);
      const x = (ff + d + (one ^ a12) + (w[t] ^ w[t + 4])) | 0, y = (gg + h + one + w[t]) | 0;
      d = c; c = rol(b, 9); b = a; a = x; h = g; g = rol(f, 19); f = e; e = y ^ rol(y, 9) ^ rol(y, 17);
    }
    [a, b, c, d, e, f, g, h].forEach((word, k) => { s[k] ^= word; });
  }
  const sm3 = (data) => blocks(data, Int32Array.from(HSM3), stepSm3);
  const subtle = () => globalThis.crypto && globalThis.crypto.subtle;
  async function sha256(data) { // of large things: the browser's own, where it has one
    if (data.length > 65536 && subtle()) {
      try { return new Uint8Array(await subtle().digest("SHA-256", data)); } catch { /* the own one, then */ }
    }
    return sha(data);
  }
  const MASK = (1n << 64n) - 1n;
  function frac(p, degree) { // the first 64 bits of the fraction of a square or cube root, exactly
    const target = BigInt(p) << BigInt(64 * degree);
    let low = 0n, high = 1n << 70n;
    while (high - low > 1n) {
      const mid = (low + high) >> 1n;
      if (mid ** BigInt(degree) <= target) low = mid; else high = mid;
    }
    return low & MASK;
  }
  function sha512(data) {
    const more = [...primes];
    for (let n = primes[63] + 1; more.length < 80; n += 1) if (more.every((p) => n % p)) more.push(n);
    const k = more.map((p) => frac(p, 3)), s = more.slice(0, 8).map((p) => frac(p, 2));
    const turn = (x, n) => ((x >> BigInt(n)) | (x << BigInt(64 - n))) & MASK;
    const padded = new Uint8Array(Math.ceil((data.length + 17) / 128) * 128);
    padded.set(data);
    padded[data.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 4, data.length * 8);
    for (let at = 0; at < padded.length; at += 128) {
      const x = Array.from({ length: 16 }, (_, t) => view.getBigUint64(at + 8 * t));
      for (let t = 16; t < 80; t += 1) {
        const a = x[t - 15], b = x[t - 2];
        x[t] = (x[t - 16] + (turn(a, 1) ^ turn(a, 8) ^ (a >> 7n)) + x[t - 7] + (turn(b, 19) ^ turn(b, 61) ^ (b >> 6n))) & MASK;
      }
      let [a, b, c, d, e, f, g, h] = s;
      for (let t = 0; t < 80; t += 1) {
        const u = (h + (turn(e, 14) ^ turn(e, 18) ^ turn(e, 41)) + ((e & f) ^ (~e & MASK & g)) + k[t] + x[t]) & MASK;
        const v = ((turn(a, 28) ^ turn(a, 34) ^ turn(a, 39)) + ((a & b) ^ (a & c) ^ (b & c))) & MASK;
        h = g; g = f; f = e; e = (d + u) & MASK; d = c; c = b; b = a; a = (u + v) & MASK;
      }
      [a, b, c, d, e, f, g, h].forEach((word, i) => { s[i] = (s[i] + word) & MASK; });
    }
    return unhex(s.map((word) => word.toString(16).padStart(16, "0")).join(""));
  }

  // ---- Ed25519: WebCrypto, else the points of noble-ed25519 with the comparison of RFC 8032, section 5.1.7 ----
  const little = (bytes) => BigInt("0x" + hex(Uint8Array.from(bytes).reverse()));
  function holdsOwn(key, signature, message) {
    const { Point, ExtendedPoint, CURVE } = NOBLE;
    const s = little(signature.subarray(32));
    if (s >= CURVE.l) return false;
    let point;
    try { point = ExtendedPoint.fromAffine(Point.fromHex(key, false)); } catch { return false; }
    const k = little(sha512(join(signature.subarray(0, 32), key, message))) % CURVE.l;
    const found = ExtendedPoint.BASE.multiplyUnsafe(s).subtract(point.multiplyUnsafe(k)).toAffine();
    return same(found.toRawBytes(), signature.subarray(0, 32));
  }
  const path = { used: "" };
  async function holds(key, signature, message) {
    if (key.length !== 32 || signature.length !== 64) return false;
    if (subtle()) {
      try {
        const own = await subtle().importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
        const good = await subtle().verify({ name: "Ed25519" }, own, signature, message);
        path.used = "webcrypto";
        return good;
      } catch { /* a browser without Ed25519 */ }
    }
    path.used = "noble";
    return holdsOwn(key, signature, message);
  }

  // ---- Merkle trees (RFC 9162) as ranges: "low-high" names the node over the entries [low, high) ----
  const split = (low, high) => { let k = 1; while (2 * k < high - low) k *= 2; return low + k; };
  function tree(leaves) {
    if (leaves.length < 2) return leaves[0];
    const k = split(0, leaves.length);
    return sha(Uint8Array.of(1), tree(leaves.slice(0, k)), tree(leaves.slice(k)));
  }
  function ranges(at, size, inclusion) {
    const way = [];
    let low = 0, high = size;
    while (inclusion ? high - low > 1 : at < high) {
      const mid = split(low, high), left = inclusion ? at < mid : at <= mid;
      way.push(left ? [mid, high] : [low, mid]);
      if (left) high = mid; else low = mid;
    }
    way.reverse();
    return inclusion || !low ? way : [[low, high], ...way];
  }
  function nodesOf(leaf, index, size, hashes) {
    const way = index < size ? ranges(index, size, true) : [];
    need(index < size && way.length === hashes.length, "proof");
    const nodes = new Map([[`${index}-${index + 1}`, leaf]]);
    let low = index, high = index + 1;
    way.forEach(([a, b], k) => {
      nodes.set(`${a}-${b}`, hashes[k]);
      leaf = a < low ? sha(Uint8Array.of(1), hashes[k], leaf) : sha(Uint8Array.of(1), leaf, hashes[k]);
      low = Math.min(low, a);
      high = Math.max(high, b);
      nodes.set(`${low}-${high}`, leaf);
    });
    return nodes;
  }
  function rootAt(nodes, size, low = 0) {
    const own = nodes.get(`${low}-${size}`);
    const inside = (name) => { const [a, b] = name.split("-").map(Number); return low <= a && b <= size; };
    if (own || size - low < 2 || ![...nodes.keys()].some(inside)) return own;
    const mid = split(low, size), left = rootAt(nodes, mid, low), right = left && rootAt(nodes, size, mid);
    return left && right ? sha(Uint8Array.of(1), left, right) : undefined;
  }

  // ---- forms ----
  const B32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  function b32(text) {
    need(/^[A-Z2-7]*$/.test(text) && [0, 2, 4, 5, 7].includes(text.length % 8));
    const out = [];
    let bits = 0, value = 0;
    for (const char of text) {
      value = ((value << 5) | B32.indexOf(char)) & 0xfff;
      bits += 5;
      if (bits >= 8) { bits -= 8; out.push((value >> bits) & 255); }
    }
    need((value & ((1 << bits) - 1)) === 0);
    return Uint8Array.from(out);
  }
  function b64(text) {
    let binary = "";
    try { binary = atob(text); } catch { throw new Wrong("form"); }
    need(btoa(binary) === text);
    return bytesOf(binary);
  }
  function keyOf(data) {
    const raw = b32(latin1(data).replace(/\n$/, ""));
    need(raw.length === 32);
    return raw;
  }
  const N = "([\\x00-\\x17]|\\x18[\\x18-\\xff]|\\x19(?!\\x00)..|\\x1a(?!\\x00\\x00)....|\\x1b(?!\\x00{4}).{8})";
  const TOKEN = new RegExp(`^\\xd2\\x84(\\x4d\\xa2\\x01\\x27\\x04\\x48(.{8}))\\xa0(\\x58(.)(\\xab\\x01${N}\\x02${N}\\x03${N}\\x04${N}`
    + `\\x05${N}\\x06${N}\\x07\\x58\\x20(.{32})\\x08\\x58\\x20(.{32})\\x09\\x50(.{16})\\x0a${N}\\x0b\\x58\\x20(.{32})))\\x58\\x40(.{64})$`, "s");
  const number = (text) => Number(text.length === 1 ? text.charCodeAt(0) : BigInt("0x" + hex(bytesOf(text.slice(1)))));
  function tokenOf(text) {
    const link = /^(?:HTTPS:\/\/([A-Z0-9.-]{1,24})\/R\/|EV1:)([A-Z2-7]+)$/.exec(text);
    need(link && text.length <= 424);
    const raw = b32(link[2]), host = utf8((link[1] || "").toLowerCase()), found = TOKEN.exec(latin1(raw));
    need(found && raw.length <= 243 && found[4].charCodeAt(0) === found[5].length);
    const [profile, series, year, seq, issued, length, size] = [6, 7, 8, 9, 10, 11, 15].map((k) => number(found[k]));
    need(series >= 1 && series <= KINDS.length && seq && size);
    const aad = join(host.length < 24 ? Uint8Array.of(64 + host.length) : Uint8Array.of(88, host.length), host);
    return {
      raw, profile, issued, length, size, id: hex(bytesOf(found[14])), kind: KINDS[series - 1], kid: bytesOf(found[2]), token: hex(sha(raw)),
      number: `${series}-${String(year).padStart(4, "0")}-${String(seq).padStart(4, "0")}`,
      source: bytesOf(found[12]), facts: bytesOf(found[13]), root: bytesOf(found[16]), signature: bytesOf(found[17]),
      signed: join(Uint8Array.of(0x84), utf8("jSignature1"), bytesOf(found[1]), aad, bytesOf(found[3])),
    };
  }
  function decimal(text) {
    need(/^(0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) < 1n << 63n);
    if (!Number.isSafeInteger(Number(text))) throw new NotHere();
    return Number(text);
  }
  function proofOf(data, head, most) {
    const text = text8(data);
    need(data.length <= 65536 && text.startsWith(head) && text.endsWith("\n") && !/[\x00-\x09\x0b-\x1f]/.test(text));
    const body = text.slice(head.length), gap = body.indexOf("\n\n");
    const rows = (gap < 0 ? body.slice(0, -1) : body.slice(0, gap)).split("\n");
    const hashes = rows.slice(1).map(b64);
    need(hashes.length <= most && hashes.every((value) => value.length === 32));
    return { number: decimal(rows[0]), hashes, note: gap < 0 ? "" : body.slice(gap + 2) };
  }
  const tlogProof = (data) => proofOf(data, "c2sp.org/tlog-proof@v1\nindex ", 63);
  function checkpointOf(note) {
    const gap = note.lastIndexOf("\n\n"), fields = note.slice(0, Math.max(gap, 0)).split("\n");
    const rows = note.slice(gap + 2).split("\n").slice(0, -1), by = new Map();
    need(gap > 0 && fields.length === 3 && rows.length >= 1 && rows.length <= 16);
    need(/^evidence\.local\/(TEST\/)?[0-9A-Za-z._-]{1,64}$/.test(fields[0]));
    for (const row of rows) {
      const parts = row.split(" ");
      need(parts.length === 3 && parts[0] === "\u2014" && SIGNER.test(parts[1]));
      const blob = b64(parts[2]), name = `${parts[1]} ${hex(blob.subarray(0, 4))}`;
      need(blob.length > 4 && !by.has(name));
      by.set(name, blob.subarray(4));
    }
    const size = decimal(fields[1]), found = b64(fields[2]);
    need(size && found.length === 32);
    return { origin: fields[0], size, root: found, by, text: utf8(fields.join("\n") + "\n") };
  }
  async function signedBy(head, key) {
    const own = hex(sha(utf8(head.origin), Uint8Array.of(10, 1), key).subarray(0, 4));
    const signature = head.by.get(`${head.origin} ${own}`);
    return Boolean(signature) && holds(key, signature, head.text);
  }
  function write(value) { // RFC 8785, integers only
    if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
    if (value && typeof value === "object") {
      return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${write(value[key])}`).join(",")}}`;
    }
    need(typeof value !== "number" || Number.isSafeInteger(value));
    return JSON.stringify(value);
  }
  function shallow(data) { // brackets within texts do not count
    let depth = 0, quoted = false;
    for (let at = 0; at < data.length; at += 1) {
      const byte = data[at];
      if (quoted) {
        if (byte === 0x5c) at += 1; else if (byte === 0x22) quoted = false;
      } else if (byte === 0x22) quoted = true;
      else if (byte === 0x5b || byte === 0x7b) { depth += 1; need(depth <= 32, "large"); }
      else if (byte === 0x5d || byte === 0x7d) depth -= 1;
    }
  }
  function jsonOf(data, keys, canonical = true) {
    const text = text8(data);
    let commas = 0;
    for (let at = 0; at < data.length; at += 1) if (data[at] === 0x2c) commas += 1;
    need(data.length <= 2 ** 25 && commas <= (data.length > 2 ** 20 ? 1000000 : 50000), "large");
    shallow(data);
    let value;
    try { value = JSON.parse(text); } catch { throw new Wrong("form"); }
    need(!canonical || write(value) === text);
    need(value && typeof value === "object" && Object.keys(value).sort().join(" ") === keys);
    return value;
  }
  function entryOf(data) {
    const entry = jsonOf(data, "at by data type v");
    need(entry.data && typeof entry.data === "object" && !Array.isArray(entry.data) && typeof entry.type === "string");
    return entry;
  }
  const HEX = (text) => typeof text === "string" && /^[0-9a-f]{64}$/.test(text);

  // ---- reports ----
  class Report {
    constructor(name, kind) {
      Object.assign(this, { name, kind, fingerprint: "", facts: [], told: {} });
    }
    say(id, good, where = "", why = "differs") {
      // Whose key it was at each entry is not followed here: an office that changed its key is left to the toolkit.
      if (this.moved && ["journal.by", "letter.office", "bundle.trust"].includes(id)) return this.open(id, where);
      const status = good ? (PARTLY.includes(id) ? "not-checked" : "pass") : "fail";
      this.facts.push({ id, status, where, reason: good ? "" : why });
      return Boolean(good);
    }
    open(id, where = "") { this.facts.push({ id, status: "not-checked", where, reason: "" }); }
    async attempt(id, where, action) {
      try { return await action(); } catch (fault) {
        if (fault instanceof NotHere) this.open(id, where);
        else this.say(id, false, where, fault instanceof Wrong ? fault.message : "form");
        return undefined;
      }
    }
    close() { for (const id of EVERY[this.kind]) if (!this.facts.some((fact) => fact.id === id)) this.open(id); }
    settle(id) { if (!this.facts.some((fact) => fact.id === id)) this.say(id, true); }
    named(id, key, trust) {
      this.fingerprint = hex(sha(key));
      if (trust.length) this.say(id, trust.some((anchor) => this.fingerprint.startsWith(anchor.digits)), "", "other-key");
    }
  }

  const MARK = utf8("%EV-STAMP"), END = utf8("\nstartxref\n");
  // The one part that may follow the stamp of a letter: one signature by certificate (docs/formats.md, section 3.5).
  const CHANGED = "\\d+ 0 obj\\n(<<(?:(?!endobj).)*?) \\/A(?:croForm \\d+ 0 R|nnots \\[\\d+ 0 R\\])>>\\nendobj\\n";
  const SIGNED = new RegExp("^\\d+ 0 obj\\n<<\\/Fields\\[\\d+ 0 R\\]\\/SigFlags 3>>\\nendobj\\n"
    + "\\d+ 0 obj\\n<<\\/Type\\/Annot\\/Subtype\\/Widget\\/FT\\/Sig\\/T\\(EVIDENCE\\)\\/F 132\\/Rect\\[0 0 0 0\\]\\/P \\d+ 0 R\\/V \\d+ 0 R>>\\nendobj\\n"
    + "\\d+ 0 obj\\n<<\\/Type\\/Sig\\/Filter\\/Adobe\\.PPKLite\\/SubFilter\\/ETSI\\.CAdES\\.detached\\/M\\(D:\\d{14}Z\\)\\/ByteRange\\[0 (\\d{1,10})"
    + ` (\\d{1,10}) (\\d{1,10}) *\\]\\/Contents<([0-9a-f]+)>>>\\nendobj\\n${CHANGED}${CHANGED}`
    + "xref\\n(?:\\d+ \\d+\\n|\\d{10} 00000 n \\n){6,10}trailer\\n<<\\/Size (?:(?!endobj|%%EOF).)*>>\\nstartxref\\n\\d+\\n%%EOF\\n$", "s");
  function framed(data, stamped) { // covering all of the file but itself, over objects that stand in the letter
    const found = SIGNED.exec(latin1(data.subarray(stamped)));
    if (!found) return false;
    const start = stamped + found[0].indexOf("/Contents<") + 9, end = start + found[4].length + 2;
    return [start, end, data.length - end].every((value, k) => value === Number(found[k + 1]))
      && [found[5], found[6]].every((body) => { const at = find(data, bytesOf(`${body}>>`)); return at >= 0 && at < stamped; });
  }
  async function checkLetter(report, data, where = "") {
    const at = find(data, MARK);
    // Layout 1 is that of letters; layout 2, of stamped exhibits, says the places of its marks as well.
    const line = at > 0 && data[at - 1] === 10
      && /^%EV-STAMP (?:1 ([A-Z0-9:/.-]{1,424}) ([A-Z2-7]{52})|2 ([A-Z0-9:/.-]{1,424}) ([A-Z2-7]{52}) [0-9LQX,;.-]{1,1000000})\n/
        .exec(latin1(data.subarray(at, at + 1000600)));
    const [text, keyLine] = line ? [line[1] || line[3], line[2] || line[4]] : [];
    const key = line && await report.attempt("letter.mark", where, () => keyOf(utf8(keyLine)));
    if (!report.say("letter.mark", key, where, "form")) return {};
    const token = await report.attempt("letter.token", where, () => tokenOf(text));
    let more = false;
    if (token) {
      report.say("letter.token", true, where);
      report.say("letter.length", token.length === at - 1, where);
      report.say("letter.source", same(token.source, await sha256(data.subarray(0, at - 1))), where);
      report.say("letter.kid", same(token.kid, sha(key).subarray(0, 8)), where);
      report.say("letter.signature", await holds(key, token.signature, token.signed), where, "signature");
      for (let end = find(data, END, at); end > 0; end = find(data, END, end + 1)) {
        const tail = /^\nstartxref\n[0-9]+\n%%EOF\n/.exec(latin1(data.subarray(end, end + 64)));
        if (!tail) continue;
        const stamped = end + tail[0].length;
        more = !line[3] && framed(data, stamped); // by its frame: whether the signature holds is left to the toolkit
        if (more) for (const id of ["letter.end", "letter.certificate"]) report.open(id, where);
        else report.say("letter.end", stamped === data.length, where, "appended");
        break;
      }
    }
    if (more) report.more = true;
    return { token, key, text, length: at - 1 };
  }

  // A file that opens all facts of one letter, or some of them, each with its own way to the root in the token.
  function disclosureOf(data) {
    const some = find(data, utf8(',"size":')) >= 0 && find(data, utf8('"path":[')) >= 0;
    const top = jsonOf(data, some ? "facts kind letter size v" : "facts kind letter v"), { facts, letter } = top;
    need(top.kind === "evidence/disclosure" && top.v === (some ? 2 : 1) && Array.isArray(facts) && facts.length);
    need(Object.keys(letter).sort().join(" ") === "id number" && /^[0-9a-f]{32}$/.test(letter.id));
    for (const fact of facts) {
      need(Object.keys(fact).sort().join(" ") === (some ? "index name path salt value" : "name salt value"));
      need(typeof fact.name === "string" && typeof fact.value === "string" && /^[0-9a-f]{32}$/.test(fact.salt) && !/\0/.test(fact.name + fact.value));
      need(!some || (Number.isSafeInteger(fact.index) && fact.index >= 0 && Array.isArray(fact.path) && fact.path.every(HEX)));
      fact.leaf = sha(Uint8Array.of(0), unhex(fact.salt), utf8(fact.name), Uint8Array.of(0), utf8(fact.value));
    }
    return { ...letter, facts, some, size: some ? top.size : facts.length };
  }
  async function checkFacts(report, token, opened) {
    const good = [];
    for (const file of opened.filter((one) => one.id === token.id)) {
      if (file.number !== token.number) { report.say("letter.facts", false, "", "differs"); continue; }
      if (!file.some) {
        if (report.say("letter.facts", same(tree(file.facts.map((fact) => fact.leaf)), token.facts), "", "differs")) good.push(...file.facts);
        continue;
      }
      report.open("letter.facts");
      for (const fact of file.facts) {
        const nodes = await report.attempt("letter.stated", fact.name, () => nodesOf(fact.leaf, fact.index, file.size, fact.path.map(unhex)));
        if (nodes && report.say("letter.stated", same(nodes.get(`0-${file.size}`), token.facts), fact.name, "differs")) good.push(fact);
      }
    }
    for (const fact of good) report.say("letter.stated", true, fact.name);
    if (good.length) report.told = { ...report.told, letters: [{ token, facts: good }] };
  }

  async function checkQr(report, text, letters, trust) {
    const token = await report.attempt("qr.text", "", () => tokenOf(text));
    if (!token) return;
    report.say("qr.text", true);
    report.told = { token };
    const twins = letters.filter((letter) => letter.text === text);
    if (letters.length) report.say("qr.letter", twins.length); else report.open("qr.letter");
    const keys = [...trust, ...twins].map((item) => item.key).filter((key) => key && same(sha(key).subarray(0, 8), token.kid));
    const tried = await Promise.all(keys.map((key) => holds(key, token.signature, token.signed)));
    if (keys.length) report.say("qr.signature", tried.includes(true), "", "signature"); else report.open("qr.signature");
    const own = trust.filter((anchor) => anchor.digits.startsWith(hex(token.kid)));
    if (trust.length && !own.length) report.say("qr.trust", false, "", "other-key");
    else if (own.length && own[0].key) {
      report.say("qr.trust", await holds(own[0].key, token.signature, token.signed), "", "signature");
    } else report.open("qr.trust");
  }

  // A pasted proof, with the entry's line of JSON where it was pasted as well.
  async function checkProof(report, text, trust) {
    const rows = text.replace(/\r\n/g, "\n").split("\n");
    const entry = rows.find((row) => row.startsWith("{"));
    const lines = rows.filter((row) => !row.startsWith("{")).join("\n").replace(/\n*$/, "\n");
    const proof = await report.attempt("journal.proof", "", () => tlogProof(utf8(lines)));
    const head = proof && await report.attempt("journal.checkpoint", "", () => checkpointOf(proof.note));
    if (!head) return;
    report.told = { head, index: proof.number };
    if (entry && await report.attempt("journal.entry", "", () => entryOf(utf8(entry)))) {
      report.say("journal.entry", true);
      const nodes = await report.attempt("journal.proof", "", () =>
        nodesOf(sha(Uint8Array.of(0), utf8(entry)), proof.number, head.size, proof.hashes));
      if (nodes) report.say("journal.proof", same(nodes.get(`0-${head.size}`), head.root));
    } else report.open("journal.proof");
    const keys = trust.map((anchor) => anchor.key).filter(Boolean);
    const tried = await Promise.all(keys.map((key) => signedBy(head, key)));
    if (keys.length) report.say("journal.checkpoint", tried.includes(true), "", "signature"); else report.open("journal.checkpoint");
  }

  // ---- bundles ----
  const bad = (path) => /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\\]/.test(path)
    || /^(~|[^/]*:)/.test(path) || path.split("/").some((part) => ["", ".", ".."].includes(part)) || path.split("/").length > 16;
  class Folder {
    constructor(files, odd = [], zip = undefined) {
      this.zip = zip;
      this.odd = [...odd, ...[...files.keys()].filter(bad)];
      this.files = new Map([...files].filter(([path]) => !bad(path)));
      this.paths = [...this.files.keys()].sort(byCodePoint);
      this.known = new Map();
    }
    async read(path, most = MAX_BYTES) {
      need(this.files.has(path), "missing");
      const data = await this.files.get(path)();
      need(data.length <= most, "large");
      return data;
    }
    async digests(path) {
      if (!this.known.has(path)) {
        const data = await this.read(path);
        this.known.set(path, { size: data.length, sha256: hex(await sha256(data)), sm3: hex(sm3(data)) });
      }
      return this.known.get(path);
    }
  }
  const byCodePoint = (a, b) => { // UTF-16 order differs beyond the basic plane
    const x = Array.from(a, (char) => char.codePointAt(0)), y = Array.from(b, (char) => char.codePointAt(0));
    for (let k = 0; k < Math.min(x.length, y.length); k += 1) if (x[k] !== y[k]) return x[k] - y[k];
    return x.length - y.length;
  };
  const commit = (salt, both) => hex(sha(utf8("evidence/commit/v1\n"), unhex(salt), unhex(both.sha256), unhex(both.sm3)));

  async function compare(report, id, bag, covered, rows) {
    for (const path of covered) {
      if (!rows.has(path)) { report.say(id, false, path, "extra"); continue; }
      const both = await report.attempt(id, path, () => bag.digests(path)), row = rows.get(path);
      if (both && Object.keys(row).some((key) => row[key] !== both[key])) report.say(id, false, path, "changed");
    }
    for (const path of rows.keys()) if (!covered.includes(path)) report.say(id, false, path, "missing");
    report.settle(id);
  }
  async function listed(bag, name) {
    const rows = new Map();
    for (const line of text8(await bag.read(name)).split(/\r\n|\n|\r/)) {
      if (!line) continue;
      const row = /^([0-9A-Fa-f]{64})[ \t]+(?:\.\/)?(.+)$/s.exec(line);
      need(row);
      const path = row[2].replace(/%(25|0A|0D)/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));
      need(!rows.has(path));
      rows.set(path, { [name.includes("sm3") ? "sm3" : "sha256"]: row[1].toLowerCase() });
    }
    return rows;
  }
  const isSealed = (path) => path !== SEAL && path !== TAGS && !path.startsWith("journal/");
  async function sealed(bag) {
    const data = await bag.read(SEAL), rows = new Map(), one = find(data.subarray(0, 9), bytesOf('{"files":')) === 0;
    const seal = jsonOf(data, one ? "files v" : "entries files v"), listed = one ? [] : seal.entries;
    need(seal.v === (one ? 1 : 2) && Array.isArray(seal.files) && Array.isArray(listed));
    let last = -1;
    for (const row of listed) {
      need(row && Object.keys(row).sort().join(" ") === "index sha256" && Number.isSafeInteger(row.index) && HEX(row.sha256));
      need(row.index > last);
      last = row.index;
    }
    bag.entries = one ? undefined : new Map(listed.map((row) => [`journal/${String(row.index).padStart(6, "0")}.json`, { sha256: row.sha256 }]));
    for (const row of seal.files) {
      need(row && Object.keys(row).sort().join(" ") === "path sha256 size sm3" && typeof row.path === "string");
      need(isSealed(row.path) && Number.isSafeInteger(row.size) && HEX(row.sha256) && HEX(row.sm3));
      rows.set(row.path, { size: row.size, sha256: row.sha256, sm3: row.sm3 });
    }
    const paths = [...rows.keys()];
    need(paths.length === seal.files.length && paths.every((path, k) => !k || byCodePoint(paths[k - 1], path) < 0));
    return rows;
  }
  async function declared(bag) {
    need(text8(await bag.read("bagit.txt")) === "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
    for (const line of text8(await bag.read("bag-info.txt")).split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/)) {
      need(!line || INFO.test(line));
      if (!/^payload-oxum:/i.test(line)) continue;
      const payload = bag.paths.filter((path) => path.startsWith("data/"));
      let size = 0;
      try { for (const path of payload) size += (await bag.digests(path)).size; } catch { continue; }
      need(line.slice(13).replace(/^[ \t]+|[ \t]+$/g, "") === `${size}.${payload.length}`);
    }
  }
  async function disclosed(bag) {
    const top = jsonOf(await bag.read(DISCLOSURE), "events files letters subject v", false), facts = new Map(), salts = new Map();
    for (const letter of top.letters) facts.set(letter.number, letter.facts.map(({ name, value, salt }) => {
      need(typeof name === "string" && typeof value === "string" && /^[0-9a-f]{32}$/.test(salt));
      return { name, value, leaf: sha(Uint8Array.of(0), unhex(salt), utf8(name), Uint8Array.of(0), utf8(value)) };
    }));
    for (const { path, salt } of [...top.files, ...top.events]) { need(HEX(salt) && typeof path === "string"); salts.set(path, salt); }
    need(HEX(top.subject.salt) && typeof top.subject.account === "string");
    return { facts, salts, account: top.subject.account, salt: top.subject.salt };
  }
  async function withheld(bag) {
    const top = jsonOf(await bag.read(MASKING), "masked of unsearched v withheld");
    need(top.v === 1 && Array.isArray(top.withheld) && top.withheld.every((item) => item && HEX(item.commitment)));
    return new Set(top.withheld.map((item) => item.commitment));
  }
  async function checkBag(report, bag) {
    for (const path of bag.odd) report.say("bag.paths", false, path, "odd");
    const folded = new Map();
    for (const path of bag.paths) {
      const one = path.normalize("NFC").toLowerCase();
      if (folded.has(one)) report.say("bag.paths", false, path, "odd");
      folded.set(one, path);
    }
    report.settle("bag.paths");
    await report.attempt("bag.declaration", "bagit.txt", () => declared(bag));
    report.settle("bag.declaration");
    for (const [id, name] of [["bag.manifest", "manifest-sha256.txt"], ["bag.tagmanifest", TAGS], ["bag.sm3", "manifest-sm3.txt"]]) {
      if (id === "bag.sm3" && !bag.files.has(name)) continue; // bundles of before have none
      const rows = await report.attempt(id, name, () => listed(bag, name));
      const covered = bag.paths.filter((path) => path.startsWith("data/") === (id !== "bag.tagmanifest") && path !== TAGS);
      if (rows) await compare(report, id, bag, covered, rows);
    }
    if (bag.zip) {
      await report.attempt("zip.canonical", "", async () => report.say("zip.canonical", await isCanonical(bag)));
    }
    const rows = await report.attempt("seal.form", SEAL, () => sealed(bag));
    if (rows) {
      report.say("seal.form", true);
      report.told.sealed = rows.size;
      await compare(report, "seal.files", bag, bag.paths.filter(isSealed), rows);
      if (!bag.entries) report.open("seal.entries", SEAL);
      const covered = [];
      for (const path of bag.entries ? bag.paths.filter((name) => /^journal\/[0-9]+\.json$/.test(name)) : []) {
        const end = latin1((await bag.read(path).catch(() => new Uint8Array())).subarray(-32));
        if (bag.entries.has(path) || !end.endsWith('},"type":"time.anchored","v":1}')) covered.push(path); // may follow the seal
      }
      if (bag.entries) await compare(report, "seal.entries", bag, covered, bag.entries);
    }
    const volumes = bag.paths.map((path) => /^data\/volume-([1-9][0-9]{0,3})\.pdf$/.exec(path)).filter(Boolean).map((found) => Number(found[1]));
    const compiled = Array.from({ length: Math.max(0, ...volumes) }, (_, at) => `data/volume-${at + 1}.pdf`);
    for (const path of [...REQUIRED, ...(volumes.length ? compiled : ["data/bundle.pdf"])]) if (!bag.files.has(path)) report.say("bundle.required", false, path, "missing");
    for (const path of bag.paths) {
      if (path.startsWith("journal/") && !JOURNAL.test(path)) report.say("bundle.required", false, path, "extra");
    }
    report.settle("bundle.required");
  }
  async function checkJournal(report, bag, key) {
    const entries = new Map(), nodes = new Map();
    let note, head;
    const stems = bag.paths.map((path) => JOURNAL.exec(path)).filter((found) => found && found[1]);
    for (const stem of [...new Set(stems.map((found) => found[1]))].sort()) {
      const raw = await report.attempt("journal.entry", stem, () => bag.read(`${stem}.json`, 2 ** 20));
      const entry = raw && await report.attempt("journal.entry", stem, () => entryOf(raw));
      const proof = await report.attempt("journal.proof", stem, async () => tlogProof(await bag.read(`${stem}.proof`)));
      let found = proof && await report.attempt("journal.proof", stem, () => checkpointOf(proof.note));
      if (found && !head) {
        [note, head] = [proof.note, found];
        report.say("journal.checkpoint", key && await signedBy(head, key), stem, "signature");
      } else if (found && note !== proof.note) found = report.say("journal.checkpoint", false, stem, "other-checkpoint");
      if (!raw || !found) continue;
      const known = await report.attempt("journal.proof", stem, () =>
        nodesOf(sha(Uint8Array.of(0), raw), proof.number, head.size, proof.hashes));
      if (!known || !report.say("journal.proof", same(known.get(`0-${head.size}`), head.root), stem) || !entry) continue;
      const name = stem.slice(8), opening = entry.type === "journal.opened";
      report.say("journal.proof", name === "bundle" || name === String(proof.number).padStart(6, "0"), stem, "index");
      report.say("journal.by", !key || entry.by === hex(sha(key).subarray(0, 8)), stem, "other-key");
      const origin = `evidence.local/${entry.data.test ? "TEST/" : ""}${entry.data.journal}`;
      report.say("journal.origin", opening === (proof.number === 0) && (!opening || origin === head.origin), stem);
      for (const [range, value] of known) nodes.set(range, value);
      entries.set(name, { ...entry, index: proof.number });
    }
    report.say("journal.entry", entries.size, "journal", "missing");
    return { entries, nodes, head };
  }
  async function checkConsistency(report, bag, { head, nodes }, claimed) {
    for (const path of head ? bag.paths.filter((name) => (JOURNAL.exec(name) || [])[2]) : []) {
      const proof = await report.attempt("journal.consistency", path, async () =>
        proofOf(await bag.read(path), "evidence/consistency@v1\nold ", 64));
      if (!proof) continue;
      const old = proof.number, way = old && old < head.size ? ranges(old, head.size, false) : [];
      const candidates = [rootAt(nodes, old), ...(claimed.get(old) || [])];
      const good = path === `journal/consistency-${old}.proof` && way.length && way.length === proof.hashes.length
        && candidates.some((candidate) => {
          const known = new Map(way.map(([a, b], k) => [`${a}-${b}`, proof.hashes[k]]));
          if (way[0][0] === old && candidate) known.set(`0-${old}`, candidate);
          const top = rootAt(known, head.size), fits = top && same(top, head.root);
          if (fits) for (const [range, value] of known) nodes.set(range, value);
          return fits;
        });
      // A timestamp may cover a journal of that size, whose root the proof then starts from.
      const may = way.length && way[0][0] === old && bag.paths.some((name) => name.startsWith("journal/time-"));
      if (good || !may) report.say("journal.consistency", good, path); else report.open("journal.consistency", path);
    }
  }
  async function checkBundle(report, bag, trust) {
    await checkBag(report, bag);
    const key = await report.attempt("bundle.key", KEY, async () => keyOf(await bag.read(KEY, 1024)));
    const texts = bag.paths.filter((path) => /^journal\/[0-9]+\.json$/.test(path));
    for (const path of texts) {
      const raw = await bag.read(path, 2 ** 20).catch(() => new Uint8Array());
      report.moved = report.moved || find(raw, bytesOf('"type":"key.')) >= 0;
    }
    if (key) { report.say("bundle.key", true); report.named("bundle.trust", key, trust); }
    const journal = await checkJournal(report, bag, key), { entries, nodes, head } = journal;
    const made = entries.get("bundle");
    const last = made && made.type === "bundle.made" && [...entries.values()].every((e) => e === made || e.type === "time.anchored" || e.index < made.index);
    await report.attempt("journal.sealed", SEAL, async () =>
      report.say("journal.sealed", last && made.data.seal === (await bag.digests(SEAL)).sha256, SEAL));
    const stamped = [...entries].filter(([, entry]) => entry.type === "time.anchored" && entry.data.covers === "checkpoint");
    const times = new Set(stamped.flatMap(([name]) => ["note", "tst"].map((kind) => `journal/time-${name}.${kind}`)));
    for (const path of bag.paths) if (path.startsWith("journal/time-") && !times.delete(path)) report.say("time.entry", false, path, "extra");
    for (const path of times) report.say("time.entry", false, path, "missing");
    const open = await report.attempt("disclosure.form", DISCLOSURE, () => disclosed(bag)), paths = new Map();
    const kept = bag.files.has(MASKING) ? await report.attempt("bundle.masking", MASKING, () => withheld(bag)) : undefined;
    report.asks = bag.entries !== undefined; // a bundle of this kind has a proof for each size a letter knew
    if (open) {
      for (const path of open.salts.keys()) if (!bag.files.has(path)) report.say("disclosure.form", false, path, "missing");
      report.settle("disclosure.form");
      for (const [path, salt] of open.salts) {
        const both = await bag.digests(path).catch(() => undefined);
        if (both) paths.set(commit(salt, both), path);
      }
    }
    const letters = new Map(), claimed = new Map();
    for (const path of bag.paths.filter((name) => /^data\/originals\/.*\.pdf$/is.test(name))) {
      const data = await bag.read(path).catch(() => new Uint8Array());
      if (find(data, MARK) < 0) continue;
      const letter = await checkLetter(report, data, path);
      letters.set(path, letter);
      if (letter.key && key) report.say("letter.office", same(letter.key, key), path, "other-key");
      if (letter.token) claimed.set(letter.token.size, [...(claimed.get(letter.token.size) || []), letter.token.root]);
    }
    await checkConsistency(report, bag, journal, claimed);
    const approvals = [...entries.values()].filter((entry) => entry.type === "letter.approved");
    Object.assign(report.told, { head, approved: new Map(approvals.map((entry) => [entry.data.number, entry])), letters: [], deliveries: [], account: open ? open.account : "" });
    const recorded = new Set();
    for (const [name, entry] of [...entries].sort()) {
      recorded.add(await report.attempt("journal.entry", name, () => checkEntry(report, name, entry, { nodes, letters, paths, open, kept: kept || new Set() })));
    }
    for (const path of letters.keys()) if (!recorded.has(path)) report.say("letter.recorded", false, path, "no-entry");
    report.test = Boolean(head && head.origin.startsWith("evidence.local/TEST/"));
  }
  function checkEntry(report, name, { type, data, at, index }, { nodes, letters, paths, open, kept }) {
    if (type === "delivery.recorded") report.told.deliveries.push(data);
    if (open && type === "delivery.recorded") {
      const known = (value) => paths.has(value) || kept.has(value);
      report.say("delivery.event", known(data.event), name, "missing");
      report.say("delivery.proofs", data.proofs.every(known), name, "missing");
    }
    if (open && (type === "letter.issued" || type === "bundle.made")) {
      const text = utf8(open.account);
      report.say("disclosure.subject", data.subject === commit(open.salt, { sha256: hex(sha(text)), sm3: hex(sm3(text)) }), name);
    }
    if (type !== "letter.issued") return undefined;
    if (paths.has(data.docx)) report.say("letter.docx", true, paths.get(data.docx)); else report.open("letter.docx", name);
    const path = paths.get(data.pdf), token = letters.has(path) && letters.get(path).token;
    if (!token) return path;
    report.say("letter.recorded", ["number", "profile", "kind", "token"].every((key) => data[key] === token[key]), path);
    const facts = (open && open.facts.get(data.number)) || [], told = { token, at, facts: [] };
    if (facts.length && report.say("letter.facts", same(tree(facts.map((fact) => fact.leaf)), token.facts), path)) told.facts = facts;
    report.told.letters.push(told);
    const early = token.size <= index, found = early && Number.isSafeInteger(token.size) && rootAt(nodes, token.size);
    if (!early || found) report.say("letter.checkpoint", early && same(found, token.root), path);
    else {
      report.open("letter.checkpoint", path);
      if (report.asks) { report.gap = true; report.open("journal.consistency", path); }
    }
    return path;
  }

  // ---- zips: the directory at the end, members stored or deflated, read as Python's zipfile reads them ----
  const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
    for (let k = 0; k < 8; k += 1) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
    return n >>> 0;
  });
  function crc32(data) {
    let crc = -1;
    for (let at = 0; at < data.length; at += 1) crc = CRC[(crc ^ data[at]) & 255] ^ (crc >>> 8);
    return ~crc >>> 0;
  }
  // Names without the flag for UTF-8 are in the code page of the first zips.
  const CP437 = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";
  const nameOf = (raw, flags) => flags & 0x800 ? text8(raw) : latin1(raw).replace(/[\x80-\xff]/g, (char) => CP437[char.charCodeAt(0) - 128]);
  async function unzip(data) {
    const from = Math.max(0, data.length - 65557), end = from + latin1(data.subarray(-65557)).lastIndexOf("PK\x05\x06");
    need(end >= from && end + 22 <= data.length, "zip");
    const view = new DataView(data.buffer, data.byteOffset, data.length), members = [];
    const start = end - view.getUint32(end + 12, true), moved = start - view.getUint32(end + 16, true); // what stands before the zip
    need(start >= 0, "zip");
    for (let at = start; at < end;) {
      need(at + 46 <= end && view.getUint32(at, true) === 0x02014b50 && view.getUint16(at + 6, true) <= 63, "zip");
      const [name, extra, comment] = [28, 30, 32].map((k) => view.getUint16(at + k, true)), flags = view.getUint16(at + 8, true);
      const raw = data.subarray(at + 46, at + 46 + name);
      members.push({
        raw, flags, name: nameOf(raw, flags), method: view.getUint16(at + 10, true), crc: view.getUint32(at + 16, true),
        packed: view.getUint32(at + 20, true), size: view.getUint32(at + 24, true), local: view.getUint32(at + 42, true) + moved,
      });
      at += 46 + name + extra + comment;
    }
    need(members.reduce((sum, member) => sum + member.size, 0) < 4 * MAX_BYTES, "large");
    const tops = new Set(members.map((member) => member.name.split("/")[0]));
    const cut = tops.size === 1 && members.every((member) => member.name.includes("/")) ? [...tops][0].length + 1 : 0;
    const files = new Map(), odd = [], prefix = cut ? members[0].name.slice(0, cut) : "";
    if (cut && bad(prefix.slice(0, -1))) odd.push(prefix); // what unpacks beside or above its folder
    const own = new Map();
    for (const member of members) {
      const path = member.name.slice(cut);
      if (files.has(path) || !path || path.endsWith("/")) odd.push(path || member.name);
      if (!path || path.endsWith("/")) continue;
      own.set(path, member); // of two with one name the last, as it is unpacked
      files.set(path, () => inflate(data, view, member));
    }
    return new Folder(files, odd, { data, prefix, own });
  }
  // Whether the zip is the one of its files (docs/formats.md, section 5): its headers are written again and compared.
  async function isCanonical(bag) {
    const { data, prefix, own } = bag.zip, directory = [];
    const bytes = (...pairs) => join(...pairs.map(([width, value]) => Uint8Array.from({ length: width }, (_, k) => (value / 256 ** k) & 255)));
    const shorts = (...values) => bytes(...values.map((value) => [2, value])), longs = (...values) => bytes(...values.map((value) => [4, value]));
    let at = 0;
    for (const path of bag.paths) {
      const content = await bag.read(path), name = utf8(prefix + path), flags = name.some((byte) => byte > 127) ? 0x800 : 0;
      const sums = longs(own.get(path).crc, content.length, content.length); // reading has compared the sum
      const head = join(utf8("PK\x03\x04"), shorts(20, flags, 0, 0, 33), sums, shorts(name.length, 0), name);
      directory.push(utf8("PK\x01\x02"), shorts(0x314, 20, flags, 0, 0, 33), sums, shorts(name.length, 0, 0, 0, 0), longs(0o100644 * 65536, at), name);
      if (!same(data.subarray(at, at + head.length), head)) return false;
      at += head.length;
      const inPlace = content.buffer === data.buffer && content.byteOffset === data.byteOffset + at;
      if (!inPlace && !same(data.subarray(at, at + content.length), content)) return false;
      at += content.length;
    }
    const listed = new Uint8Array(directory.reduce((sum, part) => sum + part.length, 0)), count = bag.paths.length;
    directory.reduce((to, part) => { listed.set(part, to); return to + part.length; }, 0);
    const last = join(listed, utf8("PK\x05\x06"), shorts(0, 0, count, count), longs(listed.length, at), shorts(0));
    return same(data.subarray(at), last);
  }
  async function inflate(data, view, { raw: name, flags, method, packed, size, local, crc }) {
    need(local >= 0 && local + 30 <= data.length && view.getUint32(local, true) === 0x04034b50, "zip");
    const from = local + 30, length = view.getUint16(local + 26, true), start = from + length + view.getUint16(local + 28, true);
    need(!(flags & 0x61) && same(data.subarray(from, from + length), name), "zip"); // encrypted, or of another name there
    const raw = data.subarray(start, start + packed);
    need(raw.length === packed && (method === 0 || method === 8), "zip");
    const content = method === 0 ? raw : await inflated(raw, size);
    need(content.length === size && crc32(content) === crc, "zip");
    return content;
  }
  async function inflated(raw, size) {
    if (typeof DecompressionStream === "undefined") throw new NotHere();
    const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const parts = [];
    let length = 0;
    try {
      for (const reader = stream.getReader(); ;) {
        const { done, value } = await reader.read();
        if (done) break;
        parts.push(value);
        length += value.length;
        need(length <= size, "zip");
      }
    } catch { throw new Wrong("zip"); }
    return join(...parts);
  }

  function anchorOf(text) {
    const plain = text.replace(/[\s:]/g, "");
    if (/^[0-9a-fA-F]{16,64}$/.test(plain)) return { digits: plain.toLowerCase() };
    const key = keyOf(utf8(plain));
    return { digits: hex(sha(key)), key };
  }
  return { Report, Folder, Wrong, anchorOf, checkBundle, checkFacts, checkLetter, disclosureOf, checkProof, checkQr, find, hex, holdsOwn, holds, MARK,
    path, sha, sha512, sm3, unzip, utf8, unhex };
})();
