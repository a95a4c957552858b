// The page itself: what was dropped or pasted goes to EVIDENCE, what comes back is shown in words.
(() => {
  const LANGS = ["en", "zh", "zh-Hant"];
  const element = (id) => document.getElementById(id);
  const state = { items: [], reports: [], lang: language(navigator.languages || [navigator.language]), run: 0 };
  function language(tags) {
    for (const tag of tags) {
      if (/^zh/i.test(tag)) return /hant|tw|hk|mo/i.test(tag) ? "zh-Hant" : "zh";
      if (/^en/i.test(tag)) return "en";
    }
    return "zh";
  }
  const word = (key, params = {}) => (WORDS[key] || [key, key, key])[LANGS.indexOf(state.lang)]
    .replace(/\{(\w+)\}/g, (_, name) => (name in params ? params[name] : ""));
  const term = (table, value) => (TERMS[table][value] || [value, value, value])[LANGS.indexOf(state.lang)];
  const groups = (digits) => digits.match(/.{1,4}/g).join(" ");
  // Foreign text: characters that hide or turn text become visible.
  const plain = (text) => String(text).replace(/[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const pad = (value) => String(value).padStart(2, "0");
  function moment(value) { // Beijing time first, then UTC
    const at = new Date(typeof value === "number" ? value * 1000 : value);
    if (Number.isNaN(at.getTime())) return plain(value);
    const told = (date) => `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())} `
      + `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
    const local = told(new Date(at.getTime() + 8 * 3600e3));
    return { en: `${local} Beijing time (UTC ${told(at)})`, zh: `北京时间 ${local}（UTC ${told(at)}）`,
      "zh-Hant": `北京時間 ${local}（UTC ${told(at)}）` }[state.lang];
  }
  function make(tag, options = {}, ...children) {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(options)) {
      if (key === "class") node.className = value; else node.setAttribute(key, value);
    }
    node.append(...children.filter((child) => child !== undefined && child !== ""));
    return node;
  }

  // ---- answers: what follows from the facts, question by question ----
  const failures = (report) => report.facts.filter((fact) => fact.status === "fail" && !fact.id.endsWith(".trust"));
  const statusOf = (report, id) => {
    const all = report.facts.filter((fact) => fact.id === id).map((fact) => fact.status);
    const left = report.gap && id === "journal.consistency"; // of one letter there is no proof
    return all.includes("fail") ? "fail" : all.includes("pass") && !left ? "pass" : "not-checked";
  };
  const isDraft = (token) => Boolean(token) && [7, 8].includes(Number(token.profile));
  function answers(report) {
    const bad = failures(report), told = report.told, count = { count: bad.length };
    const refuted = ["refuted", [word("bad", count)]];
    const letters = report.kind === "bundle" ? told.letters || [] : told.token ? [told] : [];
    let same, when = ["open", [word("when-clock")]], how = ["open", [word("how-letter")]];
    if (report.kind === "letter") same = ["part", [word("same-letter", told.token || {}), ...(isDraft(told.token) ? [word("same-draft")] : [])]];
    else if (report.kind === "bundle") same = ["shown", [word("same-bundle", { count: told.sealed, letters: letters.length }), ...standing(told)]];
    else if (report.kind === "proof") {
      same = statusOf(report, "journal.proof") === "pass" ? ["shown", [word("same-proof", { index: told.index, size: told.head.size })]]
        : ["open", [word("same-proof-alone")]];
    } else if (statusOf(report, "qr.letter") === "pass") same = ["shown", [word("same-qr")]];
    else same = ["open", told.token ? [word("same-qr-alone", { length: told.token.length, sha256: EVIDENCE.hex(told.token.source) })] : []];
    if (report.gap) same = ["part", [...same[1], word("gap")]];
    if (report.more) same = ["part", [...same[1], word("more")]];
    if (letters.length && (report.kind !== "qr" || statusOf(report, "qr.signature") === "pass")) {
      when = ["claimed", letters.flatMap(({ token, at }) => [word("when", { number: token.number, when: moment(token.issued) }),
        at ? word("when-entry", { when: moment(at) }) : ""])];
      when[1].push(word("when-clock"));
    }
    if (report.kind === "bundle") {
      const rows = told.deliveries || [];
      how = rows.length ? ["claimed", rows.map((row) => word("how-row", { number: plain(row.number), channel: term("channel", row.channel),
        outcome: term("outcome", row.outcome), when: moment(row.at), witness: term("witness", row.witness),
        grade: term("grade", row.grade) }))] : ["open", [word("how-none")]];
    }
    const broken = bad.some((fact) => fact.id.startsWith("delivery."));
    return [["same-bytes", ...(bad.length ? refuted : same)], ["since-when", ...(bad.length ? refuted : when)],
      ["how-delivered", ...(broken || (bad.length && how[0] === "claimed") ? refuted : how)], ["by-whom", ...who(report)]];
  }
  // Of each lawyer letter in a bundle whether it is a draft, or what the journal says of a lawyer's approval.
  function standing({ letters = [], approved = new Map() }) {
    return letters.filter(({ token }) => token.kind === "lawyer-letter" || isDraft(token)).map(({ token: { number, profile } }) => {
      if (isDraft({ profile })) return word("draft-in", { number });
      const entry = approved.get(number);
      return entry ? word("approved", { number, index: entry.index, when: moment(entry.at) }) : word("unapproved", { number });
    });
  }
  function who(report) {
    const signed = ["letter.mark", "letter.token", "letter.kid", "letter.signature", "letter.office", "bundle.key", "journal.checkpoint",
      "journal.by", "qr.text", "qr.signature"];
    const broken = failures(report).filter((fact) => signed.includes(fact.id));
    if (broken.length) return ["refuted", [word("bad", { count: broken.length })]];
    const trust = statusOf(report, `${report.kind}.trust`), digits = report.fingerprint && groups(report.fingerprint);
    if (report.kind === "proof") {
      const good = statusOf(report, "journal.checkpoint") === "pass";
      return good ? ["shown", [word("who-named")]] : ["open", [word("who-proof")]];
    }
    if (report.kind === "qr" && report.told.token) {
      const kid = word("who-qr", { kid: groups(EVIDENCE.hex(report.told.token.kid)) });
      return [trust === "pass" ? "shown" : trust === "fail" ? "refuted" : "open", [kid]];
    }
    const key = { pass: "who-named", fail: "who-other", "not-checked": "who-open" }[trust];
    return [{ pass: "shown", fail: "refuted", "not-checked": "open" }[trust], [word(key), { digits }]];
  }
  function notProven(report) {
    const named = statusOf(report, `${report.kind}.trust`) === "pass";
    const some = { letter: ["n-viewer", "n-delivered", "n-paper"], bundle: ["n-viewer", "n-complete"], qr: ["n-delivered", "n-paper"], proof: [] };
    const lawyers = report.kind === "letter" && report.told.token && report.told.token.kind === "lawyer-letter" ? ["n-approved"] : [];
    return ["n-true", "n-time", "n-law", ...(named ? [] : ["n-key"]), ...lawyers, ...some[report.kind]];
  }

  // ---- showing ----
  function factName(name) { // the sealed name itself, and what it means
    const [head, number] = name.split(/\.(?=[0-9]+$)/), known = WORDS[`f-${head}`] && word(`f-${head}`);
    return known ? make("td", {}, `${known}${number ? ` ${number}` : ""} `, make("code", {}, name)) : make("td", {}, plain(name));
  }
  function line(text) {
    return typeof text === "string" ? make("p", {}, text) : make("p", { class: "fingerprint" }, text.digits || "");
  }
  function checkText(fact) {
    const place = fact.where ? `${plain(fact.where)}: ` : "";
    const why = fact.reason ? ` [${word("status-fail")}] ${word(`r-${fact.reason}`)}` : "";
    return make("span", {}, `${place}${(CHECKS[fact.id] || [])[LANGS.indexOf(state.lang)] || fact.id}${why} `, make("code", {}, fact.id));
  }
  function card(report) {
    const box = make("article", { "data-kind": report.kind });
    box.append(make("h2", {}, plain(report.name)), make("span", { class: "kind" }, word(`kind-${report.kind}`)));
    if (report.test) box.append(make("p", { class: "test" }, word("test")));
    const list = make("dl", { class: "answers" });
    for (const [question, verdict, texts] of answers(report)) {
      list.append(make("div", { "data-question": question, "data-verdict": verdict }, make("dt", {}, term("question", question)),
        make("dd", {}, make("span", { class: `chip ${verdict}` }, word(`v-${verdict}`)), ...texts.filter(Boolean).map(line))));
    }
    box.append(list);
    const bad = report.facts.filter((fact) => fact.status === "fail");
    if (bad.length) {
      box.append(make("h3", {}, word("failed")), make("ul", { class: "failed" }, ...bad.map((fact) => make("li", {}, checkText(fact)))));
    }
    if (report.kind === "letter" && report.source && !bad.some((fact) => fact.id === "letter.source" || fact.id === "letter.signature")) {
      const button = make("button", { type: "button", class: "save-source" }, word("save"));
      button.addEventListener("click", () => save(report.source, "application/pdf", `${report.told.token.number}.pdf`));
      box.append(make("p", {}, button));
    }
    for (const { token, facts } of report.told.letters || []) {
      if (!facts.length) continue;
      box.append(make("h3", {}, word("facts", { number: token.number })), make("table", { class: "facts" },
        ...facts.map(({ name, value }) => make("tr", {}, factName(name), make("td", {}, plain(value))))));
    }
    box.append(make("div", { class: "box" }, make("h3", {}, word("box")),
      make("ul", {}, ...notProven(report).map((key) => make("li", {}, word(key))))));
    const order = [...new Set(report.facts.map((fact) => fact.id))].sort();
    const counts = { pass: 0, fail: 0, open: 0 };
    const rows = order.map((id) => {
      const status = statusOf(report, id);
      counts[status === "not-checked" ? "open" : status] += 1;
      const chip = { pass: "shown", fail: "refuted", "not-checked": "open" }[status];
      return make("li", {}, make("span", { class: `chip ${chip}` }, word(`status-${status}`)), checkText({ id }));
    });
    box.append(make("details", { class: "checks" }, make("summary", {}, word("every", counts)), make("ul", {}, ...rows)));
    return box;
  }
  function show() {
    document.documentElement.lang = { en: "en", zh: "zh-Hans", "zh-Hant": "zh-Hant" }[state.lang];
    for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
    for (const button of document.querySelectorAll("[data-lang]")) {
      button.setAttribute("aria-pressed", String(button.dataset.lang === state.lang));
    }
    const cards = state.reports.map((report) => (report.kind ? card(report)
      : make("article", { "data-kind": "none" }, make("h2", {}, plain(report.name)), make("p", { class: "error" }, word("unreadable")))));
    element("results").replaceChildren(...cards);
    element("after").hidden = !state.items.length;
    document.title = word("title");
  }
  function save(bytes, type, name) {
    const url = URL.createObjectURL(new Blob([bytes], { type }));
    make("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  }

  // ---- checking ----
  function anchors() {
    const text = element("trust").value.trim();
    element("trust-bad").hidden = true;
    if (!text) return [];
    try { return [EVIDENCE.anchorOf(text)]; } catch { element("trust-bad").hidden = false; return []; }
  }
  async function checkAll() {
    const run = state.run += 1, trust = anchors(), reports = [], letters = [], opened = [];
    element("working").hidden = false;
    const ordered = [...state.items].sort((a, b) => (a.kind === "text") - (b.kind === "text")); // letters before QR texts
    for (const item of ordered) { // disclosure files before all, to be held against letters and QR texts
      const text = item.kind === "file" && item.file.size < 2 ** 24 ? await item.file.slice(0, 16).text() : "";
      if (!text.startsWith('{"facts":[')) continue;
      try { opened.push(EVIDENCE.disclosureOf(new Uint8Array(await item.file.arrayBuffer()))); item.opened = opened[opened.length - 1]; } catch { /* told below */ }
    }
    for (const item of ordered) {
      try { reports.push(...await checkOne(item, trust, letters, opened)); } catch (fault) { reports.push({ name: item.name, facts: [], fault: String(fault) }); }
    }
    if (run !== state.run) return;
    state.reports = reports;
    element("working").hidden = true;
    show();
    document.body.dataset.done = String(run);
  }
  async function checkOne(item, trust, letters, opened) {
    if (item.opened) {
      const used = state.items.length > 1; // beside a letter it has been told there
      if (used) return [];
      throw new EVIDENCE.Wrong("none");
    }
    if (item.kind === "text") {
      const proof = item.text.trimStart().startsWith("c2sp.org/"), report = new EVIDENCE.Report(`${item.text.trim().slice(0, 32)}…`, proof ? "proof" : "qr");
      if (proof) await EVIDENCE.checkProof(report, item.text.trim(), trust);
      else {
        await EVIDENCE.checkQr(report, item.text.trim(), letters, trust);
        if (report.told.token) await EVIDENCE.checkFacts(report, report.told.token, opened);
      }
      return [report];
    }
    if (item.kind === "folder") return [await bundle(item.name, new EVIDENCE.Folder(item.files), trust)];
    const data = new Uint8Array(await item.file.arrayBuffer());
    if (data[0] === 0x50 && data[1] === 0x4b) {
      const folder = await EVIDENCE.unzip(data);
      if (!folder.files.has("bagit.txt") && !folder.files.has("seal.json")) throw new EVIDENCE.Wrong("none");
      return [await bundle(item.name, folder, trust)];
    }
    if (EVIDENCE.find(data, EVIDENCE.MARK) < 0) throw new EVIDENCE.Wrong("none");
    const report = new EVIDENCE.Report(item.name, "letter"), letter = await EVIDENCE.checkLetter(report, data);
    if (letter.key) report.named("letter.trust", letter.key, trust);
    if (letter.token) {
      report.told = letter;
      report.source = data.subarray(0, letter.length);
      letters.push(letter);
      await EVIDENCE.checkFacts(report, letter.token, opened);
    }
    report.close();
    return [report];
  }
  async function bundle(name, folder, trust) {
    const report = new EVIDENCE.Report(name, "bundle");
    await EVIDENCE.checkBundle(report, folder, trust);
    report.close();
    return report;
  }

  // ---- taking files ----
  const reader = (file) => async () => new Uint8Array(await file.arrayBuffer());
  // Files with their paths: every folder that holds bagit.txt or seal.json is a bundle, other files stand alone.
  function take(pairs) {
    const roots = pairs.map(([path]) => /^(.*?)(?:bagit\.txt|seal\.json)$/.exec(path)).filter((found) => found && /(^|\/)$/.test(found[1]))
      .map((found) => found[1]);
    for (const root of [...new Set(roots)].filter((one, _, all) => !all.some((other) => other !== one && one.startsWith(other)))) {
      const inside = pairs.filter(([path]) => path.startsWith(root));
      pairs = pairs.filter(([path]) => !path.startsWith(root));
      const files = new Map(inside.map(([path, file]) => [path.slice(root.length), reader(file)]));
      state.items.push({ kind: "folder", name: root.replace(/\/$/, "") || "bagit.txt", files });
    }
    for (const [path, file] of pairs) state.items.push({ kind: "file", name: path, file });
    return checkAll();
  }
  async function walk(entry, pairs) {
    if (entry.isFile) pairs.push([entry.fullPath.replace(/^\//, ""), await new Promise((done, fail) => entry.file(done, fail))]);
    else for (const list = entry.createReader(); ;) {
      const some = await new Promise((done, fail) => list.readEntries(done, fail));
      if (!some.length) break;
      for (const inner of some) await walk(inner, pairs);
    }
  }
  const drop = element("drop");
  for (const kind of ["dragover", "dragenter"]) document.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  document.addEventListener("dragleave", () => drop.classList.remove("over"));
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean), pairs = [];
    if (!entries.length) pairs.push(...[...event.dataTransfer.files].map((file) => [file.name, file]));
    for (const entry of entries) await walk(entry, pairs);
    await take(pairs);
  });
  for (const id of ["files", "folder"]) element(id).addEventListener("change", async (event) => {
    const pairs = [...event.target.files].map((file) => [file.webkitRelativePath || file.name, file]);
    event.target.value = "";
    await take(pairs);
  });
  element("trust").addEventListener("input", checkAll);
  element("trust-file").addEventListener("change", async (event) => {
    element("trust").value = (await event.target.files[0].text()).trim().slice(0, 200);
    event.target.value = "";
    await checkAll();
  });
  element("paste-check").addEventListener("click", () => {
    if (element("paste").value.trim()) state.items.push({ kind: "text", name: "", text: element("paste").value });
    return checkAll();
  });
  element("clear").addEventListener("click", () => { state.items = []; state.reports = []; element("paste").value = ""; show(); });
  const result = () => ({ schema_version: 1, ok: state.reports.every((report) => report.kind && report.facts.every((fact) => fact.status !== "fail")),
    subjects: state.reports.map(({ name, kind = "", fingerprint = "", facts }) => ({ name, kind, fingerprint, facts })) });
  element("save-json").addEventListener("click", () => save(JSON.stringify(result(), null, 1), "application/json", "verify.json"));
  for (const button of document.querySelectorAll("[data-lang]")) {
    button.addEventListener("click", () => { state.lang = button.dataset.lang; show(); });
  }
  globalThis.evidenceResult = result; // for tests, and for who opens the browser's console
  globalThis.EVIDENCE = EVIDENCE;
  show();
})();
