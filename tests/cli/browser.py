#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""
browser.py PAGE FOLDER [--shots] -- looks at a page with headless Chromium and prints the findings as JSON.

The browser is driven through a pair of pipes: no port, no extra package. In FOLDER it leaves its profile, the files
that the links of the page give, a print of the page as page.pdf, and with --shots a picture of each view.

	messages	console messages and failed requests
	requests	addresses that were asked for, apart from the page itself and data in it
	views		for each width and colour scheme: width of the page beyond the window, parts that stick out, colours
	outline		headings as "1 Title"; faults of the markup that a screen reader would meet
	downloads	names of the files that the links gave
"""
import base64
import json
import os
import select
import subprocess
import sys
import time
import urllib.parse

TIMEOUT = 40  # seconds for one answer
WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")

LOOK = """((width) => {
	const name = (e) => e.tagName.toLowerCase() + (e.className.baseVal ?? e.className ? '.' + (e.className.baseVal ?? e.className) : '');
	const shade = (e, property) => {
		for (; e; e = e.parentElement) {
			const colour = getComputedStyle(e)[property].match(/[\\d.]+/g).map(Number);
			if (property === 'color' || colour.length < 4 || colour[3] > 0)
				return colour.slice(0, 3);
		}
		return [255, 255, 255];
	};
	const light = (colour) => colour.map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
		.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
	const contrast = (e) => {
		const [a, b] = [light(shade(e, 'color')), light(shade(e, 'backgroundColor'))].sort((x, y) => y - x);
		return (a + 0.05) / (b + 0.05);
	};
	const texts = [...document.querySelectorAll('main *, header *, footer *')].filter((e) => !e.closest('svg') && !e.closest('script') &&
		e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
	const faint = texts.filter((e) => contrast(e) < 4.5);
	const inside = (e) => e.closest('.scroll') !== null || e.closest('svg') !== null;
	const out = [...document.body.querySelectorAll('*')].filter((e) => !inside(e) && e.checkVisibility() &&
		e.getBoundingClientRect().right > width + 0.5);
	const boxes = [...document.querySelectorAll('.scroll')];
	return {
		beyond: document.documentElement.scrollWidth - width,
		out: out.slice(0, 5).map(name),
		faint: faint.slice(0, 5).map((e) => name(e) + ' ' + contrast(e).toFixed(2)),
		ground: getComputedStyle(document.body).backgroundColor,
		unreachable: boxes.filter((e) => e.scrollWidth > e.clientWidth && e.tabIndex !== 0).length,
		scrolling: boxes.filter((e) => e.scrollWidth > e.clientWidth).length,
	};
})(%d)"""

OUTLINE = """(() => {
	const headings = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((h) => h.tagName[1] + ' ' + h.textContent);
	const faults = [];
	const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
	if (new Set(ids).size !== ids.length)
		faults.push('an id twice: ' + ids.find((id, i) => ids.indexOf(id) !== i));
	headings.forEach((h, i) => {
		if (i && h[0] - headings[i - 1][0] > 1)
			faults.push('a level of headings left out before: ' + h);
	});
	for (const e of document.querySelectorAll('[aria-labelledby]'))
		if (!document.getElementById(e.getAttribute('aria-labelledby'))?.textContent.trim())
			faults.push('no label: ' + e.tagName);
	for (const e of document.querySelectorAll('use, [fill^="url"], [filter^="url"]')) {
		const to = (e.getAttribute('xlink:href') ?? e.getAttribute('fill') ?? '').replace(/^url\\(|\\)$/g, '');
		if (to.startsWith('#') && !document.getElementById(to.slice(1)))
			faults.push('a picture without: ' + to);
	}
	for (const e of document.querySelectorAll('th'))
		if (!e.scope || !e.textContent.trim())
			faults.push('a heading of a table without scope or text');
	for (const e of document.querySelectorAll('table'))
		if (!e.caption?.textContent.trim())
			faults.push('a table without caption');
	for (const e of document.querySelectorAll('svg.plot'))
		if (e.getAttribute('role') !== 'img' || !e.getAttribute('aria-label'))
			faults.push('a picture without text');
	if (!document.documentElement.lang || document.querySelectorAll('main').length !== 1)
		faults.push('no language, or not one main part');
	const tags = {};
	for (const e of document.querySelectorAll('*'))
		tags[e.tagName.toLowerCase()] = (tags[e.tagName.toLowerCase()] ?? 0) + 1;
	return {title: document.title, headings, faults, tags, text: document.body.innerText,
		plots: document.querySelectorAll('svg.plot').length,
		handlers: [...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames()).filter((n) => n.startsWith('on'))};
})()"""


class Browser:
	def __init__(self, folder):
		to_browser, self.out = os.pipe()
		self.into, from_browser = os.pipe()

		def pipes():  # Chromium reads descriptor 3 and writes descriptor 4
			a, b = os.dup(to_browser), os.dup(from_browser)
			os.dup2(a, 3)
			os.dup2(b, 4)

		self.process = subprocess.Popen(
			["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
			 "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
			 "--remote-debugging-pipe", f"--user-data-dir={folder}/profile", "about:blank"],
			preexec_fn=pipes, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
			stderr=open(f"{folder}/chromium.log", "w"))
		os.close(to_browser)
		os.close(from_browser)
		self.rest, self.number, self.events, self.session = b"", 0, [], None

	def receive(self, until):
		while b"\0" not in self.rest:
			if not select.select([self.into], [], [], max(0, until - time.monotonic()))[0]:
				return None
			piece = os.read(self.into, 1 << 20)
			if not piece:
				raise SystemExit("browser.py: chromium has ended")
			self.rest += piece
		message, self.rest = self.rest.split(b"\0", 1)
		return json.loads(message)

	def call(self, method, session=True, **params):
		self.number += 1
		message = {"id": self.number, "method": method, "params": params}
		if session and self.session:
			message["sessionId"] = self.session
		data = json.dumps(message).encode() + b"\0"
		while data:
			data = data[os.write(self.out, data):]
		until = time.monotonic() + TIMEOUT
		while answer := self.receive(until):
			if answer.get("id") == self.number:
				if "error" in answer:
					raise SystemExit(f"browser.py: {method}: {answer['error']['message']}")
				return answer["result"]
			self.events.append(answer)
		raise SystemExit(f"browser.py: {method}: no answer")

	def wait(self, method, seconds=TIMEOUT, **params):
		"""The next event of this name with these parameters, also one that has come already; None: there was none."""
		until, seen = time.monotonic() + seconds, 0
		while True:
			for i in range(seen, len(self.events)):
				event = self.events[i]
				if event.get("method") == method and all(event["params"].get(k) == v for k, v in params.items()):
					return self.events.pop(i)["params"]
			seen = len(self.events)
			event = self.receive(until)
			if not event:
				return None
			self.events.append(event)

	def evaluate(self, script, **more):
		answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True, **more)
		if "exceptionDetails" in answer:
			raise SystemExit(f"browser.py: {answer['exceptionDetails']}")
		return answer["result"].get("value")

	def show(self, address):
		self.call("Page.navigate", url=address)
		if not self.wait("Page.loadEventFired"):
			raise SystemExit("browser.py: the page does not load")


def view(browser, address, width, scheme, shot):
	browser.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 500)
	browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
	browser.show(address)
	found = browser.evaluate(LOOK % width)
	if shot:
		picture = browser.call("Page.captureScreenshot", captureBeyondViewport=True)
		with open(shot, "wb") as out:
			out.write(base64.b64decode(picture["data"]))
	return {"width": width, "scheme": scheme, **found}


def main():
	page, folder = sys.argv[1:3]
	address = "file://" + urllib.parse.quote(os.path.abspath(page))
	browser = Browser(folder)
	target = browser.call("Target.createTarget", url="about:blank")["targetId"]
	browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
	for domain in ("Page", "Runtime", "Log", "Network"):
		browser.call(domain + ".enable")
	found = {"views": [], "downloads": []}
	for width in WIDTHS:
		for scheme in SCHEMES:
			shot = f"{folder}/{width}-{scheme}.png" if "--shots" in sys.argv else None
			found["views"].append(view(browser, address, width, scheme, shot))
	found.update(browser.evaluate(OUTLINE))
	os.makedirs(f"{folder}/downloads", exist_ok=True)
	browser.call("Browser.setDownloadBehavior", session=False, behavior="allow", eventsEnabled=True,
		     downloadPath=os.path.abspath(f"{folder}/downloads"))
	for i in range(browser.evaluate("document.querySelectorAll('a[data-packed]').length")):
		browser.evaluate(f"document.querySelectorAll('a[data-packed]')[{i}].click()", userGesture=True)
		begun = browser.wait("Browser.downloadWillBegin")
		if begun and browser.wait("Browser.downloadProgress", state="completed", guid=begun["guid"]):
			found["downloads"].append(begun["suggestedFilename"])
	with open(f"{folder}/page.pdf", "wb") as out:
		out.write(base64.b64decode(browser.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"]))
	messages, requests = [], set()
	for event in browser.events:
		params = event.get("params", {})
		if event.get("method") == "Runtime.consoleAPICalled":
			messages.append(str(params["args"]))
		elif event.get("method") == "Runtime.exceptionThrown":
			messages.append(str(params["exceptionDetails"]))
		elif event.get("method") == "Log.entryAdded":
			messages.append(params["entry"]["text"])
		elif event.get("method") == "Network.requestWillBeSent":
			requests.add(params["request"]["url"])
	found["messages"] = messages
	found["requests"] = sorted(url for url in requests if not url.startswith(("data:", "blob:")) and url != address)
	try:
		browser.call("Browser.close", session=False)
	except SystemExit:
		pass
	browser.process.wait(TIMEOUT)
	json.dump(found, sys.stdout, indent=1)


main()
