"""A Chromium that is driven through pipes (its remote debugging protocol), for what people click and fill in."""

import base64
import json
import os
import subprocess
import tempfile

COMMAND = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe"]


class Browser:
    """One page. What it writes to the console is kept in `said`."""

    def __init__(self):
        self.home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()

        def ends():
            """The protocol is spoken on the descriptors 3 and 4."""
            read, write = os.dup(theirs_in), os.dup(theirs_out)
            os.dup2(read, 3)
            os.dup2(write, 4)

        command = [*COMMAND, f"--user-data-dir={self.home.name}", "about:blank"]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, preexec_fn=ends, close_fds=False, stdout=quiet, stderr=quiet)
        os.close(theirs_in)
        os.close(theirs_out)
        self.reads, self.writes = os.fdopen(ours_in, "rb"), os.fdopen(ours_out, "wb")
        self.number, self.session, self.said, self.loaded, self.rest = 0, None, [], 0, b""
        page = next(target for target in self.ask("Target.getTargets")["targetInfos"] if target["type"] == "page")
        self.session = self.ask("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "DOM"]:
            self.ask(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.home.cleanup()

    def message(self):
        while b"\0" not in self.rest:
            more = os.read(self.reads.fileno(), 1 << 20)
            assert more, "the browser has gone"
            self.rest += more
        text, self.rest = self.rest.split(b"\0", 1)
        told = json.loads(text)
        method, about = told.get("method"), told.get("params", {})
        if method == "Page.loadEventFired":
            self.loaded += 1
        # That a page says no is told by its status, which the console repeats.
        if method == "Log.entryAdded" and about["entry"]["source"] != "network":
            self.said.append(about["entry"]["text"])
        if method in ["Runtime.consoleAPICalled", "Runtime.exceptionThrown"]:
            self.said.append(json.dumps(about)[:400])
        return told

    def ask(self, method, **params):
        self.number += 1
        asked = {"id": self.number, "method": method, "params": params}
        if self.session:
            asked["sessionId"] = self.session
        self.writes.write(json.dumps(asked).encode() + b"\0")
        self.writes.flush()
        while True:
            told = self.message()
            if told.get("id") == self.number:
                assert "error" not in told, told
                return told["result"]

    def run(self, script):
        told = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def then(self, act):
        """Does what leads to another page, waits until that is there, and gives its text as a reader sees it."""
        before = self.loaded
        act()
        while self.loaded == before:
            self.message()
        return self.run("document.body.innerText")

    def open(self, address):
        return self.then(lambda: self.ask("Page.navigate", url=address))

    def click(self, selector):
        return self.then(lambda: self.run(f"document.querySelector({json.dumps(selector)}).click()"))

    def fill(self, selector, value):
        self.run(f"document.querySelector({json.dumps(selector)}).value = {json.dumps(value)}")

    def choose(self, selector, path):
        root = self.ask("DOM.getDocument")["root"]["nodeId"]
        node = self.ask("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.ask("DOM.setFileInputFiles", files=[str(path)], nodeId=node)

    def text(self):
        return self.run("document.documentElement.outerHTML")

    def picture(self, path, width=1280, dark=False):
        """The whole page as a picture; it must not be wider than its window."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        wide = self.run("document.documentElement.scrollWidth")
        assert wide <= width, f"{path}: {wide} of {width} pixels"
        height = min(self.run("document.documentElement.scrollHeight"), 6000)
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        told = self.ask("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(told["data"]))
