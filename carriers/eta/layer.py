"""A small logistic layer on top of the rates: weights for a handful of numbers, pulled towards zero.

Pure Python: a few thousand rows of seven numbers need no array library.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt

_ROUNDS, _SETTLED = 12, 1e-3


@dataclass(frozen=True)
class Layer:
    """What is added to a log-odds for each number, by how far it stands from its mean."""

    means: tuple[float, ...]
    spreads: tuple[float, ...]
    weights: tuple[float, ...]

    def add_to(self, offset: float, numbers: Sequence[float]) -> float:
        """The log-odds with this layer on top."""
        told = zip(self.weights, numbers, self.means, self.spreads, strict=True)
        return offset + sum(weight * (number - mean) / spread for weight, number, mean, spread in told)


Example = tuple[float, float, Sequence[float], bool]
"""Its weight, the log-odds below the layer, the numbers, and whether it came true."""


def fit(examples: Sequence[Example], ridge: float, start: Layer | None = None) -> Layer:
    """The layer that explains the examples best, by Newton's steps; `ridge` pulls its weights to zero."""
    width = len(examples[0][2])
    total = sum(weight for weight, *_ in examples)
    means = tuple(sum(weight * x[i] for weight, _, x, _ in examples) / total for i in range(width))
    spreads = tuple(
        sqrt(sum(weight * (x[i] - means[i]) ** 2 for weight, _, x, _ in examples) / total) + 1e-9
        for i in range(width)
    )
    scaled = [
        (weight, offset, [(x[i] - means[i]) / spreads[i] for i in range(width)], truth)
        for weight, offset, x, truth in examples
    ]
    weights = list(start.weights) if start else [0.0] * width
    for _ in range(_ROUNDS):
        step = _step(scaled, weights, ridge)
        weights = [weight + change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < _SETTLED:
            break
    return Layer(means, spreads, tuple(weights))


def _step(examples: Sequence[Example], weights: list[float], ridge: float) -> list[float]:
    """One step of Newton's: the slope of the penalised likelihood through its curvature."""
    width = len(weights)
    places = range(width)
    slope = [-ridge * weight for weight in weights]
    curve = [[0.0] * width for _ in places]
    for weight, offset, numbers, truth in examples:
        chance = sigmoid(offset + sum(a * b for a, b in zip(weights, numbers, strict=True)))
        miss, bend = weight * (truth - chance), weight * chance * (1 - chance)
        for i in places:
            number = numbers[i]
            slope[i] += miss * number
            row, scaled = curve[i], bend * number
            for j in range(i + 1):
                row[j] += scaled * numbers[j]
    for i in places:
        curve[i][i] += ridge
        for j in range(i):
            curve[j][i] = curve[i][j]
    return solve(curve, slope)


def level(examples: Sequence[tuple[float, float, bool]], ridge: float) -> float:
    """What to add to all log-odds so that as many come true as were told: (weight, log-odds, truth) each."""
    added = 0.0
    for _ in range(_ROUNDS):
        slope, curve = -ridge * added, ridge
        for weight, offset, truth in examples:
            chance = sigmoid(offset + added)
            slope += weight * (truth - chance)
            curve += weight * chance * (1 - chance)
        added += slope / curve
        if abs(slope / curve) < _SETTLED:
            break
    return added


def solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """x of matrix · x = right, by Gauss with pivots. The matrix is positive definite here."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for i in range(size):
        pivot = max(range(i, size), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(i + 1, size):
            share = rows[k][i] / rows[i][i]
            for j in range(i, size + 1):
                rows[k][j] -= share * rows[i][j]
    answer = [0.0] * size
    for i in reversed(range(size)):
        answer[i] = (rows[i][size] - sum(rows[i][j] * answer[j] for j in range(i + 1, size))) / rows[i][i]
    return answer


def sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x)) if x > -700 else 0.0
