#!/usr/bin/env python3
"""Check an evidence bundle or a stamped letter with Python (3.8 or later) alone:  python3 -I verify.py .
A second opinion, written from docs/formats.md; it shares no code with the toolkit. It answers pass, fail or "not checked
here" to the checks listed in docs/checks.md and leaves out what takes more than the standard library. A program that came
with the files cannot vouch for itself: take it, or its SHA-256, from a source of your own.
Exit code: 0 no check failed, 8 a check failed, 2 wrong usage or nothing that can be checked.
"""
# mypy: ignore-errors
import argparse, base64, hashlib, json, os, re, sys

SM3 = "sm3" in hashlib.algorithms_available  # some builds of Python lack it
SEAL, TAGS, DISCLOSURE, MASKING, HEX = "seal.json", "tagmanifest-sha256.txt", "data/disclosure.json", "data/masking.json", r"[0-9a-f]{64}\Z"
BAD = "[\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"  # never printed as they are
ODD = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\\\\]|\\A(?:~|[^/]*:)|(?:[^/]*/){16}")  # no plain path
# The name of a signature: without what Unicode calls white space, spelt out, for \s is not the same in every language.
SIGNER = re.compile("[^+\t-\r \x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+\\Z")
JOURNAL = re.compile(r"journal/(?:(bundle|[0-9]{6}|[1-9][0-9]{6,11})\.(?:json|proof)|consistency-([1-9][0-9]{0,18})\.proof|time-(?:[0-9]{6}|[1-9][0-9]{6,11})\.(?:note|tst))\Z")
# A token in deterministic CBOR has one layout, in which a number (N) stands in its shortest form.
N = rb"([\x00-\x17]|\x18[\x18-\xff]|\x19(?!\x00)..|\x1a(?!\x00\x00)....|\x1b(?!\x00{4}).{8})"
TOKEN = re.compile(rb"\xd2\x84(\x4d\xa2\x01\x27\x04\x48(.{8}))\xa0(\x58(.)(\xab\x01%b\x02%b\x03%b\x04%b\x05%b\x06%b\x07"
                   rb"\x58\x20(.{32})\x08\x58\x20(.{32})\x09\x50(.{16})\x0a%b\x0b\x58\x20(.{32})))\x58\x40(.{64})\Z"
                   % (N, N, N, N, N, N, N), re.S)
# The one part that may follow the stamp of a letter: a signature by certificate (docs/formats.md, section 3.5), by its frame.
SIGNED = re.compile(rb"\d+ 0 obj\n<</Fields\[\d+ 0 R\]/SigFlags 3>>\nendobj\n\d+ 0 obj\n<</Type/Annot/Subtype/Widget/FT/Sig/T\(EVIDENCE\)/F 132/Rect\[0 0 0 0\]"
    rb"/P \d+ 0 R/V \d+ 0 R>>\nendobj\n\d+ 0 obj\n<</Type/Sig/Filter/Adobe\.PPKLite/SubFilter/ETSI\.CAdES\.detached/M\(D:\d{14}Z\)/ByteRange\[0 (\d{1,10})"
    rb" (\d{1,10}) (\d{1,10}) *\]/Contents<([0-9a-f]+)>>>\nendobj\n" + 2 * rb"\d+ 0 obj\n(<<(?:(?!endobj).)*?) /A(?:croForm \d+ 0 R|nnots \[\d+ 0 R\])>>\nendobj\n"
    + rb"xref\n(?:\d+ \d+\n|\d{10} 00000 n \n){6,10}trailer\n<</Size (?:(?!endobj|%%EOF).)*>>\nstartxref\n\d+\n%%EOF\n\Z", re.S)
# What the toolkit checks of a letter, and of a bundle as well: what is not answered in the end is "not checked here".
EVERY = {"letter": ["letter." + name for name in "mark token length source kid signature end stamp plain trust".split()]}
EVERY["bundle"] = EVERY["letter"][:-1] + ("bag.manifest bag.tagmanifest bag.sm3 bag.paths bag.declaration bundle.required bundle.key bundle.trust seal.form seal.files "
    "seal.entries journal.entry journal.proof journal.checkpoint journal.consistency journal.by journal.sealed journal.type journal.keys journal.order journal.origin "
    "disclosure.form disclosure.subject letter.office letter.recorded letter.facts letter.checkpoint letter.dated letter.docx time.entry bundle.masking delivery.letter delivery.event delivery.proofs").split()
# Decided in part only: what is found wrong fails, all else is "not checked here".
PARTLY = ("journal.entry", "disclosure.form", "letter.recorded", "delivery.event", "delivery.proofs", "time.entry", "bag.paths", "bundle.masking") + (() if SM3 else ("seal.files", "bag.sm3"))
WORDS = dict((row.split("|")[0], row.split("|")[1:]) for row in """
fail|FAILED|不通过|不通過;pass|Passed|通过|通過;not-checked|Not checked here, or only in part|此处未核对或只核对一部分|此處未核對或只核對一部分
1|Same bytes?|内容是否逐字节一致？|內容是否逐字節一致？;2|Since when?|何时起就有？|何時起就有？;3|How delivered?|如何送达？|如何送達？;4|By whom?|出自何人？|出自何人？
good|no check made here failed|此处所作核对均无不符|此處所作核對均無不符;bad|a check failed|有核对不通过|有核對不通過;part|no check made here failed, but NOT ALL was checked|此处所作核对均无不符，但未全部核对|此處所作核對均無不符，但未全部核對
when|the sender's own clock only|只有发件方自己的时钟|只有發件方自己的時鐘;how|not answered here|此处不能回答|此處不能回答;named|the key you named|您指定的密钥|您指定的密鑰;other|NOT the key you named|不是您指定的密钥|不是您指定的密鑰;key|fingerprint|指纹|指紋;open|unattributed: compare with a fingerprint you have from elsewhere|未认定：请与另行取得的指纹比较|未認定：請與另行取得的指紋比較
box|Not proven: that the text is true or the debt exists, that it existed at the stated time, who holds the key, what a viewer shows of a letter beyond its signed text.|没有说明：内容属实、欠款存在，在所述时间已存在，密钥由谁持有，阅读程序在函件的签名原文之外还显示什么。|沒有說明：內容屬實、欠款存在，在所述時間已存在，密鑰由誰持有，閱讀程序在函件的簽名原文之外還顯示什麼。
more|What looks like a signature by certificate follows the stamp. It was NOT checked here, and a viewer may show what it adds: use evidence verify.|印记之后另有像是证书签名的内容，此处没有核对，阅读程序可能显示其中的内容：请用 evidence verify 核验。|印記之後另有像是證書簽名的內容，此處沒有核對，閱讀程序可能顯示其中的內容：請用 evidence verify 核驗。
draft|A DRAFT of a lawyer letter: no lawyer has answered for it.|律师函草稿：尚无律师签发。|律師函草稿：尚無律師簽發。;self|A checking program that travels with the files cannot vouch for itself: take one from a source of your own.|随文件一同送来的核验程序不能证明自己：请另从可信渠道取得。|隨文件一同送來的核驗程序不能證明自己：請另從可信渠道取得。
gap|Not shown that the journal a letter knew is the beginning of this one: the proof of it was left out.|没有证明表明函件当时所知的日志是本包日志的开头部分：包内缺少这一证明。|沒有證明表明函件當時所知的日誌是本包日誌的開頭部分：包內缺少這一證明。;none|neither the folder of a bundle nor a stamped PDF|既不是文件包的文件夹，也不是带印记的 PDF|既不是文件包的文件夾，也不是帶印記的 PDF;differs|differs|不符|不符;form|form|格式不符|格式不符;proof|proof|证明路径不符|證明路徑不符;large|large|过大|過大;deep|deep|嵌套过深|嵌套過深;another key|another key|密钥不同|密鑰不同;more follows|more follows|其后还有内容|其後還有內容;missing|missing|缺少|缺少;extra|extra|清单之外|清單之外;changed|changed|内容已改动|內容已改動;odd|odd|文件名不合规|文件名不合規;signature|signature|签名不符|簽名不符;another checkpoint|another checkpoint|检查点不同|檢查點不同;index|index|序号不符|序號不符;no entry|no entry|没有对应的条目|沒有對應的條目
""".strip().replace("\n", ";").split(";"))
class Wrong(ValueError): """What is read departs from its format."""
def need(good, why="form"):
    if not good: raise Wrong(why)
    return True
def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()

# Ed25519 (RFC 8032, section 5.1.7) in extended coordinates; nothing secret is handled, so that time may tell.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)
def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    return (b - a) * (d - c) % P, (d + c) * (b + a) % P, (d - c) * (d + c) % P, (b - a) * (b + a) % P
def times(n, p, q=(0, 1, 1, 0)):
    while n: q, p, n = add(q, p) if n & 1 else q, add(p, p), n >> 1
    return q
def point(raw):
    y, odd = int.from_bytes(raw, "little") % 2**255 % P, raw[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT % P
    return (x, y, 1, x * y % P) if x % 2 == odd else (P - x, y, 1, (P - x) * y % P)
def holds(key, signature, message):
    """Whether ``signature`` is the one of the raw public ``key`` over ``message``."""
    x1, y1, _, t = point(key)  # a point only if it lies on the curve
    s, k = int.from_bytes(signature[32:], "little"), int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little")
    x, y, z, _ = add(times(s, point(b"\x58" + b"\x66" * 31)), times(k % L, (P - x1, y1, 1, P - t)))
    z = pow(z, P - 2, P)
    found = (y * z % P | x * z % P % 2 << 255).to_bytes(32, "little")
    return (y1 * y1 - 1 - (D * y1 * y1 + 1) * x1 * x1) % P == 0 and len(signature) == 64 and s < L and found == signature[:32]
# Merkle trees (RFC 9162) as ranges: a node is the hash over the entries from low up to, not including, high.
def split(low, high): return low + (1 << ((high - low - 1).bit_length() - 1))
def tree(leaves):
    k = split(0, len(leaves)) if len(leaves) > 1 else 0
    return sha(b"\1", tree(leaves[:k]), tree(leaves[k:])) if k else leaves[0]
def ranges(at, size, inclusion):
    """The ranges of an inclusion proof (of entry ``at``) or of a consistency proof (from ``at`` entries)."""
    way, low, high = [], 0, size
    while high - low > 1 if inclusion else at < high:
        mid = split(low, high)
        left = at < mid if inclusion else at <= mid
        way.append((mid, high) if left else (low, mid))
        low, high = (low, mid) if left else (mid, high)
    return way[::-1] if inclusion or not low else [(low, high)] + way[::-1]
def nodes_of(leaf, index, size, hashes):
    """Every node an inclusion proof gives or implies, the root under (0, size)."""
    need(index < size and len(ranges(index, size, True)) == len(hashes), "proof")
    low, high, nodes = index, index + 1, {(index, index + 1): leaf}
    for (a, b), other in zip(ranges(index, size, True), hashes):
        nodes[a, b], leaf = other, sha(b"\1", other, leaf) if a < low else sha(b"\1", leaf, other)
        low, high = min(low, a), max(high, b)
        nodes[low, high] = leaf
    return nodes
def root_at(nodes, size, low=0):
    """The root of the first entries, where known nodes give it; else None."""
    if (low, size) in nodes or size - low < 2 or not any(low <= a and b <= size for a, b in nodes): return nodes.get((low, size))
    left, right = root_at(nodes, split(low, size), low), root_at(nodes, size, split(low, size))
    return sha(b"\1", left, right) if left and right else None
# The forms of docs/formats.md
def b32(text):
    data = base64.b32decode(text + "=" * (-len(text) % 8))
    return need(base64.b32encode(data).decode().rstrip("=") == text) and data
def b64(text):
    data = base64.b64decode(text, validate=True)
    return need(base64.b64encode(data).decode() == text) and data
def key_of(data):
    raw = b32(re.sub(r"\n\Z", "", data.decode("ascii")))
    return need(len(raw) == 32) and raw
def token_of(text):
    """What the token of a QR text says, and what its signature covers."""
    link = re.match(r"(?:HTTPS://([A-Z0-9.-]{1,24})/R/|EV1:)([A-Z2-7]+)\Z", text)
    need(link and len(text) <= 424)
    host, raw, found = (link[1] or "").lower().encode(), b32(link[2]), TOKEN.match(b32(link[2]))
    need(found and len(raw) <= 243 and found[4][0] == len(found[5]))
    profile, series, year, seq, _, length, size = (int.from_bytes(found[i][1:] or found[i], "big") for i in (6, 7, 8, 9, 10, 11, 15))
    need(1 <= series <= 9 and seq and size)
    aad = (bytes([64 + len(host)]) if len(host) < 24 else bytes([88, len(host)])) + host
    return {"token": sha(raw).hex(), "kid": found[2], "profile": profile, "length": length, "source": found[12], "size": size,
            "number": "%d-%04d-%04d" % (series, year, seq), "facts": found[13], "root": found[16], "signature": found[17], "signed": b"\x84\x6aSignature1" + found[1] + aad + found[3]}
def decimal(text): return need(re.match(r"(?:0|[1-9][0-9]{0,18})\Z", text) and int(text) < 2**63) and int(text)
def proof_of(data, head, most):
    """The number and the hashes of a proof, and what follows its empty line."""
    text = data.decode("utf-8")
    need(len(data) < 65537 and text.startswith(head) and text[-1] == "\n" and not re.search("[\0-\x09\x0b-\x1f]", text))
    front, _, note = text[len(head):].partition("\n\n")
    rows = front.split("\n")[:None if note else -1]
    hashes = [b64(row) for row in rows[1:]]
    need(len(hashes) <= most and all(len(value) == 32 for value in hashes))
    return decimal(rows[0]), hashes, note
def checkpoint_of(note):
    body, _, tail = note.rpartition("\n\n")
    (origin, size, root), rows, by = body.split("\n"), tail.split("\n")[:-1], {}
    need(re.match(r"evidence\.local/(TEST/)?[0-9A-Za-z._-]{1,64}\Z", origin) and 0 < len(rows) < 17)
    for mark, name, blob in (row.split(" ") for row in rows):
        need(mark == "\u2014" and SIGNER.match(name) and len(b64(blob)) > 4 and (name, b64(blob)[:4]) not in by)
        by[name, b64(blob)[:4]] = b64(blob)[4:]
    need(decimal(size) and len(b64(root)) == 32)
    return {"origin": origin, "size": int(size), "root": b64(root), "by": by, "text": (body + "\n").encode()}
def plain(pairs): return need(len(dict(pairs)) == len(pairs)) and dict(pairs)
def whole(text): return need(re.match(r"-?[0-9]{1,16}\Z", text) and abs(int(text)) < 2**53) and int(text)
def json_of(data, keys, canonical=True):  # an object with exactly these keys
    text, depth = data.decode("utf-8"), 0
    need(len(data) <= 1 << 25 and data.count(b",") <= (1000000 if len(data) > 1 << 20 else 50000), "large")
    for mark in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text, re.S): depth += need(depth < 33, "deep") and (mark[0] in "[{") - (mark[0] in "]}")
    value = json.loads(text, object_pairs_hook=plain, parse_int=whole, parse_float=whole, parse_constant=whole)
    need(not canonical or json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) == text)
    return need(isinstance(value, dict) and sorted(value) == keys.split()) and value
def entry_of(data):
    entry = json_of(data, "at by data type v")
    return need(isinstance(entry["data"], dict) and isinstance(entry["type"], str)) and entry

class Report:
    def __init__(self, name, kind):
        self.name, self.kind, self.key, self.facts = name, kind, None, []
        self.moved = self.draft = self.more = self.gap = False  # the office changed its key; a draft; a signature after the stamp; a proof left out
    def open(self, checks, where=""):
        self.facts += [{"id": check, "status": "not-checked", "where": where, "reason": ""} for check in checks]
    def say(self, check, good, where="", why="differs"):
        status = ("not-checked" if check in PARTLY or self.moved and check in ("journal.by", "letter.office", "bundle.trust") else "pass") if good else "fail"
        self.facts.append({"id": check, "status": status, "where": where, "reason": "" if good else why})
        return good
    def attempt(self, check, where, action, *arguments):
        """What ``action`` gives; where it meets a departure None, and a failed check."""
        try: return action(*arguments)
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError, RecursionError, MemoryError) as fault:
            self.say(check, False, where, str(fault) if isinstance(fault, Wrong) else "form")
    def named(self, check, key, trust):
        self.key = sha(key).hex() if key else None
        self.say(check, self.moved or any(self.key.startswith(anchor) for anchor in trust), "", "another key") if trust and key else None
def check_letter(report, data, where=""):
    """The letter's own checks; its token and key as far as they can be read."""
    at = data.find(b"%EV-STAMP")
    line = re.compile(rb"%EV-STAMP [12] ([A-Z0-9:/.-]{1,424}) ([A-Z2-7]{52})( [0-9LQX,;.-]{1,1000000})?\n").match(data, max(at, 0))
    line = line if line and (data[at + 10:at + 11] == b"2") == bool(line[3]) else None  # places: in layout 2 alone
    key = line and data[at - 1:at] == b"\n" and report.attempt("letter.mark", where, key_of, line[2])
    if not report.say("letter.mark", bool(key), where): return None, None
    token = report.attempt("letter.token", where, token_of, line[1].decode())
    if token:
        report.draft = report.say("letter.token", True, where) and token["profile"] in (7, 8)
        report.say("letter.length", token["length"] == at - 1, where)
        report.say("letter.source", token["source"] == sha(data[:at - 1]), where)
        report.say("letter.kid", token["kid"] == sha(key)[:8], where)
        report.say("letter.signature", holds(key, token["signature"], token["signed"]), where)
        end = re.compile(rb"\nstartxref\n[0-9]+\n%%EOF\n").search(data, at)
        more = SIGNED.match(data, end.end()) if end and not line[3] else None
        gap = more and [more.start(4) - 1, more.end(4) + 1, len(data) - more.end(4) - 1]  # all but the signature itself
        if more and gap == [int(more[i]) for i in (1, 2, 3)] and all(more[i] + b">>" in data[:end.end()] for i in (5, 6)):
            report.more = not report.open(("letter.end", "letter.certificate"), where)
        elif end: report.say("letter.end", end.end() == len(data), where, "more follows")
    return token, key

class Folder:
    """The plain files of a folder by path; links are not followed. ``odd`` is all that is no plain file or path."""
    def __init__(self, root):
        self.root, self.odd, self.paths = root, [], []
        for folder, inner, names in os.walk(root):
            self.odd += [os.path.relpath(folder, root)] if not inner and not names and folder != root else []
            for full in (os.path.join(folder, name) for name in inner + names if name in names or os.path.islink(os.path.join(folder, name))):
                path = os.path.relpath(full, root).replace(os.sep, "/")
                (self.paths if os.path.isfile(full) and not os.path.islink(full) and not ODD.search(path) else self.odd).append(path)
        self.paths.sort()
        self.known, self.entries = dict.fromkeys(self.paths), None
    def read(self, path, most=1 << 30):
        need(path in self.known, "missing")
        with open(os.path.join(self.root, path), "rb") as file: data = file.read(most + 1)
        return need(len(data) <= most, "large") and data
    def digests(self, path):
        self.known[path] = self.known.get(path) or digests(self.read(path))
        return self.known[path]
# What the lists of a bundle say
def digests(data): return len(data), sha(data).hex(), hashlib.new("sm3", data).hexdigest() if SM3 else None  # None where Python lacks it
def commit(salt, both): return sha(b"evidence/commit/v1\n", bytes.fromhex(salt + both[1] + both[2])).hex()
def compare(report, check, bag, covered, rows):
    """Every file covered is in ``rows`` with the same digests, and no other."""
    for path in sorted(set(covered) ^ set(rows)): report.say(check, False, path, "extra" if path in covered else "missing")
    for path in sorted(set(covered) & set(rows)):
        pairs = zip(report.attempt(check, path, bag.digests, path) or (), rows[path])
        if any(None not in pair and pair[0] != pair[1] for pair in pairs): report.say(check, False, path, "changed")
    report.say(check, True) if all(fact["id"] != check for fact in report.facts) else None
def listed(bag, name):
    rows = {}
    for line in filter(None, re.split("\r\n|\n|\r", bag.read(name).decode("utf-8"))):
        row = re.match(r"([0-9A-Fa-f]{64})[ \t]+(?:\./)?(.+)\Z", line)
        path = row and re.sub("%(25|0A|0D)", lambda m: chr(int(m[1], 16)), row[2], flags=re.I)
        need(row and path not in rows)
        rows[path] = (None, None, row[1].lower()) if "sm3" in name else (None, row[1].lower(), None)
    return rows
def sealed(bag):
    """What the seal says of each file by path; those of the entries go into ``bag.entries`` (None in version 1)."""
    data = bag.read(SEAL)
    seal, rows = json_of(data, "files v" if data[:9] == b'{"files":' else "entries files v"), {}
    listed = seal.get("entries", [])
    need(all(sorted(row) == ["index", "sha256"] and type(row["index"]) is int and re.match(HEX, row["sha256"]) for row in listed))
    need(all(a < b for a, b in zip([-1] + [row["index"] for row in listed], [row["index"] for row in listed])))
    for row in seal["files"]:
        path = row["path"]
        need(sorted(row) == ["path", "sha256", "size", "sm3"] and path not in (SEAL, TAGS) and path[:8] != "journal/")
        need(re.match(HEX, row["sha256"]) and re.match(HEX, row["sm3"]) and type(row["size"]) is int)
        rows[path] = row["size"], row["sha256"], row["sm3"]
    bag.entries = {"journal/%06d.json" % row["index"]: (None, row["sha256"], None) for row in listed} if "entries" in seal else None
    need(seal["v"] == (2 if "entries" in seal else 1) and seal["v"] is not True and list(rows) == sorted(rows) and len(rows) == len(seal["files"]))
    return rows
def disclosed(bag):
    """Salts by path, the leaves of each letter's facts, and the account with its salt."""
    top = json_of(bag.read(DISCLOSURE), "events files letters subject v", canonical=False)
    leaves = {letter["number"]: [sha(b"\0", bytes.fromhex(fact["salt"]), fact["name"].encode(), b"\0", fact["value"].encode())
                                 for fact in letter["facts"]] for letter in top["letters"]}
    salts = {row["path"] + "": need(re.match(HEX, row["salt"])) and row["salt"] for row in top["files"] + top["events"]}
    return salts, leaves, top["subject"]["account"], re.match(HEX, top["subject"]["salt"])[0]
def withheld(bag):
    """Commitments to what a copy for the other party keeps back."""
    top = json_of(bag.read(MASKING), "masked of unsearched v withheld")
    return need(top["v"] == 1) and {re.match(HEX, item["commitment"])[0] for item in top["withheld"]}
def check_bag(report, bag):
    for path in bag.odd: report.say("bag.paths", False, path, "odd")
    last = max([int(path[12:-4]) for path in bag.paths if re.match(r"data/volume-[1-9][0-9]{0,3}\.pdf\Z", path)] or [0])
    compiled = ["data/volume-%d.pdf" % (at + 1) for at in range(last)] or ["data/bundle.pdf"]
    missing = {"README.txt", "data/catalogue.json", DISCLOSURE, "keys/office.pub", SEAL, *compiled} - set(bag.paths)
    stray = {path for path in bag.paths if path[:8] == "journal/" and not JOURNAL.match(path)}
    for path in sorted(missing | stray): report.say("bundle.required", False, path, "missing" if path in missing else "extra")
    report.say("bundle.required", True) if not missing | stray else None
    for check, name in ("bag.manifest", "manifest-sha256.txt"), ("bag.tagmanifest", TAGS), ("bag.sm3", "manifest-sm3.txt"):
        rows = report.attempt(check, name, listed, bag, name) if name in bag.known or check != "bag.sm3" else None
        if rows is not None:
            covered = [path for path in bag.paths if path.startswith("data/") == (name != TAGS) and path != TAGS]
            compare(report, check, bag, covered, rows)
    rows = report.attempt("seal.form", SEAL, sealed, bag)
    if rows is not None and report.say("seal.form", True):
        covered = [path for path in bag.paths if path not in (SEAL, TAGS) and path[:8] != "journal/"]
        compare(report, "seal.files", bag, covered, rows)
    if rows is not None and bag.entries is not None:  # timestamps may have come after the seal
        covered = [path for path in bag.paths if re.match(r"journal/[0-9]+\.json\Z", path) and (path in bag.entries or not bag.read(path).endswith(b'},"type":"time.anchored","v":1}'))]
        compare(report, "seal.entries", bag, covered, bag.entries)
def check_journal(report, bag, key):
    """The entries whose proof holds by name of file, the signed head, and the nodes of the tree."""
    entries, nodes, note, head = {}, {}, None, None
    for stem in sorted({path.rsplit(".", 1)[0] for path in bag.paths if JOURNAL.match(path) and JOURNAL.match(path)[1]}):
        raw = report.attempt("journal.entry", stem, bag.read, stem + ".json", 1 << 20)
        entry = raw is not None and report.attempt("journal.entry", stem, entry_of, raw)
        proof = report.attempt("journal.proof", stem, lambda: proof_of(bag.read(stem + ".proof"), "c2sp.org/tlog-proof@v1\nindex ", 63))
        found = proof and report.attempt("journal.proof", stem, checkpoint_of, proof[2])
        if found and note is None:
            note, head = proof[2], found
            signature = head["by"].get((head["origin"], sha(head["origin"].encode(), b"\n\1", key or b"")[:4]))
            report.say("journal.checkpoint", signature and holds(key, signature, head["text"]), stem, "signature")
        elif found: found = note == proof[2] or report.say("journal.checkpoint", False, stem, "another checkpoint")
        known = raw is not None and found and report.attempt("journal.proof", stem, nodes_of, sha(b"\0", raw), proof[0], head["size"], proof[1])
        if known and report.say("journal.proof", known[0, head["size"]] == head["root"], stem) and entry:
            report.say("journal.proof", stem[8:] in ("bundle", "%06d" % proof[0]), stem, "index")
            report.say("journal.by", report.moved or not key or entry["by"] == sha(key)[:8].hex(), stem, "another key")
            entries[stem[8:]] = nodes.update(known) or dict(entry, index=proof[0])
    report.say("journal.entry", bool(entries), "journal", "missing")
    return entries, head, nodes

def check_consistency(report, bag, head, nodes, claimed):
    """That the journals the letters knew, of so many entries and with these roots, begin the bundle's."""
    for path in (path for path in bag.paths if JOURNAL.match(path) and JOURNAL.match(path)[2] and head):
        proof = report.attempt("journal.consistency", path, lambda: proof_of(bag.read(path), "evidence/consistency@v1\nold ", 64))
        old, size = proof[0] if proof else 0, head["size"]
        way, good = ranges(old, size, False) if 0 < old < size else [], False
        for root in [root_at(nodes, old)] + sorted(claimed.get(old, [])) if proof and len(way) == len(proof[1]) else []:
            known = dict(zip(way, proof[1]))
            known.update({(0, old): root} if old & (old - 1) == 0 and root else {})
            if not good and root_at(known, size) == head["root"] and path == "journal/consistency-%d.proof" % old:
                good = not nodes.update(known)
        if good or old & (old - 1) or not any(name.startswith("journal/time-") for name in bag.paths):
            report.say("journal.consistency", good, path)  # else the root it starts from may be a timestamp's
def check_bundle(report, bag, trust):
    check_bag(report, bag)
    key = report.attempt("bundle.key", "keys/office.pub", lambda: key_of(bag.read("keys/office.pub", 1024)))
    if key: report.say("bundle.key", True)
    report.moved = any(b'"type":"key.' in bag.read(path) for path in bag.paths if re.match(r"journal/[0-9]+\.json\Z", path))
    report.named("bundle.trust", key, trust)
    entries, head, nodes = check_journal(report, bag, key)
    last = "bundle" in entries and "bundle" == max(entries, key=lambda n: (entries[n]["type"] != "time.anchored", entries[n]["index"]))
    report.say("journal.sealed", last and entries["bundle"]["type"] == "bundle.made" and SEAL in bag.known and entries["bundle"]["data"].get("seal") == bag.digests(SEAL)[1], SEAL)
    stamped = [name for name, entry in entries.items() if entry["type"] == "time.anchored" and entry["data"].get("covers") == "checkpoint"]
    expected = {"journal/time-%s.%s" % (name, kind) for name in stamped for kind in ("note", "tst")}
    for path in sorted(expected ^ {path for path in bag.paths if path.startswith("journal/time-")}): report.say("time.entry", False, path, "missing")
    kept = report.attempt("bundle.masking", MASKING, withheld, bag) if MASKING in bag.known else None
    found = report.attempt("disclosure.form", DISCLOSURE, disclosed, bag)
    paths, letters, claimed, found, report.asks = {}, {}, {}, found and found + (kept or set(),), bag.entries is not None
    for path, salt in found[0].items() if found and SM3 else ():
        if path in bag.known or report.say("disclosure.form", False, path, "missing"): paths[commit(salt, bag.digests(path))] = path
    for path in bag.paths:
        data = bag.read(path) if path.startswith("data/originals/") and path.lower().endswith(".pdf") else b""
        if b"%EV-STAMP" in data:
            letters[path], own = check_letter(report, data, path)
            report.say("letter.office", report.moved or own is None or key is None or own == key, path, "another key")
            if letters[path]: claimed.setdefault(letters[path]["size"], set()).add(letters[path]["root"])
    check_consistency(report, bag, head, nodes, claimed)
    recorded = [report.attempt("journal.entry", name, check_entry, report, entry, name, nodes, letters, paths, found) for name, entry in sorted(entries.items())]
    for path in sorted(set(letters) - set(recorded)) if SM3 else (): report.say("letter.recorded", False, path, "no entry")
def check_entry(report, entry, name, nodes, letters, paths, found):
    """What an entry says of a letter, a delivery or the account, against the files and their disclosed salts."""
    data, kind = entry["data"], entry["type"]
    if found and SM3 and kind == "delivery.recorded":
        report.say("delivery.event", data["event"] in {*paths, *found[4]}, name, "missing")
        report.say("delivery.proofs", set(data["proofs"]) <= {*paths, *found[4]}, name, "missing")
    if found and SM3 and kind in ("letter.issued", "bundle.made"):
        report.say("disclosure.subject", data["subject"] == commit(found[3], digests(found[2].encode())), name)
    path = paths.get(data["pdf"]) if kind == "letter.issued" else None
    if letters.get(path):
        token = letters[path]
        report.say("letter.recorded", all(data[key] == token[key] for key in ("number", "profile", "token")), name)
        if found[1].get(data["number"]): report.say("letter.facts", tree(found[1][data["number"]]) == token["facts"], name)
        root, early = root_at(nodes, token["size"]), token["size"] <= entry["index"]
        report.say("letter.checkpoint", root == token["root"] and early, name) if root or not early else report.open(["letter.checkpoint"], path)
        report.gap |= not root and early and report.asks and not report.open(["journal.consistency"], path)  # its proof is left out
    return path
def show(report, lang):
    word = {key: texts[lang] for key, texts in WORDS.items()}
    bad = any(fact["status"] == "fail" and fact["id"][-6:] != ".trust" for fact in report.facts)
    trust = next((fact["status"] for fact in report.facts if fact["id"].endswith(".trust")), "")
    who = {"pass": "bad" if bad else "named", "fail": "other"}.get(trust, "open")
    print(re.sub(BAD, "?", report.name))
    for number, answer in zip("1234", ("bad" if bad else "part" if report.more or report.gap else "good", "bad" if bad else "when", "how", who)): print("  %s. %s %s" % (number, word[number], word[answer]))
    for mark in ("draft", "more", "gap"): print("    ", word[mark]) if getattr(report, mark) and not bad else None
    print("    ", word["key"], " ".join(re.findall("....", report.key or "")) or "?")
    for fact in (fact for fact in report.facts if fact["status"] == "fail"): print("  \u2717 %s: %s %s (%s)" % (word["fail"], fact["id"], re.sub(BAD, "?", fact["where"]), word.get(fact["reason"], fact["reason"])))
    of = {status: {fact["id"] for fact in report.facts if fact["status"] == status} for status in ("not-checked", "pass")}
    for status in ("pass", "not-checked"): print("  %s: %s" % (word[status], ", ".join(sorted(of[status] - (of["not-checked"] if status == "pass" else set())))))
    print("  %s\n" % word["box"])

def main():
    sys.stdout.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("paths", nargs="+", metavar="FOLDER|LETTER.pdf")
    parser.add_argument("--key", action="append", default=[], metavar="FILE|FINGERPRINT", help="whom you believe")
    parser.add_argument("--lang", choices=("en", "zh", "zh-Hant"))
    parser.add_argument("--json", action="store_true")
    options, reports, trust = parser.parse_args(), [], []
    system = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    lang = ("en", "zh", "zh-Hant").index(options.lang or ("zh-Hant" if re.match("zh_(TW|HK|MO|Hant)", system) else "zh" if system[:2] == "zh" else "en"))
    for name in options.key:
        digits = re.sub(r"[\s:]", "", name).lower()
        trust.append(digits if re.match(r"[0-9a-f]{16,64}\Z", digits) else sha(key_of(open(name, "rb").read(1024))).hex())
    for name in options.paths:
        data = open(name, "rb").read(1 << 26) if os.path.isfile(name) else b""
        if os.path.isfile(os.path.join(name, SEAL)) or os.path.isfile(os.path.join(name, "bagit.txt")):
            reports.append(Report(name, "bundle"))
            reports[-1].attempt("journal.entry", "", check_bundle, reports[-1], Folder(name), trust)
        elif b"%EV-STAMP" in data:
            reports.append(Report(name, "letter"))
            reports[-1].named("letter.trust", (reports[-1].attempt("letter.token", "", check_letter, reports[-1], data) or [0, 0])[1], trust)
        else: parser.error("%s: %s" % (name, WORDS["none"][lang]))
    for report in reports: report.open(sorted(set(EVERY[report.kind]) - {fact["id"] for fact in report.facts}))
    ok = all(fact["status"] != "fail" for report in reports for fact in report.facts)
    rows = [{"name": r.name, "kind": r.kind, "fingerprint": r.key, "facts": r.facts} for r in reports]
    for report in [] if options.json else reports: show(report, lang)
    print(json.dumps({"schema_version": 1, "ok": ok, "subjects": rows}) if options.json else WORDS["self"][lang])
    return 0 if ok else 8
if __name__ == "__main__":
    try: sys.exit(main())
    except (OSError, ValueError) as fault: sys.exit(print(fault, file=sys.stderr) or 2)
