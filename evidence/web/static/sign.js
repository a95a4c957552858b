// A signature by finger, and one by a key of this device. Without this file the forms work, unsigned.
"use strict";

const form = document.querySelector("form[data-signed]");
const device = document.querySelector("[data-device]");
const subtle = window.isSecureContext && window.crypto && window.crypto.subtle;
let drawn = false;

const area = document.querySelector("[data-canvas]");
const canvas = area && area.querySelector("canvas");
if (canvas) {
  area.hidden = false;
  const pen = canvas.getContext("2d");
  pen.lineWidth = 4;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = "#111";
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
  };
  let down = false;
  canvas.addEventListener("pointerdown", (event) => {
    down = true;
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!down) return;
    pen.lineTo(...at(event));
    pen.stroke();
    drawn = true;
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { down = false; });
  area.querySelector("[data-clear]").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    drawn = false;
  });
}

// The key stays in this browser: it can sign, and nobody can read it, not even this page.
function store(mode, work) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("evidence-device", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const done = opening.result.transaction("keys", mode);
      const asked = work(done.objectStore("keys"));
      done.oncomplete = () => resolve(asked.result);
      done.onerror = () => reject(done.error);
    };
  });
}

async function deviceKey() {
  const known = await store("readonly", (keys) => keys.get("p256"));
  if (known) return known;
  const made = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  await store("readwrite", (keys) => keys.put(made, "p256"));
  return made;
}

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
const sha256 = async (bytes) => hex(await subtle.digest("SHA-256", bytes));

// As the server has it: line feeds alone, no controls, no blanks at the ends.
function plain(text) {
  return text.replace(/\r\n?/g, "\n").replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, (sign) => sign === "\n" ? sign : "")
    .replace(/^[ \n]+|[ \n]+$/g, "");
}

function detail() {
  const told = {};
  for (const field of form.querySelectorAll("[data-detail]")) {
    if (field.type === "radio" && !field.checked) continue;
    const text = field.type === "number" ? String(Number(field.value)) : plain(field.value);
    if (text) told[field.name] = text;
  }
  return "{" + Object.keys(told).sort().map((name) => JSON.stringify(name) + ":" + JSON.stringify(told[name])).join(",") + "}";
}

async function sign() {
  const key = await deviceKey();
  const picture = form.elements.drawn && form.elements.drawn.value;
  const bytes = picture ? Uint8Array.from(atob(picture.split(",")[1]), (sign) => sign.charCodeAt(0)) : null;
  const said = device.dataset;
  const relation = form.querySelector("[name=relation]:checked");
  const lines = ["evidence/receipt/v1", said.origin, said.number, said.pdf, said.action, relation ? relation.value : "",
    await sha256(new TextEncoder().encode(detail())), bytes ? await sha256(bytes) : "", said.nonce];
  const text = new TextEncoder().encode(lines.map((line) => line + "\n").join(""));
  form.elements.value.value = base64(await subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key.privateKey, text));
  form.elements.key.value = base64(await subtle.exportKey("spki", key.publicKey));
}

if (form && device && subtle && window.indexedDB) device.hidden = false;
// Too large is told before anything is sent: a browser shows nothing of an answer that cuts its upload short.
for (const input of document.querySelectorAll("[data-each]")) {
  input.addEventListener("change", () => {
    const fits = input.files.length <= input.dataset.most && Array.from(input.files).every((file) => file.size <= input.dataset.each);
    input.setCustomValidity(fits ? "" : document.getElementById(input.getAttribute("aria-describedby")).textContent);
    input.reportValidity();
  });
}
let sending = false;
if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    if (canvas && drawn) form.elements.drawn.value = canvas.toDataURL("image/png");
    const wanted = device && !device.hidden && document.getElementById("use-device").checked;
    // A browser that cannot sign after all sends the statement unsigned.
    (wanted ? sign().catch(() => { form.elements.key.value = form.elements.value.value = ""; }) : Promise.resolve())
      .then(() => form.submit());
  });
  window.addEventListener("pageshow", () => { sending = false; });
}
