"""Somebody goes through pages at a person's pace, with the time and a picture of each step."""

import time

#: The pace, in seconds: times of the keystroke-level model (Card, Moran, Newell: The Keystroke-Level Model for User
#: Performance Time with Interactive Systems, 1980). A key, for somebody who types 40 words a minute.
KEY = 0.25
#: A key, for somebody who copies a code off paper.
COPIED_KEY = 0.5
#: Pointing at something and pressing the button.
POINT = 1.1
#: Taking a new page in and deciding what to do.
READ = 1.35
#: The browser's own window, and the finger on the sensor.
FINGER = 3.0


class Walk:
    """The clock runs while a person would be busy or waiting, and stands while a picture is taken."""

    def __init__(self, window, pictures, name):
        self.window, self.page = window, window.page
        self.steps = []
        self._pictures, self._name = pictures, name
        self._began = time.perf_counter()

    @property
    def seconds(self):
        """Since the first page was there."""
        return time.perf_counter() - self._began

    def arrived(self, heading, words):
        """A page is there: its picture, and what is done on it, told in `words`. With the first the clock starts."""
        self.window.expect(heading)
        at = self.seconds if self.steps else 0.0
        picture = f"{self._name}-{len(self.steps) + 1}"
        self._pictures.take(self.page, picture, full_page=False)
        self.steps.append({"at": at, "heading": heading, "words": words, "picture": picture})
        self._began = time.perf_counter() - at
        self._wait(READ)

    def _wait(self, seconds):
        self.page.wait_for_timeout(seconds * 1000)

    def click(self, element):
        self._wait(POINT)
        element.click()

    def type(self, text, key=KEY):
        """Types into what has the focus."""
        for sign in text:
            self.page.keyboard.type(sign)
            self._wait(key)

    def press(self, key):
        self._wait(KEY)
        self.page.keyboard.press(key)

    def confirm_with_finger(self, element):
        """Presses a button after which the browser asks for a fingerprint. The virtual authenticator answers at once,
        so the time that its owner takes passes before."""
        self._wait(POINT + FINGER)
        self.window.answer_prompts(True)
        element.click()
