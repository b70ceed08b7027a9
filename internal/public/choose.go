package public

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/preferences"
)

// topicPrefix stands before the purpose in the value of a topic's button.
const topicPrefix = string(consent.LevelTopic) + ":"

// preferences is the page on which people choose.
func (p *pages) preferences(w http.ResponseWriter, r *http.Request, link string) {
	now, err := p.Links.Look(r.Context(), link)
	if err != nil {
		p.failed(w, r, now.Visit, err)
		return
	}
	t := p.tongue(r, now.Visit)
	done := ""
	if r.Method == http.MethodPost {
		if !p.form(w, r, now.Visit) {
			return
		}
		level, purpose, known := choice(r.PostForm.Get("choose"))
		if !known {
			p.show(w, http.StatusBadRequest, t.page(t.Unclear, t.UnclearText))
			return
		}
		if err := p.Links.Change(r.Context(), link, level, purpose); err != nil {
			p.failed(w, r, now.Visit, err)
			return
		}
		if now, err = p.Links.Look(r.Context(), link); err != nil {
			p.failed(w, r, now.Visit, err)
			return
		}
		done = t.Saved
	}
	if now.Erased {
		p.show(w, http.StatusOK, t.page(t.Erased, t.ErasedText))
		return
	}
	out := t.page(fmt.Sprintf(t.Preferences, t.of), t.PreferencesText)
	out.Done, out.Sections, out.Small = done, p.choices(t, now), []string{t.InFlight, t.StillService}
	p.show(w, http.StatusOK, out)
}

// choice reads the value of a button.
func choice(value string) (level consent.Level, purpose string, known bool) {
	if topic, ok := strings.CutPrefix(value, topicPrefix); ok {
		return consent.LevelTopic, topic, true
	}
	level = consent.Level(value)
	return level, "", level != consent.LevelTopic && slices.Contains(consent.Levels(), level)
}

func (p *pages) choices(t tongue, now preferences.Page) []section {
	topics := section{Heading: fmt.Sprintf(t.Topics, t.of)}
	for _, topic := range now.Topics {
		one := t.topic(topic, t.TopicOn, t.TopicOff)
		if topic.On {
			one.Button, one.Value = fmt.Sprintf(t.TopicButton, one.Title), topicPrefix+topic.Purpose
		}
		topics.Rows = append(topics.Rows, one)
	}
	less := row{Title: t.Less, Note: t.LessNote, Button: t.Less, Value: string(consent.LevelLess)}
	if now.LessOften {
		less.State, less.Button = t.LessOn, ""
	}
	pause := row{Title: t.Pause, Note: t.PauseNote, Button: t.PauseButton, Value: string(consent.LevelPause)}
	if !now.PausedUntil.IsZero() {
		pause.State = fmt.Sprintf(t.PauseOn, t.day(now.PausedUntil))
	}
	profiling := row{Title: t.ProfilingRow, Note: t.ProfilingNote, Button: t.ProfilingButton, Value: string(consent.LevelProfiling)}
	if now.NoProfiling {
		profiling.State, profiling.Button = t.ProfilingOn, ""
	}
	out := []section{{Heading: t.Ease, Rows: []row{less, pause}}, p.stops(t), {Heading: t.Profiling, Rows: []row{profiling}}}
	if len(topics.Rows) > 0 {
		out = append([]section{topics}, out...)
	}
	return out
}

// stops are the withdrawals that reach further than a topic.
func (p *pages) stops(t tongue) section {
	out := section{Heading: t.Stop}
	if t.brand != nil {
		out.Rows = append(out.Rows, row{Title: fmt.Sprintf(t.StopBrand, t.of), Button: fmt.Sprintf(t.StopBrandButton, t.of), Value: string(consent.LevelBrand)})
		var titles []string
		book := p.Book()
		for _, name := range book.InFamily(t.brand.Family) {
			if b, ok := book.Brand(name); ok {
				titles = append(titles, b.Title)
			}
		}
		if len(titles) > 1 {
			out.Rows = append(out.Rows, row{Title: fmt.Sprintf(t.StopFamily, t.list(titles)), Button: t.StopFamilyButton, Value: string(consent.LevelFamily)})
		}
	}
	out.Rows = append(out.Rows, row{Title: t.StopAll, Button: t.StopAllButton, Value: string(consent.LevelEverything)})
	return out
}

// topic is a row about a purpose, with what brands.yaml notes of it, which is in the
// brand's first language.
func (t tongue) topic(of preferences.Topic, on, off string) row {
	out := row{Title: t.purpose(of.Purpose), State: off}
	if of.On {
		out.State = on
	}
	if t.brand != nil {
		if p, ok := t.brand.Purpose(of.Purpose); ok && p.Note.Value != "" {
			out.Note = p.Note.Value
			if len(t.brand.Languages) > 0 && t.brand.Languages[0] != t.lang {
				out.NoteLang = t.brand.Languages[0]
			}
		}
	}
	return out
}
