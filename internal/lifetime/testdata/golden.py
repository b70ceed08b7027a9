"""Writes golden.csv beside itself: scores to 20 digits, by mpmath 1.3.0.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install mpmath==1.3.0
    /tmp/golden/bin/python golden.py    # about seven minutes

It uses the textbook forms, not those of the Go code: expected purchases from
2F1 as Fader, Hardie, Lee (2005) print it, discounted ones as the integral of
exp(-delta s) times the derivative of that.
"""

import itertools
import os

from mpmath import mp, mpf, hyp2f1, quad, log, exp, nstr, linspace

mp.dps = 40

MODELS = [
    # kind, r, alpha, a, b
    ("bg-nbd", "0.242594543", "4.413602716", "0.792921833", "2.425905729"),
    ("mbg-nbd", "0.5246", "6.1829", "0.8911", "1.6138"),
    ("bg-nbd", "1.5", "10", "1", "3"),
    ("mbg-nbd", "1.5", "10", "1.0000001", "3"),
    ("bg-nbd", "12", "2.5", "6", "40"),
    ("mbg-nbd", "0.05", "0.2", "0.02", "0.3"),
    ("bg-nbd", "0.8", "30", "0.3", "0.01"),
    ("mbg-nbd", "3", "100", "250", "900"),
]
HISTORIES = [  # x, t_x, T
    (0, "0", "0"), (0, "0", "27"), (1, "0.142857142857142857", "38"), (2, "30.43", "38.86"), (7, "38.857142857142857", "38.857142857142857"),
    (26, "30", "520"), (47, "100", "104"), (48, "103.5", "104"), (300, "700", "730"),
]
HORIZONS = ["1", "39", "520", "5200"]
RATES = {"1": ["0.1"], "39": ["0.002", "0.1"], "520": ["0.001"], "5200": ["0.1"]}


def alive(kind, r, alpha, a, b, x, tx, T):
    if kind == "bg-nbd":
        odds = a / (b + x - 1) if x else mpf(0)
    else:
        odds = a / (b + x)
    return 1 / (1 + odds * ((alpha + T) / (alpha + tx)) ** (r + x))


def ahead(r, w, a, s, t):
    """Expected purchases of somebody alive: rate Gamma(r, w), leaving Beta(a, s)."""
    if a == 1:  # the limit: the singularity is removable
        mp.dps += 60
        v = ahead(r, w, 1 + mpf(10) ** -50, s, t)
        mp.dps -= 60
        return v
    return (a + s - 1) / (a - 1) * (1 - (w / (w + t)) ** r * hyp2f1(r, s, a + s - 1, t / (w + t)))


def discounted(r, w, a, s, t, rate):
    delta = log(1 + rate)

    def worth(y):  # over y = ln(1+u/w), with du = w exp(y) dy
        u = w * (exp(y) - 1)
        return exp(-delta * u) * r * exp(-r * y) * hyp2f1(r + 1, s, a + s, u / (w + u))

    top = log(1 + t / w)
    return quad(worth, linspace(0, top, 13))


def main():
    rows = []
    for m, h, t in itertools.product(MODELS, HISTORIES, HORIZONS):
        kind, (r, alpha, a, b) = m[0], map(mpf, m[1:])
        x, tx, T = h[0], mpf(h[1]), mpf(h[2])
        stays = b + x + (kind == "mbg-nbd")
        p = alive(kind, r, alpha, a, b, x, tx, T)
        g = ahead(r + x, alpha + T, a, stays, mpf(t))
        rates = ["0"] + RATES[t]
        if m[1] in ("12", "3"):
            rates = rates[:2]
        for rate in rates:
            mp.dps = 25
            d = discounted(r + x, alpha + T, a, stays, mpf(t), mpf(rate)) if rate != "0" else g
            mp.dps = 40
            rows.append([*m, str(h[0]), h[1], h[2], t, rate, nstr(p, 20), nstr(p * g, 20), nstr(p * d, 20)])
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.csv"), "w", newline="\n") as out:
        out.write("kind,r,alpha,a,b,x,tx,T,horizon,rate,alive,purchases,discounted\n")
        out.writelines(",".join(row) + "\n" for row in rows)


main()
