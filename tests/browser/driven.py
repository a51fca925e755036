"""A Chromium that is driven over pipes, as a person would: it opens pages, types into fields and presses buttons."""

import json
import os
import subprocess
import time

LIMIT_S = 30


class Browser:
    """One tab. What it writes to its console, and what its policy refuses, is kept in `said`."""

    def __init__(self, home):
        asked, self.asking = os.pipe()
        self.told, telling = os.pipe()
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", f"--user-data-dir={home}"]
        # The browser reads commands from descriptor 3 and answers on 4.
        plumbing = f'exec 3<&{asked} 4>&{telling} {asked}<&- {telling}>&-; exec chromium "$@"'
        self.process = subprocess.Popen(
            ["bash", "-c", plumbing, "chromium", *arguments],
            pass_fds=[asked, telling], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(asked)
        os.close(telling)
        self.number, self.rest, self.session, self.said = 0, b"", None, []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log"]:
            self.ask(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        os.close(self.asking)
        os.close(self.told)

    def ask(self, method, **params):
        """Gives a command and waits for its answer."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.asking, json.dumps(message).encode() + b"\0")
        while True:
            told = self.next()
            if told.get("id") == self.number:
                assert "error" not in told, (method, told["error"])
                return told["result"]

    def next(self):
        while b"\0" not in self.rest:
            read = os.read(self.told, 1 << 16)
            assert read, "the browser ended"
            self.rest += read
        message, self.rest = self.rest.split(b"\0", 1)
        told = json.loads(message)
        if told.get("method") in ["Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"]:
            self.said.append(told["params"])
        return told

    def value(self, expression):
        """What an expression says in the page."""
        told = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in told, (expression, told)
        return told["result"].get("value")

    def until(self, expression):
        """Waits until an expression is true in the page."""
        end = time.monotonic() + LIMIT_S
        while not self.value(f"document.readyState === 'complete' && Boolean({expression})"):
            assert time.monotonic() < end, (expression, self.value("document.body.innerText"))
            time.sleep(0.05)

    def open(self, address):
        # Another page of the same address is another document: this marks the one before.
        self.value("window.before = true")
        self.ask("Page.navigate", url=address)
        self.until("!window.before")
        return self.value("document.body.innerText")

    def type(self, selector, text):
        self.value(f"document.querySelector({json.dumps(selector)}).focus()")
        self.ask("Input.insertText", text=text)

    def press(self, selector):
        """Presses a button with the mouse, and waits for the page to which that leads."""
        button = f"document.querySelector({json.dumps(selector)})"
        self.value(f"window.before = true; {button}.scrollIntoView({{block: 'center'}})")
        x, y = self.value(f"(() => {{ const at = {button}.getBoundingClientRect(); return [at.x + at.width / 2, at.y + at.height / 2] }})()")
        for kind in ["mousePressed", "mouseReleased"]:
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self.until("!window.before")
        return self.value("document.body.innerText")
