package diff

import (
	"maps"
	"slices"
	"strings"

	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/mail"
)

// mails compares the mails by their names, language by language.
func (j *Journey) mails(was, is *bundle.Bundle) {
	for _, name := range slices.Sorted(maps.Keys(is.Mails)) {
		after := is.Mails[name]
		before, ok := was.Mails[name]
		if !ok {
			j.add("mail", name, added, "in "+strings.Join(after.Languages, ", ")+": "+quoted(after.Variants[home(after)].Subject))
			continue
		}
		j.mail(name, before, after)
	}
	for _, name := range slices.Sorted(maps.Keys(was.Mails)) {
		if _, ok := is.Mails[name]; !ok {
			j.add("mail", name, removed, "is written no more; people inside still get it")
		}
	}
}

func (j *Journey) mail(name string, was, is mail.Compiled) {
	say := func(format string) { j.add("mail", name, altered, format) }
	if was.Brand != is.Brand {
		say(fromTo("brand", was.Brand, is.Brand))
	}
	if was.Class != is.Class {
		say(fromTo("class", string(was.Class), string(is.Class)))
	}
	if was.Question != is.Question {
		say(fromTo("question", string(was.Question), string(is.Question)))
	}
	for _, lang := range is.Languages {
		after := is.Variants[lang]
		before, ok := was.Variants[lang]
		if !ok {
			say("is written in " + lang + " now: " + quoted(after.Subject))
			continue
		}
		if before.Subject != after.Subject {
			say(fromTo("subject ("+lang+")", quoted(before.Subject), quoted(after.Subject)))
		}
		if before.Preview != after.Preview {
			say(fromTo("preview ("+lang+")", quoted(before.Preview), quoted(after.Preview)))
		}
		switch gone, came := lines(before.Text, after.Text), lines(after.Text, before.Text); {
		case len(gone)+len(came) > 0:
			say("text (" + lang + "): " + passage(gone, came))
		case before.Text != after.Text:
			say("text (" + lang + "): its lines stand in another order")
		case before.HTML != after.HTML:
			say("look (" + lang + "): the words are the same, layout or links are not")
		}
	}
	for _, lang := range was.Languages {
		if _, ok := is.Variants[lang]; !ok {
			say("is written in " + lang + " no more")
			j.warn("%s has no text in %s any more: those readers get it in %s", name, lang, home(is))
		}
	}
}

// home is the language of readers whose own has no text.
func home(m mail.Compiled) string { return mail.Language("", m.Languages) }

// lines are those of a that b has not.
func lines(a, b string) []string {
	there := map[string]bool{}
	for l := range strings.Lines(b) {
		there[strings.TrimSpace(l)] = true
	}
	var out []string
	for l := range strings.Lines(a) {
		if l = strings.TrimSpace(l); l != "" && !there[l] {
			out = append(out, l)
		}
	}
	return out
}

// passage shows the first lines that differ; the rest is counted.
func passage(gone, came []string) string {
	show := func(list []string) string {
		text := quoted(list[0])
		if n := len(list) - 1; n > 0 {
			text += " and " + plural(n, "line", "lines") + " more"
		}
		return text
	}
	switch {
	case len(gone) == 0:
		return show(came) + " was added"
	case len(came) == 0:
		return show(gone) + " was taken out"
	}
	return show(came) + " instead of " + show(gone)
}

// longest is how much of a text a line of a report shows, in signs.
const longest = 80

func quoted(s string) string {
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "..."
	}
	return "\"" + s + "\""
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + many
}
