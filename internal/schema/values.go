package schema

import (
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/profile"
)

// A schema sees what YAML makes of a value; Senda sees its text. So a text is
// whatever is no map and no list.
func text() object { return object{"type": []string{"string", "number", "boolean"}} }

const namePattern = "^[a-z][a-z0-9-]*$"

func pattern(p string) object { return object{"type": "string", "pattern": p} }

func name() object  { return pattern(namePattern) }
func event() object { return pattern(`^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$`) }

func names() object {
	return object{"anyOf": []any{name(), object{"type": "array", "items": name()}}}
}

func words(list []string) object { return object{"enum": list} }

const (
	span  = `[1-9][0-9]* (minute|hour|day|week|month)s?`
	clock = `([01][0-9]|2[0-3]):[0-5][0-9]`
	date  = `[0-9]{4}-[0-9]{2}-[0-9]{2}`
	day   = `(sun|mon|tues|wednes|thurs|fri|satur)day`
	win   = `((weekdays|weekends|` + day + `) )?` + clock + `-` + clock
	share = `[0-9]{1,3}(\.[0-9]{1,2})?%`
	cash  = `[0-9]+(\.[0-9]+)? [A-Z]{3}`
)

func whole(p string) object { return pattern("^(" + p + ")$") }

func amount() object {
	return described(whole(cash), "money with its currency: 20 EUR")
}

func oneOrMore(v object) object {
	return object{"anyOf": []any{v, object{"type": "array", "items": v, "minItems": 1}}}
}

// keyed says of a key what its value looks like, wherever it stands; what is not
// here is any text.
var keyed = map[string]object{
	"journey":        described(name(), "the name of the journey, that of its folder"),
	"note":           described(text(), "why it is as it is, for whoever reads it next"),
	"owner":          described(name(), "the team that answers for it"),
	"state":          described(words(journey.States()), "draft; live; closed: nobody enters, those inside go on; stopped: everyone leaves at their next step"),
	"runs":           described(whole(date+" to "+date+"|(from|until) "+date), "the days on which people may enter"),
	"brand":          described(name(), "a brand of brands.yaml"),
	"purpose":        described(name(), "a purpose of the brand: it says what the law asks of the mails"),
	"priority":       described(words(journey.Priorities()), "who may take the places that a cap keeps"),
	"event":          described(pattern(`^(goal|[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+)$`), "a kind of event, as order.completed"),
	"if":             described(text(), "a condition in JSONata, on one line: event.order.total > 20"),
	"each":           described(text(), "one entry for each value, as event.basket.id"),
	"audience":       described(name(), "an audience of audiences.yaml: who newly belongs enters"),
	"every":          described(whole("(day|"+day+") at "+clock), "when the audience is looked at: day at 09:00, monday at 09:00"),
	"once":           described(whole(date+" "+clock), "when the audience is looked at, once: 2026-12-01 09:00"),
	"again":          described(whole("never|at once|after "+span), "whether somebody may enter again after the last entry has ended"),
	"meanwhile":      described(words(journey.Meanwhiles()), "what a new such event does for somebody inside"),
	"reason":         described(name(), "why people leave, in a word or two: bought"),
	"holdout":        described(whole("none|"+share), "the share of people who get nothing, so that the report can compare"),
	"why-no-holdout": described(text(), "the reason for holdout: none"),
	"within":         described(whole(span+"( of entry)?"), "how long events count, from the first mail, or from the entry"),
	"wait":           described(whole(span+"|until .+"), "3 days, until monday 10:00, until 7 days before person.renewal-date"),
	"for":            described(whole(span), "how long to wait for the event"),
	"share":          described(whole(share), "50%; the shares of a split make 100%"),
	"window":         described(whole(win), "when the mail may leave: 09:00-21:30, weekdays 10:00-13:00"),
	"expires":        described(whole(span), "after which the mail is no longer sent"),
	"email":          described(name(), "a mail beside the journey"),
	"offer":          described(name(), "a slot of offers.yaml"),
	"score":          described(name(), "a model, as customer-value"),
	"split":          described(name(), "the name that later conditions compare: tone = \"warm\""),
	"way":            name(),
	"emit":           described(event(), "an event for the bus"),
	"include":        described(name(), "a part of journeys/parts"),
	"as":             described(name(), "the name of the step, if not what it is about"),
	"part":           name(),
	"family":         name(),
	"quiet":          described(oneOrMore(whole(win)), "when no mail leaves: 21:30-09:00"),
	"closed":         described(oneOrMore(whole("[0-9]{2}-[0-9]{2}|"+date+"|"+day)), "days on which no mail leaves: 12-25, 2026-12-24, sunday"),
	"hold-at-most":   described(whole(span), "how long a mail may be held for quiet hours"),
	"caps":           described(oneOrMore(whole(`[1-9][0-9]* in [1-9][0-9]* days?(, keep [1-9][0-9]* for high)?`)), "3 in 7 days, keep 1 for high"),
	"control":        described(whole(share), "people who get no marketing of the family at all"),
	"sunset":         described(whole(span), "marketing stops after so long without a sign of life"),
	"currencies":     oneOrMore(whole("[A-Z]{3}")),
	"languages":      described(oneOrMore(whole("[a-z]{2,3}(-[A-Z]{2})?")), "es, or es-MX; the first is the default"),
	"one-click":      words([]string{"brand", "purpose"}),
	"class":          words(journey.Classes()),
	"basis":          oneOrMore(words([]string{"consent", "customer"})),
	"confirm":        words([]string{"once", "twice"}),
	"fallback":       name(),
	"cost":           amount(),
	"per-person":     described(object{"type": []string{"string", "integer"}, "pattern": "^[1-9][0-9]*( in " + span + ")?$", "minimum": 1}, "1 in 90 days"),
	"total":          {"type": "integer", "minimum": 1},
	"budget":         described(whole(cash+"( in "+span+")?"), "2000 EUR in 30 days"),
	"valid":          whole(span),
	"personal":       described(words([]string{"yes", "no"}), "personal attributes never leave the profile"),
	"field":          described(pattern(`^event\.[a-z].*$`), "where in the event, as event.order.total"),
	"words":          {"type": "array", "items": text(), "minItems": 1},
	"fold":           words(profile.Folds()),
	"after":          whole(span),
	"held-out":       words([]string{"yes", "no"}),
	"address":        words([]string{"yes", "no"}),
}
