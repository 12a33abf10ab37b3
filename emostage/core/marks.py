"""The marks of a face by number: rings of points around what landmarks do not show, the irises and the rows of teeth. Pure data.

Right and left are the person's own.
"""

from __future__ import annotations

ROUND, ALONG = 12, 9
"""Marks around an iris, and along each edge of a row of teeth."""

IRISES: tuple[range, range] = (range(ROUND), range(ROUND, 2 * ROUND))
"""Marks around the right and the left iris."""

TEETH: tuple[range, range] = (range(2 * ROUND, 2 * (ROUND + ALONG)), range(2 * (ROUND + ALONG), 2 * (ROUND + 2 * ALONG)))
"""Marks around the crowns of the upper and of the lower row: along the biting edge from right to left, and back along the gum."""

MARKS = TEETH[1].stop
"""How many marks there are."""
