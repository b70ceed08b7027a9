// Package schema publishes JSON Schemas of the files that authors write, for the
// completion and the hints of editors. They are made from the keys that the
// readers know, so that neither can know more than the other; what a schema
// cannot say (names, types, traps) is for senda check.
package schema

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/offer"
	"github.com/senda-dev/senda/internal/parse"
	"github.com/senda-dev/senda/internal/profile"
	"github.com/senda-dev/senda/internal/scenario"
)

// Draft is the version of JSON Schema: editors know it best.
const Draft = "http://json-schema.org/draft-07/schema#"

// Files are the kinds of files that have a schema.
func Files() []string {
	return []string{"journey", "part", "brands", "offers", "profile", "audiences", "scenarios"}
}

// For is the schema of a kind of file, indented, ending in a line break.
func For(file string) ([]byte, error) {
	make, ok := makers[file]
	if !ok {
		return nil, fmt.Errorf("there is no schema for %q", file)
	}
	s := make()
	s["$schema"], s["$id"], s["title"] = Draft, "https://senda.dev/schema/"+file+".json", titles[file]
	b, err := json.MarshalIndent(s, "", "  ")
	return append(b, '\n'), err
}

type object = map[string]any

var titles = map[string]string{
	"journey": "A journey of Senda", "part": "A part that journeys include", "brands": "Families, brands and purposes",
	"offers": "Offers and the slots they are chosen for", "profile": "Attributes and facts of people",
	"audiences": "Audiences", "scenarios": "Scenarios that test a journey",
}

var makers = map[string]func() object{
	"journey": func() object {
		return withSteps(mapOf(parse.HeadKeys(), object{
			"enter": mapOf(parse.EnterKeys(), nil), "exit": listOf(mapOf(parse.ExitKeys(), nil, "event")),
			"goal": mapOf(parse.GoalKeys(), nil, "event", "within"), "steps": steps(),
		}, "journey", "owner", "state", "brand", "purpose", "enter", "holdout", "steps"))
	},
	"part": func() object {
		return withSteps(mapOf(parse.PartKeys(), object{"steps": steps(), "gives": names()}, "part", "steps"))
	},
	"brands": func() object {
		return mapOf(brand.Keys(), object{
			"families": named(mapOf(brand.FamilyKeys(), nil, "zone", "currencies")),
			"brands": named(mapOf(brand.KeysOfBrand(), object{
				"from": text(), "purposes": named(mapOf(brand.PurposeKeys(), nil, "class")),
			}, "family", "title", "controller", "from", "languages", "purposes")),
		}, "families", "brands")
	},
	"offers": func() object {
		languages := object{"anyOf": []any{text(), object{"type": "object", "additionalProperties": text()}}}
		return mapOf(offer.Keys(), object{
			"slots": named(mapOf(offer.SlotKeys(), object{"offers": names()}, "offers")),
			"offers": named(mapOf(offer.KeysOfOffer(), object{
				"title": languages, "text": languages, "terms": languages, "value": amount(),
			}, "brand", "value", "cost", "title")),
		})
	},
	"profile": func() object {
		return mapOf(profile.Keys(), object{
			"attributes": named(mapOf(profile.AttributeKeys(), object{"type": words(profile.Types())}, "type", "personal")),
			"facts":      named(mapOf(profile.FactKeys(), object{"window": described(whole(span), "how far back events count")}, "fold", "event")),
		})
	},
	"audiences": func() object {
		return mapOf(profile.AudienceFileKeys(), object{"audiences": named(mapOf(profile.AudienceKeys(), nil, "if"))}, "audiences")
	},
	"scenarios": func() object {
		anything := object{"type": "object"}
		one := mapOf(scenario.Keys(), object{
			"at": text(), "enter": anything, "events": listOf(object{"type": "object", "required": scenario.EventKeys(), "properties": values(scenario.EventKeys())}),
			"path": names(), "mails": names(), "offers": anything, "refused": anything, "leaves": name(),
			"given": mapOf(scenario.GivenKeys(), object{
				"person": anything, "facts": anything, "consent": object{"anyOf": []any{text(), object{"type": "array", "items": text()}}}, "scores": anything,
				"offers": anything, "ways": anything,
			}),
		}, "name")
		var wants []any
		for _, key := range []string{"path", "mails", "offers", "refused", "leaves"} {
			wants = append(wants, object{"required": []string{key}})
		}
		one["anyOf"] = wants
		return listOf(one)
	},
}

// withSteps adds the definition of a step, which holds steps itself.
func withSteps(s object) object {
	var kinds []any
	for _, k := range journey.Kinds() {
		// Keys in the order of the reference; the first says what the step does.
		keys := parse.StepKeys(k)
		need := []string{k.String()}
		own := object{}
		switch k {
		case journey.KindAwait:
			need = append(need, "for")
			own["await"] = object{"anyOf": []any{event(), object{"type": "array", "items": event()}}}
		case journey.KindIf:
			need = append(need, "then")
		case journey.KindBranch:
			own["branch"] = listOf(mapOf(parse.ArmKeys(), object{"then": steps(), "otherwise": steps()}))
		case journey.KindSplit:
			need = append(need, "ways")
			own["ways"] = listOf(mapOf(parse.WayKeys(), object{"then": steps()}, "way", "share"))
		case journey.KindOffer:
			own["from"] = names()
		case journey.KindSet:
			need = append(need, "to")
			own["set"] = described(object{"type": "string", "pattern": `^person\.[a-z][a-z0-9-]*$`}, "the attribute to write, as person.tier")
		default: // nothing but texts
		}
		for _, key := range []string{"then", "otherwise"} {
			if slices.Contains(keys, key) {
				own[key] = steps()
			}
		}
		kinds = append(kinds, mapOf(keys, own, need...))
	}
	s["definitions"] = object{"step": object{"oneOf": kinds}}
	return s
}

func steps() object {
	return object{"type": "array", "minItems": 1, "items": object{"$ref": "#/definitions/step"}}
}

// mapOf is a map with these keys and no others; own says more of some of them.
func mapOf(keys []string, own object, required ...string) object {
	props := values(keys)
	for key, v := range own {
		props[key] = v
	}
	out := object{"type": "object", "properties": props, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

func values(keys []string) object {
	props := object{}
	for _, key := range keys {
		v, ok := keyed[key]
		if !ok {
			v = text()
		}
		props[key] = v
	}
	return props
}

// named is a map whose keys the author chooses.
func named(v object) object {
	return object{"type": "object", "minProperties": 1, "propertyNames": object{"pattern": namePattern}, "additionalProperties": v}
}

func listOf(v object) object { return object{"type": "array", "items": v, "minItems": 1} }

func described(v object, words string) object {
	v["description"] = words
	return v
}
