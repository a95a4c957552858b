// Recording at the door: every record waits on this telephone until the server has said that it is on record.
"use strict";

const form = document.getElementById("door");
const words = form.dataset;
const told = document.getElementById("told");
const list = document.getElementById("queue");
const letter = document.getElementById("letter");

function say(text, kind) {
  const line = document.createElement("p");
  line.textContent = text;
  line.className = kind || "good";
  told.replaceChildren(line);
}

function store(mode, work) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("evidence-door", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("records", { keyPath: "once" });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const done = opening.result.transaction("records", mode);
      const asked = work(done.objectStore("records"));
      done.oncomplete = () => resolve(asked && asked.result);
      done.onerror = () => reject(done.error);
    };
  });
}

const waiting = () => store("readonly", (records) => records.getAll());

async function show() {
  const records = await waiting();
  if (!records.length) {
    const none = document.createElement("li");
    none.textContent = words.none;
    list.replaceChildren(none);
    return;
  }
  list.replaceChildren(...records.map((record) => {
    const line = document.createElement("li");
    const name = record.fields.letter.length > 60 ? words.found : record.fields.letter;
    line.textContent = name + " · " + record.fields.at.slice(0, 16).replace("T", " ") + " · " + (record.fault || words.waiting);
    // What the server refused for good is put right here, photographs and all; what only waits is on its way.
    if (record.fault) line.append(small(words.correct, () => correct(record)));
    line.append(small(words.remove, async () => {
      await store("readwrite", (all) => all.delete(record.once));
      show();
    }));
    return line;
  }));
}

function small(text, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "small";
  button.textContent = text;
  button.addEventListener("click", act);
  return button;
}

let corrected = null;  // the refused record that the form holds, until it is recorded anew
function correct(record) {
  corrected = record.once;
  for (const [name, value] of Object.entries(record.fields)) {
    const field = form.elements[name];
    if (field) field.value = value;
  }
  document.getElementById("at").value = record.fields.at.slice(0, 19);
  const kept = new DataTransfer();
  for (const file of record.files) kept.items.add(new File([file.blob], file.name, { type: file.blob.type }));
  document.getElementById("photos").files = kept.files;
  say(record.fault, "fault");
  letter.focus();
}

// The time as this telephone has it, with its zone.
function local(moment) {
  const shifted = new Date(moment - moment.getTimezoneOffset() * 60000);
  return shifted.toISOString().slice(0, 19);
}
function zone(moment) {
  const minutes = -moment.getTimezoneOffset();
  const two = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
  return (minutes < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60);
}

async function session() {
  const answer = await fetch("/staff/session", { cache: "no-store", redirect: "error" });
  if (answer.status === 401) throw new Error("login");
  if (!answer.ok) throw new Error("offline");
  return (await answer.json()).form;
}

let running = false;
async function sync() {
  if (running) return;
  running = true;
  try {
    const records = await waiting();
    if (!records.length) return;
    const sealed = await session();
    for (const record of records) {
      const body = new FormData();
      body.set("form", sealed);
      body.set("once", record.once);
      for (const [name, value] of Object.entries(record.fields)) body.set(name, value);
      for (const file of record.files) body.append("photos", file.blob, file.name);
      const answer = await fetch("/staff/door", { method: "POST", body, redirect: "error" });
      const said = await answer.json().catch(() => ({ again: answer.status >= 500 }));
      if (answer.ok) {
        await store("readwrite", (all) => all.delete(record.once));
        say([words.sent.replace("{letter}", said.letter).replace("{index}", said.index), ...said.warnings].join(" "));
      } else if (said.login) {
        throw new Error("login");
      } else if (said.again || answer.status === 429) {
        throw new Error("offline");
      } else {
        record.fault = words.failed.replace("{reason}", (said.faults || []).join(" "));
        await store("readwrite", (all) => all.put(record));
        say(record.fault, "fault");
      }
    }
  } catch (fault) {
    say(fault.message === "login" ? words.login : words.saved, fault.message === "login" ? "fault" : "good");
  } finally {
    running = false;
    show();
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const data = new FormData(form);
  const fields = {};
  for (const name of ["letter", "happened", "signer", "relation", "server", "second", "witness", "place", "note"]) {
    fields[name] = data.get(name) || "";
  }
  const moment = new Date(form.querySelector("#at").value);
  fields.at = local(moment) + zone(moment);
  const files = [];
  for (const file of data.getAll("photos")) {
    if (file.size) files.push({ name: file.name, blob: new Blob([await file.arrayBuffer()], { type: file.type }) });
  }
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const once = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    await store("readwrite", (all) => {
      if (corrected) all.delete(corrected);
      all.put({ once, fields, files });
    });
  } catch (fault) {  // what was typed stays in the form
    say(words.full, "fault");
    return;
  }
  corrected = null;
  say(words.saved);
  const keep = ["server", "second", "witness"].map((id) => [id, document.getElementById(id).value]);
  form.reset();
  for (const [id, value] of keep) document.getElementById(id).value = value;
  now();
  await show();
  if (navigator.onLine) sync();
});

// Too much is told here: an upload that the server cuts short looks like a lost connection.
const photos = document.getElementById("photos");
photos.addEventListener("change", () => {
  const sizes = Array.from(photos.files, (file) => file.size);
  const fits = sizes.length <= words.most && Math.max(0, ...sizes) <= words.each && sizes.reduce((a, b) => a + b, 0) <= words.sum;
  photos.setCustomValidity(fits ? "" : words.large);
  photos.reportValidity();
});

function now() {
  document.getElementById("at").value = local(new Date());
}

// The code: by the browser where it reads codes, else by the server from a photograph.
const scan = document.getElementById("scan");
const stop = document.getElementById("stop");
const camera = document.getElementById("camera");
let stream = null;

function close() {
  if (stream) for (const track of stream.getTracks()) track.stop();
  stream = null;
  camera.hidden = stop.hidden = true;
  scan.hidden = !canScan;
}
const canScan = "BarcodeDetector" in window && !!(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
scan.hidden = !canScan;
scan.addEventListener("click", async () => {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch (fault) {
    say(words.nothing, "fault");
    return;
  }
  camera.srcObject = stream;
  camera.hidden = stop.hidden = false;
  scan.hidden = true;
  await camera.play();
  while (stream) {
    const found = await detector.detect(camera).catch(() => []);
    if (found.length) {
      letter.value = found[0].rawValue;
      say(words.found);
      close();
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
});
stop.addEventListener("click", close);

document.getElementById("code-photo").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  if (!file) return;
  try {
    if ("BarcodeDetector" in window) {
      const found = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file)).catch(() => []);
      if (found.length) {
        letter.value = found[0].rawValue;
        say(words.found);
        return;
      }
    }
    const body = new FormData();
    body.set("form", await session());
    body.set("photo", file);
    const answer = await fetch("/staff/scan", { method: "POST", body, redirect: "error" });
    const said = await answer.json();
    if (answer.ok) {
      letter.value = said.letter;
      say(words.found + ": " + said.printed);
    } else {
      say((said.faults || [words.nothing]).join(" "), "fault");
    }
  } catch (fault) {
    say(fault.message === "login" ? words.login : words.offline, "fault");
  } finally {
    event.target.value = "";
  }
});

document.getElementById("sync").addEventListener("click", sync);
window.addEventListener("online", sync);
now();
show().then(sync);
if ("serviceWorker" in navigator) {
  // What this page loaded before its worker was there is fetched once more, for the worker to keep: one visit is enough.
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    const loaded = Array.from(document.querySelectorAll("link[href], script[src]"), (node) => node.href || node.src);
    for (const url of [location.pathname, ...loaded]) fetch(url).catch(() => {});
  });
  navigator.serviceWorker.register("/staff/sw.js", { scope: "/staff/" }).catch(() => {});
}
