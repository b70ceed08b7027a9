package decode

// examples shows for each key how it is written: the way out of most findings.
var examples = map[string]string{
	"journey": "journey: win-back", "owner": "owner: crm-team", "state": "state: live", "brand": "brand: cellar",
	"purpose": "purpose: offers", "priority": "priority: high", "runs": "runs: 2026-11-20 to 2026-12-24",
	"note": "note: why this journey exists", "holdout": "holdout: 10%, or holdout: none with why-no-holdout",
	"why-no-holdout": "why-no-holdout: everyone must be told", "enter": "enter: with event: or audience: below it",
	"event": "event: order.completed", "audience": "audience: silent-120-days", "every": "every: day at 09:00",
	"once": "once: 2026-12-01 09:00", "each": "each: event.basket.id", "again": "again: after 90 days",
	"meanwhile": "meanwhile: restart", "reason": "reason: bought", "within": "within: 7 days",
	"value": "value: event.order.margin", "if": `if: person.tier = "gold"`, "steps": "steps: and below it one dash a step",
	"wait": "wait: 3 days", "await": "await: order.completed", "for": "for: 7 days", "then": "then: and below it one dash a step",
	"otherwise": "otherwise: and below it one dash a step", "branch": "branch: and below it a list of if and then",
	"split": "split: tone", "ways": "ways: and below it a list of way, share and then", "way": "way: warm", "share": "share: 50%",
	"score": "score: customer-value", "offer": "offer: win-back", "from": "from: [cellar, pantry]", "email": "email: come-back",
	"window": "window: 09:00-21:30", "expires": "expires: 1 day", "set": "set: person.tier", "to": `to: "gold"`,
	"emit": "emit: care.requested", "exit": "exit: still-buying", "include": "include: confirm-address", "as": "as: second-mail",
	"part": "part: confirm-address", "gives": "gives: [please-confirm]",
}

func example(key string) string {
	if e, ok := examples[key]; ok {
		return "write " + e
	}
	return ""
}
